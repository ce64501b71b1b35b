import { expect, test } from 'vitest';
import { isOnNamedHost, retryAfterMs } from './follow-policy.ts';

test.each([
  ['127.0.0.1:7001', '127.0.0.1:7000', true],
  ['localhost:7001', '127.0.0.1:7000', true],
  ['[::1]:7001', 'localhost:7000', true],
  ['10.0.0.5:7001', '10.0.0.5:7000', true],
  ['BOX.example:7001', 'box.example:7000', true],
  ['10.0.0.6:7001', '10.0.0.5:7000', false],
  ['169.254.169.254:80', '127.0.0.1:7000', false],
  // A node elsewhere that speaks of its own machine does not mean ours.
  ['127.0.0.1:22', '10.0.0.5:7000', false],
  ['127.evil.example:80', '127.0.0.1:7000', false],
])('%s, heard of through %s, may be gone to: %s', (address, named, isAllowed) => {
  expect(isOnNamedHost(address, [named])).toBe(isAllowed);
});

test('retries come ever more rarely, and rarely at once where a node is called gone', () => {
  const waits = [0, 1, 2, 3, 20].map((failures) => retryAfterMs(failures, false, 0.5));
  expect(waits).toEqual([500, 1000, 2000, 4000, 15_000]);
  expect(retryAfterMs(0, true, 0.5)).toBe(60_000);
  expect([retryAfterMs(1, false, 0), retryAfterMs(1, false, 0.999)].map(Math.round)).toEqual([500, 1499]);
});
