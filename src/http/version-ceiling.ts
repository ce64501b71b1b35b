/**
 * The greatest version that is believed just now: it grows with the clock, faster than any origin counts.
 *
 * Versions only grow, so whoever told the greatest there is in an origin's name would silence it for good. A hybrid logical clock
 * (Kulkarni, Demirbas, Madappa, Avva, Leone, OPODIS 2014) meets that by a bound on how far a message may be ahead of the receiver's
 * clock, and this is that bound. Beyond it nothing is believed, however it came; below it an origin that hears of itself goes one above,
 * as ever, and is below the ceiling again a millisecond later.
 *
 * Departure: a version is no time. An origin counts from 1; only the bound comes from the clock. So it needs no clock of its origin, and
 * a guest may take its time of day for its version, in microseconds at most.
 */
import { MAX_VERSION, type Millis } from '../core/index.ts';

/** A power of two above a thousand, for those who count microseconds; 2^53 is reached in the year 2109. */
const VERSIONS_A_MS = 2048;
/** Clocks may differ by that much, as for the times in uuids (`record-stamp.ts`). */
export const MAX_AHEAD_MS = 120_000;
/** No clock is believed that shows an earlier time: that of a machine without a battery starts in 1970. */
const EARLIEST = Date.UTC(2026, 0, 1);

export function versionCeiling(now: Millis): number {
  return Math.min(MAX_VERSION, VERSIONS_A_MS * (Math.max(now, EARLIEST) + MAX_AHEAD_MS));
}
