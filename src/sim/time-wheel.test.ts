import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeWheel } from './time-wheel.ts';

/** What is put in: so long after the present, and so many more at the time it comes out. */
interface Plan {
  readonly afterMs: number;
  readonly followers: readonly number[];
}

const afterMs = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 16_000, max: 17_000 }),
  fc.integer({ min: 0, max: 200_000 }),
);
const plans = fc.array(fc.record({ afterMs, followers: fc.array(afterMs, { maxLength: 3 }) }), { maxLength: 150 });

/** Everything waiting, sorted by time; entries of one time in the order they came. */
class Oracle {
  private readonly waiting: { readonly time: number; readonly id: number }[] = [];

  push(time: number, id: number): void {
    const after = this.waiting.findIndex((entry) => entry.time > time);
    this.waiting.splice(after < 0 ? this.waiting.length : after, 0, { time, id });
  }

  next(until: number): { readonly time: number; readonly id: number } | undefined {
    return this.waiting[0] !== undefined && this.waiting[0].time <= until ? this.waiting.shift() : undefined;
  }
}

class Both {
  private readonly wheel = new TimeWheel();
  private readonly oracle = new Oracle();
  private readonly followers: (readonly number[])[] = [];

  push(plan: Plan): void {
    const id = this.followers.push(plan.followers) - 1;
    const time = this.wheel.now + plan.afterMs;
    this.wheel.push(time, id, -id, { id });
    this.oracle.push(time, id);
  }

  runUntil(until: number): void {
    while (this.wheel.next(until)) {
      const { now, head, body, reference } = this.wheel;
      expect({ time: now, id: head }).toEqual(this.oracle.next(until));
      expect({ body, reference }).toEqual({ body: 0 - head, reference: { id: head } });
      for (const followerMs of this.followers[head]!) this.push({ afterMs: followerMs, followers: [] });
    }
    expect(this.oracle.next(until)).toBeUndefined();
    expect(this.wheel.now).toBe(until);
  }
}

describe('the time wheel', () => {
  test('gives out what a sorted list would, in any interleaving of putting in and taking out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plans, afterMs), { maxLength: 6 }), (rounds) => {
        const both = new Both();
        let until = 0;
        for (const [pushed, forMs] of rounds) {
          for (const plan of pushed) both.push(plan);
          both.runUntil((until += forMs));
        }
        both.runUntil(until + 1_000_000);
      }),
    );
  });

  test('keeps the order of one time over many chunks, also for what comes while it is emptied', () => {
    const both = new Both();
    for (let i = 0; i < 1000; i++) both.push({ afterMs: 20_000, followers: i % 7 === 0 ? [0, 0] : [] });
    both.runUntil(30_000);
  });

  test('waits: nothing comes before its time, and time moves on without it', () => {
    const wheel = new TimeWheel();
    wheel.push(10, 1, 0, undefined);
    expect(wheel.next(9)).toBe(false);
    expect(wheel.now).toBe(9);
    expect(wheel.next(10)).toBe(true);
    expect(wheel.size).toBe(0);
    expect(wheel.next(1_000_000)).toBe(false);
    expect(wheel.now).toBe(1_000_000);
  });
});
