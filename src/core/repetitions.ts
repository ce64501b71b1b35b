/**
 * How often a node does again what once or twice is in order. It contradicts what is said of it: it was slow, or was
 * restarted. It joins a network whose contact answers: it is new, or lost its peers. A node that is called down again and
 * again although it lives, or is never let in or at once dropped, advertises an address at which others cannot reach it; one
 * that hears itself say what it did not say shares its address with another. Each time costs others, so they become rare.
 */
import type { Millis } from './boundary.ts';

/** So many are in order. A guess. */
const IN_ORDER = 3;
/** The first wait beyond; it doubles. A guess: as soon as it does no harm. */
const FIRST_WAIT_MS = 2000;
/** A guess: so an address that was mended is found within minutes. */
const LONGEST_WAIT_MS = 300_000;
/** All that is heard in so short a time counts once: a node that lost its memory is told of many records. */
const AT_ONCE_MS = 1000;
/** After so long without any it is forgotten. A guess. */
const CALM_AFTER_MS = 60_000;

export class Repetitions {
  private times = 0;
  private countedAt: Millis = -Infinity;
  private waitsUntil: Millis = -Infinity;

  isWaiting(now: Millis): boolean {
    return now < this.waitsUntil;
  }

  /** Not to be called while waiting. @returns how many there were, when that is more than is in order; else 0 */
  count(now: Millis): number {
    if (now - Math.max(this.countedAt, this.waitsUntil) > CALM_AFTER_MS) this.times = 0;
    if (now - this.countedAt < AT_ONCE_MS) return 0;
    this.countedAt = now;
    this.times++;
    if (this.times <= IN_ORDER) return 0;
    this.waitsUntil = now + Math.min(FIRST_WAIT_MS * 2 ** (this.times - IN_ORDER - 1), LONGEST_WAIT_MS);
    return this.times;
  }
}
