import type { TraceEvent } from './trace-event.ts';

/** Totals over one node's trace since it started. Rumor copies and all other messages are counted apart. */
export interface Counters {
  published: number;
  rumorsSent: number;
  rumorsReceived: number;
  controlSent: number;
  controlReceived: number;
  applied: number;
  duplicates: number;
  stale: number;
  /** Not passed on because the TTL ran out, or not kept because the table is full. */
  dropped: number;
  refuted: number;
  unreachable: number;
  /** Not told: there was no greater version, or no room. */
  unpublished: number;
  /** Messages larger than any request. */
  unsendable: number;
  /** Rumors not kept because the table is full; among the dropped. */
  full: number;
  /** Members forgotten because the table is full: never seen alive. */
  evicted: number;
  /** Refused by the decoder. */
  refused: number;
}

export function newCounters(): Counters {
  return {
    published: 0,
    rumorsSent: 0,
    rumorsReceived: 0,
    controlSent: 0,
    controlReceived: 0,
    applied: 0,
    duplicates: 0,
    stale: 0,
    dropped: 0,
    refuted: 0,
    unreachable: 0,
    unpublished: 0,
    unsendable: 0,
    full: 0,
    evicted: 0,
    refused: 0,
  };
}

export function count(counters: Counters, event: TraceEvent): void {
  switch (event.type) {
    case 'sent':
      if (event.message === 'rumor') counters.rumorsSent++;
      else counters.controlSent++;
      return;
    case 'received':
      if (event.message === 'rumor') counters.rumorsReceived++;
      else counters.controlReceived++;
      return;
    case 'duplicate':
      counters.duplicates++;
      return;
    case 'dropped':
      counters.dropped++;
      if (event.reason === 'full') counters.full++;
      return;
    case 'reaped':
      if (event.reason === 'full') counters.evicted++;
      return;
    case 'published':
    case 'unpublished':
    case 'applied':
    case 'stale':
    case 'refuted':
    case 'unreachable':
    case 'unsendable':
      counters[event.type]++;
      return;
    case 'refused':
      counters.refused += event.count ?? 1;
      return;
    case 'peerUp':
    case 'peerDown':
    case 'eager':
    case 'lazy':
    case 'status':
    case 'contested':
    case 'receipt':
    case 'linkOpened':
    case 'linkClosed':
      return;
  }
}
