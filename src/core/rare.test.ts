import { expect, test } from 'vitest';
import { RareMap, RareSet } from './rare.ts';

test('a rare map is a map', () => {
  const map = new RareMap<string, number>();
  expect([map.size, map.has('a'), map.get('a'), map.delete('a'), [...map]]).toEqual([0, false, undefined, false, []]);
  map.set('a', 1);
  map.set('b', 2);
  expect([map.size, map.has('a'), map.get('b'), [...map]]).toEqual([2, true, 2, [['a', 1], ['b', 2]]]); // prettier-ignore
  expect([map.delete('a'), map.delete('a'), map.delete('b'), map.size, [...map]]).toEqual([true, false, true, 0, []]);
});

test('a rare set is a set, also while what it holds is deleted one by one', () => {
  const set = new RareSet<number>();
  expect([set.size, set.has(1), set.delete(1), [...set]]).toEqual([0, false, false, []]);
  for (const item of [3, 1, 2, 3]) set.add(item);
  expect([set.size, set.has(2), [...set]]).toEqual([3, true, [3, 1, 2]]);
  for (const item of set) set.delete(item);
  expect(set.size).toBe(0);
  set.add(1);
  set.clear();
  expect([...set]).toEqual([]);
});
