import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pace } from './pace.ts';

/** Draws whenever it may; a frame after one that drew comes after `costMs`, others after 16 ms. */
function run(costMs: number, spanMs: number): { drawn: number; frames: number } {
  const pace = new Pace();
  let [now, elapsedMs, drawn, frames] = [0, 16, 0, 0];
  while (now < spanMs) {
    frames++;
    const draws = pace.mayDraw(now, elapsedMs);
    if (draws) {
      pace.drawn(now);
      drawn++;
    }
    elapsedMs = draws ? Math.max(16, costMs) : 16;
    now += elapsedMs;
  }
  return { drawn, frames };
}

describe('the pace of a costly picture', () => {
  test('is that of the frames while it makes none late', () => {
    const { drawn, frames } = run(10, 5_000);
    expect(drawn).toBe(frames);
  });

  test('leaves two thirds of the time to all else, whatever it costs, and never stops', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 1_000 }), (costMs) => {
        const { drawn } = run(costMs, 30_000);
        expect(drawn * costMs).toBeLessThanOrEqual(30_000 / 3 + costMs);
        expect(drawn * costMs).toBeGreaterThan(30_000 / 5);
      }),
    );
  });
});
