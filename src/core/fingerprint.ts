/**
 * A 64-bit fingerprint of a set of strings that is cheap to keep up to date: the XOR of its members' hashes.
 * Two nodes whose fingerprints agree hold the same table. It guards against accidents, not against an attacker.
 *
 * The string hash is MurmurHash3's finaliser over two multiplicative lanes (after cyrb53, public domain):
 * 32-bit integer arithmetic only, so Node and every browser compute the same.
 */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

export function fingerprintOf(text: string): Fingerprint {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  return { high: finalise(high, low), low: finalise(low, high) };
}

function finalise(a: number, b: number): number {
  return (Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)) | 0;
}

/** 16 hex digits. */
export function formatFingerprint(high: number, low: number): string {
  return hex32(high) + hex32(low);
}

export function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
