import { expect, test } from 'vitest';
import type { TraceEvent } from '../trace/trace-event.ts';
import { FailuresWhileAlone } from './failures-while-alone.ts';

const SEED = 'seed:7000';
const failure = (time: number, peer = SEED): TraceEvent => ({
  time,
  node: 'a:1',
  type: 'unreachable',
  peer,
  reason: 'ENOTFOUND',
});
const link = (type: 'peerUp' | 'peerDown', time: number): TraceEvent =>
  type === 'peerUp'
    ? { time, node: 'a:1', type, peer: SEED }
    : { time, node: 'a:1', type, peer: SEED, reason: 'unreachable' };

test('of the failures while a node is alone the first is told, then one a minute, with the count', () => {
  const failures = new FailuresWhileAlone();
  const told = Array.from({ length: 181 }, (_, i) => failures.take(failure(1000 * i))).filter(Boolean);
  expect(told).toEqual([1, 61, 121, 181].map((count) => ({ peer: SEED, reason: 'ENOTFOUND', failures: count })));
});

test('none is told while it has peers, and the first again when it has lost them', () => {
  const failures = new FailuresWhileAlone();
  expect(failures.take(failure(0))).toMatchObject({ failures: 1 });
  failures.take(link('peerUp', 1000));
  expect(failures.take(failure(100_000))).toBeUndefined();
  failures.take(link('peerDown', 101_000));
  expect(failures.take(failure(102_000))).toMatchObject({ failures: 1 });
});
