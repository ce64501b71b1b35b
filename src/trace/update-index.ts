/**
 * The updates that a trace tells of, each with how far it came, in one pass. What nodes say again to refute an accusation is
 * marked. Of the newest `MAX_UPDATES` only; who is still to get one is kept for those that are under way.
 */
import type { Address, Millis, Payload } from '../core/index.ts';
import { EarlyEvents } from './early-events.ts';
import type { RunEvent } from './trace-event.ts';

export interface UpdateEntry {
  /** From 1, in the order of publication. */
  readonly number: number;
  readonly uuid: string;
  readonly origin: Address;
  readonly key?: string;
  readonly version: number;
  readonly payload?: Payload;
  readonly publishedAt: Millis;
  /** Said again, to refute an accusation. */
  readonly isRefutation: boolean;
  /** Those that ran when it was published, and neither stopped nor stood still before they got it; the origin is one. */
  readonly awaited: number;
  /** Those of them that got it, or something newer in its place. */
  readonly reached: number;
  /** When the last of them did that has. */
  readonly lastAt: Millis;
  /** Rumors sent with it. */
  readonly copies: number;
  /** Most sends behind a first copy. */
  readonly lastHop: number;
  /** The longest time between a node's getting it and another's getting it from that one. */
  readonly slowest?: { readonly from: Address; readonly to: Address; readonly ms: Millis };
}

type Writable<T> = { -readonly [name in keyof T]: T[name] };

interface Open {
  readonly entry: Writable<UpdateEntry>;
  readonly missing: Set<Address>;
  readonly gotAt: Map<Address, Millis>;
}

type Published = Extract<RunEvent, { readonly type: 'published' }>;
type Applied = Extract<RunEvent, { readonly type: 'applied' }>;
type Copy = Extract<RunEvent, { readonly type: 'sent'; readonly message: 'rumor' }>;

const MAX_UPDATES = 10_000;

export class UpdateIndex {
  events = 0;
  fromMs: Millis = Infinity;
  untilMs: Millis = -Infinity;
  private count = 0;
  private readonly seen = new Set<Address>();
  private readonly live = new Set<Address>();
  private readonly byUuid = new Map<string, Writable<UpdateEntry>>();
  /** By uuid. */
  private readonly open = new Map<string, Open>();
  /** By origin and key, oldest first. */
  private readonly openOf = new Map<string, Set<Open>>();
  private readonly latestOf = new Map<Address, Writable<UpdateEntry>>();
  private readonly early = new EarlyEvents<Applied | Copy>();

  observe(event: RunEvent): void {
    const { time, node } = event;
    this.events++;
    this.fromMs = Math.min(time, this.fromMs);
    this.untilMs = Math.max(time, this.untilMs);
    if (!this.seen.has(node)) {
      this.seen.add(node);
      this.live.add(node);
    }
    switch (event.type) {
      case 'started':
      case 'resumed':
        this.live.add(node);
        return;
      case 'stopped':
      case 'paused':
        return this.onGone(node);
      case 'published':
        if (event.status === undefined) this.onPublished(event);
        return;
      case 'applied':
        if (event.status === undefined) this.onOfOne(event);
        return;
      case 'refuted':
        return this.onRefuted(node, event.version);
      case 'sent':
        if (event.message === 'rumor') this.onOfOne(event);
        return;
      default:
        return;
    }
  }

  /** In the order of publication; the oldest may be forgotten. */
  get updates(): readonly UpdateEntry[] {
    return [...this.byUuid.values()];
  }

  /** How many there were, those forgotten included. */
  get published(): number {
    return this.count;
  }

  /** Whoever told anything. */
  get nodes(): ReadonlySet<Address> {
    return this.seen;
  }

  private onPublished({ uuid, origin, key, version, payload, time, node }: Published): void {
    const isSecondWord = this.byUuid.has(uuid);
    if (isSecondWord) return;
    this.replaceOlder(slotOf(origin, key), version, node, time);
    const missing = new Set(this.live).add(node);
    const entry: Writable<UpdateEntry> = {
      number: ++this.count,
      uuid,
      origin,
      ...(key !== undefined && { key }),
      version,
      ...(payload !== undefined && { payload }),
      publishedAt: time,
      isRefutation: false,
      awaited: missing.size,
      reached: 0,
      lastAt: time,
      copies: 0,
      lastHop: 0,
    };
    this.byUuid.set(uuid, entry);
    this.latestOf.set(node, entry);
    const open = { entry, missing, gotAt: new Map() };
    this.open.set(uuid, open);
    const slot = slotOf(origin, key);
    this.openOf.set(slot, (this.openOf.get(slot) ?? new Set()).add(open));
    this.got(open, node, time);
    for (const early of this.early.take(uuid)) this.onOfOne(early);
    this.forgetOldest();
  }

  /** A trace of several tellers may have what follows from a publication before it. */
  private onOfOne(event: Applied | Copy): void {
    const entry = this.byUuid.get(event.uuid);
    if (entry === undefined) this.early.keep(event.uuid, event);
    if (event.type === 'applied') this.onApplied(event);
    else if (entry !== undefined) entry.copies++;
  }

  private onApplied({ uuid, origin, key, version, via, hops, time, node }: Applied): void {
    const open = this.open.get(uuid);
    if (open !== undefined) {
      const { entry, gotAt } = open;
      const parentAt = gotAt.get(via);
      const ms = parentAt === undefined ? 0 : time - parentAt;
      if (ms > (entry.slowest?.ms ?? 0)) entry.slowest = { from: via, to: node, ms };
      entry.lastHop = Math.max(hops, entry.lastHop);
      this.got(open, node, time);
    }
    this.replaceOlder(slotOf(origin, key), version, node, time);
  }

  /** Who has the news needs no history. */
  private replaceOlder(slot: string, version: number, node: Address, time: Millis): void {
    for (const open of this.openOf.get(slot) ?? []) if (open.entry.version < version) this.got(open, node, time);
  }

  private got(open: Open, node: Address, time: Millis): void {
    if (!open.gotAt.has(node)) open.gotAt.set(node, time);
    if (!open.missing.delete(node)) return;
    open.entry.reached++;
    open.entry.lastAt = Math.max(time, open.entry.lastAt);
    if (open.missing.size === 0) this.close(open);
  }

  private close({ entry }: Open): void {
    const open = this.open.get(entry.uuid);
    if (open === undefined) return;
    this.open.delete(entry.uuid);
    const slot = slotOf(entry.origin, entry.key);
    const others = this.openOf.get(slot);
    others?.delete(open);
    if (others?.size === 0) this.openOf.delete(slot);
  }

  private onGone(node: Address): void {
    this.live.delete(node);
    for (const open of [...this.open.values()]) {
      if (!open.missing.delete(node)) continue;
      open.entry.awaited--;
      if (open.missing.size === 0) this.close(open);
    }
  }

  private onRefuted(node: Address, version: number): void {
    const latest = this.latestOf.get(node);
    if (latest?.version === version) latest.isRefutation = true;
  }

  private forgetOldest(): void {
    if (this.byUuid.size <= MAX_UPDATES) return;
    const [oldest] = this.byUuid.values();
    if (oldest === undefined) return;
    this.byUuid.delete(oldest.uuid);
    const open = this.open.get(oldest.uuid);
    if (open !== undefined) this.close(open);
  }
}

function slotOf(origin: Address, key: string | undefined): string {
  return key === undefined ? origin : `${origin} ${key}`;
}
