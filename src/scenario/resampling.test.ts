import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../http/seeded-random.ts';
import { drawResamplingMs } from './resampling.ts';

describe('a favourite lasts', () => {
  test('from half to one and a half times the mean', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 * 86_400_000 }), (seed, meanMs) => {
        const drawn = drawResamplingMs(seededRandom(seed), meanMs);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(meanMs / 2);
        expect(drawn).toBeLessThanOrEqual(meanMs * 1.5);
      }),
    );
  });

  test('the mean, on average, and any part of that span as often as any other', () => {
    const random = seededRandom(1);
    const tenths = new Array<number>(10).fill(0);
    const drawn = Array.from({ length: 10_000 }, () => drawResamplingMs(random, 10_000));
    for (const ms of drawn) tenths[Math.min(9, Math.floor((ms - 5000) / 1000))]! += 1;
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(Math.abs(drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length - 10_000)).toBeLessThan(100);
  });
});
