import { expect, test } from 'vitest';
import { ageText, momentText, spanText } from './spans.ts';

test.each([
  [0, '0 ms'],
  [0.04, '0.04 ms'],
  [7.25, '7.3 ms'],
  [143, '143 ms'],
  [999.6, '1.00 s'],
  [2350, '2.35 s'],
  [5000, '5 s'],
  [39_000, '39 s'],
  [39_040, '39.0 s'],
  [119_949, '119.9 s'],
  [120_000, '2 min 0 s'],
  [3_599_700, '1 h 00 min'],
  [7_500_000, '2 h 05 min'],
  [-2350, '−2.35 s'],
])('%d ms is %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});

test.each([
  [-500, '0s'],
  [999, '0s'],
  [3_000, '3s'],
  [59_999, '59s'],
  [60_000, '1m00s'],
  [130_000, '2m10s'],
  [3_599_000, '59m59s'],
  [3_900_000, '1h05'],
  [47 * 3_600_000, '47h00'],
  [72 * 3_600_000, '3d'],
])('%d ms ago is %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});

test('a moment is since the start of the run, or the time of day', () => {
  expect(momentText(12_345)).toBe('12.345 s');
  const noon = new Date(2026, 0, 1, 12).getTime();
  expect(momentText(65_007, noon)).toBe('12:01:05.007');
});
