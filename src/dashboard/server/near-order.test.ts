import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NearOrder } from './near-order.ts';

test('what comes late by less than the window is put in order', () => {
  const order = new NearOrder<string>(100, 1000);
  order.add('b', 20, 30);
  order.add('a', 10, 60);
  expect(order.release(110)).toEqual(['a']);
  expect(order.release(120)).toEqual(['b']);
});

test('a teller whose clock is ahead holds nobody up, and waits no longer than others', () => {
  const order = new NearOrder<string>(100, 1000);
  order.add('from the future', 1e15, 50);
  order.add('now', 60, 60);
  expect(order.release(160)).toEqual(['from the future', 'now']);
});

test('what is one teller’s stays in its order, and nothing is lost or told twice', () => {
  const step = fc.record({ teller: fc.nat(3), skewMs: fc.integer({ min: -500, max: 500 }), passMs: fc.nat(80) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(20), (steps, maxWaiting) => {
      const order = new NearOrder<{ teller: number; number: number }>(100, maxWaiting);
      const out: { teller: number; number: number }[] = [];
      const clocks = [0, 0, 0, 0];
      let now = 1000;
      for (const [number, { teller, skewMs, passMs }] of steps.entries()) {
        now += passMs;
        clocks[teller] = Math.max(clocks[teller] as number, now + skewMs);
        order.add({ teller, number }, clocks[teller], now);
        out.push(...order.release(now));
      }
      out.push(...order.release(now + 1000));
      expect(out.map(({ number }) => number).sort((a, b) => a - b)).toEqual(steps.map((_, i) => i));
      for (const teller of clocks.keys()) {
        const own = out.filter((item) => item.teller === teller).map(({ number }) => number);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
    }),
  );
});
