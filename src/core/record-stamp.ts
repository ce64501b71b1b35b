import { digestEntryOf, nameOf } from './digest-entry.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { DigestEntry, Rumor } from './messages.ts';
import { timeOfUuid } from './uuid.ts';

/** What follows from a rumor's name alone. */
export interface Stamp {
  /** How a digest names it, and the hash of that name without version: made once, because repair looks at all of them. */
  readonly entry: DigestEntry;
  readonly nameHash: number;
  /** The hash of the entry's parts, with a space between. */
  readonly high: number;
  readonly low: number;
  /** By its origin's clock. */
  readonly createdAt: number;
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
  return { entry, nameHash: fingerprintOf(nameOf(entry)).low, high, low, createdAt: timeOfUuid(rumor.uuid) };
}

function hasSameName(a: Rumor, b: Rumor): boolean {
  return (
    a === b ||
    (a.uuid === b.uuid && a.origin === b.origin && a.version === b.version && a.key === b.key && a.status === b.status)
  );
}
