/** The updates that were published, and when each node came to hold them; so what an update was at a moment can be counted. */
import { EarlyEvents } from '../../trace/early-events.ts';
import type { Address, Millis, Payload } from '../../trace/views.ts';
import type { Fact } from './fact.ts';
import { canBeReached, reachableCount, type NetworkState } from './network-state.ts';
import { firstAfter } from './timeline.ts';

/** An hour of ten nodes that tell something new every ten seconds is more; but nobody scrolls that far. */
const MAX_UPDATES = 1_000;
/** Of one origin and key; whoever lacks older ones lacks these too. */
const MAX_OPEN = 16;

export interface Update {
  /** From 1, in the order of publication: what `gossip trace` calls it, too. */
  readonly number: number;
  readonly uuid: string;
  readonly origin: Address;
  readonly key: string | undefined;
  readonly version: number;
  readonly payload: Payload | undefined;
  readonly publishedAt: Millis;
  /** Nothing new: said again at a higher version, against a rumor of its death. */
  isRefutation: boolean;
  /** How many could be reached when it was published: these are awaited. */
  readonly live: number;
  /** When each of them came to hold it or something newer in its place; its origin first. */
  readonly deliveries: Millis[];
  /** When each of them went without it: it stopped, stood still or could no longer be reached. */
  readonly gone: Map<Address, Millis>;
  /** When each copy was sent. */
  readonly copies: Millis[];
  /** When each came where it was already known. */
  readonly duplicates: Millis[];
  readonly lost: Millis[];
  lastHop: number;
}

type Applied = Extract<Fact, { readonly type: 'applied' }>;
/** What is said of one update after its publication. */
type OfOne = Applied | Extract<Fact, { readonly type: 'duplicate' | 'stale' | 'sent' | 'lost' }>;

export class UpdateLog {
  private readonly byUuid = new Map<string, Update>();
  /** By record, oldest first. */
  private readonly open = new Map<string, Update[]>();
  private readonly early = new EarlyEvents<{ readonly fact: OfOne; readonly heldBefore: number }>();

  /** @param count of the updates published before the first that is observed */
  constructor(private count = 0) {}

  /** Oldest first. */
  get all(): readonly Update[] {
    return [...this.byUuid.values()];
  }

  get size(): number {
    return this.byUuid.size;
  }

  /** Of the newest. */
  get lastNumber(): number {
    return this.count;
  }

  /** The first that this node published after the one of that number. */
  firstAfter(origin: Address, number: number): Update | undefined {
    for (const update of this.byUuid.values()) {
      if (update.number > number && update.origin === origin && !update.isRefutation) return update;
    }
    return undefined;
  }

  find(uuid: string): Update | undefined {
    return this.byUuid.get(uuid);
  }

  /**
   * @param at when it is shown
   * @param heldBefore the version that the node held of the same record until now
   * @param state after this fact
   */
  observe(fact: Fact, at: Millis, heldBefore: number, state: NetworkState): void {
    switch (fact.type) {
      case 'published':
        if (fact.status === undefined) this.onPublished(fact, at, state);
        return;
      case 'refuted': {
        const latest = this.open.get(fact.node)?.at(-1);
        if (latest?.version === fact.version) latest.isRefutation = true;
        return;
      }
      case 'stopped':
      case 'paused':
      case 'reach':
        return this.onGone(fact.node, at, state);
      case 'applied':
        if (fact.status === undefined) this.onOfOne(fact, fact.uuid, at, heldBefore, state);
        return;
      case 'duplicate':
      case 'stale':
        return this.onOfOne(fact, fact.uuid, at, heldBefore, state);
      case 'sent':
      case 'lost':
        if (fact.message === 'rumor') this.onOfOne(fact, fact.uuid, at, heldBefore, state);
        return;
      default:
        return;
    }
  }

  private onOfOne(fact: OfOne, uuid: string, at: Millis, heldBefore: number, state: NetworkState): void {
    const update = this.byUuid.get(uuid);
    const counted = fact.type === 'applied' ? this.onApplied(fact, at, heldBefore, state) : heldBefore;
    if (update === undefined) this.early.keep(uuid, { fact, heldBefore: counted });
    if (fact.type === 'sent') update?.copies.push(at);
    else if (fact.type === 'lost') update?.lost.push(at);
    else if (fact.type !== 'applied') update?.duplicates.push(at);
  }

