/**
 * The history of one update, as the trace tells it: which copies of it went from whom to whom and what became of them, who
 * got it when and from whom, and (`why-not.ts`) who did not.
 *
 * To be told every event of a trace, in order, from any host; it may be asked about any moment at any time. Nothing of what a
 * copy carries is looked at, so a record that comes by a comparison of tables is known only from its receiver's word.
 */
import type { Address, Millis, Payload } from '../core/index.ts';
import { NetworkHistory } from './network-history.ts';
import type { LossReason, RunEvent } from './trace-event.ts';

/** Passed on at once; sent because it was asked for (Plumtree's repair); or part of a comparison of tables (anti-entropy). */
export type Means = 'push' | 'graft' | 'delta';

/**
 * What became of a copy. `first`: its receiver took it. `duplicate`, `stale`: that one had seen it, or something newer.
 * `full`: no room in its table. `unanswered`: its sender heard of no arrival and gave up; it may have arrived all the same.
 * `arrived`: but the trace does not say what its receiver did with it.
 */
export type Outcome = 'first' | 'duplicate' | 'stale' | 'full' | 'lost' | 'unanswered' | 'arrived' | 'underway';

export interface Copy {
  readonly from: Address;
  readonly to: Address;
  readonly means: Means;
  /** Absent where the trace does not tell. */
  readonly sentAt?: Millis;
  /** It arrived, was lost or given up. */
  readonly endedAt?: Millis;
  readonly outcome: Outcome;
  /** Why it was lost, or what its sender was told instead of an answer. */
  readonly reason?: LossReason | (string & {});
  readonly hops?: number;
}

/** A node came to hold the update. A node that starts anew has forgotten it and may get it again. */
export interface Delivery {
  readonly node: Address;
  readonly at: Millis;
  /** Who brought it; the node itself where it was published. */
  readonly via: Address;
  readonly hops: number;
  readonly means: Means;
  /** It stopped, started anew or forgot the origin. */
  readonly until?: Millis;
  /** Not passed on, because the TTL ran out here. */
  readonly isTtlOver: boolean;
}

export interface StoryFacts {
  readonly uuid: string;
  readonly origin: Address;
  readonly version: number;
  readonly key?: string;
  readonly payload?: Payload;
  /** Absent where the trace does not tell. */
  readonly publishedAt?: Millis;
}

/** Something that made the update needless for a node. What it was is not always told. */
export interface Newer {
  readonly at: Millis;
  readonly version?: number;
  readonly via?: Address;
  readonly until?: Millis;
}

type Writable<T> = { -readonly [name in keyof T]: T[name] };
type RumorEvent = Extract<RunEvent, { readonly type: 'duplicate' | 'stale' }>;

/** More copies than this are counted and forgotten. */
const MAX_COPIES = 500_000;

export class DisseminationHistory {
  readonly network = new NetworkHistory();
  /** Copies that were not kept. */
  unrecordedCopies = 0;
  /** Does the trace tell of sends at all? */
  hasSends = false;
  /** The time of the latest event. */
  latestAt: Millis = -Infinity;
  private known: Writable<StoryFacts> | undefined;
  private readonly deliveriesOf = new Map<Address, Writable<Delivery>[]>();
  private readonly newerOf = new Map<Address, Writable<Newer>[]>();
  /** By receiver. */
  private readonly copiesTo = new Map<Address, Writable<Copy>[]>();
  private copyCount = 0;
  /** What a node handles just now: a copy of this update, or what a peer sent it of its table. */
  private readonly handling = new Map<Address, Writable<Copy> | { readonly deltaFrom: Address }>();
  /** Per link, when the last piece of a table was sent, and when a graft came. */
  private readonly deltaSentAt = new Map<string, Millis>();
  private readonly graftedAt = new Map<string, Millis>();
  /** Per link, losses that the sender is yet to be told of. */
  private readonly unreported = new Map<string, number>();

