/**
 * The protocol's parameters. Each default says where it comes from: a paper, a measurement, or a guess.
 */
export interface Parameters {
  /** How many sends a rumor may go from its origin. A guess: twice the diameter of 100,000 nodes with 8 peers each (ln N / ln 7 ≈ 6). */
  readonly ttl: number;
  /** Cap of the active view. The brief's network of 10 fits whole; HyParView's authors take 5 for 10,000 nodes. A guess until measured. */
  readonly maxPeers: number;
  /** Cap of the passive view. HyParView (DSN 2007, §5.1): 30 at 10,000 nodes. */
  readonly maxReserve: number;
  /** Length of a newcomer's random walk. HyParView's ARWL: 6. */
  readonly joinWalkLength: number;
  /** Remaining walk length at which a newcomer enters passive views. HyParView's PRWL: 3. */
  readonly reserveWalkLength: number;
  /** Between two shuffles, jittered by a quarter. HyParView shuffles once a round and leaves its length open: a guess. */
  readonly shuffleMs: number;
  /** Active and passive addresses in a shuffle's sample. HyParView's ka and kp: 3 and 4. */
  readonly shuffleActive: number;
  readonly shufflePassive: number;
  /** One heartbeat per idle link and period. SWIM (DSN 2002) and memberlist's lan profile probe once a second. */
  readonly heartbeatMs: number;
  /** A neighbor request without an answer is given up after this. A guess: well above a round trip, below a heartbeat's patience. */
  readonly neighborTimeoutMs: number;
  /** First wait before the contacts are tried again; it doubles up to `joinRetryMaxMs`. Guesses: quick at start, gentle for ever after. */
  readonly joinRetryMs: number;
  readonly joinRetryMaxMs: number;
  /** Bounds of the cache of seen uuids. Forgetting is harmless, so a guess: minutes of a busy network in about 1 MB. */
  readonly maxSeen: number;
  readonly maxSeenAgeMs: number;
  /**
   * Most rumors in one delta, and most characters of JSON (one rumor always goes). Together they keep a message
   * within the 64 KiB that a node accepts, even when every character takes three bytes.
   */
  readonly maxDeltaRumors: number;
  readonly maxDeltaCharacters: number;
  /** Most records a table holds. Guards memory against made-up origins; a guess well above any network of this kind. */
  readonly maxRecords: number;
}

export const DEFAULT_PARAMETERS: Parameters = {
  ttl: 12,
  maxPeers: 8,
  maxReserve: 30,
  joinWalkLength: 6,
  reserveWalkLength: 3,
  shuffleMs: 10_000,
  shuffleActive: 3,
  shufflePassive: 4,
  heartbeatMs: 1000,
  neighborTimeoutMs: 2000,
  joinRetryMs: 250,
  joinRetryMaxMs: 10_000,
  maxSeen: 10_000,
  maxSeenAgeMs: 300_000,
  maxDeltaRumors: 100,
  maxDeltaCharacters: 16_384,
  maxRecords: 100_000,
};

/** No rumor may claim more sends to go than this; a door refuses it. */
export const MAX_TTL = 255;

/** A hop count stays here once it is reached: repair may hand a record on further than any TTL. */
export const MAX_HOPS = 255;

/** No version may be higher. Far above ten updates a second for a thousand years, and exact in a JavaScript number. */
export const MAX_VERSION = 2 ** 40;
