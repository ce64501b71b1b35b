/**
 * Puts what several tellers tell into the order of its times, as far as a short wait allows: what happened is let go when it
 * has waited for `windowMs`, sorted. Later than that it comes when it comes.
 *
 * Nothing can happen after it was heard of: a teller whose clock is ahead is taken at the time of hearing, for the order alone.
 */
import type { Millis } from '../../trace/views.ts';

export class NearOrder<T> {
  private waiting: { readonly item: T; readonly key: Millis }[] = [];

  constructor(
    private readonly windowMs: Millis,
    /** With more than this nothing waits any longer: what is let go then is still sorted. */
    private readonly maxWaiting: number,
  ) {}

  add(item: T, time: Millis, now: Millis): void {
    this.waiting.push({ item, key: Math.min(time, now) });
  }

  /** @returns what has waited long enough; what has one time in the order in which it came */
  release(now: Millis): T[] {
    const { waiting } = this;
    waiting.sort((a, b) => a.key - b.key);
    const isFull = waiting.length > this.maxWaiting;
    const firstKept = isFull ? -1 : waiting.findIndex(({ key }) => key > now - this.windowMs);
    const due = firstKept === -1 ? waiting : waiting.slice(0, firstKept);
    this.waiting = firstKept === -1 ? [] : waiting.slice(firstKept);
    return due.map(({ item }) => item);
  }
}
