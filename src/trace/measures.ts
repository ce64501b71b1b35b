/**
 * What a run's trace measures, in one pass and in memory that does not grow with the number of events: one number for each
 * node and origin of an update, one entry an update and claim. The events come in the order of their times, from any host.
 *
 * - An update is a content that its origin publishes, from `fromMs` to `untilMs`. What a node says again to refute an
 *   accusation is none, nor is (`exceptFirst`) the favourite it tells when it starts.
 * - A node holds an update when it has that version of its record or a newer one: who has the news needs no history.
 *   A node that starts anew holds nothing.
 * - Coverage counts the nodes that run at the end. A delivery time is from publishing until one node holds the update, of each
 *   node that has been up since; the time to all is an update's longest. Where it never came both are infinite, so a quantile
 *   that falls there is left out.
 * - Stretch is the time to all by that of a flood over the same links, of the updates whose flood time the host knows.
 * - Payload are rumors sent with an update that is measured. Control is all that tells no content and is sent from `fromMs` to
 *   `untilMs`. Both are per update, and bytes are those of both. Contents that are not measured count nowhere.
 */
import type { Address, CoreEvent, Millis } from '../core/index.ts';
import { Detection } from './detection.ts';
import { Population } from './population.ts';
import { Quantiles } from './quantiles.ts';
import { given, spreadOf, timeToAllMsOf, type Reach, type Spread } from './spread.ts';
import type { HostEvent, TransportEvent } from './trace-event.ts';

export interface MeasurePlan {
  readonly fromMs: Millis;
  readonly untilMs: Millis;
  /** Not the first content of each node's life: its favourite, told to whoever it joins. */
  readonly exceptFirst: boolean;
}

/** A measure that does not apply is left out. Quantiles are rounded to three significant digits; `max` is not. */
export interface Measured extends Partial<Spread> {
  readonly updates: number;
  /** Nodes up at the end. */
  readonly live: number;
  /** Between them at the end. */
  readonly links: number;
  readonly lastDeliveryHop?: { readonly p50: number; readonly max: number };
  readonly payloadPerUpdate?: number;
  readonly redundancy?: number;
  readonly controlPerUpdate?: number;
  readonly bytesPerUpdate?: number;
  readonly detectionMs?: { readonly p50?: number; readonly max?: number };
  readonly falsePositives: number;
}

/** One update, up to now. */
export interface UpdateFacts {
  readonly uuid: string;
  readonly publishedAt: Millis;
  /** How many ran when it was published, its origin among them. */
  readonly liveNodes: number;
  /** Rumors sent with it. */
  readonly copies: number;
  readonly lastHop: number;
}

/** Told when a node that was up when an update was published comes to hold it, or a newer one in its place. */
export type OnDelivery = (update: UpdateFacts, ageMs: Millis) => void;

/** How long a flood from there would take now until all hold what it tells; `undefined`: nobody can say, or it would not come to all. */
export type FloodMsFrom = (origin: Address) => Millis | undefined;

interface Update extends UpdateFacts {
  readonly slot: Slot;
  readonly floodMs: Millis | undefined;
  /** The longest delivery time so far. */
  longestMs: Millis;
  /** Infinite while its origin has forgotten that it has told more than this before: nobody takes it for news. */
  version: number;
  copies: number;
  lastHop: number;
}

/** One origin and key: its updates, oldest first, and the version that each node holds. */
interface Slot {
  readonly updates: Update[];
  held: Float64Array;
  newest: number;
}

type Published = Extract<CoreEvent, { readonly type: 'published' }>;
type Applied = Extract<CoreEvent, { readonly type: 'applied' }>;
type Sent = Extract<TransportEvent, { readonly type: 'sent' }>;

export class Measures {
  private readonly population = new Population();
  private readonly detection = new Detection(this.population);
  private readonly slots = new Map<string, Slot>();
  private readonly updates = new Map<string, Update>();
  private readonly latestOf: (Update | undefined)[] = [];
  private readonly hasToldFirst: boolean[] = [];
  private readonly deliveryTimes = new Quantiles();
  /** The uuids of claims: rumors that tell no content. */
  private readonly claims = new Set<string>();
  private control = 0;
  private bytes = 0;
  private hasBytes = false;

