import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from './trace-event.ts';
import { UpdateIndex } from './update-index.ts';

test('how far an update came is the same in whatever order its tellers are in the trace', () => {
  const facts = { origin: 'a:1', version: 1, uuid: 'u' };
  const applied = (node: string, via: string, time: number, hops: number): RunEvent => {
    return { type: 'applied', node, time, ...facts, via, hops, payload: {} };
  };
  const copy = (node: string, to: string, time: number): RunEvent => {
    return { type: 'sent', node, to, time, message: 'rumor', ...facts, ttl: 5, hops: 1 };
  };
  const tellers: RunEvent[][] = [
    [{ type: 'published', node: 'a:1', time: 10, ...facts, payload: {} }, copy('a:1', 'b:1', 11)],
    [applied('b:1', 'a:1', 20, 1), copy('b:1', 'c:1', 21)],
    [applied('c:1', 'b:1', 30, 2)],
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(tellers, { minLength: 3 }), (order) => {
      const index = new UpdateIndex();
      for (const node of ['a:1', 'b:1', 'c:1']) index.observe({ type: 'started', node, time: 0 });
      for (const event of order.flat()) index.observe(event);
      expect(index.updates).toEqual([
        expect.objectContaining({ awaited: 3, reached: 3, lastAt: 30, copies: 2, lastHop: 2 }),
      ]);
    }),
  );
});

test('an update is awaited of nobody who stands still', () => {
  const facts = { origin: 'a:1', version: 1, uuid: 'u', payload: {} };
  const index = new UpdateIndex();
  const events: RunEvent[] = [
    ...['a:1', 'b:1', 'c:1', 'd:1'].map((node): RunEvent => ({ type: 'started', node, time: 0 })),
    { type: 'paused', node: 'c:1', time: 5 },
    { type: 'published', node: 'a:1', time: 10, ...facts },
    { type: 'paused', node: 'd:1', time: 11 },
    { type: 'applied', node: 'b:1', time: 20, ...facts, via: 'a:1', hops: 1 },
    { type: 'resumed', node: 'c:1', time: 90 },
    { type: 'resumed', node: 'd:1', time: 90 },
    { type: 'applied', node: 'c:1', time: 99, ...facts, via: 'a:1', hops: 1 },
    { type: 'published', node: 'c:1', time: 100, ...facts, origin: 'c:1', uuid: 'v' },
  ];
  for (const event of events) index.observe(event);
  expect(index.updates).toEqual([
    expect.objectContaining({ awaited: 2, reached: 2, lastAt: 20 }),
    expect.objectContaining({ awaited: 4, reached: 1 }),
  ]);
});
