import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { MAX_AGE_MS, SeenCache } from './seen-cache.ts';

describe('the cache of seen uuids', () => {
  test('knows what it was told, once', () => {
    const seen = new SeenCache(10);
    expect(seen.add('a', 0)).toBe(true);
    expect(seen.add('a', 1)).toBe(false);
    expect(seen.has('a')).toBe(true);
    expect(seen.has('b')).toBe(false);
  });

  test('forgets the oldest when it is full', () => {
    const seen = new SeenCache(2);
    for (const uuid of ['a', 'b', 'a', 'c']) seen.add(uuid, 0);
    expect(['a', 'b', 'c'].map((uuid) => seen.has(uuid))).toEqual([false, true, true]);
  });

  test.each([
    ['it is at its count', (seen: SeenCache) => ['a', 'b', 'c', 'd'].forEach((uuid) => seen.add(uuid, 0))],
    [
      'the others grew too old',
      (seen: SeenCache) => ['a', 'b', 'd'].forEach((uuid, i) => seen.add(uuid, 2 * MAX_AGE_MS * i)),
    ],
    ['another was forgotten', (seen: SeenCache) => (seen.add('a', 0), seen.add('d', 0), seen.forget('a'))],
  ])('knows the latest without a look into the map, also when %s', (_, fill) => {
    const seen = new SeenCache(3);
    fill(seen);
    const look = vi.spyOn(Map.prototype, 'has');
    const isKnown = seen.has('d');
    const looks = look.mock.calls.length;
    look.mockRestore();
    expect([isKnown, looks]).toEqual([true, 0]);
  });

  test('forgets the latest, too, when told so', () => {
    const seen = new SeenCache(3);
    seen.add('a', 0);
    seen.forget('a');
    expect(seen.has('a')).toBe(false);
  });

  test('forgets what is older than its age as soon as it learns something new', () => {
    const seen = new SeenCache(10);
    seen.add('a', 0);
    seen.add('b', 600);
    seen.add('c', MAX_AGE_MS);
    expect(seen.size).toBe(3);
    seen.add('d', MAX_AGE_MS + 1);
    expect(['a', 'b', 'c', 'd'].map((uuid) => seen.has(uuid))).toEqual([false, true, true, true]);
  });

  test('keeps within count and age at every step, and always holds the newest', () => {
    const steps = fc.array(fc.tuple(fc.nat(20), fc.nat(MAX_AGE_MS)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), steps, (maxCount, additions) => {
        const seen = new SeenCache(maxCount);
        const firstAt = new Map<string, number>();
        let now = 0;
        for (const [n, passed] of additions) {
          now += passed;
          const uuid = `u${n}`;
          const isNew = seen.add(uuid, now);
          if (isNew) firstAt.set(uuid, now);
          expect(seen.has(uuid)).toBe(true);
          expect(seen.size).toBeLessThanOrEqual(maxCount);
          if (!isNew) continue;
          for (const [known, at] of firstAt) if (now - at > MAX_AGE_MS) expect(seen.has(known)).toBe(false);
        }
      }),
    );
  });
});
