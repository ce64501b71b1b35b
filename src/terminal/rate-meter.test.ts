import { expect, it } from 'vitest';
import { RateMeter } from './rate-meter.ts';

it('knows no rate from a single look', () => {
  expect(new RateMeter().sample(1000, 50)).toBe(0);
});

it('measures growth per second over the last seconds only', () => {
  const meter = new RateMeter();
  let total = 0;
  for (let second = 0; second < 20; second++) meter.sample(second * 1000, (total += 100));
  let rate = 0;
  for (let second = 20; second < 40; second++) rate = meter.sample(second * 1000, (total += 3));
  expect(rate).toBeCloseTo(3);
});

it('does not count what grew while nobody looked', () => {
  const meter = new RateMeter();
  meter.sample(0, 0);
  meter.reset();
  expect(meter.sample(60_000, 9_999)).toBe(0);
  expect(meter.sample(61_000, 10_001)).toBe(2);
});
