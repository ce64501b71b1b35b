/** What a table holds of one origin, and the rule that says which of two rumors is newer. */
import type { Address } from '../address.ts';
import type { Millis, RecordSnapshot } from '../boundary.ts';
import { CLAIM_STRENGTH } from './digest-entry.ts';
import type { Rumor, Status } from '../messages.ts';
import type { Stamp } from './record-stamp.ts';

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

export interface Member {
  keyless: StoredRecord | undefined;
  keyed: Map<string, StoredRecord> | undefined;
  /** The highest version among its contents; 0 before the first. */
  version: number;
  /** The strongest claim about `version` or above; a refuted one is forgotten. */
  claim: StoredRecord | undefined;
  /** Gone for so long that it is about to be forgotten: shown, but no longer told to others. */
  isDormant: boolean;
  /** Has it been a peer, or answered? What was never seen alive may be made up. */
  isSeenAlive: boolean;
}

/** No generator: within a loop over all members that took most of the time of a comparison. */
export function addRecordsOf(member: Member, records: StoredRecord[]): StoredRecord[] {
  if (member.keyless !== undefined) records.push(member.keyless);
  if (member.keyed !== undefined) for (const record of member.keyed.values()) records.push(record);
  if (member.claim !== undefined) records.push(member.claim);
  return records;
}

export function recordsOf(member: Member): StoredRecord[] {
  return addRecordsOf(member, []);
}

export function contentOf(member: Member | undefined, key: string | undefined): StoredRecord | undefined {
  return key === undefined ? member?.keyless : member?.keyed?.get(key);
}

/** The record that this rumor would replace. */
export function heldFor(member: Member | undefined, rumor: Rumor): StoredRecord | undefined {
  return rumor.status === undefined ? contentOf(member, rumor.key) : member?.claim;
}

export function isNewer(rumor: Rumor, member: Member | undefined): boolean {
  const isRefuted = rumor.status !== undefined && rumor.version < (member?.version ?? 0);
  const held = heldFor(member, rumor)?.rumor;
  return !isRefuted && (held === undefined || wins(rumor, held));
}

/** The rule, for two contents of one origin and key, or two claims about one origin. */
export function wins(a: Rumor, b: Rumor): boolean {
  if (a.version !== b.version) return a.version > b.version;
  if (a.status === undefined || b.status === undefined) return a.uuid > b.uuid;
  return CLAIM_STRENGTH[a.status] > CLAIM_STRENGTH[b.status];
}

/** It says that its origin has deleted the record. */
export function isTombstone({ payload, status }: Rumor): boolean {
  return payload === undefined && status === undefined;
}

export function view(origin: Address, record: StoredRecord, status: Status): RecordSnapshot {
  const { rumor, hops, via, receivedAt } = record;
  const { version, uuid, payload = null, key } = rumor;
  const seen = { version, uuid, payload, status, hops, via, receivedAt };
  const named = key === undefined ? { origin, ...seen } : { origin, key, ...seen };
  return isTombstone(rumor) ? { ...named, deleted: true } : named;
}
