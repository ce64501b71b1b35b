/**
 * `gossip step FILE`: the update rule on paper. Feeds messages one by one to one node's core, with a clock that
 * advances one second a line, and prints what happened and the table after each.
 */
import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { DEFAULT_PARAMETERS, GossipNode, isAddress, isRumor } from '../core/index.ts';
import type { CoreEvent, Effect, Message, RecordSnapshot } from '../core/index.ts';
import { addressOf } from '../http/bare-ports.ts';
import { decodeMessage, explain } from '../http/decoder.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import { wordsOfSystemError } from '../trace/system-error.ts';
import { endWithOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

const SELF = '127.0.0.1:7000';

export async function runStep(file: string): Promise<void> {
  endWithOutput();
  const input = await (file === '-' ? readStream(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new UsageError(`cannot read ${file}: ${wordsOfSystemError(error)}`);
  });
  for await (const step of steps(input)) process.stdout.write(escapeControls(step));
}

/**
 * One block of text a line of input. Lines that are empty or start with `#` are passed over; a line is a message, or
 * `{"from": "host:port", "message": …}`.
 */
export async function* steps(input: string): AsyncGenerator<string> {
  const core = new GossipNode({
    self: SELF,
    random: seededRandom(1),
    parameters: DEFAULT_PARAMETERS,
    strategy: 'flood',
  });
  yield `${SELF} knows nobody\n`;
  let clock = 0;
  for (const [index, line] of input.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    clock += 1000;
    const read = await readLine(line);
    if ('refused' in read) {
      yield `\nline ${index + 1}: refused: ${read.refused}\n`;
      continue;
    }
    const effects = core.handle({ type: 'message', ...read }, clock);
    const { records } = core.snapshot();
    yield `\nline ${index + 1}: ${describe(read.message)}\n${effects.map(outcome).join('')}${tableOf(records)}`;
  }
}

async function readLine(line: string): Promise<{ from: string; message: Message } | { refused: string }> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { refused: 'not JSON' };
  }
  const wrapper = typeof value === 'object' && value !== null && 'message' in value ? value : undefined;
  const decoded = decodeMessage(wrapper === undefined ? value : wrapper.message);
  if (!('message' in decoded)) return { refused: await explain(decoded.refused) };
  const { message } = decoded;
  const named =
    wrapper !== undefined && 'from' in wrapper ? wrapper.from : isRumor(message) ? message.origin : undefined;
  const from = addressOf(named);
  if (!isAddress(from)) return { refused: 'from: expected "host:port"' };
  return { from, message };
}

function describe(message: Message): string {
  if (!isRumor(message)) return message.type;
  const { origin, version, key, status, payload, uuid } = message;
  const name = key === undefined ? origin : `${origin} ${key}`;
  return `${name} v${version} ${status ?? JSON.stringify(payload ?? null)} (${uuid})`;
}

function outcome(effect: Effect): string {
  switch (effect.type) {
    case 'event':
      return `  ${wordsFor(effect.event)}\n`;
    case 'send':
      return `  send to ${effect.to}: ${describe(effect.message)}\n`;
    case 'schedule':
      return '';
  }
}

function wordsFor(event: CoreEvent): string {
  switch (event.type) {
    case 'applied':
      return 'applied: newer than what the table held';
    case 'duplicate':
      return 'duplicate: this uuid has been here';
    case 'stale':
      return 'stale: the table holds something newer';
    case 'dropped':
      return event.reason === 'ttl' ? 'not passed on: its TTL ends here' : 'not kept: the table is full';
    case 'status':
      return `${event.origin} is now ${event.status}`;
    case 'contested':
      return `contested ${event.times} times in a row (${event.status})`;
    case 'reaped':
      return `${event.origin} is forgotten${event.reason === 'full' ? ': the table is full' : ''}`;
    case 'receipt':
      return `receipt: ${event.reached} of ${event.of} hold version ${event.version} after ${event.afterMs} ms`;
    case 'refuted':
      return `heard of itself at version ${event.heard}: went to ${event.version}`;
    case 'published':
      return `published version ${event.version}`;
    case 'unpublished':
      return `not published: ${event.reason === 'version' ? 'its version is the greatest there is' : 'the table is full'}`;
    case 'peerUp':
      return `peer up: ${event.peer}`;
    case 'eager':
      return `eager: ${event.peer}`;
    case 'lazy':
      return `lazy: ${event.peer}`;
    case 'peerDown':
      return `peer down: ${event.peer} (${event.reason})`;
  }
}

function tableOf(records: readonly RecordSnapshot[]): string {
  const rows = records.map(({ origin, key = '', version, payload, status, hops, via }) => {
    return [origin, key, `v${version}`, bookOf(payload), status, `${hops} hops`, `via ${via}`];
  });
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).filter((cell) => cell !== ''),
  );
  return lines.map((cells) => `  | ${cells.join('  ').trimEnd()}\n`).join('');
}

function bookOf(payload: unknown): string {
  const isBook = typeof payload === 'object' && payload !== null && 'book' in payload;
  return isBook && typeof payload.book === 'string' ? payload.book : JSON.stringify(payload);
}
