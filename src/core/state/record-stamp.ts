import type { Millis } from '../boundary.ts';
import { digestEntryOf, nameOf } from './digest-entry.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { DigestEntry, Rumor } from '../messages.ts';
import { timeOfUuid } from '../uuid.ts';

/** What follows from a rumor's name alone. */
export interface Stamp {
  /** How a digest names it, and the hash of that name without version: made once, because repair looks at all of them. */
  readonly entry: DigestEntry;
  readonly nameHash: number;
  /** The hash of the entry's parts, with a space between. */
  readonly high: number;
  readonly low: number;
  /** By its origin's clock, or by what somebody made up: see `createdAt`. */
  readonly claimedAt: Millis;
}

/**
 * A clock that is ahead by more than so much is not believed where tables are compared. Both sides must read a record's time alike,
 * so it is above what clocks differ by that nobody sets. Measured: with a clock one minute ahead and 10 s here, twelve nodes
 * change 40 links in 150 s, with two minutes 3, as if all were believed.
 */
export const MAX_AHEAD_MS = 120_000;

/**
 * When this rumor was created, as far as a node can believe it. A date in its uuid that is far ahead is a wrong clock's, or
 * made up, and would count as young, or as the latest, until that time has come.
 *
 * @param maxAheadMs by how much its origin's clock may be ahead of ours
 */
export function createdAt(rumor: Rumor, now: Millis, maxAheadMs: number): Millis {
  return Math.min(stampOf(rumor).claimedAt, now + maxAheadMs);
}

let latest: Rumor | undefined;
let latestStamp: Stamp | undefined;

/** The same stamp again for the same rumor again: where many nodes share a process, they take it one after another. */
export function stampOf(rumor: Rumor): Stamp {
  if (latest === undefined || latestStamp === undefined || !hasSameName(latest, rumor)) {
    latestStamp = makeStamp(rumor);
    latest = rumor;
  }
  return latestStamp;
}

function makeStamp(rumor: Rumor): Stamp {
  const entry = digestEntryOf(rumor);
  const { high, low } = fingerprintOf(entry.join(' '));
  return { entry, nameHash: fingerprintOf(nameOf(entry)).low, high, low, claimedAt: timeOfUuid(rumor.uuid) };
}

function hasSameName(a: Rumor, b: Rumor): boolean {
  return (
    a === b ||
    (a.uuid === b.uuid && a.origin === b.origin && a.version === b.version && a.key === b.key && a.status === b.status)
  );
}
