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
import type { Address } from './address.ts';
import type { Delta, Digest, DigestEntry, Rumor, Want } from './messages.ts';
import { MAX_HOPS, type Parameters } from './parameters.ts';
import { CLAIM_STRENGTH, digestEntryOf, type StoredRecord, type Table } from './table.ts';

export function digestOf(table: Table): Digest {
  return { type: 'digest', entries: Array.from(table.records(), digestEntryOf) };
}

/** What each side of a digest lacks: ours for its sender in full, its sender's for us by name. */
export function compare(table: Table, { entries }: Digest): { theyLack: StoredRecord[]; weLack: Want['records'] } {
  const theirs = new Map(entries.map((entry) => [nameOf(entry), entry]));
  const refutedBelow = contentVersions(entries);
  const theyLack: StoredRecord[] = [];
  const weLack = new Map<string, Want['records'][number]>();
  const want = (entry: DigestEntry) => weLack.set(wantOf(entry).join(' '), wantOf(entry));
  for (const record of table.records()) {
    const ours = digestEntryOf(record);
    const name = nameOf(ours);
    const entry = theirs.get(name);
    theirs.delete(name);
    const isRefuted = isClaim(ours) && ours[1] < (refutedBelow.get(ours[0]) ?? 0);
    if (!isRefuted && (entry === undefined || mayBeNewer(ours, entry))) theyLack.push(record);
    if (entry !== undefined && mayBeNewer(entry, ours)) want(entry);
  }
  for (const entry of theirs.values()) {
    if (!isClaim(entry) || entry[1] >= table.versionOf(entry[0])) want(entry);
  }
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

/** The records asked for, as far as they are held. One origin's claim comes with its favourite. */
export function wanted(table: Table, { records }: Want): StoredRecord[] {
  const held = records.flatMap(([origin, key]) =>
    key === undefined ? [table.get(origin), table.claimOn(origin)] : [table.get(origin, key)],
  );
  return [...new Set(held)].filter((record) => record !== undefined);
}

/** The oldest of these records, as many as fit a message, as rumors on their last send. */
export function deltaOf(records: StoredRecord[], { maxDeltaRumors, maxDeltaCharacters }: Parameters): Delta {
  const rumors: Rumor[] = [];
  let characters = 0;
  for (const record of records.toSorted((a, b) => a.receivedAt - b.receivedAt)) {
    const rumor = lastSendOf(record);
    characters += JSON.stringify(rumor).length;
    if (rumors.length > 0 && (rumors.length >= maxDeltaRumors || characters > maxDeltaCharacters)) {
      return { type: 'delta', rumors, more: true };
    }
    rumors.push(rumor);
  }
  return { type: 'delta', rumors };
}

function lastSendOf({ rumor, hops }: StoredRecord): Rumor {
  return { ...rumor, ttl: 1, hops: Math.min(hops + 1, MAX_HOPS) };
}

/** Of two entries for one name: is `a` newer than `b`, or of its version but different? Then only the rule can tell. */
function mayBeNewer(a: DigestEntry, b: DigestEntry): boolean {
  if (a[1] !== b[1]) return a[1] > b[1];
  if (isClaim(a) && isClaim(b)) return CLAIM_STRENGTH[a[2]] > CLAIM_STRENGTH[b[2]];
  return a[2] !== b[2];
}

function isClaim(entry: DigestEntry): entry is readonly [string, number, keyof typeof CLAIM_STRENGTH] {
  return Object.hasOwn(CLAIM_STRENGTH, entry[2]);
}

/** Tells claims, favourites and keyed records apart; a key may be any string, the empty one too. */
function nameOf(entry: DigestEntry): string {
  const [origin, , , key] = entry;
  if (isClaim(entry)) return `!${origin}`;
  return key === undefined ? `=${origin}` : `=${origin} ${key}`;
}

function wantOf(entry: DigestEntry): Want['records'][number] {
  const [origin, , , key] = entry;
  return key === undefined || isClaim(entry) ? [origin] : [origin, key];
}