  constructor(readonly uuid: string) {}

  /** Absent until the trace has told of it. */
  get facts(): StoryFacts | undefined {
    return this.known;
  }

  observe(event: RunEvent): void {
    if (event.time > this.latestAt) this.latestAt = event.time;
    this.network.observe(event);
    switch (event.type) {
      case 'sent':
        return this.onSent(event);
      case 'received':
        return this.onReceived(event);
      case 'lost':
        return this.onLost(event);
      case 'unreachable':
        return this.onUnreachable(event);
      case 'published':
      case 'applied':
        return event.uuid === this.uuid ? this.onHeld(event) : this.onOther(event);
      case 'duplicate':
      case 'stale':
        if (event.uuid === this.uuid) this.onNotNew(event);
        return;
      case 'dropped':
        if (event.uuid === this.uuid) this.onDropped(event);
        return;
      case 'started':
        this.forget(event.node, event.time);
        this.handling.delete(event.node);
        return;
      case 'stopped':
        return this.forget(event.node, event.time);
      case 'reaped':
        if (event.origin === this.known?.origin) this.forget(event.node, event.time);
        return;
      default:
        return;
    }
  }

  /** What a node held when it was first looked at, where its earlier events are not in the trace. */
  observeSnapshot(snapshot: {
    readonly time: Millis;
    readonly node: Address;
    readonly peers: readonly Address[];
    readonly records: readonly (StoryFacts & { via: Address; hops: number; receivedAt: Millis })[];
  }): void {
    const { time, node, peers, records } = snapshot;
    this.network.observePeers(node, time, peers);
    const held = records.find(({ uuid }) => uuid === this.uuid);
    if (held === undefined || this.deliveryAt(node, time) !== undefined) return;
    this.learnFacts(held);
    this.addDelivery({ ...held, node, at: held.receivedAt, means: 'push', isTtlOver: false });
  }

  /** In the order in which they came, each node's latest last. */
  get deliveries(): readonly Delivery[] {
    return [...this.deliveriesOf.values()].flat().sort((a, b) => a.at - b.at || a.hops - b.hops);
  }

  /** Of everybody, or only to one. In the order in which they became known. */
  copies(to?: Address): readonly Copy[] {
    return to === undefined ? [...this.copiesTo.values()].flat() : (this.copiesTo.get(to) ?? []);
  }

  /** To how many this node had sent it from then until then. */
  sentTo(node: Address, sinceMs: Millis, untilMs: Millis): number {
    let count = 0;
    const isMeant = ({ from, sentAt }: Copy) =>
      from === node && sentAt !== undefined && sentAt >= sinceMs && sentAt <= untilMs;
    for (const copies of this.copiesTo.values()) if (copies.some(isMeant)) count++;
    return count;
  }

  /** How this node came to hold the update that it held then. */
  deliveryAt(node: Address, at: Millis): Delivery | undefined {
    return heldAt(this.deliveriesOf.get(node), at);
  }

  /** What newer version of it this node held then. */
  newerAt(node: Address, at: Millis): Newer | undefined {
    return heldAt(this.newerOf.get(node), at);
  }

  /**
   * How the one who brought it had got it. Its hops are one less, so parents make a tree whatever the order of times; `undefined`
   * at the root, and where the trace does not tell.
   */
  parentOf({ via, node, hops, at }: Delivery): Delivery | undefined {
    if (via === node && hops === 0) return undefined;
    const candidates = this.deliveriesOf.get(via)?.filter((delivery) => delivery.hops === hops - 1) ?? [];
    return candidates.findLast((delivery) => delivery.at <= at) ?? candidates[0];
  }

