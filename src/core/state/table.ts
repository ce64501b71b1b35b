/**
 * The table: what a node holds about every origin, and the one rule that changes it.
 *
 * A record is replaced by a newer one and by nothing else. Of two contents for one origin and key the higher
 * version wins, and on a tie the larger uuid. Of two claims about an origin's health the higher version wins, and
 * on a tie the stronger one (`left` > `down` > `suspect`). A claim stands while no content of its origin is newer
 * than the version it speaks about: the version is the incarnation, as in SWIM (Das, Gupta, Motivala, DSN 2002).
 *
 * Each half is a maximum over a total order, so merging is commutative, associative and idempotent: any order,
 * duplication or loss followed by repair leads to the same table.
 */
import type { Address } from '../address.ts';
import type { Millis, RecordSnapshot } from '../boundary.ts';
import { formatFingerprint } from './fingerprint.ts';
import {
  addRecordsOf,
  contentOf,
  heldFor,
  isNewer,
  isTombstone,
  recordsOf,
  view,
  wins,
  type Member,
  type StoredRecord,
} from './member.ts';
import type { Rumor, Status } from '../messages.ts';
import { RareSet } from '../rare.ts';
import { createdAt, MAX_AHEAD_MS, stampOf } from './record-stamp.ts';
import { YoungRecords } from './young-records.ts';

export type MergeResult = 'applied' | 'duplicate' | 'stale' | 'full';

const NOBODY: readonly Address[] = [];

/** The part of the reaping time after which the gone are no longer told to others: one third. */
const DORMANT_PART = 3;

export class Table {
  private readonly members = new Map<Address, Member>();
  private recordCount = 0;
  private keyedCount = 0;
  /** Members that were never seen alive, and those of them that have keyed records. */
  private unseenCount = 0;
  private readonly unseenWithKeys = new RareSet<Address>();
  /** Where the last one was evicted. */
  private hand: Iterator<[Address, Member]> | undefined = undefined;
  private claimCount = 0;
  /** Members that may have to be reaped: down or left when last looked at. */
  private readonly gone = new RareSet<Address>();
  /** Of deleted keyed records; and those of them that are no longer told to others. */
  private readonly tombstones = new RareSet<StoredRecord>();
  private readonly dormantTombstones = new RareSet<StoredRecord>();
  private high = 0;
  private low = 0;
  /** Written out when it is asked for, since that is far more often than it changes. */
  private hashText: string | undefined = undefined;
  private readonly young = new YoungRecords();

  /**
   * Members and keyed records have room of their own each: a member brings its record without a key and a claim about it, which always fit.
   *
   * @param maxMembers beside this node itself
   * @param maxRecords with a key
   * @param evicted told which member was forgotten to make room
   */
  constructor(
    private readonly maxMembers: number,
    private readonly maxRecords = maxMembers,
    private readonly self: Address = '',
    private readonly evicted: (origin: Address) => void = () => {},
  ) {}

  /**
   * Applies the rule to one rumor. Only `'applied'` changes anything.
   *
   * @param mayEvict in a full table it takes the place of one that was never seen alive. Not what repair brings: two full tables
   *   that hold different members would go on to evict each other's for ever
   */
  merge(rumor: Rumor, via: Address, hops: number, now: Millis, mayEvict = false): MergeResult {
    const member = this.members.get(rumor.origin);
    const held = heldFor(member, rumor);
    if (!isNewer(rumor, member)) return held?.rumor.uuid === rumor.uuid ? 'duplicate' : 'stale';
    if (held === undefined && !this.hasRoomFor(rumor, member === undefined, mayEvict)) return 'full';
    const stamp = stampOf(rumor);
    const record = { rumor, via, hops, receivedAt: now, stamp, createdAt: createdAt(rumor, now, MAX_AHEAD_MS) };
    this.put(member ?? this.addMember(rumor.origin), held, record);
    return 'applied';
  }

  /** Would the rule take this one? */
  isNews(rumor: Rumor): boolean {
    return isNewer(rumor, this.members.get(rumor.origin));
  }

  /** What is held instead of this one because it wins by the rule; `undefined` when nothing does. */
  newerThan(rumor: Rumor): StoredRecord | undefined {
    const held = this.heldFor(rumor);
    return held !== undefined && wins(held.rumor, rumor) ? held : undefined;
  }

  /** What this rumor would replace, or is held instead of it. */
  heldFor(rumor: Rumor): StoredRecord | undefined {
    return heldFor(this.members.get(rumor.origin), rumor);
  }

  private addMember(origin: Address): Member {
    const isSeenAlive = origin === this.self;
    const member = {
      keyless: undefined,
      keyed: undefined,
      version: 0,
      claim: undefined,
      isDormant: false,
      isSeenAlive,
    };
    this.members.set(origin, member);
    if (!isSeenAlive) this.unseenCount++;
    return member;
  }

