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
  let upper = 0xdeadbeef | 0;
  let lower = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    upper = Math.imul(upper ^ code, 2654435761);
    lower = Math.imul(lower ^ code, 1597334677);
  }
  return { high: finalise(upper, lower), low: finalise(lower, upper) };
}

function finalise(a: number, b: number): number {
  return (Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)) | 0;
}

let latest = { high: 0, low: 0, text: '0000000000000000' };

/** 16 hex digits. Nodes of one process that agree have one string for it: what is the same need not be compared. */
export function formatFingerprint(high: number, low: number): string {
  if (latest.high !== high || latest.low !== low) latest = { high, low, text: hex32(high) + hex32(low) };
  return latest.text;
}

export function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