  private onSent(event: Extract<RunEvent, { type: 'sent' }>): void {
    this.hasSends = true;
    const { node, to, time } = event;
    if (event.message === 'delta') this.deltaSentAt.set(linkOf(node, to), time);
    if (event.message !== 'rumor' || event.uuid !== this.uuid) return;
    this.learnFacts(event);
    const early = this.copiesTo.get(to)?.find(({ from, sentAt }) => from === node && sentAt === undefined);
    if (early !== undefined) {
      early.sentAt = time;
      return;
    }
    const heldSince = this.deliveryAt(node, time)?.at ?? Infinity;
    const isAskedFor = (this.graftedAt.get(linkOf(node, to)) ?? -Infinity) > heldSince;
    const means = isAskedFor ? 'graft' : 'push';
    this.addCopy({ from: node, to, means, sentAt: time, outcome: 'underway', hops: event.hops });
  }

  private onReceived(event: Extract<RunEvent, { type: 'received' }>): void {
    const { node, from, time } = event;
    this.handling.delete(node);
    if (event.message === 'graft') this.graftedAt.set(linkOf(node, from), time);
    if (event.message === 'delta') this.handling.set(node, { deltaFrom: from });
    if (event.message !== 'rumor' || event.uuid !== this.uuid) return;
    this.learnFacts(event);
    const copy = this.arriving(from, node, event.hops);
    copy.endedAt = time;
    copy.outcome = 'arrived';
    delete copy.reason;
    this.handling.set(node, copy);
  }

  /** The copy that arrives: one under way or given up; else the network has doubled one, or its sending is not told (yet). */
  private arriving(from: Address, to: Address, hops: number): Writable<Copy> {
    const onLink = this.copiesTo.get(to)?.filter((copy) => copy.from === from && copy.means !== 'delta') ?? [];
    const open =
      onLink.find(({ outcome }) => outcome === 'underway') ?? onLink.find(({ outcome }) => outcome === 'unanswered');
    if (open !== undefined) return open;
    const twin = onLink.findLast((copy) => copy.hops === hops);
    const known = twin?.sentAt === undefined ? {} : { sentAt: twin.sentAt };
    return this.addCopy({ from, to, means: twin?.means ?? 'push', outcome: 'arrived', hops, ...known });
  }

  private onLost(event: Extract<RunEvent, { type: 'lost' }>): void {
    const { node, to, reason, time } = event;
    if (reason !== 'loss') this.bumpUnreported(linkOf(node, to), 1);
    if (event.message !== 'rumor' || event.uuid !== this.uuid) return;
    const copy = this.copiesTo.get(to)?.findLast(({ from, outcome }) => from === node && outcome === 'underway');
    if (copy !== undefined) Object.assign(copy, { endedAt: time, outcome: 'lost', reason });
  }

  /** Of losses that were told of as such it says nothing more. Real networks do not tell: then what was under way has failed. */
  private onUnreachable({ node, peer, time, reason }: Extract<RunEvent, { type: 'unreachable' }>): void {
    const link = linkOf(node, peer);
    if ((this.unreported.get(link) ?? 0) > 0) return this.bumpUnreported(link, -1);
    for (const copy of this.copiesTo.get(peer) ?? []) {
      if (copy.from !== node || copy.outcome !== 'underway') continue;
      Object.assign(copy, { endedAt: time, outcome: 'unanswered', reason });
    }
  }

  private bumpUnreported(link: string, by: 1 | -1): void {
    const count = (this.unreported.get(link) ?? 0) + by;
    if (count === 0) this.unreported.delete(link);
    else this.unreported.set(link, count);
  }

  private onHeld(event: Extract<RunEvent, { type: 'published' | 'applied' }>): void {
    const { node, time } = event;
    this.learnFacts(event);
    if (event.type === 'published') {
      if (this.known !== undefined && this.known.publishedAt === undefined) this.known.publishedAt = time;
      this.addDelivery({ node, at: time, via: node, hops: 0, means: 'push', isTtlOver: false });
      return;
    }
    const { via, hops } = event;
    const { means } = this.settle(node, via, time, 'first', hops);
    this.addDelivery({ node, at: time, via, hops, means, isTtlOver: false });
  }

