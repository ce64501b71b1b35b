/** The updates that were published, and when each node came to hold them; so what an update was at a moment can be counted. */
import { EarlyEvents } from '../../trace/early-events.ts';
import type { Address, Millis, Payload } from '../../trace/views.ts';
import type { Fact } from './fact.ts';
import type { NetworkState } from './network-state.ts';
import { firstAfter } from './timeline.ts';

/** An hour of ten nodes that tell something new every ten seconds is more; but nobody scrolls that far. */
const MAX_UPDATES = 1_000;
/** Of one origin and key; whoever lacks older ones lacks these too. */
const MAX_OPEN = 16;

export interface Update {
  readonly uuid: string;
  readonly origin: Address;
  readonly key: string | undefined;
  readonly version: number;
  readonly payload: Payload | undefined;
  readonly publishedAt: Millis;
  /** Nothing new: said again at a higher version, against a rumor of its death. */
  isRefutation: boolean;
  /** Running when it was published. */
  readonly live: number;
  /** When each node that was up at its publication came to hold it or something newer in its place; its origin first. */
  readonly deliveries: Millis[];
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

  /** Oldest first. */
  get all(): readonly Update[] {
    return [...this.byUuid.values()];
  }

  get size(): number {
    return this.byUuid.size;
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
    const live = state.nodes.reduce((sum, { phase }) => sum + (phase === 'running' || phase === 'paused' ? 1 : 0), 0);
    const update: Update = {
      ...{ uuid, origin, key, version, payload, publishedAt: at, isRefutation: false, live },
      ...{ deliveries: [at], copies: [], duplicates: [], lost: [], lastHop: 0 },
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

  /** @returns up to which version this node's deliveries are counted now */
  private onApplied(fact: Applied, at: Millis, heldBefore: number, state: NetworkState): number {
    const since = state.find(fact.node)?.since ?? Infinity;
    let counted = heldBefore;
    for (const update of this.open.get(recordName(fact.origin, fact.key)) ?? []) {
      if (update.version <= heldBefore || update.version > fact.version) continue;
      counted = Math.max(update.version, counted);
      if (since > update.publishedAt || fact.node === update.origin) continue;
      update.deliveries.push(at);
      if (update.uuid === fact.uuid) update.lastHop = Math.max(update.lastHop, fact.hops);
    }
    return counted;
  }
}

/** An update as it stood at one moment. */
export interface UpdateStanding {
  readonly update: Update;
  /** Nodes that run and hold it, or something newer in its place. */
  readonly holders: number;
  readonly live: number;
  readonly copies: number;
  readonly duplicates: number;
  readonly lost: number;
  /** Until the last that runs held it; absent while one lacks it. */
  readonly timeToAllMs?: Millis;
}

export function standingAt(update: Update, state: NetworkState, time: Millis): UpdateStanding {
  const origin = state.find(update.origin)?.number;
  let live = 0;
  let holders = 0;
  for (const node of state.nodes) {
    if (node.phase !== 'running' && node.phase !== 'paused') continue;
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

function recordName(origin: Address, key: string | undefined): string {
  return key === undefined ? origin : `${origin} ${key}`;
}
