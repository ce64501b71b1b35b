/** Networks that once fell apart for good while they were joining: some nodes had found each other and nobody else. */
import { expect, test } from 'vitest';
import { parseScenario } from '../src/sim/scenario-file.ts';
import { Simulation } from '../src/sim/simulation.ts';

/** Nodes are linked when one has the other for a peer. */
function islandSizes(simulation: Simulation): number[] {
  const seen = new Set<number>();
  const sizes: number[] = [];
  for (let node = 0; node < simulation.size; node++) {
    if (seen.has(node)) continue;
    seen.add(node);
    const island = [node];
    for (const member of island) {
      for (const peer of simulation.snapshot(member).peers) {
        const index = simulation.indexOf(peer)!;
        if (!seen.has(index)) island.push(index);
        seen.add(index);
      }
    }
    sizes.push(island.length);
  }
  return sizes;
}

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
  expect(islandSizes(simulation)).toEqual([100]);
});
