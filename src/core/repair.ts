/**
 * Repair: what two peers do when their tables differ.
 *
 *     A ->[heartbeat] B                     the hashes differ
 *     B ->[iHave] A, A ->[iHave] B          what each learned lately (Plumtree's lazy push)
 *     A ->[graft] B, B ->[rumor …] A        what has not come by itself a moment later
 *
 * News that is on its way makes tables differ for a moment and arrives by itself. If heartbeats go on to differ, the
 * difference is older than that, and the whole tables are compared, in bounded pieces (`anti-entropy.ts`). So they are at
 * once when neither side has learned anything lately.
 */
import type { Address } from './address.ts';
import type { Millis } from './boundary.ts';
import { compare, deltaOf, digestOf, digestOfBuckets, isLacking, summaryOf, wanted, wantOf } from './anti-entropy.ts';
import { nameOf } from './digest-entry.ts';
import type { Effects } from './effects.ts';
import type { Delta, Digest, DigestEntry, Graft, IHave, Rumor, Summary, Want } from './messages.ts';
import { entryBytes, fitting, jsonBytes } from './message-bytes.ts';
import { MAX_HOPS, type Parameters } from './parameters.ts';
import type { Random } from './random.ts';
import { RareMap } from './rare.ts';
import type { Strategy } from './strategy.ts';
import type { Table } from './table.ts';

/** Heartbeats in a row that may disagree before the whole tables are compared. A guess. */
const DISAGREEMENTS_BEFORE_DIGEST = 3;

/** Announcements whose grafts wait at one time; others are left to the next heartbeat. A guess: each peer may have a dozen. */
const MAX_GRAFTS = 64;
/** Records that are asked for at one time. A guess: what 64 announcements of ours name is as much. */
const MAX_GRAFTED = 4096;

/** So many of these are left out at most where a table is full. A guess: with the longest period four minutes. */
const LONGEST_PAUSE = 16;

type RepairMessage = IHave | Graft | Summary | Digest | Want | Delta;

export class Repair {
  /** What was asked for with a graft, and when: two announcers are not asked for the same at once. */
  private readonly grafted = new RareMap<string, number>();
  /** Timers under way. */
  private grafts = 0;

  constructor(
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly strategy: Strategy,
    private readonly learn: (from: Address, rumor: Rumor) => boolean,
  ) {}

  /** What is remembered about grafts under way. */
  get size(): number {
    return this.grafted.size;
  }

  onDisagreement(peer: Address, times: number): void {
    if (this.parameters.settleMs > 0) return this.onSettledDisagreement(peer, times);
    if (this.isTimeToCompare(times)) this.compareWith(peer);
    else this.effects.send(peer, { type: 'iHave', entries: this.recentEntries(), answer: true });
  }

  /** Where a table is full they may differ for good: then less and less often. */
  private isTimeToCompare(times: number): boolean {
    if (times === Infinity) return true;
    const turn = times / DISAGREEMENTS_BEFORE_DIGEST;
    if (!this.table.isFull || turn % LONGEST_PAUSE === 0) return Number.isInteger(turn);
    return turn < LONGEST_PAUSE && Number.isInteger(Math.log2(turn));
  }

  /** Nothing on its way counts here, so the tables are compared each time. If that was not the end of it, pushing fails. */
  private onSettledDisagreement(peer: Address, times: number): void {
    if (!this.table.isFull || this.isTimeToCompare(DISAGREEMENTS_BEFORE_DIGEST * times)) this.compareWith(peer);
    if (times === 1 || times === Infinity) return;
    this.effects.send(peer, { type: 'iHave', entries: this.recentEntries(), answer: true });
  }

  receive(from: Address, message: RepairMessage): void {
    switch (message.type) {
      case 'iHave':
        return this.onIHave(from, message);
      case 'graft':
        return this.onGraft(from, message);
      case 'summary':
        return this.onSummary(from, message);
      case 'digest':
        return this.onDigest(from, message);
      case 'want':
        return this.onWant(from, message);
      case 'delta':
        return this.onDelta(from, message);
    }
  }

