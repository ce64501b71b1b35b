import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../http/seeded-random.ts';
import { timeOfUuid, uuidV7 } from './uuid.ts';

const epochMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('a uuid', () => {
  test('of a known time and seed is the same on every platform', () => {
    expect(uuidV7(1_700_000_000_000, seededRandom(1))).toBe('018bcfe5-6800-7ffe-bfe0-40054120781d');
    expect(uuidV7(0, seededRandom(1))).toBe('00000000-0000-7ffe-bfe0-40054120781d');
  });

  test('has the version and variant of RFC 9562, whatever the clock says', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e17 }), fc.integer(), (ms, seed) => {
        expect(uuidV7(ms, seededRandom(seed))).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  test('of a later millisecond is larger', () => {
    fc.assert(
      fc.property(epochMs, epochMs, fc.integer(), (a, b, seed) => {
        const random = seededRandom(seed);
        if (a < b) expect(uuidV7(a, random) < uuidV7(b, random)).toBe(true);
      }),
    );
  });

  test('differs from the others of its millisecond', () => {
    const random = seededRandom(3);
    expect(new Set(Array.from({ length: 10_000 }, () => uuidV7(5, random))).size).toBe(10_000);
  });
});

test('a uuid tells when it was made; one of another kind was made long ago', () => {
  const random = { below: () => 5 };
  expect(timeOfUuid(uuidV7(1_767_225_600_123, random))).toBe(1_767_225_600_123);
  expect(['', 'u', '019289a0-5c1e-4a53-8d2f-3a1b9c04e7d1'].map(timeOfUuid)).toEqual([0, 0, 0]);
});
