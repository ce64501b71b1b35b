import { expect, test } from 'vitest';
import { EarlyEvents } from './early-events.ts';

test('early events wait for their update, and are handed over once', () => {
  const early = new EarlyEvents<number>();
  early.keep('a', 1);
  early.keep('b', 2);
  early.keep('a', 3);
  expect([early.take('a'), early.take('a'), early.take('b')]).toEqual([[1, 3], [], [2]]);
});

test('early events of updates that never come are given up, the longest waiting first', () => {
  const early = new EarlyEvents<number>(3);
  for (let event = 0; event < 10; event++) early.keep(`u${event}`, event);
  expect(Array.from({ length: 10 }, (_, update) => early.take(`u${update}`)).flat()).toEqual([7, 8, 9]);
  for (let event = 0; event < 10; event++) early.keep('one', event);
  expect(early.take('one').length).toBeLessThanOrEqual(3);
});
