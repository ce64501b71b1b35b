import type { Millis } from './boundary.ts';

/**
 * The uuids heard of lately, bounded by count and age. Forgetting one is harmless: the version rule still
 * holds, and a forgotten copy is stale instead of duplicate.
 */
export class SeenCache {
  /** uuid → when first seen, oldest first: a Map keeps insertion order and entries are never moved. */
  private readonly firstSeen = new Map<string, Millis>();

  constructor(
    private readonly maxCount: number,
    private readonly maxAgeMs: number,
  ) {}

  /** Remembers a uuid. @returns `false` if it was there already. */
  add(uuid: string, now: Millis): boolean {
    if (this.firstSeen.has(uuid)) return false;
    this.firstSeen.set(uuid, now);
    for (const [oldest, at] of this.firstSeen) {
      if (this.firstSeen.size <= this.maxCount && now - at <= this.maxAgeMs) break;
      this.firstSeen.delete(oldest);
    }
    return true;
  }

  has(uuid: string): boolean {
    return this.firstSeen.has(uuid);
  }

  get size(): number {
    return this.firstSeen.size;
  }
}
