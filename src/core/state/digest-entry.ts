/** How digests name records and claims. */
import type { Address } from '../address.ts';
import { fingerprintOf, hex32 } from './fingerprint.ts';
import type { Claim, DigestEntry, Rumor } from '../messages.ts';

export const CLAIM_STRENGTH: { readonly [claim in Claim]: number } = { suspect: 1, down: 2, left: 3 };

/** How a digest names what this rumor tells, and what the hash is made of. A claim is about its origin: it has no key. */
export function digestEntryOf({ origin, version, uuid, status, key }: Rumor): DigestEntry {
  if (status !== undefined) return [origin, version, status];
  const check = hex32(fingerprintOf(uuid).low);
  return key === undefined ? [origin, version, check] : [origin, version, check, key];
}

export function isClaim(entry: DigestEntry): entry is readonly [Address, number, Claim] {
  return Object.hasOwn(CLAIM_STRENGTH, entry[2]);
}

/** Tells claims, records without a key and keyed ones apart; a key may be any string, the empty one too. */
export function nameOf(entry: DigestEntry): string {
  const [origin, , , key] = entry;
  if (isClaim(entry)) return `!${origin}`;
  return key === undefined ? `=${origin}` : `=${origin} ${key}`;
}
