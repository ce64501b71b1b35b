import { expect, test } from 'vitest';
import { quantileOf } from './sample-quantile.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test.each<[part: number, value: number]>([
  [0, 1],
  [0.07, 7],
  [0.5, 50],
  [0.501, 51],
  [0.99, 99],
  [1, 100],
])('the quantile at %d of 1 to 100 is %d: the least that has this part at or below it', (part, value) => {
  expect(quantileOf(upTo(100).reverse(), part)).toBe(value);
});

test('of two samples the median is the lower: a quantile is always one of the samples', () => {
  expect(quantileOf([2, 1], 0.5)).toBe(1);
});

test('what never came is later than all', () => {
  expect(quantileOf([Infinity, 1, 2], 0.5)).toBe(2);
  expect(quantileOf([Infinity, 1, 2], 0.99)).toBe(Infinity);
});

test('of nothing there is none', () => {
  expect(quantileOf([], 0.5)).toBeUndefined();
});
