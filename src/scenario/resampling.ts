/** How long a favourite lasts: one rule for a real node and for a simulated one, so that a scenario means one thing. */
import { jittered, type Random } from '../core/index.ts';

/** The brief says "once every ~10 seconds" and leaves open how far the ~ goes: a guess, wide enough that nodes part soon. */
const PART = 0.5;

/** Until a node chooses another favourite: uniform, the mean give or take half, in whole milliseconds. */
export function drawResamplingMs(random: Random, meanMs: number): number {
  return jittered(random, meanMs, PART);
}
