import { describe, expect, test } from 'vitest';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';
import {
  clusteredProportion,
  mean,
  median,
  pairedDifference,
  proportion,
  quantile,
  type Estimate,
} from './statistics.ts';
import { studentQuantile } from './student.ts';

const REPETITIONS = 2000;

/** In how many of `REPETITIONS` the interval holds the truth. */
function coverageOf(truth: number, draw: (random: SmallFastRandom) => Estimate | undefined): number {
  const random = new SmallFastRandom(42);
  let held = 0;
  for (let i = 0; i < REPETITIONS; i++) {
    const interval = draw(random)?.interval;
    if (interval !== undefined && interval.low <= truth && truth <= interval.high) held++;
  }
  return held / REPETITIONS;
}

/** Box and Muller. */
function normal(random: SmallFastRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.part())) * Math.cos(2 * Math.PI * random.part());
}

function times<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

describe("Student's t", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.6.7.2, upper critical values.
  test.each([
    [1, 0.975, 12.706],
    [2, 0.975, 4.303],
    [5, 0.975, 2.571],
    [9, 0.95, 1.833],
    [19, 0.975, 2.093],
    [30, 0.99, 2.457],
    [100, 0.975, 1.984],
  ])('with %d degrees of freedom is below t with a chance of %d where the table says', (degrees, chance, t) => {
    expect(studentQuantile(chance, degrees)).toBeCloseTo(t, 3);
  });

  test('goes to the normal distribution', () => {
    expect(studentQuantile(0.975, 10_000_000)).toBeCloseTo(1.959964, 5);
    expect(studentQuantile(0.975, 1001)).toBeCloseTo(studentQuantile(0.975, 999), 4);
  });
});

describe('a mean', () => {
  test('has the interval that NIST prints for its sample (ZARR13.DAT, §1.3.5.2): by count, mean and deviation', () => {
    // 195 samples of mean 9.261460 and standard deviation 0.022789: (9.258242, 9.264679).
    const half = (studentQuantile(0.975, 194) * 0.022789) / Math.sqrt(195);
    expect(9.26146 - half).toBeCloseTo(9.258242, 5);
    expect(9.26146 + half).toBeCloseTo(9.264679, 5);
  });

  test("has Student's own interval for his sleep data (1908): ten differences, 1.58 ± 0.88", () => {
    const extraHours = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const { value, interval } = mean(extraHours)!;
    expect(value).toBeCloseTo(1.58, 10);
    // As R's t.test(extra ~ group, sleep, paired = TRUE) prints it.
    expect(interval!.low).toBeCloseTo(0.7001142, 6);
    expect(interval!.high).toBeCloseTo(2.4598858, 6);
  });

  test('of a single sample has no interval, and there is none of nothing', () => {
    expect(mean([7])).toEqual({ value: 7, count: 1 });
    expect(mean([])).toBeUndefined();
  });

  test.each([2, 5, 20])('of %d normal samples holds the truth in 95 % of all repetitions', (count) => {
    const held = coverageOf(3, (random) => mean(times(count, () => 3 + 2 * normal(random))));
    expect(held).toBeGreaterThan(0.935);
    expect(held).toBeLessThan(0.965);
  });
});

describe('a proportion', () => {
  test.each([
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d has the interval that Newcombe prints', (successes, trials, low, high) => {
    const { interval } = proportion(successes, trials)!;
    expect(interval!.low).toBeCloseTo(low, 4);
    expect(interval!.high).toBeCloseTo(high, 4);
  });

  // Near 1 it swings between 92 and 97 %, as counts are whole (Brown, Cai, DasGupta 2001, figure 5).
  test.each([0.5, 0.9, 0.99])('holds a truth of %d in about 95 % of all repetitions', (truth) => {
    const draw = (random: SmallFastRandom) => times(400, () => random.part()).filter((part) => part < truth).length;
    const held = coverageOf(truth, (random) => proportion(draw(random), 400));
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.975);
  });
});

