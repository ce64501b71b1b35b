import { expect, test } from 'vitest';
import type { TraceEvent } from '../trace/trace-event.ts';
import { contestedWarning } from './contested-warning.ts';

test('that others cannot reach this node, or that it shares its address, is warned of once each in ten minutes', () => {
  const warnings: string[] = [];
  const tell = contestedWarning((warning) => warnings.push(warning));
  const contested = (time: number, status: 'alive' | 'down') =>
    tell({ time, node: 'a:1', type: 'contested', times: 4, status } satisfies TraceEvent);
  for (let time = 0; time < 600_000; time += 1000) {
    contested(time, 'down');
    contested(time, 'alive');
  }
  expect(warnings).toEqual([
    'others cannot reach this node at a:1: is the advertised address right, and the port open?',
    'another process speaks from a:1: does it advertise the same address?',
  ]);
  contested(600_000, 'down');
  expect(warnings).toHaveLength(3);
});