  private put(member: Member, held: StoredRecord | undefined, record: StoredRecord): void {
    if (member.isDormant) this.wake(member);
    if (held !== undefined) this.replace(held, record);
    this.count(record, 1);
    const { rumor } = record;
    if (rumor.status !== undefined) {
      member.claim = record;
      if (rumor.status !== 'suspect') this.gone.add(rumor.origin);
      return;
    }
    if (rumor.key === undefined) member.keyless = record;
    else {
      (member.keyed ??= new Map()).set(rumor.key, record);
      if (!member.isSeenAlive) this.unseenWithKeys.add(rumor.origin);
      if (isTombstone(rumor)) this.tombstones.add(record);
    }
    member.version = Math.max(member.version, rumor.version);
    if (member.claim !== undefined && member.claim.rumor.version < member.version) {
      this.replace(member.claim, record);
      member.claim = undefined;
    }
  }

  private replace(record: StoredRecord, by: StoredRecord): void {
    const isDormant = this.dormantTombstones.has(record);
    this.count(record, -1);
    if (!isDormant) this.young.replace(record, by);
  }

  private count(record: StoredRecord, by: 1 | -1): void {
    this.recordCount += by;
    if (record.rumor.status !== undefined) this.claimCount += by;
    else if (record.rumor.key !== undefined) this.keyedCount += by;
    this.tombstones.delete(record);
    if (!this.dormantTombstones.delete(record)) this.toggle(record);
  }

  /** This node has met it: it is not made up, and never evicted. */
  noteAlive(origin: Address): void {
    const member = this.members.get(origin);
    if (member === undefined || member.isSeenAlive) return;
    member.isSeenAlive = true;
    this.unseenCount--;
    this.unseenWithKeys.delete(origin);
  }

  private hasRoomFor({ origin, key, status }: Rumor, isNewMember: boolean, mayEvict: boolean): boolean {
    const isKeyed = status === undefined && key !== undefined;
    if (isKeyed && this.keyedCount >= this.maxRecords && !(mayEvict && this.evictKeys(origin))) return false;
    if (!isNewMember || origin === this.self || this.members.size < this.maxMembers) return true;
    // A claim about one that nobody here knows is no reason to forget another.
    return mayEvict && status === undefined && this.evictMember();
  }

  /**
   * Forgets a member that was never seen alive. Not the one that was heard of first: in a flood of made-up origins these are the real
   * ones. The hand goes on from a place that follows from what the table holds, so it seldom meets them.
   */
  private evictMember(): boolean {
    if (this.unseenCount === 0) return false;
    this.hand ??= this.memberAt((this.low >>> 0) % this.members.size);
    for (;;) {
      const next = this.hand.next();
      if (next.done === true) {
        this.hand = this.members.entries();
        continue;
      }
      const [origin, member] = next.value;
      if (member.isSeenAlive) continue;
      this.remove(origin, member);
      this.evicted(origin);
      return true;
    }
  }

  private memberAt(index: number): Iterator<[Address, Member]> {
    const hand = this.members.entries();
    for (let i = 0; i < index; i++) hand.next();
    return hand;
  }

  /** Forgets the keyed records of another member that was never seen alive. */
  private evictKeys(keeper: Address): boolean {
    for (const origin of this.unseenWithKeys) {
      const member = this.members.get(origin);
      if (origin === keeper || member === undefined) continue;
      for (const record of member.keyed?.values() ?? []) this.drop(record, member);
      member.keyed = undefined;
      this.unseenWithKeys.delete(origin);
      return true;
    }
    return false;
  }

  private remove(origin: Address, member: Member): void {
    for (const record of recordsOf(member)) this.drop(record, member);
    if (!member.isSeenAlive) this.unseenCount--;
    this.unseenWithKeys.delete(origin);
    this.gone.delete(origin);
    this.members.delete(origin);
  }

  /** What is dormant is out of the hash already. */
  private drop(record: StoredRecord, { isDormant }: Member): void {
    if (isDormant && !this.dormantTombstones.has(record)) this.toggle(record);
    this.count(record, -1);
  }

  /** Takes a record into the hash, or out of it. */
  private toggle(record: StoredRecord): void {
    const { high, low } = record.stamp;
    this.high ^= high;
    this.low ^= low;
    this.hashText = undefined;
    this.young.toggle(record);
  }

  /** All of a member's, but for what is out of the hash on its own account. */
  private toggleAll(member: Member): void {
    for (const record of recordsOf(member)) if (!this.dormantTombstones.has(record)) this.toggle(record);
  }

  private wake(member: Member): void {
    member.isDormant = false;
    this.toggleAll(member);
  }

