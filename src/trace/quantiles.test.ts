import { describe, expect, test } from 'vitest';
import { Quantiles } from './quantiles.ts';

function of(...values: number[]): Quantiles {
  const quantiles = new Quantiles();
  for (const value of values) quantiles.add(value);
  return quantiles;
}

describe('quantiles', () => {
  test('are by nearest rank', () => {
    const quantiles = of(...Array.from({ length: 100 }, (_, i) => i + 1));
    expect([0, 0.5, 0.99, 1].map((part) => quantiles.quantile(part))).toEqual([1, 50, 99, 100]);
    expect(quantiles.max).toBe(100);
  });

  test('are off by half a percent at most, at any scale', () => {
    for (const scale of [1e-4, 0.3, 1, 777, 123_456, 9.9e9]) {
      const quantiles = of(...Array.from({ length: 1000 }, (_, i) => scale * (1 + i / 1000)));
      const exact = scale * 1.499;
      expect(Math.abs((quantiles.quantile(0.5) ?? 0) - exact)).toBeLessThanOrEqual(0.0051 * exact);
    }
  });

  test('leave whole numbers below a thousand as they are, and the largest of any size', () => {
    expect(of(50, 50, 50).quantile(0.5)).toBe(50);
    expect(of(0).quantile(0.5)).toBe(0);
    expect(of(12_345.678).max).toBe(12_345.678);
    expect(of(12_349).quantile(1)).toBeLessThanOrEqual(12_349);
  });

  test('are left out where they fall on what did not happen', () => {
    const some = of(1, 2, 3);
    const quantiles = some.withMissing(1);
    expect([quantiles.quantile(0.5), quantiles.quantile(0.99), quantiles.max]).toEqual([2, undefined, undefined]);
    expect([some.quantile(0.99), some.max]).toEqual([3, 3]);
    expect(new Quantiles().quantile(0.5)).toBeUndefined();
  });
});
