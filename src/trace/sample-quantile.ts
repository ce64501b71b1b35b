/**
 * The quantile of samples by nearest rank: the least of them that has this part of all at or below it. A sample that is
 * `Infinity` is one that never came.
 *
 * @returns `undefined` of nothing
 */
export function quantileOf(samples: Iterable<number>, part: number): number | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[rankOf(part, sorted.length) - 1];
}

/** The rank of a quantile, from 1. A product such as 0.07 · 100 is a little above the whole number that is meant. */
export function rankOf(part: number, count: number): number {
  return Math.max(1, Math.ceil(part * count - 1e-9));
}