  constructor(
    private readonly plan: MeasurePlan = { fromMs: -Infinity, untilMs: Infinity, exceptFirst: false },
    private readonly onDelivery?: OnDelivery,
    private readonly floodMsFrom?: FloodMsFrom,
  ) {}

  /** Those measured so far, in the order of their publication. */
  get eachUpdate(): Iterable<UpdateFacts> {
    return this.updates.values();
  }

  /** Of each update, in the order of their publication; `null`: some node that lives never got it. */
  timesToAllMs(): (Millis | null)[] {
    return Array.from(this.reaches(), timeToAllMsOf);
  }

  observe(time: Millis, address: Address, event: CoreEvent | TransportEvent | HostEvent): void {
    const node = this.population.numberOf(address, time);
    switch (event.type) {
      case 'sent':
        return this.onSent(time, event);
      case 'applied':
        return this.onApplied(time, node, event);
      case 'published':
        return this.onPublished(time, node, event);
      case 'refuted':
        return this.onRefuted(node, event.version);
      case 'status':
        if (event.status === 'down') this.onDown(time, node, event.origin, event.version);
        return;
      case 'peerUp':
        return this.population.link(node, 1);
      case 'peerDown':
        return this.population.link(node, -1);
      case 'started':
        return this.onStarted(time, node);
      case 'stopped':
        this.population.stop(node);
        return this.detection.stopped(time, node, event.why);
      case 'received':
      case 'duplicate':
      case 'stale':
      case 'dropped':
      case 'reaped':
      case 'eager':
      case 'lazy':
      case 'contested':
      case 'receipt':
      case 'linkOpened':
      case 'linkClosed':
      case 'unreachable':
      case 'unpublished':
      case 'unsendable':
      case 'refused':
      case 'paused':
      case 'resumed':
      case 'lost':
        return;
    }
  }

  /**
   * Of the trace up to now, which is taken for its end.
   *
   * @param untilMs what was published later is no update
   */
  result(untilMs: Millis = Infinity): Measured {
    for (const update of this.updates.values()) if (update.publishedAt > untilMs) this.forget(update);
    const { updates, population, detection } = this;
    const hops = new Quantiles();
    for (const { lastHop } of updates.values()) if (lastHop > 0) hops.add(lastHop);
    const detected = detection.result();
    const detectionMs = detected && given({ p50: detected.quantile(0.5), max: detected.max });
    return {
      updates: updates.size,
      live: population.live,
      links: population.links,
      ...(updates.size > 0 &&
        population.live > 0 &&
        spreadOf([...this.reaches()], population.live, this.deliveryTimes)),
      ...(hops.size > 0 && { lastDeliveryHop: { p50: hops.quantile(0.5) ?? 0, max: hops.max ?? 0 } }),
      ...(updates.size > 0 && this.costs()),
      ...(detectionMs && { detectionMs }),
      falsePositives: detection.falsePositives,
    };
  }

  private onStarted(time: Millis, node: number): void {
    this.population.start(node, time);
    this.detection.started(node);
    this.hasToldFirst[node] = false;
    for (const { held } of this.slots.values()) if (node < held.length) held[node] = 0;
  }

  private onPublished(time: Millis, node: number, event: Published): void {
    if (event.status !== undefined) {
      this.claims.add(event.uuid);
      return;
    }
    const { origin, version, key, uuid } = event;
    this.detection.told(node, version);
    const isFirst = key === undefined && this.hasToldFirst[node] !== true;
    if (isFirst) this.hasToldFirst[node] = true;
    const { fromMs, untilMs, exceptFirst } = this.plan;
    const isMeasured = time >= fromMs && time <= untilMs && !(exceptFirst && isFirst);
    const name = slotName(origin, key);
    const slot = this.slots.get(name) ?? (isMeasured ? this.addSlot(name) : undefined);
    if (slot === undefined) return;
    const isForgetful = version <= slot.newest;
    if (!isForgetful) {
      for (const update of slot.updates) if (update.version === Infinity) update.version = version;
      slot.newest = version;
    }
    if (isMeasured) {
      const update: Update = {
        uuid,
        slot,
        publishedAt: time,
        liveNodes: this.population.live,
        floodMs: this.floodMsFrom?.(origin),
        longestMs: 0,
        version: isForgetful ? Infinity : version,
        copies: 0,
        lastHop: 0,
      };
      slot.updates.push(update);
      this.updates.set(uuid, update);
      this.latestOf[node] = update;
    }
    hold(slot, node, version);
  }

