import { fingerprintOf, hex32, RunningFingerprint } from './fingerprint.ts';
import type { Rumor } from './messages.ts';
import { timeOfUuid } from './uuid.ts';

/** What follows from a rumor's name alone. */
export interface Stamp {
  /** The hash of its digest entry's parts, with a space between. */
  readonly high: number;
  readonly low: number;
  /** By its origin's clock. */
  readonly createdAt: number;
}

let latest: Rumor | undefined;
let latestStamp: Stamp = { high: 0, low: 0, createdAt: 0 };

/** The same stamp again for the same rumor again: where many nodes share a process, they take it one after another. */
export function stampOf(rumor: Rumor): Stamp {
  if (latest === undefined || !hasSameName(latest, rumor)) {
    latestStamp = makeStamp(rumor);
    latest = rumor;
  }
  return latestStamp;
}

/** Tells contents of one version apart, in digests. */
export function checkOf(uuid: string): string {
  return hex32(fingerprintOf(uuid).low);
}

function makeStamp({ origin, version, uuid, status, key }: Rumor): Stamp {
  const hash = new RunningFingerprint().add(origin).add(' ').add(String(version)).add(' ');
  hash.add(status ?? checkOf(uuid));
  if (status === undefined && key !== undefined) hash.add(' ').add(key);
  return { high: hash.high, low: hash.low, createdAt: timeOfUuid(uuid) };
}

function hasSameName(a: Rumor, b: Rumor): boolean {
  return (
    a === b ||
    (a.uuid === b.uuid && a.origin === b.origin && a.version === b.version && a.key === b.key && a.status === b.status)
  );
}
