/**
 * How long messages are on the wire: bytes of UTF-8, which is what a receiver limits. A character takes up to four, and one
 * that JSON escapes up to six.
 */
import type { Announcement, DigestEntry } from './messages.ts';

/** Brackets, quotes, commas, a version and a check of eight digits: what is in an entry beside its origin and key. */
const ENTRY_OVERHEAD = 40;

/** Of one entry of a digest or an iHave, at most; what a want or a graft asks for with its name is shorter. */
export function entryBytes([origin, , , key]: DigestEntry | Announcement): number {
  return utf8Bytes(origin) + ENTRY_OVERHEAD + (key === undefined ? 0 : jsonBytes(key));
}

/** Of what is JSON. */
export function jsonBytes(value: unknown): number {
  return utf8Bytes(JSON.stringify(value));
}

/** Without lone surrogates: JSON escapes them. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a pair takes two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** The first of these that together take no more than so many bytes: at least one, or a large one would never be told. */
export function fitting<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  maxBytes: number,
  maxCount = Infinity,
): T[] {
  const chosen: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += bytesOf(item);
    if (chosen.length > 0 && (bytes > maxBytes || chosen.length >= maxCount)) break;
    chosen.push(item);
  }
  return chosen;
}
