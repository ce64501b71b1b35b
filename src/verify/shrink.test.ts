import { describe, expect, test } from 'vitest';
import type { Fault, Scenario } from '../scenario/scenario.ts';
import { shrink } from './shrink.ts';
import { swarmScenario } from './swarm-scenario.ts';

const isKill = (fault: Fault) => fault.do === 'kill';

/** One of the first seeds whose scenario is like this. */
function drawn(isSo: (scenario: Scenario) => boolean): Scenario {
  for (let seed = 1; ; seed++) if (isSo(swarmScenario(seed))) return swarmScenario(seed);
}

describe('a scenario that fails', () => {
  const original = drawn(({ nodes, faults }) => nodes > 15 && faults.filter(isKill).length >= 2);
  const failsAtMs = ({ nodes, faults }: Scenario) => {
    const kill = faults.find(isKill);
    return nodes >= 5 && kill !== undefined ? kill.atMs : undefined;
  };
  const { scenario, runs } = shrink(original, failsAtMs);

  test('is shrunk to what makes it fail, and nothing else', () => {
    expect(scenario).toMatchObject({
      nodes: 5,
      strategy: 'plumtree',
      parameters: {},
      join: { how: 'seed', everyMs: 0 },
    });
    expect(scenario.faults).toMatchObject([{ do: 'kill' }]);
    expect(scenario.network).toMatchObject({ loss: 0, duplication: 0, reordering: 0, serviceMs: 0 });
    expect(scenario.workload).toMatchObject({ favorites: false, updates: { count: 0 } });
    expect(scenario.durationMs).toBeLessThan(original.durationMs / 10);
    expect(failsAtMs(scenario)).toBeDefined();
  });

  test('comes to the same each time', () => {
    expect(shrink(original, failsAtMs)).toEqual({ scenario, runs });
  });

  test('is tried no more often than it may be', () => {
    let tried = 0;
    const counted = (candidate: Scenario) => {
      tried++;
      return failsAtMs(candidate);
    };
    expect(shrink(original, counted, { maxRuns: 7 }).runs).toBe(7);
    expect(tried).toBe(7);
  });

  test('names no node any more that is gone, and keeps the others', () => {
    const named: Scenario = {
      ...original,
      faults: [{ atMs: 100_000, do: 'kill', nodes: [1, 12] }],
      workload: { ...original.workload, publish: [{ atMs: 90_000, node: 12, book: 'Emma' }] },
    };
    const smaller = shrink(named, ({ nodes, faults }) => (nodes >= 4 && faults.length > 0 ? 100_000 : undefined));
    expect(smaller.scenario.faults).toMatchObject([{ do: 'kill', nodes: [1] }]);
    expect(smaller.scenario.workload.publish).toEqual([]);
  });
});

test('a scenario that cannot fail with less stays as it is', () => {
  const original = swarmScenario(5);
  const { scenario } = shrink(original, (candidate) => (candidate === original ? 0 : undefined));
  expect(scenario).toEqual(original);
});
