import { expect, it } from 'vitest';
import { formatCount, formatRate } from './brief-counts.ts';

it.each([
  [0, '0'],
  [999, '999'],
  [1_234, '1,234'],
  [9_999, '9,999'],
  [12_345, '12.3k'],
  [123_456, '123k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [12_345_678, '12.3M'],
  [5_000_000_000, '5.0G'],
])('%d is counted as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

it.each([
  [0, '0.0/s'],
  [3.14, '3.1/s'],
  [1234.4, '1,234/s'],
])('a rate of %d reads %s', (perSecond, text) => {
  expect(formatRate(perSecond)).toBe(text);
});
