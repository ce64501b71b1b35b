/**
 * What a handful of seeded runs say about all seeds there are: estimates with 95 % intervals. Each seed is an independent
 * draw; two settings that ran the same seeds are compared pair by pair.
 */
import { quantileOf } from '../trace/sample-quantile.ts';
import { studentQuantile } from './student.ts';

/** Every interval holds the truth in this part of all repetitions, where no other is asked for. */
export const CONFIDENCE = 0.95;
/** Of the standard normal distribution, at 97.5 %. */
const Z = 1.959963984540054;

export interface Estimate {
  readonly value: number;
  /** How many samples it is made of. */
  readonly count: number;
  /** Absent where there are too few samples to say. */
  readonly interval?: Interval;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Arithmetic mean with Student's interval: mean ± t(0.975, n − 1) · s/√n (Student, "The probable error of a mean",
 * Biometrika 6, 1908; NIST/SEMATECH e-Handbook §1.3.5.2). Exact for normal samples, good for means of twenty that are not
 * too skewed.
 *
 * @returns `undefined` of nothing; no interval of a single sample
 */
export function mean(samples: Iterable<number>, confidence = CONFIDENCE): Estimate | undefined {
  const values = [...samples];
  const count = values.length;
  if (count === 0) return undefined;
  const value = values.reduce((sum, each) => sum + each, 0) / count;
  if (count === 1) return { value, count };
  const half = (studentQuantile(1 - (1 - confidence) / 2, count - 1) * standardDeviation(values)) / Math.sqrt(count);
  return { value, count, interval: { low: value - half, high: value + half } };
}

/** Of a sample: n − 1 below. 0 of fewer than two. */
export function standardDeviation(samples: readonly number[]): number {
  if (samples.length < 2) return 0;
  const middle = samples.reduce((sum, each) => sum + each, 0) / samples.length;
  const squares = samples.reduce((sum, each) => sum + (each - middle) ** 2, 0);
  return Math.sqrt(squares / (samples.length - 1));
}

/**
 * A part of so many trials, with the score interval (Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22, 1927), which keeps its promise near 0 and 1 where the usual one fails (Brown, Cai, DasGupta,
 * Statistical Science 16, 2001; NIST/SEMATECH e-Handbook §7.2.4.1).
 *
 * @param trials may be a fraction: an effective number of trials
 */
export function proportion(successes: number, trials: number): Estimate | undefined {
  if (trials <= 0) return undefined;
  const value = successes / trials;
  const z2 = Z * Z;
  const middle = (value + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z / (1 + z2 / trials)) * Math.sqrt((value * (1 - value)) / trials + z2 / (4 * trials * trials));
  const low = value === 0 ? 0 : Math.max(0, middle - half);
  const high = value === 1 ? 1 : Math.min(1, middle + half);
  return { value, count: trials, interval: { low, high } };
}

export interface Cluster {
  readonly successes: number;
  readonly trials: number;
}

/**
 * A part of trials that come in clusters, such as the updates of one run, which share its graph: Wilson's interval at the
 * effective number of trials, n ÷ design effect. The design effect is the variance between clusters over what it would be
 * if all trials were independent (Rao and Scott, "A simple method for the analysis of clustered binary data", Biometrics 48,
 * 1992), at least 1.
 *
 * What no cluster showed, the data say nothing about: whether it strikes one trial or a whole cluster. It may do the latter, the
 * design effect then being the size of a cluster (Kish, Survey Sampling, 1965, §5.4: 1 + (m − 1)ρ, with ρ = 1), so each cluster counts
 * once: of n without a failure, about 3 ÷ n may fail (the rule of three: Hanley and Lippman-Hand, "If nothing goes wrong, is
 * everything all right?", JAMA 249, 1983). That bounds every interval, not only one without failures: else a
 * failure that is seen would make the claim stronger.
 */
export function clusteredProportion(clusters: Iterable<Cluster>): (Estimate & { designEffect: number }) | undefined {
  const all = [...clusters].filter(({ trials }) => trials > 0);
  const trials = all.reduce((sum, each) => sum + each.trials, 0);
  if (trials === 0) return undefined;
  const part = all.reduce((sum, each) => sum + each.successes, 0) / trials;
  const binomial = (part * (1 - part)) / trials;
  const squares = all.reduce((sum, each) => sum + (each.successes - each.trials * part) ** 2, 0);
  const between = all.length > 1 ? ((all.length / (all.length - 1)) * squares) / trials ** 2 : 0;
  const isTelling = binomial > 0 && all.length > 1;
  const designEffect = isTelling ? Math.max(1, between / binomial) : trials / all.length;
  const effective = trials / designEffect;
  const { low, high } = proportion(part * effective, effective)!.interval!;
  const interval = { low: Math.min(low, mostShownBy(all.length)), high: Math.max(high, 1 - mostShownBy(all.length)) };
  return { value: part, count: trials, interval, designEffect };
}

/** The highest lower end that so many clusters can show: that of as many trials which all succeed. */
export function mostShownBy(clusters: number): number {
  return proportion(clusters, clusters)?.interval?.low ?? 0;
}

/**
 * A quantile, with the interval between two order statistics (David and Nagaraja, Order Statistics, 3rd ed.
 * 2003, §7.1; Conover, Practical Nonparametric Statistics, 3rd ed. 1999, §3.2): how many samples are below the true quantile
 * is binomial, whatever they are distributed like. So it promises at least 95 %, and often keeps more.
 *
 * @param part from 0 to 1, both excluded
 * @returns no interval where there are too few samples for one: fewer than six for a median
 */
export function quantile(samples: Iterable<number>, part: number): Estimate | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const count = sorted.length;
  const value = quantileOf(sorted, part);
  if (value === undefined) return undefined;
  const tail = (1 - CONFIDENCE) / 2;
  // Ranks from 1: the largest `low` that the count below reaches too rarely, and the least `high` that it does as rarely.
  let low = 0;
  let high = count + 1;
  let below = 0;
  for (const [rank, chance] of binomialChances(count, part).entries()) {
    below += chance;
    if (below <= tail) low = rank + 1;
    if (below >= 1 - tail) {
      high = rank + 1;
      break;
    }
  }
  if (low < 1 || high > count) return { value, count };
  return { value, count, interval: { low: sorted[low - 1]!, high: sorted[high - 1]! } };
}

export function median(samples: Iterable<number>): Estimate | undefined {
  return quantile(samples, 0.5);
}

/** Of k successes in `count`, each with this chance, k from 0. In logarithms, so that none is lost. */
function binomialChances(count: number, chance: number): number[] {
  let logarithm = count * Math.log(1 - chance);
  const chances = [Math.exp(logarithm)];
  for (let k = 1; k <= count; k++) {
    logarithm += Math.log((count - k + 1) / k) + Math.log(chance / (1 - chance));
    chances.push(Math.exp(logarithm));
  }
  return chances;
}

/**
 * How much more the second is than the first, seed by seed: Student's interval of the differences (the paired t-test:
 * NIST/SEMATECH e-Handbook §7.3.1). What a seed does to both, such as a bad graph, cancels out. Seeds that only one
 * of them has are left out.
 */
export function pairedDifference(
  first: ReadonlyMap<number, number>,
  second: ReadonlyMap<number, number>,
  confidence = CONFIDENCE,
): Estimate | undefined {
  const differences: number[] = [];
  for (const [seed, value] of first) {
    const other = second.get(seed);
    if (other !== undefined) differences.push(other - value);
  }
  return mean(differences, confidence);
}
