import { describe, expect, test } from 'vitest';
import type { Happening } from '../bench/contender.ts';
import { allToldMs, falselyAccused, spreadsOf } from '../bench/happenings.ts';

const live = new Set(['a', 'b', 'c']);
const published = (node: string, time: number): Happening => ({ type: 'published', time, node, uuid: 'u' });
const applied = (node: string, time: number): Happening => ({ type: 'applied', time, node, uuid: 'u' });
const down = (node: string, origin: string, time: number): Happening => ({
  ...{ type: 'status', status: 'down' },
  ...{ node, origin, time },
});

describe('an update', () => {
  test('has reached all when the last live node has it, told in whatever order, and each counted once', () => {
    const happenings = [applied('c', 9), applied('b', 7), applied('b', 30), published('a', 5)];
    expect(spreadsOf(happenings, live)).toEqual([{ publishedAt: 5, toAllMs: 4, reached: 2 }]);
  });

  test('has not when only its own publisher and the dead make up the number', () => {
    const happenings = [published('a', 5), applied('a', 6), applied('b', 7), applied('dead', 8)];
    expect(spreadsOf(happenings, live)).toEqual([{ publishedAt: 5, toAllMs: Infinity, reached: 1 }]);
  });

  test('of a node that has died since does not count', () => {
    expect(spreadsOf([published('dead', 1), applied('a', 2)], live)).toEqual([]);
  });
});

describe('deaths', () => {
  const dead = new Set(['x', 'y']);
  const all = [...live].flatMap((node) => [...dead].map((origin, i) => down(node, origin, 10 + i)));

  test('are known when every live node has said so of every dead one; what it says again is nothing new', () => {
    expect(allToldMs([...all, down('a', 'x', 99)], live, dead)).toBe(11);
    expect(allToldMs(all.slice(1), live, dead)).toBe(Infinity);
  });

  test('that the dead tell of count for nothing, and what the living say of the living is false', () => {
    const accusations = [...all, down('x', 'a', 1), down('b', 'c', 2), down('a', 'c', 3)];
    expect(falselyAccused(accusations, live)).toEqual(new Set(['c']));
    expect(allToldMs([...all.slice(1), down('x', 'x', 1)], live, dead)).toBe(Infinity);
  });
});