  private addSlot(name: string): Slot {
    const slot = { updates: [], held: new Float64Array(this.population.size), newest: 0 };
    this.slots.set(name, slot);
    return slot;
  }

  /** What it has just published only says again what was accused. */
  private onRefuted(node: number, version: number): void {
    const update = this.latestOf[node];
    if (update?.version !== version) return;
    this.latestOf[node] = undefined;
    this.forget(update);
  }

  private forget(update: Update): void {
    this.claims.add(update.uuid);
    this.control += update.copies;
    this.updates.delete(update.uuid);
    update.slot.updates.splice(update.slot.updates.indexOf(update), 1);
  }

  private onApplied(time: Millis, node: number, event: Applied): void {
    if (event.status !== undefined) return;
    const slot = this.slots.get(slotName(event.origin, event.key));
    if (slot === undefined) return;
    const { version } = event;
    const before = slot.held[node] ?? 0;
    if (version <= before) return;
    hold(slot, node, version);
    for (let i = slot.updates.length - 1; i >= 0; i--) {
      const update = slot.updates[i] as Update;
      if (update.version <= before) return;
      if (update.version > version) continue;
      if (this.population.isUpSince(node, update.publishedAt)) this.onDelivered(update, time - update.publishedAt);
      if (update.uuid === event.uuid && event.hops > update.lastHop) update.lastHop = event.hops;
    }
  }

  private onDelivered(update: Update, ageMs: Millis): void {
    this.deliveryTimes.add(ageMs);
    if (ageMs > update.longestMs) update.longestMs = ageMs;
    this.onDelivery?.(update, ageMs);
  }

  private onSent(time: Millis, event: Sent): void {
    if (event.message === 'rumor' && !this.claims.has(event.uuid)) {
      const update = this.updates.get(event.uuid);
      if (update === undefined) return;
      update.copies++;
    } else {
      if (time < this.plan.fromMs || time > this.plan.untilMs) return;
      this.control++;
    }
    if (event.bytes === undefined) return;
    this.bytes += event.bytes;
    this.hasBytes = true;
  }

  private onDown(time: Millis, node: number, origin: Address, version: number): void {
    const accused = this.population.find(origin);
    if (accused !== undefined) this.detection.saidDown(time, node, accused, version);
  }

  /** Of each update, in the order of their publication. */
  private *reaches(): Generator<Reach> {
    const { population } = this;
    for (const { slot, version, publishedAt, longestMs, floodMs } of this.updates.values()) {
      let holders = 0;
      let missing = 0;
      for (let node = 0; node < population.size; node++) {
        if (!population.isUp(node)) continue;
        if ((slot.held[node] ?? 0) >= version) holders++;
        else if (population.isUpSince(node, publishedAt)) missing++;
      }
      yield { holders, missing, longestMs, floodMs };
    }
  }

  private costs(): Pick<Measured, 'payloadPerUpdate' | 'redundancy' | 'controlPerUpdate' | 'bytesPerUpdate'> {
    const count = this.updates.size;
    let copies = 0;
    let others = 0;
    for (const update of this.updates.values()) {
      copies += update.copies;
      others += update.liveNodes - 1;
    }
    return {
      payloadPerUpdate: copies / count,
      ...(others > 0 && { redundancy: copies / others - 1 }),
      controlPerUpdate: this.control / count,
      ...(this.hasBytes && { bytesPerUpdate: this.bytes / count }),
    };
  }
}

function slotName(origin: Address, key: string | undefined): string {
  return key === undefined ? origin : `${origin} ${key}`;
}

function hold(slot: Slot, node: number, version: number): void {
  if (node >= slot.held.length) {
    const longer = new Float64Array(Math.max(node + 1, 2 * slot.held.length));
    longer.set(slot.held);
    slot.held = longer;
  }
  if (version > (slot.held[node] ?? 0)) slot.held[node] = version;
}
