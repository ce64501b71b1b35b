/**
 * A source of randomness, handed in by the host: a node draws from its own seeded generator and from nothing
 * else, so that the same seed and the same inputs give the same bytes out.
 */
export interface Random {
  /** A uniformly drawn integer in `[0, bound)`; `bound` is an integer in `1..2^32`. */
  below(bound: number): number;
}

/** A uniformly drawn item, or `undefined` of nothing. */
export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : items[random.below(items.length)];
}

/** Up to `count` distinct items in random order (a partial Fisher–Yates shuffle of a copy). */
export function sample<T>(random: Random, items: readonly T[], count: number): T[] {
  const drawn = items.slice();
  const size = Math.min(count, drawn.length);
  for (let i = 0; i < size; i++) {
    const j = i + random.below(drawn.length - i);
    [drawn[i], drawn[j]] = [drawn[j] as T, drawn[i] as T];
  }
  drawn.length = size;
  return drawn;
}

/** `ms` give or take up to `part` of it, in whole milliseconds: what keeps nodes from marching in step. */
export function jittered(random: Random, ms: number, part: number): number {
  const spread = Math.floor(ms * part);
  return Math.max(0, Math.round(ms) - spread + random.below(2 * spread + 1));
}
