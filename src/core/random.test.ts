import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../http/seeded-random.ts';
import { jittered, pick, sample } from './random.ts';

const seed = fc.integer();

describe('randomness', () => {
  test('a seed draws the same numbers on every platform', () => {
    const random = seededRandom(42);
    expect(Array.from({ length: 8 }, () => random.below(1000))).toEqual([605, 225, 535, 820, 834, 84, 852, 787]);
    expect(random.below(2 ** 32)).toBe(1075805139);
  });

  test('picks one of the items, and nothing of nothing', () => {
    expect(pick(seededRandom(1), [])).toBeUndefined();
    fc.assert(
      fc.property(seed, fc.array(fc.nat(), { minLength: 1 }), (s, xs) => xs.includes(pick(seededRandom(s), xs)!)),
    );
  });

  test('a sample is as large as asked or possible, of distinct positions, and leaves its source alone', () => {
    fc.assert(
      fc.property(seed, fc.uniqueArray(fc.nat()), fc.nat(20), (s, items, count) => {
        const before = [...items];
        const drawn = sample(seededRandom(s), items, count);
        expect(drawn).toHaveLength(Math.min(count, items.length));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((item) => items.includes(item))).toBe(true);
        expect(items).toEqual(before);
      }),
    );
  });

  test('every order of a full sample is about equally likely', () => {
    const random = seededRandom(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = sample(random, ['a', 'b', 'c'], 3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('jitter stays within its part, in whole milliseconds and never below zero', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 100 }), (s, ms, percent) => {
        const drawn = jittered(seededRandom(s), ms, percent / 100);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(Math.abs(drawn - ms)).toBeLessThanOrEqual((ms * percent) / 100);
      }),
    );
  });
});
