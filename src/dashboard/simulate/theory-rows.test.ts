import { describe, expect, test } from 'vitest';
import { measure, parseScenario, Simulation } from '../../sim/simulate.ts';
import { rowsOf, type Row } from './theory-rows.ts';

function rowsOfRun(file: object): ReadonlyMap<string, Row> {
  const scenario = parseScenario(file);
  const { parameters } = new Simulation(scenario);
  return new Map(rowsOf({ scenario, parameters, measured: measure(scenario) }).map((row) => [row.name, row]));
}

/** Links as they are from the start, and nobody speaks of its own accord. */
const QUIET = {
  ...{ nodes: 40, seed: 3, join: { how: 'graph', degree: 6 }, network: { delay: 20 } },
  workload: { favorites: false, updates: { count: 4, startMs: 1000, everyMs: 2000 } },
};
const parameters = { heartbeatMs: 1_000_000, heartbeatMinMs: 1_000_000, shuffleMs: 1_000_000 };

describe('measured beside theory', () => {
  test('agree to the copy for a flood over links that stay', () => {
    const copies = rowsOfRun({ ...QUIET, parameters, strategy: 'flood' }).get('Copies per update');
    expect(copies).toMatchObject({
      name: 'Copies per update',
      measured: '201',
      theory: '201',
      note: '2E − N + 1 of 120 links; exactly so',
    });
  });

  test('say N − 1 of a tree, and that all are reached', () => {
    const rows = rowsOfRun({ ...QUIET, parameters, strategy: 'plumtree' });
    expect(rows.get('Copies per update')).toMatchObject({ theory: '39' });
    expect(rows.get('Coverage, mean')).toMatchObject({ measured: '100 %', theory: '100 %' });
    expect(rows.get('Time to all, longest')?.measured).toMatch(/ms$/);
  });

  test('say of push-once that it misses some, and what ran out', () => {
    const rows = rowsOfRun({ ...QUIET, parameters: { ...parameters, fanout: 2, ttl: 3 }, strategy: 'random' });
    expect(rows.get('Coverage, mean')?.theory).toMatch(/^\d\d(\.\d)? %$/);
    expect(rows.get('Time to all, longest')?.measured).toBe('not all yet');
    expect(rows.get('Hops, most')).toMatchObject({ theory: '', note: 'the TTL is 3' });
  });
});