describe('a proportion of clusters', () => {
  test('that have nothing in common is nearly that of all trials together', () => {
    const random = new SmallFastRandom(3);
    const clusters = times(400, () => ({
      successes: times(10, () => random.part()).filter((part) => part < 0.8).length,
      trials: 10,
    }));
    expect(clusteredProportion(clusters)!.designEffect).toBeLessThan(1.2);
  });

  test('that all succeed or all fail counts clusters, not trials', () => {
    const clusters = times(100, () => ({ successes: 0, trials: 10 })).map((cluster, i) =>
      i < 70 ? { ...cluster, successes: 10 } : cluster,
    );
    const { value, designEffect, interval } = clusteredProportion(clusters)!;
    expect(value).toBe(0.7);
    expect(designEffect).toBeCloseTo((10 * 100) / 99, 6);
    const apart = proportion(70, 100)!.interval!;
    expect(interval!.low).toBeCloseTo(apart.low, 2);
  });

  test('holds the truth where trials of one cluster go together, and simple counting does not', () => {
    // Each cluster has a chance of its own, 0.7 or 0.9.
    const draw = (random: SmallFastRandom) =>
      times(30, () => {
        const chance = random.part() < 0.5 ? 0.65 : 0.95;
        return { successes: times(10, () => random.part()).filter((part) => part < chance).length, trials: 10 };
      });
    const simple = (clusters: readonly { successes: number; trials: number }[]) =>
      proportion(
        clusters.reduce((sum, { successes }) => sum + successes, 0),
        300,
      );
    expect(coverageOf(0.8, (random) => clusteredProportion(draw(random)))).toBeGreaterThan(0.92);
    expect(coverageOf(0.8, (random) => simple(draw(random)))).toBeLessThan(0.9);
  });

  test('without a failure counts clusters: eight runs of fifty updates show two thirds, not 0.99', () => {
    const { value, interval } = clusteredProportion(times(8, () => ({ successes: 50, trials: 50 })))!;
    expect(value).toBe(1);
    expect(interval!.low).toBeCloseTo(proportion(8, 8)!.interval!.low, 10);
    expect(interval!.low).toBeLessThan(0.7);
  });

  test('shows no more with a failure than without', () => {
    const without = times(20, () => ({ successes: 50, trials: 50 }));
    const withOne = [...without.slice(1), { successes: 49, trials: 50 }];
    const low = (clusters: typeof without) => clusteredProportion(clusters)!.interval!.low;
    expect(low(withOne)).toBeLessThanOrEqual(low(without));
  });

  test('of a single cluster counts it once', () => {
    expect(clusteredProportion([{ successes: 25, trials: 50 }])!.interval).toEqual({
      low: Math.min(proportion(0.5, 1)!.interval!.low, proportion(1, 1)!.interval!.low),
      high: Math.max(proportion(0.5, 1)!.interval!.high, proportion(0, 1)!.interval!.high),
    });
  });

  // Of the runs, some have a fault that strikes each of their updates with the same chance: from all of them to few.
  test.each(
    [8, 20, 60].flatMap((runs) =>
      [0.02, 0.05, 0.2].flatMap((faulty) => [1, 0.5, 0.1].map((strikes) => [runs, faulty, strikes] as const)),
    ),
  )(
    'of %i runs, of which %d are faulty and miss %d of their updates, has a lower end below the truth',
    (...setting) => {
      const [runs, faulty, strikes] = setting;
      const truth = 1 - faulty * strikes;
      const random = new SmallFastRandom(7);
      const run = () => {
        const chance = random.part() < faulty ? 1 - strikes : 1;
        return { successes: times(50, () => random.part()).filter((part) => part < chance).length, trials: 50 };
      };
      const repetitions = 500;
      const held = times(repetitions, () => clusteredProportion(times(runs, run))!.interval!.low <= truth);
      // One-sided, 97.5 %; Wilson's is 96 % at worst for so few, and 500 repetitions are off by up to 2 %.
      expect(held.filter(Boolean).length / repetitions).toBeGreaterThan(0.94);
    },
  );
});

describe('a quantile', () => {
  test('has the ranks of the published table for the median: 2nd and 9th of ten, 6th and 15th of twenty', () => {
    // Conover, Practical Nonparametric Statistics, table A3; Hahn and Meeker, Statistical Intervals, table A.15.
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
    expect(median(upTo(10))).toEqual({ value: 5, count: 10, interval: { low: 2, high: 9 } });
    expect(median(upTo(20))).toEqual({ value: 10, count: 20, interval: { low: 6, high: 15 } });
  });

  test('of too few samples has no interval', () => {
    expect(median([3, 1, 2, 5, 4])).toEqual({ value: 3, count: 5 });
    expect(median([3, 1, 2, 5, 4, 6])?.interval).toEqual({ low: 1, high: 6 });
    expect(quantile([], 0.5)).toBeUndefined();
  });

  test.each<[number, number]>([
    [0.5, 20],
    [0.5, 101],
    [0.9, 100],
  ])('at %d of %d skewed samples holds the truth in at least 95 % of all repetitions', (part, count) => {
    const draw = (random: SmallFastRandom) =>
      quantile(
        times(count, () => -Math.log(1 - random.part())),
        part,
      );
    expect(coverageOf(-Math.log(1 - part), draw)).toBeGreaterThan(0.945);
  });
});

describe('a paired difference', () => {
  test('is of the seeds that both have', () => {
    const first = new Map([
      [1, 10],
      [2, 20],
      [3, 70],
    ]);
    const second = new Map([
      [2, 23],
      [1, 11],
      [4, 0],
    ]);
    expect(pairedDifference(first, second)).toMatchObject({ value: 2, count: 2 });
  });

  test('is far more certain than the difference of two means where seeds matter to both', () => {
    const random = new SmallFastRandom(5);
    const luck = times(20, () => 100 * normal(random));
    const first = new Map(luck.map((value, seed) => [seed, value]));
    const second = new Map(luck.map((value, seed) => [seed, value + 1 + 0.1 * normal(random)]));
    const { low, high } = pairedDifference(first, second)!.interval!;
    expect([low > 0.8, high < 1.2]).toEqual([true, true]);
    expect(mean(first.values())!.interval!.high).toBeGreaterThan(mean(second.values())!.interval!.low);
  });
});
