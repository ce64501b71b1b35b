/**
 * What the core's parameters are under Maelstrom: few nodes that all hear of each other, links that take 100 ms one
 * way, fifty new values a second, and every message counted. Measured with `npm run bench:maelstrom`.
 */
import { MAX_MS } from '../core/parameter-bounds.ts';
import { DEFAULT_PARAMETERS, type Parameters } from '../core/parameters.ts';

/** Links besides the one to the hub: enough to stay connected when it goes. */
const WANTED_PEERS = 4;

export interface MaelstromTuning {
  readonly batchMs: number;
  readonly heartbeatMs: number;
}

export function parametersFor({ batchMs, heartbeatMs }: MaelstromTuning): Parameters {
  // Two hops of the tree with a wait before each, and some time to spare.
  const settleMs = 1000 + 4 * batchMs;
  return {
    ...DEFAULT_PARAMETERS,
    failedSendsAreReported: false,
    heartbeatMs,
    // Always the same: under steady load no two tables agree for long.
    heartbeatMinMs: heartbeatMs,
    // Either side speaks at least every third period.
    silenceMs: 5 * heartbeatMs,
    // A hub has everybody for a peer; nobody else looks for many.
    maxPeers: 64,
    wantedPeers: WANTED_PEERS,
    // All are near the hub.
    farLinks: 0,
    joinWalkLength: 2,
    reserveWalkLength: 1,
    // All names are known from the start: it only forgives who declined.
    shuffleMs: 12_000,
    settleMs,
    announceMs: settleMs + 3 * heartbeatMs,
    graftAfterMs: 300 + 2 * batchMs,
    neighborTimeoutMs: 1000 + 2 * batchMs,
    probeTimeoutMs: 500 + 2 * batchMs,
    joinRetryMs: 500,
    joinRetryMaxMs: 2000,
    maxSeen: 100_000,
    maxRecords: 1_000_000,
    // Never: no run takes a month.
    reapAfterMs: MAX_MS,
  };
}
