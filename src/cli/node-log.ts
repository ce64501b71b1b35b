/** The log of one node: its trace as JSON lines. What a person wants to read is `info`; every message is `trace`. */
import { pino, type Level, type Logger } from 'pino';
import type { Address } from '../core/address.ts';
import type { TraceEvent, TraceEventType } from '../trace/trace-event.ts';

export type NodeLog = Logger;

const LEVEL_OF: { readonly [type in TraceEventType]: Level } = {
  published: 'info',
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
  sent: 'trace',
  received: 'trace',
};

/** @param out where it is written; not pino's own writer: that one keeps it to itself when the reader has gone */
export function createNodeLog(level: string, out: { write(line: string): unknown } = process.stdout): NodeLog {
  return pino({ level, base: null }, { write: (line) => void out.write(line) });
}

export function logEvents(
  log: NodeLog,
  self: Address,
  subscribe: (listener: (event: TraceEvent) => void) => () => void,
): void {
  log.info({ node: self }, 'listening');
  subscribe(({ time: _time, type, ...facts }) => log[LEVEL_OF[type]](facts, type));
}
