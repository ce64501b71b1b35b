import { expect, test } from 'vitest';
import { formatSpan } from './spans.ts';

test.each([
  [0, '0 ms'],
  [0.04, '0 ms'],
  [7.25, '7.3 ms'],
  [143, '143 ms'],
  [999.6, '1.00 s'],
  [2350, '2.35 s'],
  [39_000, '39.0 s'],
  [119_949, '119.9 s'],
  [120_000, '2 min 0 s'],
  [3_599_700, '1 h 00 min'],
  [7_500_000, '2 h 05 min'],
])('%d ms is %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
