/** A recorded trace's lines, read in a page: whatever is in the file, what comes out is an event or a clear complaint. */
import type { RunEvent } from '../../trace/trace-event.ts';

/** What each kind of event is read by, beside `time`, `node` and `type`. */
const FIELDS: { readonly [type in RunEvent['type']]: { readonly [field: string]: 'string' | 'number' } } = {
  published: { uuid: 'string', origin: 'string', version: 'number' },
  unpublished: { reason: 'string' },
  applied: { uuid: 'string', origin: 'string', version: 'number', via: 'string', hops: 'number' },
  duplicate: { uuid: 'string', origin: 'string', version: 'number', via: 'string', hops: 'number' },
  stale: { uuid: 'string', origin: 'string', version: 'number', via: 'string', hops: 'number' },
  dropped: { uuid: 'string', origin: 'string', version: 'number', reason: 'string', via: 'string' },
  receipt: { uuid: 'string', origin: 'string', version: 'number', reached: 'number', of: 'number', afterMs: 'number' },
  refuted: { version: 'number' },
  peerUp: { peer: 'string' },
  peerDown: { peer: 'string', reason: 'string' },
  eager: { peer: 'string' },
  lazy: { peer: 'string' },
  reaped: { origin: 'string' },
  contested: { times: 'number', status: 'string' },
  status: { origin: 'string', status: 'string', version: 'number' },
  sent: { to: 'string', message: 'string' },
  received: { from: 'string', message: 'string' },
  unreachable: { peer: 'string', reason: 'string' },
  linkOpened: { peer: 'string', openedBy: 'string' },
  linkClosed: { peer: 'string', reason: 'string' },
  unsendable: { to: 'string', message: 'string', bytes: 'number' },
  refused: { from: 'string', reason: 'string' },
  started: {},
  stopped: { why: 'string' },
  paused: {},
  resumed: {},
  lost: { to: 'string', reason: 'string', message: 'string' },
};
const RUMOR = { uuid: 'string', origin: 'string', version: 'number', hops: 'number' } as const;

/** @returns the event; undefined for an event of a kind that this page does not know. @throws Error with one line for people */
export function readTraceLine(line: string): RunEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error('is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is no object');
  const event = value as { readonly [field: string]: unknown };
  expectFields(event, { time: 'number', node: 'string', type: 'string' });
  const type = event['type'] as string;
  if (!Object.hasOwn(FIELDS, type)) return undefined;
  expectFields(event, FIELDS[type as RunEvent['type']]);
  if (event['message'] === 'rumor') expectFields(event, RUMOR);
  return value as RunEvent;
}

function expectFields(
  event: { readonly [field: string]: unknown },
  fields: { readonly [field: string]: string },
): void {
  for (const [field, type] of Object.entries(fields)) {
    const value = event[field];
    const isFine = typeof value === type && (type !== 'number' || Number.isFinite(value));
    if (!isFine)
      throw new Error(`has no ${field === 'time' ? 'time in milliseconds' : `"${field}" that is a ${type}`}`);
  }
}
