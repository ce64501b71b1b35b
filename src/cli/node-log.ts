/** The log of one node: its trace as JSON lines. What a person wants to read is `info`; every message is `trace`. */
import { pino, type Level, type Logger } from 'pino';
import type { Address } from '../core/index.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import { FailuresWhileAlone } from './failures-while-alone.ts';
import type { TraceEvent, TraceEventType } from '../trace/trace-event.ts';
import { RefusalLines } from './refusal-lines.ts';

export type NodeLog = Logger;

const LEVEL_OF: { readonly [type in TraceEventType]: Level } = {
  published: 'info',
  unpublished: 'warn',
  receipt: 'info',
  applied: 'info',
  peerUp: 'info',
  peerDown: 'info',
  eager: 'debug',
  lazy: 'debug',
  status: 'info',
  reaped: 'info',
  linkOpened: 'debug',
  linkClosed: 'debug',
  contested: 'debug',
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

/** @param out where it is written; not pino's own writer: that one keeps it to itself when the reader has gone */
export function createNodeLog(level: string, out: { write(line: string): unknown } = process.stdout): NodeLog {
  return pino({ level, base: null }, { write: (line) => void out.write(escapeControls(line)) });
}

/** @param join for a node without a contact: the command that starts a second node */
export function logEvents(
  log: NodeLog,
  self: Address,
  subscribe: (listener: (event: TraceEvent) => void) => () => void,
  join?: string,
): void {
  log.info({ node: self }, 'listening');
  if (join !== undefined) log.info({ node: self, join }, 'alone until another node joins');
  const refusals = new RefusalLines((facts) => log[LEVEL_OF.refused](facts, 'refused'));
  const whileAlone = new FailuresWhileAlone();
  subscribe((event) => {
    if (event.type === 'refused') return refusals.add(event);
    const { time: _time, type, ...facts } = event;
    log[LEVEL_OF[type]](facts, type);
    const failure = whileAlone.take(event);
    if (failure !== undefined) log.info({ node: self, ...failure }, 'alone: nobody can be reached');
  });
}
