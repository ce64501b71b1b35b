import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('keeps the last few, newest first', () => {
  const recent = new Recent<number>(3);
  expect(recent.newestFirst()).toEqual([]);
  recent.add(1);
  recent.add(2);
  expect(recent.newestFirst()).toEqual([2, 1]);
  for (let i = 3; i <= 8; i++) recent.add(i);
  expect(recent.newestFirst()).toEqual([8, 7, 6]);
});
