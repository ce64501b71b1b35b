import type { Millis } from '../boundary.ts';
import { RareMap } from '../rare.ts';

/** A guess: copies of one rumor come within seconds. */
export const MAX_AGE_MS = 300_000;

/**
 * The uuids of rumors that the table has taken lately, or knew better than: one that is found here need not be looked up there.
 * Bounded by count and age. Forgetting one is harmless: the version rule still holds, and a forgotten copy is stale
 * instead of duplicate.
 */
export class SeenCache {
  /** uuid → when first seen, oldest first: a Map keeps insertion order and entries are never moved. */
  private readonly firstSeen = new RareMap<string, Millis>();
  /** The one that was added last, if any: most copies of a rumor come soon after the first. */
  private latest = '';
  /** Until then nothing is too old. */
  private freshUntil = -1;

  constructor(private readonly maxCount: number) {}

  /** Remembers a uuid. @returns `false` if it was there already. */
  add(uuid: string, now: Millis): boolean {
    if (this.firstSeen.has(uuid)) return false;
    this.firstSeen.set(uuid, now);
    this.latest = uuid;
    if (this.firstSeen.size > this.maxCount || now > this.freshUntil) this.forgetOld(now);
    return true;
  }

  forget(uuid: string): void {
    this.firstSeen.delete(uuid);
    if (uuid === this.latest) this.latest = '';
  }

  clear(): void {
    this.latest = '';
    this.firstSeen.clear();
  }

  has(uuid: string): boolean {
    return (uuid === this.latest && uuid !== '') || this.firstSeen.has(uuid);
  }

  /** See `GossipNode.touch`. */
  touch(): number {
    return this.latest === '' ? 0 : this.freshUntil;
  }

  get size(): number {
    return this.firstSeen.size;
  }

  private forgetOld(now: Millis): void {
    for (const [oldest, at] of this.firstSeen) {
      this.freshUntil = at + MAX_AGE_MS;
      if (this.firstSeen.size <= this.maxCount && now <= this.freshUntil) break;
      this.forget(oldest);
    }
  }
}