  /**
   * Forgets members that have been down or left for `afterMs`. From a third of that time on they are not told to others any
   * more: nodes forget at different moments, and would else teach each other the dead again and again.
   *
   * The tombstones of keyed records go the same way, by the time since they came.
   *
   * @returns the members forgotten just now
   */
  reap(now: Millis, afterMs: number): readonly Address[] {
    if (this.tombstones.size > 0) this.reapTombstones(now, afterMs);
    if (this.gone.size === 0) return NOBODY;
    const reaped: Address[] = [];
    for (const origin of this.gone) {
      const member = this.members.get(origin);
      const claim = member?.claim;
      if (member === undefined || claim === undefined || claim.rumor.status === 'suspect') {
        this.gone.delete(origin);
        continue;
      }
      const goneMs = now - claim.receivedAt;
      if (!member.isDormant && goneMs >= afterMs / DORMANT_PART) {
        this.toggleAll(member);
        member.isDormant = true;
      }
      if (goneMs < afterMs) continue;
      this.remove(origin, member);
      reaped.push(origin);
    }
    return reaped;
  }

  /** Those of a member that is dormant itself are forgotten with it. */
  private reapTombstones(now: Millis, afterMs: number): void {
    for (const record of this.tombstones) {
      const member = this.members.get(record.rumor.origin);
      const deletedMs = now - record.receivedAt;
      if (member === undefined || member.isDormant || deletedMs < afterMs / DORMANT_PART) continue;
      if (!this.dormantTombstones.has(record)) {
        this.toggle(record);
        this.dormantTombstones.add(record);
      }
      if (deletedMs < afterMs) continue;
      this.drop(record, member);
      member.keyed?.delete(record.rumor.key as string);
    }
  }

  /** `'alive'` also for a member that nobody has heard of: nothing is claimed against it. */
  statusOf(origin: Address): Status {
    if (this.claimCount === 0) return 'alive';
    return this.members.get(origin)?.claim?.rumor.status ?? 'alive';
  }

  /** The highest version that was told of this origin, by itself or by an accuser; 0 when unknown. */
  versionOf(origin: Address): number {
    const member = this.members.get(origin);
    return Math.max(member?.version ?? 0, member?.claim?.rumor.version ?? 0);
  }

  get(origin: Address, key?: string): StoredRecord | undefined {
    return contentOf(this.members.get(origin), key);
  }

  /** Its record without a key, or else the newest of its keyed records. */
  newestContentOf(origin: Address): StoredRecord | undefined {
    const member = this.members.get(origin);
    if (member?.keyless !== undefined || member?.keyed === undefined) return member?.keyless;
    return [...member.keyed.values()].reduce((a, b) => (b.rumor.version > a.rumor.version ? b : a));
  }

  claimOn(origin: Address): StoredRecord | undefined {
    return this.members.get(origin)?.claim;
  }

  has(origin: Address): boolean {
    return this.members.has(origin);
  }

  origins(): IterableIterator<Address> {
    return this.members.keys();
  }

  /** Contents and claims that are told to others, in the order their origins were first heard of. */
  records(): StoredRecord[] {
    const records: StoredRecord[] = [];
    for (const member of this.members.values()) if (!member.isDormant) addRecordsOf(member, records);
    return this.dormantTombstones.size === 0
      ? records
      : records.filter((record) => !this.dormantTombstones.has(record));
  }

  /** Is there something that it does not take? Then two tables may differ for good. */
  get isFull(): boolean {
    return this.members.size >= this.maxMembers || this.keyedCount >= this.maxRecords;
  }

  get memberCount(): number {
    return this.members.size;
  }

  get size(): number {
    return this.recordCount;
  }

  /** Equal on two nodes exactly when their tables are (but for accidents of one in 2^64). */
  hash(): string {
    return (this.hashText ??= formatFingerprint(this.high, this.low));
  }

  /**
   * The same of what was created up to then, which leaves out what may still be on its way. Each heartbeat asks for a
   * time a little later than the last, so the few that are young are kept apart: a large table is not walked each time.
   */
  hashUntil(until: Millis): string {
    const [high, low] = this.young.hashUntil(until, () => this.records(), this.high, this.low);
    return formatFingerprint(high, low);
  }

  /** What is held of one origin and key; the record without a key, where none is given. */
  view(origin: Address, key?: string): RecordSnapshot | undefined {
    const record = this.get(origin, key);
    return record && view(origin, record, this.statusOf(origin));
  }

  /** What one origin's contents look like from outside; a member known by a claim alone has none. */
  *snapshot(): Generator<RecordSnapshot> {
    for (const [origin, member] of this.members) {
      const status = member.claim?.rumor.status ?? 'alive';
      if (member.keyless !== undefined) yield view(origin, member.keyless, status);
      if (member.keyed !== undefined) for (const record of member.keyed.values()) yield view(origin, record, status);
    }
  }
}