  private onIHave(from: Address, { entries, answer }: IHave): void {
    const lacking = entries.filter((entry) => isLacking(this.table, entry));
    if (lacking.length > 0 && this.grafts < MAX_GRAFTS) {
      this.grafts++;
      const announced = fitting(lacking, entryBytes, this.parameters.maxDigestBytes);
      this.effects.schedule(this.parameters.graftAfterMs, { name: 'graft', peer: from, entries: announced });
    }
    if (!answer) return;
    const recent = this.recentEntries();
    // Neither has learned anything lately, so what differs is older.
    if (recent.length === 0 && entries.length === 0 && !this.table.isFull) return this.compareWith(from);
    const theirs = new Set(entries.map((entry) => entry.join(' ')));
    const ours = recent.filter((entry) => !theirs.has(entry.join(' ')));
    if (ours.length > 0) this.effects.send(from, { type: 'iHave', entries: ours, answer: false });
  }

  /** Asks for what has not come meanwhile, unless another announcer was asked for it just now. */
  graft(peer: Address, entries: readonly DigestEntry[]): void {
    this.grafts = Math.max(0, this.grafts - 1);
    const { now } = this.effects;
    const patienceMs = 2 * this.parameters.graftAfterMs;
    for (const [name, at] of this.grafted) {
      if (now - at <= patienceMs) break;
      this.grafted.delete(name);
    }
    const room = MAX_GRAFTED - this.grafted.size;
    const missing = entries
      .filter((entry) => isLacking(this.table, entry) && !this.grafted.has(nameOf(entry)))
      .slice(0, room);
    if (missing.length === 0) return;
    for (const entry of missing) this.grafted.set(nameOf(entry), now);
    this.strategy.graft(peer);
    this.effects.send(peer, { type: 'graft', records: missing.map(wantOf) });
  }

  private onGraft(from: Address, { records }: Graft): void {
    this.strategy.graft(from);
    for (const { rumor, hops } of wanted(this.table, { type: 'want', records }).slice(
      0,
      this.parameters.maxDeltaRumors,
    )) {
      const ttl = Math.max(1, this.parameters.ttl - hops);
      this.effects.send(from, { ...rumor, ttl, hops: Math.min(hops + 1, MAX_HOPS) });
    }
  }

  private onSummary(from: Address, summary: Summary): void {
    this.effects.send(from, digestOfBuckets(this.table, summary, this.random, this.parameters, this.settledUntil));
  }

  private onDigest(from: Address, digest: Digest): void {
    const { theyLack: missed, weLack } = compare(this.table, digest);
    const theyLack = missed.filter(({ createdAt }) => createdAt <= this.settledUntil);
    const delta = deltaOf(theyLack, this.parameters);
    if (theyLack.length > 0) this.effects.send(from, delta);
    if (weLack.length > 0 && delta.more !== true)
      this.effects.send(from, { type: 'want', records: this.fitting(weLack) });
  }

  private onWant(from: Address, want: Want): void {
    this.effects.send(from, deltaOf(wanted(this.table, want), this.parameters));
  }

  /**
   * When there is more: answers what was old news with the newer, and asks for the next piece. A piece that changed
   * neither side would be the same a second time, so then we do not ask.
   */
  private onDelta(from: Address, { rumors, more }: Delta): void {
    const hashBefore = this.table.hash();
    for (const rumor of rumors) if (this.learn(from, rumor)) this.strategy.repaired(from, rumor);
    if (more !== true) return;
    const theyLack = rumors.map((rumor) => this.table.newerThan(rumor)).filter((record) => record !== undefined);
    if (theyLack.length > 0) this.effects.send(from, deltaOf(theyLack, this.parameters));
    const hasHelped = theyLack.length > 0 || this.table.hash() !== hashBefore;
    if (hasHelped) this.compareWith(from);
  }

  /**
   * What is younger is left to pushing: a record that repair brings is not passed on, and when its push comes later
   * it is old news, so that those who depend on us would not get it.
   */
  private get settledUntil(): Millis {
    const { settleMs } = this.parameters;
    return settleMs === 0 ? Infinity : this.effects.now - settleMs;
  }

  private compareWith(peer: Address): void {
    const { table, parameters, settledUntil } = this;
    this.effects.send(peer, digestOf(table, parameters, settledUntil) ?? summaryOf(table, settledUntil));
  }

  /** As many as one message takes; the others are asked for when tables are compared again. */
  private fitting(records: Want['records']): Want['records'] {
    return fitting(records, (record) => jsonBytes(record) + 1, this.parameters.maxDigestBytes);
  }

  private recentEntries(): DigestEntry[] {
    const { announceMs, maxAnnounced } = this.parameters;
    const since = this.effects.now - announceMs;
    // Those that came last, where not all fit.
    const entries = this.table.latest(since, maxAnnounced).map(({ stamp }) => stamp.entry);
    return fitting(entries.toReversed(), entryBytes, this.parameters.maxDigestBytes).toReversed();
  }
}
