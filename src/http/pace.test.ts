import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_REQUESTS_A_SECOND, Pace, REQUEST_BURST } from './pace.ts';

test('requests below the limit do not wait', () => {
  const pace = new Pace();
  for (let at = 0; at < 60_000; at += 1000 / MAX_REQUESTS_A_SECOND) expect(pace.next(at)).toBe(0);
});

test('in no span of time are there more than a burst and so many a second', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 2000 }), (gaps) => {
      const pace = new Pace();
      let now = 0;
      const sentAt = gaps.map((gapMs) => (now += gapMs + pace.next(now + gapMs)));
      const spans = sentAt.map((at, i) => [i + 1 - REQUEST_BURST, (at - sentAt[0]!) / 1000] as const);
      for (const [excess, seconds] of spans) expect(excess).toBeLessThanOrEqual(MAX_REQUESTS_A_SECOND * seconds + 1);
    }),
  );
});

test('after a rest there may be a burst again', () => {
  const pace = new Pace();
  const burst = (now: number): number =>
    Array.from({ length: 500 }, () => pace.next(now)).filter((ms) => ms === 0).length;
  expect([burst(0), burst(1_000_000)]).toEqual([REQUEST_BURST, REQUEST_BURST]);
});
