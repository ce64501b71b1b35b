import { expect, it } from 'vitest';
import { formatAge } from './ages.ts';

it.each([
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
])('%d ms reads %s', (ageMs, text) => {
  expect(formatAge(ageMs)).toBe(text);
});