  private addDelivery(delivery: Writable<Delivery>): void {
    this.network.keepSince(delivery.at);
    const earlier = this.deliveriesOf.get(delivery.node);
    if (earlier === undefined) this.deliveriesOf.set(delivery.node, [delivery]);
    else if (earlier.at(-1)?.until !== undefined) earlier.push(delivery);
  }

  /** A rumor of the same record that wins by the rule makes this one needless. */
  private onOther(event: Extract<RunEvent, { type: 'published' | 'applied' }>): void {
    const { known } = this;
    if (known === undefined || event.status !== undefined) return;
    if (event.origin !== known.origin || event.key !== known.key) return;
    const { version, uuid, node, time } = event;
    if (version < known.version || (version === known.version && uuid < this.uuid)) return;
    this.addNewer(node, { at: time, version, via: event.type === 'applied' ? event.via : node });
  }

  private onNotNew(event: RumorEvent): void {
    const { node, via, time, type, hops } = event;
    this.learnFacts(event);
    this.settle(node, via, time, type, hops);
    if (type === 'stale' && this.deliveryAt(node, time) === undefined) this.addNewer(node, { at: time });
  }

  private addNewer(node: Address, newer: Newer): void {
    const earlier = this.newerOf.get(node);
    if (earlier === undefined) this.newerOf.set(node, [newer]);
    else if (earlier.at(-1)?.until !== undefined) earlier.push(newer);
  }

  private onDropped(event: Extract<RunEvent, { type: 'dropped' }>): void {
    const { node, via, time, reason } = event;
    this.learnFacts(event);
    if (reason === 'full') {
      this.settle(node, via, time, 'full');
      return;
    }
    const delivery = this.deliveriesOf.get(node)?.at(-1);
    if (delivery !== undefined && delivery.until === undefined) delivery.isTtlOver = true;
  }

  /** The copy that a node says this of. Nobody tells what a piece of a table holds, so of that it is the first word. */
  private settle(node: Address, via: Address, time: Millis, outcome: Outcome, hops?: number): Copy {
    const handled = this.handling.get(node);
    if (handled !== undefined && 'from' in handled && handled.from === via && handled.outcome === 'arrived') {
      handled.outcome = outcome;
      return handled;
    }
    const isDelta = handled !== undefined && 'deltaFrom' in handled && handled.deltaFrom === via;
    const sentAt = isDelta ? this.deltaSentAt.get(linkOf(via, node)) : undefined;
    const known = { ...(sentAt !== undefined && { sentAt }), ...(hops !== undefined && { hops }) };
    return this.addCopy({ from: via, to: node, means: isDelta ? 'delta' : 'push', endedAt: time, outcome, ...known });
  }

  private addCopy(copy: Writable<Copy>): Writable<Copy> {
    if (this.copyCount >= MAX_COPIES) {
      this.unrecordedCopies++;
      return copy;
    }
    this.copyCount++;
    const others = this.copiesTo.get(copy.to);
    if (others === undefined) this.copiesTo.set(copy.to, [copy]);
    else others.push(copy);
    return copy;
  }

  private learnFacts(told: StoryFacts): void {
    const { uuid, origin, version, key, payload } = told;
    this.known ??= { uuid, origin, version };
    if (key !== undefined) this.known.key = key;
    if (payload !== undefined) this.known.payload = payload;
  }

  private forget(node: Address, time: Millis): void {
    for (const held of [this.deliveriesOf.get(node)?.at(-1), this.newerOf.get(node)?.at(-1)]) {
      if (held !== undefined) held.until ??= time;
    }
  }
}

function heldAt<Held extends { readonly at: Millis; readonly until?: Millis }>(
  held: readonly Held[] | undefined,
  at: Millis,
): Held | undefined {
  return held?.findLast((entry) => entry.at <= at && (entry.until === undefined || entry.until > at));
}

function linkOf(from: Address, to: Address): string {
  return `${from} ${to}`;
}
