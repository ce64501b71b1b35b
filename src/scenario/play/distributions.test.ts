import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawExponential, drawNormal, exponential, naturalLogarithm } from './distributions.ts';
import { SmallFastRandom } from './small-fast-random.ts';

const DRAWS = 50_000;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('functions that are the same in every engine', () => {
  test('e^x agrees with Math.exp to a part in 10^14', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => {
        expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
      }),
      { numRuns: 2000 },
    );
    expect(exponential(0)).toBe(1);
  });

  test('ln x agrees with Math.log to a part in 10^14, or 10^-15 near 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -40, max: 2 ** 40, noNaN: true, minExcluded: true }), (x) => {
        const error = Math.abs(naturalLogarithm(x) - Math.log(x));
        expect(error).toBeLessThan(Math.max(1e-15, 1e-14 * Math.abs(Math.log(x))));
      }),
      { numRuns: 2000 },
    );
    expect(naturalLogarithm(1)).toBe(0);
  });
});

describe('draws', () => {
  test('from a normal distribution have its moments', () => {
    const random = new SmallFastRandom(1);
    const drawn = Array.from({ length: DRAWS }, () => drawNormal(random));
    expect(Math.abs(mean(drawn))).toBeLessThan(0.02);
    expect(mean(drawn.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(drawn.filter((x) => Math.abs(x) < 1).length / DRAWS).toBeCloseTo(0.683, 1);
  });

  test('from an exponential distribution have its mean and its median', () => {
    const random = new SmallFastRandom(2);
    const drawn = Array.from({ length: DRAWS }, () => drawExponential(random, 500));
    expect(Math.abs(mean(drawn) / 500 - 1)).toBeLessThan(0.02);
    expect(drawn.filter((x) => x < 500 * Math.LN2).length / DRAWS).toBeCloseTo(0.5, 1);
  });

  test('of whole numbers are spread evenly, and differ from seed to seed', () => {
    const random = new SmallFastRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < DRAWS; i++) counts[random.below(10)]! += 1;
    for (const count of counts) expect(count / DRAWS).toBeCloseTo(0.1, 1);
    const first = (seed: number) => new SmallFastRandom(seed).below(2 ** 32);
    expect(new Set(Array.from({ length: 1000 }, (_, seed) => first(seed))).size).toBe(1000);
    expect(new SmallFastRandom(7).below(1)).toBe(0);
  });
});
