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
import type { Address } from './address.ts';
import type { Millis, RecordSnapshot } from './boundary.ts';
import { CLAIM_STRENGTH } from './digest-entry.ts';
import { formatFingerprint } from './fingerprint.ts';
import type { Rumor, Status } from './messages.ts';
import { RareSet } from './rare.ts';
import { createdAt, MAX_AHEAD_MS, stampOf, type Stamp } from './record-stamp.ts';
import { YoungRecords } from './young-records.ts';

/** The newest rumor held for one origin and key, and how it came. */
export interface StoredRecord {
  readonly rumor: Rumor;
  readonly via: Address;
  readonly hops: number;
  readonly receivedAt: Millis;
  readonly stamp: Stamp;
  /** By its origin's clock, but not long after it came. */
  readonly createdAt: Millis;
}

interface Member {
  favorite: StoredRecord | undefined;
  keyed: Map<string, StoredRecord> | undefined;
  /** The highest version among its contents; 0 before the first. */
  version: number;
  /** The strongest claim about `version` or above; a refuted one is forgotten. */
  claim: StoredRecord | undefined;
  /** Gone for so long that it is about to be forgotten: shown, but no longer told to others. */
  isDormant: boolean;
}

export type MergeResult = 'applied' | 'duplicate' | 'stale' | 'full';

const NOBODY: readonly Address[] = [];

/** The part of the reaping time after which the gone are no longer told to others: one third. */
const DORMANT_PART = 3;

export class Table {
  private readonly members = new Map<Address, Member>();
  private recordCount = 0;
  private claimCount = 0;
  /** Who may have to be reaped: down or left when last looked at. */
  private readonly gone = new RareSet<Address>();
  private high = 0;
  private low = 0;
  /** Written out when it is asked for, since that is far more often than it changes. */
  private hashText: string | undefined = undefined;
  private readonly young = new YoungRecords();

  constructor(private readonly maxRecords: number) {}

  /** Applies the rule to one rumor. Only `'applied'` changes anything. */
  merge(rumor: Rumor, via: Address, hops: number, now: Millis): MergeResult {
    const member = this.members.get(rumor.origin);
    const held = heldFor(member, rumor);
    if (!isNewer(rumor, member)) return held?.rumor.uuid === rumor.uuid ? 'duplicate' : 'stale';
    if (held === undefined && this.recordCount >= this.maxRecords) return 'full';
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
    const member = { favorite: undefined, keyed: undefined, version: 0, claim: undefined, isDormant: false };
    this.members.set(origin, member);
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
    if (rumor.key === undefined) member.favorite = record;
    else (member.keyed ??= new Map()).set(rumor.key, record);
    member.version = Math.max(member.version, rumor.version);
    if (member.claim !== undefined && member.claim.rumor.version < member.version) {
      this.replace(member.claim, record);
      member.claim = undefined;
    }
  }

  private replace(record: StoredRecord, by: StoredRecord): void {
    this.count(record, -1);
    this.young.replace(record, by);
  }

  private count(record: StoredRecord, by: 1 | -1): void {
    this.recordCount += by;
    if (record.rumor.status !== undefined) this.claimCount += by;
    this.toggle(record);
  }

  /** Takes a record into the hash, or out of it. */
  private toggle(record: StoredRecord): void {
    const { high, low } = record.stamp;
    this.high ^= high;
    this.low ^= low;
    this.hashText = undefined;
    this.young.toggle(record);
  }

  private wake(member: Member): void {
    member.isDormant = false;
    for (const record of recordsOf(member)) this.toggle(record);
  }

  /**
   * Forgets who has been down or left for `afterMs`. From a third of that time on they are not told to others any
   * more: nodes forget at different moments, and would else teach each other the dead again and again.
   *
   * @returns who was forgotten just now
   */
  reap(now: Millis, afterMs: number): readonly Address[] {
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
        for (const record of recordsOf(member)) this.toggle(record);
        member.isDormant = true;
      }
      if (goneMs < afterMs) continue;
      for (const _ of recordsOf(member)) this.recordCount--;
      this.claimCount--;
      this.members.delete(origin);
      this.gone.delete(origin);
      reaped.push(origin);
    }
    return reaped;
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

  /** Its favourite, or else the newest of its keyed records. */
  newestContentOf(origin: Address): StoredRecord | undefined {
    const member = this.members.get(origin);
    if (member?.favorite !== undefined || member?.keyed === undefined) return member?.favorite;
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
    return records;
  }

  /**
   * What came since then, oldest first; of more than `max` the latest. A table is listed by when its origins were first heard
   * of, so all of it is looked through; no more than twice `max` are ever sorted at a time.
   */
  latest(since: Millis, max: number): readonly StoredRecord[] {
    let found: StoredRecord[] = [];
    for (const record of this.records()) {
      if (record.receivedAt < since) continue;
      found.push(record);
      if (found.length < 2 * max) continue;
      found = latestOf(found, max);
      since = found[0]?.receivedAt ?? since;
    }
    return latestOf(found, max);
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

  /** What one origin's contents look like from outside; a member known by a claim alone has none. */
  *snapshot(): Generator<RecordSnapshot> {
    for (const [origin, member] of this.members) {
      const status = member.claim?.rumor.status ?? 'alive';
      if (member.favorite !== undefined) yield view(origin, member.favorite, status);
      if (member.keyed !== undefined) for (const record of member.keyed.values()) yield view(origin, record, status);
    }
  }
}

/** No generator: within a loop over all members that took most of the time of a comparison. */
function addRecordsOf(member: Member, records: StoredRecord[]): StoredRecord[] {
  if (member.favorite !== undefined) records.push(member.favorite);
  if (member.keyed !== undefined) for (const record of member.keyed.values()) records.push(record);
  if (member.claim !== undefined) records.push(member.claim);
  return records;
}

function recordsOf(member: Member): StoredRecord[] {
  return addRecordsOf(member, []);
}

function contentOf(member: Member | undefined, key: string | undefined): StoredRecord | undefined {
  return key === undefined ? member?.favorite : member?.keyed?.get(key);
}

/** The record that this rumor would replace. */
function heldFor(member: Member | undefined, rumor: Rumor): StoredRecord | undefined {
  return rumor.status === undefined ? contentOf(member, rumor.key) : member?.claim;
}

function isNewer(rumor: Rumor, member: Member | undefined): boolean {
  const isRefuted = rumor.status !== undefined && rumor.version < (member?.version ?? 0);
  const held = heldFor(member, rumor)?.rumor;
  return !isRefuted && (held === undefined || wins(rumor, held));
}

/** The rule, for two contents of one origin and key, or two claims about one origin. */
function wins(a: Rumor, b: Rumor): boolean {
  if (a.version !== b.version) return a.version > b.version;
  if (a.status === undefined || b.status === undefined) return a.uuid > b.uuid;
  return CLAIM_STRENGTH[a.status] > CLAIM_STRENGTH[b.status];
}

/** Of those that came at one time, those that stand last. */
function latestOf(records: StoredRecord[], max: number): StoredRecord[] {
  return records.sort((a, b) => a.receivedAt - b.receivedAt).slice(Math.max(0, records.length - max));
}

function view(origin: Address, record: StoredRecord, status: Status): RecordSnapshot {
  const { rumor, hops, via, receivedAt } = record;
  const { version, uuid, payload = null, key } = rumor;
  if (key === undefined) return { origin, version, uuid, payload, status, hops, via, receivedAt };
  return { origin, key, version, uuid, payload, status, hops, via, receivedAt };
}
