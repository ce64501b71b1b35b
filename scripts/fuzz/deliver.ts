/** Says the inputs of a block to the target, and judges each answer. */
import { isUtf8 } from 'node:buffer';
import type { Address } from '../../src/core/index.ts';
import { MAX_BODY_BYTES } from '../../src/http/limits.ts';
import { parseText } from '../../src/http/request-body.ts';
import type { Accomplice } from './accomplice.ts';
import type { Block } from './blocks.ts';
import { Connection, NoAnswer, sayRaw } from './connection.ts';
import { Finding } from './finding.ts';
import { request, type Input, type RawInput } from './input.ts';
import { BadReply, type Reply } from './reply-reader.ts';

/** How the target took an input. */
export type Outcome = 'taken' | 'refused' | 'cut off';

export interface Delivery {
  readonly target: Address;
  readonly accomplices: readonly Accomplice[];
  readonly cluster: string;
  count(kind: string, outcome: Outcome): void;
}

const STREAM_HEAD = request('POST', '/gossip/', ['content-type: application/x-ndjson', 'transfer-encoding: chunked']);
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** One of those who deliver side by side. It keeps its connection from block to block. */
export class Messenger {
  private connection: Connection | undefined;

  constructor(private readonly delivery: Delivery) {}

  close(): void {
    this.connection?.close();
  }

  /** @param first the number of the block's first input @throws Finding */
  async deliver(block: Block, first: number): Promise<void> {
    try {
      switch (block.by) {
        case 'requests':
          return await this.each(block.inputs, first, (input) => this.request(input));
        case 'handshakes':
          return await this.each(block.inputs, first, (input) => this.handshake(input));
        case 'lines':
          return await this.lines(block.handshake, block.inputs);
        case 'peer lines':
          return await this.peerLines(this.delivery.accomplices[block.peer] as Accomplice, block.inputs);
        case 'sockets':
          return await this.sideBySide(block.inputs, first);
      }
    } catch (error) {
      if (error instanceof BadReply || error instanceof NoAnswer) throw new Finding(error.message, first);
      throw error;
    }
  }

  private async each<T extends Input | RawInput>(
    inputs: readonly T[],
    first: number,
    say: (input: T) => Promise<void>,
  ): Promise<void> {
    for (const [i, input] of inputs.entries()) {
      try {
        await say(input);
      } catch (error) {
        const isOurs = error instanceof Finding || error instanceof BadReply || error instanceof NoAnswer;
        throw isOurs ? new Finding(`${input.kind}: ${error.message}`, first + i) : error;
      }
    }
  }

  /** Most answers to bytes that are no request are a wait. */
  private async sideBySide(inputs: readonly RawInput[], first: number): Promise<void> {
    await Promise.all(inputs.map((input, i) => this.each([input], first + i, (one) => this.raw(one))));
  }

  private async open(): Promise<Connection> {
    if (this.connection?.isOpen !== true) this.connection = await Connection.open(portOf(this.delivery.target));
    return this.connection;
  }

  private async request(input: Input): Promise<void> {
    const reply = await (await this.open()).ask(input);
    judge(reply, input);
    this.delivery.count(input.kind, outcomeOf(reply));
  }

  private async handshake(input: Input): Promise<void> {
    const connection = await this.open();
    const reply = await connection.exchange(() => this.say(connection, [input.bytes]));
    judge(reply, input);
    this.delivery.count(input.kind, outcomeOf(reply));
  }

  private async raw(input: RawInput): Promise<void> {
    const answer = await sayRaw(portOf(this.delivery.target), input);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
    const wrong = statuses.find((status) => isFault(status) || (input.mustBeRefused === true && status < 400));
    if (wrong !== undefined) throw new Finding(`answered with ${wrong}: ${answer.slice(0, 500)}`);
    const isTaken = statuses.length > 0 && statuses.every((status) => status < 400);
    this.delivery.count(input.kind, isTaken ? 'taken' : statuses.length > 0 ? 'refused' : 'cut off');
  }