  private onPublished(fact: Extract<Fact, { readonly type: 'published' }>, at: Millis, state: NetworkState): void {
    const { uuid, origin, key, version, payload } = fact;
    if (this.byUuid.has(uuid)) return;
    const live = reachableCount(state.nodes);
    const update: Update = {
      number: ++this.count,
      ...{ uuid, origin, key, version, payload, publishedAt: at, isRefutation: false, live },
      ...{ deliveries: [at], gone: new Map(), copies: [], duplicates: [], lost: [], lastHop: 0 },
    };
    this.byUuid.set(uuid, update);
    const name = recordName(origin, key);
    const open = this.open.get(name) ?? [];
    // One that has forgotten its past counts anew.
    const newer = open.filter((other) => other.version < version).slice(1 - MAX_OPEN);
    this.open.set(name, [...newer, update]);
    if (this.byUuid.size > MAX_UPDATES) this.forgetOldest();
    // Shown from its publication on: what came before that by the order of hearing did not by that of happening.
    for (const { fact: early, heldBefore } of this.early.take(uuid)) this.onOfOne(early, uuid, at, heldBefore, state);
  }

  private forgetOldest(): void {
    const [oldest] = this.byUuid.values();
    if (oldest === undefined) return;
    this.byUuid.delete(oldest.uuid);
    const name = recordName(oldest.origin, oldest.key);
    const others = (this.open.get(name) ?? []).filter((update) => update !== oldest);
    if (others.length > 0) this.open.set(name, others);
    else this.open.delete(name);
  }

  private onGone(address: Address, at: Millis, state: NetworkState): void {
    const node = state.find(address);
    if (node === undefined || canBeReached(node)) return;
    for (const open of this.open.values()) {
      for (const update of open) {
        const origin = state.find(update.origin)?.number;
        const holds = origin !== undefined && state.held(node.number, origin, update.key) >= update.version;
        const isAwaited = node.reachableSince <= update.publishedAt && !update.gone.has(address);
        if (isAwaited && !holds) update.gone.set(address, at);
      }
    }
  }

  /** @returns up to which version this node's deliveries are counted now */
  private onApplied(fact: Applied, at: Millis, heldBefore: number, state: NetworkState): number {
    const since = state.find(fact.node)?.reachableSince ?? Infinity;
    let counted = heldBefore;
    for (const update of this.open.get(recordName(fact.origin, fact.key)) ?? []) {
      if (update.version <= heldBefore || update.version > fact.version) continue;
      counted = Math.max(update.version, counted);
      if (since > update.publishedAt || update.gone.has(fact.node) || fact.node === update.origin) continue;
      update.deliveries.push(at);
      if (update.uuid === fact.uuid) update.lastHop = Math.max(update.lastHop, fact.hops);
    }
    return counted;
  }
}

/** An update as it stood at one moment. */
export interface UpdateStanding {
  readonly update: Update;
  /** Of the nodes that can be reached: those that hold it, or something newer in its place. */
  readonly holders: number;
  readonly live: number;
  readonly copies: number;
  readonly duplicates: number;
  readonly lost: number;
  /** Until the last that can be reached held it; absent while one lacks it. */
  readonly timeToAllMs?: Millis;
}

export function standingAt(update: Update, state: NetworkState, time: Millis): UpdateStanding {
  const origin = state.find(update.origin)?.number;
  let live = 0;
  let holders = 0;
  for (const node of state.nodes) {
    if (!canBeReached(node)) continue;
    live++;
    if (origin !== undefined && state.held(node.number, origin, update.key) >= update.version) holders++;
  }
  const delivered = update.deliveries[firstAfter(update.deliveries, time) - 1];
  return {
    update,
    holders,
    live,
    copies: firstAfter(update.copies, time),
    duplicates: firstAfter(update.duplicates, time),
    lost: firstAfter(update.lost, time),
    ...(holders === live && live > 0 && delivered !== undefined && { timeToAllMs: delivered - update.publishedAt }),
  };
}

/** How many of those that could be reached at its publication have it by then or could be reached ever since. */
export function awaitedAt({ live, gone }: Update, time: Millis): number {
  let left = live;
  for (const at of gone.values()) if (at <= time) left--;
  return left;
}

function recordName(origin: Address, key: string | undefined): string {
  return key === undefined ? origin : `${origin} ${key}`;
}
