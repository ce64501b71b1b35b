import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SKEW_SECONDS, ReplayWindow } from './replay-window.ts';

const NOW = 1_700_000_000;

test('a request is taken once', () => {
  const window = new ReplayWindow(0);
  expect(window.take('a', NOW, NOW)).toBeUndefined();
  expect(window.take('a', NOW, NOW)).toContain('taken before');
  expect(window.take('b', NOW, NOW)).toBeUndefined();
});

test('clocks may differ by so many seconds, and no more', () => {
  const window = new ReplayWindow(0);
  expect(window.take('a', NOW - MAX_SKEW_SECONDS, NOW)).toBeUndefined();
  expect(window.take('b', NOW + MAX_SKEW_SECONDS, NOW)).toBeUndefined();
  expect(window.take('c', NOW - MAX_SKEW_SECONDS - 1, NOW)).toContain('31 s before');
  expect(window.take('d', NOW + MAX_SKEW_SECONDS + 1, NOW)).toContain('31 s after');
});

test('what was made before a process started is not taken by it', () => {
  expect(new ReplayWindow(NOW).take('a', NOW - 1, NOW + 5)).toContain('started');
});

test('nothing is ever taken twice, however the clock moves and however little there is room for', () => {
  const request = fc.record({
    nonce: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    agedSeconds: fc.integer({ min: -40, max: 40 }),
    passed: fc.integer({ min: -3, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (requests, room) => {
      const window = new ReplayWindow(0, room);
      const taken = new Set<string>();
      let now = NOW;
      for (const { nonce, agedSeconds, passed } of requests) {
        now += Math.max(0, passed);
        // A nonce is of one request, which says one time.
        const created = NOW + agedSeconds;
        if (window.take(`${nonce}${created}`, created, now) === undefined) {
          expect(taken.has(`${nonce}${created}`)).toBe(false);
          taken.add(`${nonce}${created}`);
        }
        expect(window.size).toBeLessThanOrEqual(room);
      }
    }),
  );
});

test('what has passed is forgotten', () => {
  const window = new ReplayWindow(0);
  for (let i = 0; i < 100; i++) window.take(`n${i}`, NOW, NOW);
  window.take('later', NOW + 2 * MAX_SKEW_SECONDS, NOW + 2 * MAX_SKEW_SECONDS);
  expect(window.size).toBe(1);
});