  /** A line that is no JSON ends its stream: what follows goes on another. */
  private async lines(handshake: Buffer, inputs: readonly Input[]): Promise<void> {
    for (let at = 0; at < inputs.length;) {
      const ending = inputs.findIndex(({ bytes }, i) => i >= at && endsStream(bytes));
      const part = inputs.slice(at, ending < 0 ? undefined : ending + 1);
      at += part.length;
      const connection = await this.open();
      const said = [handshake, ...part.map(({ bytes }) => bytes)];
      const reply = await connection.exchange(() => this.say(connection, said));
      if (reply !== undefined) judge(reply, { kind: 'lines' });
      // It has enough streams, or opens one itself.
      const isBusy = reply?.status === 503 || reply?.status === 409;
      if (reply !== undefined && reply.status !== 200 && !isBusy) {
        throw new Finding(`no stream is taken: ${reply.status} ${reply.body.toString().slice(0, 200)}`);
      }
      if (ending < 0 && reply === undefined) throw new Finding('a stream of lines that were all JSON broke off');
      if (ending >= 0 && reply !== undefined && !isBusy)
        throw new Finding('a stream went on after a line that is no JSON');
      for (const { kind, bytes } of part) {
        this.delivery.count(kind, isBusy ? 'refused' : endsStream(bytes) ? 'cut off' : 'taken');
      }
    }
  }

  /** Each line in a chunk of its own, some in two: what comes together is checked together. */
  private say(connection: Connection, lines: readonly Buffer[]): void {
    const chunks = lines.flatMap((line, i) => {
      const cut = i % 5 === 4 ? line.length >> 1 : 0;
      const rest = chunk(Buffer.concat([line.subarray(cut), Buffer.from('\n')]));
      return cut > 0 ? [chunk(line.subarray(0, cut)), rest] : [rest];
    });
    connection.write(Buffer.concat([STREAM_HEAD, ...chunks, LAST_CHUNK]));
  }

  /** As the peer whose token the target has given away: what it says is heard as a peer's. */
  private peerLines(accomplice: Accomplice, inputs: readonly Input[]): Promise<void> {
    const { address: from, token: proof } = accomplice;
    const handshake = { protocol: 1, from, cluster: this.delivery.cluster, features: [], token: from, proof };
    const said = inputs.map((input) => ({ ...input, kind: `peer's ${input.kind}` }));
    return accomplice.alone(() => this.lines(Buffer.from(JSON.stringify(handshake)), said));
  }
}

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** What the protocol says of a line: longer than a body, no UTF-8 or no JSON. */
function endsStream(line: Buffer): boolean {
  if (line.length > MAX_BODY_BYTES || !isUtf8(line)) return true;
  const parts = line.toString().split('\n');
  return parts.some((part) => part !== '' && parseText(part) === undefined);
}

/** An internal error; 503 only says that there is enough of something. */
function isFault(status: number): boolean {
  return status >= 500 && status !== 503;
}

/** @throws Finding */
function judge(
  reply: Reply | undefined,
  input: Pick<Input, 'kind' | 'mayBreakOff' | 'mustBeRefused' | 'method'>,
): void {
  if (reply === undefined) {
    if (input.mayBreakOff === true || input.mustBeRefused === true) return;
    throw new Finding('the connection ended without an answer');
  }
  const text = reply.body.toString().slice(0, 500);
  if (isFault(reply.status)) throw new Finding(`answered with ${reply.status}: ${text}`);
  if (input.mustBeRefused === true && reply.status < 400) throw new Finding(`answered with ${reply.status}: ${text}`);
  if (reply.status >= 400 && input.method !== 'HEAD' && !isOneClearLine(reply)) {
    throw new Finding(`refused without one clear line: ${JSON.stringify(text)}`);
  }
}

function isOneClearLine({ body }: Reply): boolean {
  try {
    const { error } = JSON.parse(body.toString()) as { error?: unknown };
    return typeof error === 'string' && error !== '' && !error.includes('\n');
  } catch {
    return false;
  }
}

function outcomeOf(reply: Reply | undefined): Outcome {
  if (reply === undefined) return 'cut off';
  return reply.status < 400 ? 'taken' : 'refused';
}

function portOf(address: Address): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
