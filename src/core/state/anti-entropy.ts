/**
 * Anti-entropy by digest and delta, in both directions (Demers et al., PODC 1987; the exchange is Scuttlebutt's,
 * van Renesse et al., LADIS 2008). It repairs what pushing missed and brings a newcomer up to date:
 *
 *     A ->[heartbeat] B            the hashes differ
 *     B ->[digest] A               what B has, in brief
 *     A ->[delta, want] B          what B lacks; what A lacks
 *     B ->[delta] A
 *
 * A delta that says `more` is answered with another digest, and what A lacks is asked for with the last piece: one
 * chain of messages, however large the difference. Two chains would fork at every piece.
 *
 * Departure from Scuttlebutt: deltas are ordered by when their sender received them, oldest first, since versions
 * of different origins do not compare.
 */
import type { Address } from '../address.ts';
import type { Millis } from '../boundary.ts';
import { CLAIM_STRENGTH, isClaim, nameOf } from './digest-entry.ts';
import { hex32 } from './fingerprint.ts';
import { entryBytes, fitting, jsonBytes } from '../message-bytes.ts';
import type { Delta, Digest, DigestEntry, Rumor, Summary, Want } from '../messages.ts';
import { MAX_HOPS, type Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import type { StoredRecord } from './member.ts';
import type { Table } from './table.ts';

/** A table too large for one digest is compared by these buckets of it first. */
const BUCKETS = 256;

/** The table, of what was created up to then if that is given, in brief, or `undefined` when that is more than one message takes. */
export function digestOf(
  table: Table,
  { maxDigestEntries, maxMessageBytes }: Parameters,
  until?: Millis,
): Digest | undefined {
  if (table.size > maxDigestEntries) return undefined;
  const entries = recordsUntil(table, until).map(({ stamp }) => stamp.entry);
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  return bytes > maxMessageBytes ? undefined : { type: 'digest', entries, ...limitOf(until) };
}

/** What was created up to then. What is younger is still on its way: half of all buckets would differ by it. */
function recordsUntil(table: Table, until: Millis = Infinity): StoredRecord[] {
  return table.records().filter(({ createdAt }) => createdAt <= until);
}

function limitOf(until: Millis | undefined): { readonly until?: Millis } {
  return until === undefined ? {} : { until };
}

export function summaryOf(table: Table, until?: Millis): Summary {
  const buckets = [...bucketHashes(recordsUntil(table, until))].map(hex32).join('');
  return { type: 'summary', buckets, ...limitOf(until) };
}

/** The buckets in which the tables differ, from a random one on, as many as one message takes. */
export function digestOfBuckets(table: Table, { buckets, until }: Summary, random: Random, limits: Parameters): Digest {
  const differing = new Map<number, DigestEntry[]>();
  const first = random.below(BUCKETS);
  const records = recordsUntil(table, until);
  const ours = bucketHashes(records);
  for (let i = 0; i < BUCKETS; i++) {
    const bucket = (first + i) % BUCKETS;
    if (buckets.slice(8 * bucket, 8 * bucket + 8) !== hex32(ours[bucket] ?? 0)) differing.set(bucket, []);
  }
  for (const record of records) differing.get(bucketOf(record))?.push(record.stamp.entry);
  const entries: DigestEntry[] = [];
  const told: number[] = [];
  let bytes = 0;
  for (const [bucket, content] of differing) {
    bytes += content.reduce((sum, entry) => sum + entryBytes(entry), 0);
    if (entries.length + content.length > limits.maxDigestEntries || bytes > limits.maxMessageBytes) {
      if (told.length === 0) return { ...digestOfPart(bucket, content, random, limits), ...limitOf(until) };
      break;
    }
    entries.push(...content);
    told.push(bucket);
  }
  return { type: 'digest', entries, buckets: told, ...limitOf(until) };
}

/** A random one of the parts that a message takes of a bucket too large for one. All together name all that may be in it. */
function digestOfPart(bucket: number, content: readonly DigestEntry[], random: Random, limits: Parameters): Digest {
  const named = content.map((entry) => ({ name: nameOf(entry), entry })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts: (typeof named)[] = [];
  for (let from = 0; from < named.length; from += parts.at(-1)!.length) {
    const rest = named.slice(from, from + limits.maxDigestEntries);
    parts.push(fitting(rest, ({ entry }) => entryBytes(entry), limits.maxMessageBytes, limits.maxDigestEntries));
  }
  const index = random.below(parts.length);
  const part = parts[index] ?? [];
  const [after, upTo] = [parts[index - 1]?.at(-1)?.name, index === parts.length - 1 ? undefined : part.at(-1)?.name];
  return {
    type: 'digest',
    entries: part.map(({ entry }) => entry),
    buckets: [bucket],
    ...(after === undefined ? {} : { after }),
    ...(upTo === undefined ? {} : { upTo }),
  };
}

function bucketHashes(records: readonly StoredRecord[]): Int32Array {
  const hashes = new Int32Array(BUCKETS);
  for (const record of records) {
    const bucket = bucketOf(record);
    hashes[bucket] = (hashes[bucket] ?? 0) ^ record.stamp.low;
  }
  return hashes;
}

function bucketOf({ stamp }: StoredRecord): number {
  return stamp.nameHash & (BUCKETS - 1);
}

/** Would the rule take what this entry names? */
function isLacking(table: Table, entry: DigestEntry): boolean {
  const [origin, version, , key] = entry;
  if (isClaim(entry)) {
    const held = table.claimOn(origin);
    if (held !== undefined) return mayBeNewer(entry, held.stamp.entry);
    return version >= table.versionOf(origin);
  }
  const held = table.get(origin, key);
  return held === undefined || mayBeNewer(entry, held.stamp.entry);
}

/** What each side of a digest lacks: ours for its sender in full, its sender's for us by name. */
export function compare(
  table: Table,
  { entries, buckets, after = '', upTo, until }: Digest,
): { theyLack: StoredRecord[]; weLack: Want['records'] } {
  const theirs = new Map(entries.map((entry) => [nameOf(entry), entry]));
  const refutedBelow = contentVersions(entries);
  const named = buckets === undefined ? undefined : new Set(buckets);
  const theyLack: StoredRecord[] = [];
  const weLack = new Map<string, Want['records'][number]>();
  const want = (entry: DigestEntry) => weLack.set(wantOf(entry).join(' '), wantOf(entry));
  for (const record of recordsUntil(table, until)) {
    const ours = record.stamp.entry;
    if (named !== undefined && !named.has(bucketOf(record))) continue;
    const name = nameOf(ours);
    if (name <= after || (upTo !== undefined && name > upTo)) continue;
    const entry = theirs.get(name);
    theirs.delete(name);
    const isRefuted = isClaim(ours) && ours[1] < (refutedBelow.get(ours[0]) ?? 0);
    if (!isRefuted && (entry === undefined || mayBeNewer(ours, entry))) theyLack.push(record);
    if (entry !== undefined && mayBeNewer(entry, ours)) want(entry);
  }
  const accused = new Set(entries.filter(isClaim).map(([origin]) => origin));
  const dormant = new Set<StoredRecord>();
  for (const entry of theirs.values()) {
    if (isLacking(table, entry)) want(entry);
    else {
      // Dormant here. A node that holds its content without the claim may be of its side of a healed partition.
      const claim = table.claimOn(entry[0]);
      if (claim !== undefined && !accused.has(entry[0])) dormant.add(claim);
    }
  }
  theyLack.push(...dormant);
  return { theyLack, weLack: [...weLack.values()] };
}

/** The highest version among each origin's contents: a claim about an older one has no effect there. */
function contentVersions(entries: readonly DigestEntry[]): Map<Address, number> {
  const versions = new Map<Address, number>();
  for (const entry of entries) {
    if (!isClaim(entry)) versions.set(entry[0], Math.max(entry[1], versions.get(entry[0]) ?? 0));
  }
  return versions;
}

/** The records asked for, as far as they are held. One origin's claim comes with its record without a key. */
export function wanted(table: Table, { records }: Want): StoredRecord[] {
  const held = records.flatMap(([origin, key]) =>
    key === undefined ? [table.get(origin), table.claimOn(origin)] : [table.get(origin, key)],
  );
  return [...new Set(held)].filter((record) => record !== undefined);
}

/** The oldest of these records, as many as fit a message, as rumors on their last send. */
export function deltaOf(records: StoredRecord[], { maxDeltaRumors, maxMessageBytes }: Parameters): Delta {
  const oldestFirst = records.toSorted((a, b) => a.receivedAt - b.receivedAt).slice(0, maxDeltaRumors + 1);
  const rumors = fitting(oldestFirst.map(lastSendOf), jsonBytes, maxMessageBytes, maxDeltaRumors);
  return rumors.length < records.length ? { type: 'delta', rumors, more: true } : { type: 'delta', rumors };
}

/** A record as a rumor that goes no further than its receiver. */
export function lastSendOf({ rumor, hops }: StoredRecord): Rumor {
  return { ...rumor, ttl: 1, hops: Math.min(hops + 1, MAX_HOPS) };
}

/** Of two entries for one name: is `a` newer than `b`, or of its version but different? Then only the rule can tell. */
function mayBeNewer(a: DigestEntry, b: DigestEntry): boolean {
  if (a[1] !== b[1]) return a[1] > b[1];
  if (isClaim(a) && isClaim(b)) return CLAIM_STRENGTH[a[2]] > CLAIM_STRENGTH[b[2]];
  return a[2] !== b[2];
}

function wantOf(entry: DigestEntry): Want['records'][number] {
  const [origin, , , key] = entry;
  return key === undefined || isClaim(entry) ? [origin] : [origin, key];
}
