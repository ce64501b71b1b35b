/**
 * What nodes say to each other. `docs/protocol.md` is the contract of the wire; these are its types.
 * In the comments, `A ->[join] B` is one exchange drawn.
 */
import type { Address } from './address.ts';

/** What a rumor tells: any JSON value. */
export type Payload = string | number | boolean | null | readonly Payload[] | { readonly [name: string]: Payload };

/** What one may claim of a member, from weakest to strongest. `left` is a polite goodbye and beats every accusation. */
export type Claim = 'suspect' | 'down' | 'left';

/** A member's health: nothing claimed against its newest version, or the strongest claim. */
export type Status = 'alive' | Claim;

/**
 * The brief's message. Without a `type`, so that a twenty-line client can take part.
 *
 * With a `payload` it tells what its origin likes now. With a `status` instead it tells how its origin fares:
 * an accusation by another node about that version, or the origin's own goodbye.
 */
export interface Rumor {
  readonly type?: 'rumor';
  readonly uuid: string;
  readonly origin: Address;
  readonly version: number;
  /** How many more sends this copy may go, this one included. */
  readonly ttl: number;
  /** Sends behind this copy, the one that brought it included. Absent means 1: it came straight from its origin. */
  readonly hops?: number;
  /** Which of its origin's records this is; one of them has no key. */
  readonly key?: string;
  readonly status?: Claim;
  readonly payload?: Payload;
  /** Its origin wants to know who holds it. Not of claims. */
  readonly receipt?: boolean;
}

/** `A ->[getPeers] B, B ->[peers] A`. Over HTTP this is `GET /peers/`. */
export interface GetPeers {
  readonly type: 'getPeers';
}
export interface Peers {
  readonly type: 'peers';
  readonly peers: readonly Address[];
}

/** A request has a number of its sender's, and the reply the same one: a reply that names no open request changes nothing. */
export interface Request {
  readonly request: number;
}

/** HyParView. A newcomer asks its contact to be let in: `A ->[join] B, B ->[neighborReply] A`. */
export interface Join extends Request {
  readonly type: 'join';
}
/** `A ->[neighbor] B, B ->[neighborReply] A`. High priority (A lacks links, or their tables differ) cannot be declined. */
export interface Neighbor extends Request {
  readonly type: 'neighbor';
  readonly priority: 'high' | 'low';
}
/** What a node that others take for gone does not answer. */
export type LinkRequest = Join | Neighbor;
export interface NeighborReply extends Request {
  readonly type: 'neighborReply';
  readonly accepted: boolean;
}
/** The link ends; both sides keep each other in the passive view. */
export interface Disconnect {
  readonly type: 'disconnect';
}
/** Samples of views are swapped: `A ->[shuffle] B, B ->[shuffleReply] A`. */
export interface Shuffle {
  readonly type: 'shuffle';
  readonly sample: readonly Address[];
}
export interface ShuffleReply {
  readonly type: 'shuffleReply';
  readonly sample: readonly Address[];
}

/** Once a period on an idle link: I live, and this is the hash of all I know; of what was created `until` then, if given. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly hash: string;
  readonly until?: number;
}

/**
 * A record: `[origin, version, check]` or `[origin, version, check, key]`, where `check` (8 hex digits) tells
 * contents of one version apart. A claim: `[origin, version, "suspect" | "down" | "left"]`.
 */
export type DigestEntry = readonly [Address, number, string] | readonly [Address, number, string, string];

/** No announcement says more: an hour. By then it has long been repaired. */
export const MAX_HELD_MS = 3_600_000;

/** `[origin, version, heldForMs]` or `[origin, version, heldForMs, key]`: a record, and how long its sender has held it. */
export type Announcement =
  | readonly [origin: Address, version: number, heldForMs: number]
  | readonly [origin: Address, version: number, heldForMs: number, key: string];

/** Plumtree: you sent what I had. In the trees of these origins, or in all, this link is not needed. */
export interface Prune {
  readonly type: 'prune';
  readonly origins?: readonly Address[];
}
/** What came here, over links outside its tree. */
export interface IHave {
  readonly type: 'iHave';
  readonly entries: readonly Announcement[];
}
/** Push to me from now on, in the trees of these origins, or in all; and these records at once. */
export interface Graft {
  readonly type: 'graft';
  readonly origins?: readonly Address[];
  readonly records: Want['records'];
}

/** These hold this rumor: said up its origin's tree, or to the origin itself. */
export interface Receipt {
  readonly type: 'receipt';
  readonly uuid: string;
  readonly origin: Address;
  readonly holders: readonly Address[];
}

/** A table too large for one digest: the hash of each of its 256 buckets, 8 hex digits each. */
export interface Summary {
  readonly type: 'summary';
  readonly buckets: string;
  readonly until?: number;
}
/**
 * What I have, in brief; of these buckets only, if any are named.
 * `A ->[digest] B, B ->[delta, want] A, A ->[delta] B`.
 */
export interface Digest {
  readonly type: 'digest';
  readonly entries: readonly DigestEntry[];
  readonly buckets?: readonly number[];
  /** Of one bucket that is too large for a message only the names above `after` and up to `upTo`. */
  readonly after?: string;
  readonly upTo?: string;
  /** Only of what was created up to then. */
  readonly until?: number;
}
/** What you lack, in full, oldest first. `more` says that it did not all fit: ask again. */
export interface Delta {
  readonly type: 'delta';
  readonly rumors: readonly Rumor[];
  readonly more?: boolean;
}
/** What I lack of your digest: `[origin]` or `[origin, key]`. */
export interface Want {
  readonly type: 'want';
  readonly records: readonly (readonly [Address] | readonly [Address, string])[];
}

/** Are you there? `A ->[ping] B, B ->[pong] A`. */
export interface Ping extends Request {
  readonly type: 'ping';
}
export interface Pong extends Request {
  readonly type: 'pong';
}
/** SWIM: look for me. `A ->[probe] B, B ->[ping] C, C ->[pong] B, B ->[probeReply] A`. */
export interface Probe extends Request {
  readonly type: 'probe';
  readonly target: Address;
}
/** What the helper saw: an answer, a refused connection, or nothing in time (Lifeguard's nack). */
export interface ProbeReply extends Request {
  readonly type: 'probeReply';
  readonly target: Address;
  readonly saw: 'alive' | 'refused' | 'silence';
}

export type ControlMessage =
  | GetPeers
  | Peers
  | Join
  | Neighbor
  | NeighborReply
  | Disconnect
  | Shuffle
  | ShuffleReply
  | Heartbeat
  | Prune
  | IHave
  | Graft
  | Receipt
  | Ping
  | Pong
  | Probe
  | ProbeReply
  | Summary
  | Digest
  | Delta
  | Want;

export type Message = Rumor | ControlMessage;

export function isRumor(message: Message): message is Rumor {
  return message.type === undefined || message.type === 'rumor';
}
