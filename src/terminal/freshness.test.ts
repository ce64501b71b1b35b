import { expect, it } from 'vitest';
import { freshnessOf } from './freshness.ts';

it('fades in four steps', () => {
  expect([0, 1_999, 2_000, 5_999, 6_000, 19_999, 20_000].map(freshnessOf)).toEqual([
    'new',
    'new',
    'recent',
    'recent',
    'settled',
    'settled',
    'old',
  ]);
});
