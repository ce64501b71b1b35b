import { expect, test } from 'vitest';
import { amountText, briefCount, briefPercent, briefRate, bytesText, partText, percentText } from './numbers.ts';

test.each([
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
])('%d is counted in five columns as %s', (count, text) => {
  expect(briefCount(count)).toBe(text);
});

test.each([
  [0, '0.0/s'],
  [3.14, '3.1/s'],
  [1234.4, '1,234/s'],
])('a rate of %d reads %s', (perSecond, text) => {
  expect(briefRate(perSecond)).toBe(text);
});

test.each([
  [0.44, '0.4%'],
  [9.96, '10%'],
  [230.4, '230%'],
])('%d percent of a core reads %s', (percent, text) => {
  expect(briefPercent(percent)).toBe(text);
});

test.each([
  [9.46, '9.5'],
  [11, '11'],
  [11.02, '11'],
  [99.97, '100'],
  [1049.4, '1,049'],
])('an amount of %d reads %s', (value, text) => {
  expect(amountText(value)).toBe(text);
});

test.each([
  [1, '100 %'],
  [0.999999, '99.99 %'],
  [0.9998, '99.98 %'],
  [0.97, '97 %'],
  [0.97499, '97.4 %'],
  [0, '0 %'],
])('a part of %d reads %s: only all is 100 %%', (part, text) => {
  expect(partText(part)).toBe(text);
});

test.each([
  [1, '100 %'],
  [0.9999, '> 99.9 %'],
  [0.05, '5 %'],
  [0.00001, '< 0.01 %'],
])('a percentage of %d reads %s', (part, text) => {
  expect(percentText(part)).toBe(text);
});

test.each([
  [316.6, '317 B'],
  [12_340, '12.3 kB'],
  [1_234_000, '1.2 MB'],
])('%d bytes read %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
