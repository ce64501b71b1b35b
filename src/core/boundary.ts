/**
 * The whole boundary of the core: seven inputs, three effects. A host turns what happens to it into inputs and
 * performs the effects; the core never learns which host it runs in.
 */
import type { Address } from './address.ts';
import type { Announcement, Claim, Message, Payload, Status } from './messages.ts';

/** Milliseconds on the host's clock. Never goes back; its origin is the Unix epoch, because uuids carry it. */
export type Millis = number;

export type Input =
  /** `peers`: links that this node and each of them start with; then it need not join. */
  | { readonly type: 'start'; readonly contacts: readonly Address[]; readonly peers?: readonly Address[] }
  | { readonly type: 'message'; readonly from: Address; readonly message: Message }
  | { readonly type: 'timer'; readonly timer: Timer }
  /**
   * Without a payload the record is deleted: what is told of it is a tombstone. `receiptWithinMs`: an event `receipt` is to tell who
   * holds it, once all do, or after so long; ten minutes at most.
   */
  | { readonly type: 'publish'; readonly payload?: Payload; readonly key?: string; readonly receiptWithinMs?: number }
  /**
   * A send to this peer failed. `refused`: its machine says that nobody listens there, a strong hint that the process
   * is gone; otherwise it did not answer in time, a weak one.
   */
  | { readonly type: 'unreachable'; readonly peer: Address; readonly refused: boolean }
  /** The node at the address of this contact calls itself by another name. */
  | { readonly type: 'named'; readonly contact: Address; readonly self: Address }
  | { readonly type: 'leave' };

export type Effect =
  | { readonly type: 'send'; readonly to: Address; readonly message: Message }
  | { readonly type: 'schedule'; readonly afterMs: number; readonly timer: Timer }
  | { readonly type: 'event'; readonly event: CoreEvent };

/** Timers are plain data and never cancelled: one that no longer applies does nothing when it fires. */
export type Timer =
  /** `beat`: its number. Of the beats that were planned only the latest is made. */
  | { readonly name: 'heartbeat'; readonly beat: number }
  /** Try the contacts (again) unless this node has found peers by then. */
  | { readonly name: 'join'; readonly attempt: number }
  /** Ask this one for a link, which asked for one but could not be reached before. */
  | { readonly name: 'callBack'; readonly peer: Address }
  /** The request with this number had its time: for a link, for a look at a member, or of another for a look. */
  | { readonly name: 'timeout'; readonly request: number }
  /** Fetch what this peer announced, as far as it has not come by itself. */
  | {
      readonly name: 'graft';
      readonly peer: Address;
      readonly entries: readonly Announcement[];
      readonly tries: number;
    }
  /** Announce what has come lately. */
  | { readonly name: 'announce' }
  /** Those who hold this rumor had their time to say so. Of the turns that were planned only the latest counts. */
  | { readonly name: 'receipt'; readonly uuid: string; readonly turn: number }
  /** The accused had its time to refute. */
  | { readonly name: 'suspicion'; readonly origin: Address; readonly version: number };

interface RumorFacts {
  readonly uuid: string;
  readonly origin: Address;
  readonly version: number;
  readonly key?: string;
  readonly status?: Claim;
}

export type DropReason =
  /** Applied, but its TTL ran out here: not passed on. */
  | 'ttl'
  /** The table is at its bound, this origin or key is new, and there is nothing never seen alive to forget instead. */
  | 'full';

export type UnpublishedReason =
  /** This node's version is the greatest there is. */
  | 'version'
  /** The table is at its bound. */
  | 'full';

export type PeerDownReason = 'unreachable' | 'disconnected' | 'evicted' | 'left';

/** What happened to this node. A host adds its time and the node's name, and has a trace event. */
export type CoreEvent =
  | ({ readonly type: 'published'; readonly payload?: Payload } & RumorFacts)
  /** What this node was to tell was not told, nor kept. */
  | { readonly type: 'unpublished'; readonly reason: UnpublishedReason; readonly key?: string }
  /**
   * Of the `of` live members that this node knows `reached` held what it published then, or what it published there since. All of them; or
   * time is up, this node leaves, or too many receipts are under way. Told once of each that was asked for and published.
   */
  | ({
      readonly type: 'receipt';
      readonly reached: number;
      readonly of: number;
      readonly afterMs: Millis;
    } & Omit<RumorFacts, 'status'>)
  /** Changed the table. `via` brought it, after `hops` sends. */
  | ({
      readonly type: 'applied';
      readonly via: Address;
      readonly hops: number;
      readonly payload?: Payload;
    } & RumorFacts)
  /** Seen before, by uuid. */
  | ({ readonly type: 'duplicate'; readonly via: Address; readonly hops: number } & RumorFacts)
  /** Not seen before, but the table holds something newer. */
  | ({ readonly type: 'stale'; readonly via: Address; readonly hops: number } & RumorFacts)
  | ({ readonly type: 'dropped'; readonly reason: DropReason; readonly via: Address } & RumorFacts)
  /** Heard of ourselves at a version we did not send, so went above it. */
  | { readonly type: 'refuted'; readonly heard: number; readonly version: number; readonly status: Status }
  /**
   * So often in a row: others cannot reach this node at its address (`status` is what they said), or another process
   * speaks from it (`alive`): once is enough, where what it said is dated after this node's start. It contradicts, and
   * joins, less often from now on.
   */
  | { readonly type: 'contested'; readonly times: number; readonly status: Status }
  | { readonly type: 'peerUp'; readonly peer: Address }
  | { readonly type: 'peerDown'; readonly peer: Address; readonly reason: PeerDownReason }
  /** In the tree of the first origin by name (or the shared one), this link pushes from now on, or only announces. A new one pushes. */
  | { readonly type: 'eager' | 'lazy'; readonly peer: Address }
  /** A member that was down or had left for long is forgotten; or one that was never seen alive, because the table is full. */
  | { readonly type: 'reaped'; readonly origin: Address; readonly reason?: 'full' }
  /** What the table says of a member's health has changed. */
  | { readonly type: 'status'; readonly origin: Address; readonly status: Status; readonly version: number };

export interface RecordSnapshot {
  readonly origin: Address;
  readonly key?: string;
  readonly version: number;
  readonly uuid: string;
  /** `null` where the record is deleted. */
  readonly payload: Payload;
  /** Its origin has deleted it: this is its tombstone. */
  readonly deleted?: true;
  readonly status: Status;
  /** Sends between its origin and us; 0 for our own. */
  readonly hops: number;
  /** The node that brought it; this node for its own. */
  readonly via: Address;
  /** On the host's clock. */
  readonly receivedAt: Millis;
}

export interface NodeSnapshot {
  readonly self: Address;
  readonly version: number;
  readonly records: readonly RecordSnapshot[];
  /** The active view. */
  readonly peers: readonly Address[];
  /** Those of the peers that are not pushed to: the links outside the broadcast tree. */
  readonly lazy: readonly Address[];
  /** The passive view: known, not talked to. */
  readonly passive: readonly Address[];
  /** How many members the table holds. */
  readonly members: number;
  /** How many uuids the seen-cache holds. */
  readonly seen: number;
  /** Of how many rumors, its own and others', it gathers who holds them. */
  readonly receipts: number;
  /** How many records were asked for with a graft just now. */
  readonly grafting: number;
  /** How many members this node looks at before it accuses them, and for others. */
  readonly confirmations: number;
  /** How far this node distrusts its own view of others, 0 to 8 (Lifeguard). */
  readonly localHealthScore: number;
}
