/**
 * The protocol's parameters. Each default says where it comes from: a paper, a measurement, or a guess.
 */
export interface Parameters {
  /** How many sends a rumor may go from its origin. A guess: twice the diameter of 100,000 nodes with 8 peers each (ln N / ln 7 ≈ 6). */
  readonly ttl: number;
  /** How many random peers `random` pushes to. ln N + c reaches everyone with e^(−e^(−c)) (Kermarrec et al., TPDS 2003): 5 is ln 100 and a little. */
  readonly fanout: number;
  /**
   * Cap of the active view. HyParView (DSN 2007, §5.1): 5 at 10,000 nodes. Each link costs a heartbeat a period; with
   * 3 or fewer random networks under faults sometimes stayed split, with 4 and more never (`test/random-networks`).
   */
  readonly maxPeers: number;
  /**
   * Up to this many a node looks for peers and grants links that are asked for; newcomers and those without any peer
   * are let in up to `maxPeers`. Without effect above `maxPeers`: for networks whose links are given from the start.
   */
  readonly wantedPeers: number;
  /** Cap of the passive view. HyParView (DSN 2007, §5.1): 30 at 10,000 nodes. */
  readonly maxPassive: number;
  /**
   * Between two shuffles, jittered by a quarter. HyParView shuffles once a round and leaves its length open. Each takes a
   * connection to a member that is no peer, which costs several messages' time; so every thirty seconds. A guess.
   */
  readonly shuffleMs: number;
  /**
   * One heartbeat per link and period, where nothing happens. SWIM (DSN 2002) and memberlist's lan profile probe once a
   * second; ours need not be as quick, because a death is seen by its closed sockets. The idle cost is inverse to it
   * (`npm run bench:network`).
   */
  readonly heartbeatMs: number;
  /** The period after something happened; it doubles up to `heartbeatMs`. A guess: soon, but no storm in a busy start. */
  readonly heartbeatMinMs: number;
  /** Does the transport report failed sends as `unreachable`? If not, silence has to be watched. HTTP does. */
  readonly failedSendsAreReported: boolean;
  /** A peer that says nothing for this long is unreachable. memberlist gives up on a probe after seconds, too. A guess. */
  readonly silenceMs: number;
  /** How old news must be to count as missing when tables are compared: what is younger is still on its way. */
  readonly settleMs: number;
  /** How long announcements to one peer are gathered. */
  readonly announceMs: number;
  /** How long what a peer announced may take to come by itself. */
  readonly graftAfterMs: number;
  /** Origins whose broadcast trees are remembered; those not heard of for longest begin anew with the tree of another. A guess: 200 KB. */
  readonly maxTrees: number;
  /** Helpers that look into a failure. SWIM and memberlist ask 3. */
  readonly probeHelpers: number;
  /** How long a helper waits for an answer. memberlist's lan profile: 500 ms. */
  readonly probeTimeoutMs: number;
  /** How long a member that was silent has to refute a suspicion: a pause of five seconds and more is no death. */
  readonly suspicionMs: number;
  /** A member that was down or had left for this long is forgotten. A guess. */
  readonly reapAfterMs: number;
  /** Bound of the cache of seen uuids. Forgetting is harmless, so a guess: minutes of a busy network in about 1 MB. */
  readonly maxSeen: number;
  /** Most rumors in one delta. A guess. */
  readonly maxDeltaRumors: number;
  /** Most entries in one digest; larger tables are compared by buckets. A guess. */
  readonly maxDigestEntries: number;
  /**
   * Most bytes of what one message lists: the rumors of a delta, the entries of a digest, an iHave, a want or a graft. One always
   * goes; a rumor has at most 14 KB. A guess: half of what a node accepts.
   */
  readonly maxMessageBytes: number;
  /**
   * Most members a table holds beside this node, each with its record without a key and a claim, and most keyed records of all together. They
   * guard memory against what is made up; guesses well above any network of this kind.
   */
  readonly maxMembers: number;
  readonly maxRecords: number;
}

export const DEFAULT_PARAMETERS: Parameters = {
  ttl: 32,
  fanout: 5,
  maxPeers: 5,
  wantedPeers: 1_000_000,
  maxPassive: 30,
  shuffleMs: 30_000,
  heartbeatMs: 5000,
  heartbeatMinMs: 500,
  failedSendsAreReported: true,
  silenceMs: 10_000,
  settleMs: 3000,
  announceMs: 600,
  graftAfterMs: 100,
  maxTrees: 1024,
  probeHelpers: 3,
  probeTimeoutMs: 500,
  suspicionMs: 8000,
  reapAfterMs: 3_600_000,
  maxSeen: 10_000,
  maxDeltaRumors: 100,
  maxDigestEntries: 500,
  maxMessageBytes: 32_768,
  maxMembers: 100_000,
  maxRecords: 100_000,
};

/** No rumor may claim more sends to go than this; the decoder refuses it. */
export const MAX_TTL = 255;

/** A hop count stays here once it is reached: repair may hand a record on further than any TTL. */
export const MAX_HOPS = 255;

/** No receipt is waited for longer. A guess: ten minutes. */
export const MAX_RECEIPT_MS = 600_000;

/** No version may be higher: the greatest integer that is exact in a JavaScript number. Some count their versions in microseconds. */
export const MAX_VERSION = Number.MAX_SAFE_INTEGER;
