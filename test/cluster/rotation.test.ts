import { test } from 'vitest';
import { rotateKeys } from '../rotation.ts';

test(
  'the key of twenty processes is changed under steady news while one stands still: nothing is lost',
  () => rotateKeys(20, 15_000),
  180_000,
);
