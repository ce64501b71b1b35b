/**
 * What the table holds that may still be on its way to others, and what that has replaced. With both a node says which hash
 * its table has without the young: of each origin's contents the newest of those that all have had time to hear of. Without
 * the replaced, two nodes would differ whenever an origin's latest content has come to one of them and not yet to the other.
 */
import type { Millis } from '../boundary.ts';
import type { Stamp } from './record-stamp.ts';
import type { StoredRecord } from './member.ts';

/** How far back from the latest question the young go. A guess: above what peers' clocks and links differ by. */
const YOUNG_MS = 10_000;
/** How many of the replaced are remembered. A guess: a hundred changes a second for as long as the young go back. */
const MAX_REPLACED = 1000;
/** So few are kept without a look at their age. */
const FEW_REPLACED = 32;

interface Replaced {
  readonly stamp: Stamp;
  readonly createdAt: Millis;
  /** When what replaced it was created. */
  readonly until: Millis;
}

export class YoungRecords {
  /** Infinity until somebody asks: then all is looked through once. */
  private after: Millis = Infinity;
  private records: Set<StoredRecord> | undefined = undefined;
  private replaced: Replaced[] | undefined = undefined;
  private roomForReplaced = FEW_REPLACED;

  /** A record came into the table's hash, or went out of it. */
  toggle(record: StoredRecord): void {
    if (this.records?.delete(record) === false && record.createdAt > this.after) this.records.add(record);
  }

  /** The first record gave way to the second. */
  replace({ stamp, createdAt }: StoredRecord, by: StoredRecord): void {
    const until = by.createdAt;
    if (until <= createdAt) return;
    this.replaced ??= [];
    // By our clock, too: what is dated ahead must not make all others old.
    const now = Math.min(until, by.receivedAt);
    if (this.replaced.length >= this.roomForReplaced) this.replaced = this.replacedAfter(now - YOUNG_MS);
    this.replaced.push({ stamp, createdAt, until });
  }

  /**
   * @param all what the table holds
   * @param high of the table's hash
   * @param low of the table's hash
   * @returns both of what was created up to then
   */
  hashUntil(until: Millis, all: () => Iterable<StoredRecord>, high: number, low: number): readonly [number, number] {
    if (until < this.after) this.goBackTo(until - YOUNG_MS, all());
    else if (until > this.after + 2 * YOUNG_MS) this.goBackTo(until - YOUNG_MS, this.records ?? []);
    for (const { stamp, createdAt } of this.records ?? []) {
      if (createdAt <= until) continue;
      high ^= stamp.high;
      low ^= stamp.low;
    }
    for (const { stamp, createdAt, until: replacedAt } of this.replaced ?? []) {
      if (createdAt > until || replacedAt <= until) continue;
      high ^= stamp.high;
      low ^= stamp.low;
    }
    return [high, low];
  }

  private goBackTo(after: Millis, records: Iterable<StoredRecord>): void {
    this.after = after;
    this.records = new Set([...records].filter(({ createdAt }) => createdAt > after));
  }

  /** And makes room for as many again: so each is looked at about once. */
  private replacedAfter(after: Millis): Replaced[] {
    const young = (this.replaced ?? []).filter(({ until }) => until > after).slice(-MAX_REPLACED / 2);
    this.roomForReplaced = Math.max(FEW_REPLACED, 2 * young.length);
    return young;
  }
}
