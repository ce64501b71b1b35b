/** Networks that once fell apart for good while they were joining: some nodes had found each other and nobody else. */
import { expect, test } from 'vitest';
import { liveSnapshots } from '../src/verify/convergence.ts';
import { islandsOf, networkOf } from '../src/verify/network-facts.ts';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import { Simulation } from '../src/sim/simulation.ts';

const DATAGRAMS = { loss: 0.1, duplication: 0.05, reordering: 0.2, refusedAfterMs: null, timeoutMs: null };

test.each([
  ['over connections', 6, {}],
  ['over datagrams, a tenth of them lost', 6, DATAGRAMS],
])('a hundred nodes that join at once through random ones are one network after a minute, %s', (_, seed, network) => {
  const simulation = new Simulation(
    parseScenario({
      seed,
      nodes: 100,
      durationMs: 60_000,
      join: { how: 'random', everyMs: 0 },
      workload: { favorites: true, updates: { count: 0 } },
      network,
    }),
  );
  simulation.runUntil(60_000);
  const joined = networkOf(liveSnapshots(simulation));
  expect(joined.live).toHaveLength(100);
  expect(islandsOf(joined)).toBe(1);
});
