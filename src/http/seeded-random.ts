import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '../core/index.ts';

/** A repeatable source of randomness: the same 32-bit seed gives the same draws on every machine. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return { below: (bound) => uniformInt(generator, 0, bound - 1) };
}
