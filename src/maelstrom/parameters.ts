/**
 * What the core's parameters are under Maelstrom: few nodes that all hear of each other, links that take 100 ms one
 * way, fifty new values a second, and every message counted. Measured with `npm run bench:maelstrom`.
 */
import { DEFAULT_PARAMETERS, MAX_MS, type Parameters } from '../core/index.ts';
import { MAX_NEIGHBOURS } from './neighbours.ts';
import { RELAY_TTL } from './relay.ts';

/** Links below which a node looks for more: a grid's corner has two. A guess: with three it stays connected when one goes. */
const WANTED_PEERS = 3;

export interface MaelstromTuning {
  readonly batchMs: number;
  readonly heartbeatMs: number;
}

export function parametersFor({ batchMs, heartbeatMs }: MaelstromTuning): Parameters {
  // Two hops with a wait before each, and some time to spare.
  const settleMs = 1000 + 4 * batchMs;
  return {
    ...DEFAULT_PARAMETERS,
    ttl: RELAY_TTL,
    failedSendsAreReported: false,
    heartbeatMs,
    // Always the same: with three seconds at rest and half a second after a difference it costs 0.1 messages an operation less,
    // and what a partition left to repair takes longer.
    heartbeatMinMs: heartbeatMs,
    // Either side speaks at least every third period.
    silenceMs: 5 * heartbeatMs,
    maxPeers: 2 * MAX_NEIGHBOURS,
    wantedPeers: WANTED_PEERS,
    settleMs,
    announceMs: batchMs,
    graftAfterMs: 300 + 2 * batchMs,
    probeTimeoutMs: 500 + 2 * batchMs,
    maxSeen: 100_000,
    maxRecords: 1_000_000,
    // Never: no run takes a month.
    reapAfterMs: MAX_MS,
  };
}
