/** The log of one node: its trace as JSON lines. What a person wants to read is `info`; every message is `trace`. */
import { pino, type Level, type Logger } from 'pino';
import type { Address } from '../core/address.ts';
import type { TraceEvent, TraceEventType } from '../trace/trace-event.ts';

export type NodeLog = Logger;

const LEVEL_OF: { readonly [type in TraceEventType]: Level } = {
  published: 'info',
  unpublished: 'warn',
  applied: 'info',
  peerUp: 'info',
  peerDown: 'info',
  status: 'info',
  reaped: 'info',
  secondLook: 'info',
  refuted: 'info',
  stale: 'debug',
  duplicate: 'debug',
  dropped: 'debug',
  unreachable: 'debug',
  refused: 'warn',
  unsendable: 'warn',
  sent: 'trace',
  received: 'trace',
};

export function createNodeLog(level: string): NodeLog {
  // Through `process.stdout`, not pino's own writer: that one keeps it to itself when the reader has gone.
  return pino({ level, base: null }, process.stdout);
}

export function logEvents(
  log: NodeLog,
  self: Address,
  subscribe: (listener: (event: TraceEvent) => void) => () => void,
): void {
  log.info({ node: self }, 'listening');
  subscribe(({ time: _time, type, ...facts }) => log[LEVEL_OF[type]](facts, type));
}
