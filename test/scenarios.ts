/** Scenarios for tests: a small quiet network, and whatever a test wants different. */
import type { Delay, NetworkPlan, Scenario, Workload } from '../src/scenario/scenario.ts';

export type ScenarioChanges = Partial<Omit<Scenario, 'network' | 'workload'>> & {
  readonly network?: Partial<NetworkPlan>;
  readonly workload?: Partial<Workload>;
};

const DELAY: Delay = { kind: 'uniform', minMs: 1, maxMs: 20, perMessage: false };

export function scenarioOf({ network, workload, ...changes }: ScenarioChanges = {}): Scenario {
  return {
    name: 'test',
    description: '',
    seed: 1,
    nodes: 20,
    durationMs: 20_000,
    strategy: 'plumtree',
    parameters: {},
    join: { how: 'seed', everyMs: 10 },
    workload: {
      favorites: false,
      resampleMs: 0,
      updates: { count: 0, startMs: 0, everyMs: 0, origins: 0, warmUp: 0, receiptWithinMs: 0 },
      publish: [],
      ...workload,
    },
    network: {
      delay: DELAY,
      loss: 0,
      duplication: 0,
      reordering: 0,
      bytesPerSecond: 0,
      serviceMs: 0,
      cores: 0,
      refusedAfterMs: 1,
      closedAfterMs: null,
      timeoutMs: 1000,
      ...network,
    },
    faults: [],
    ...changes,
  };
}

/** Links that stay as they are: nobody shuffles, and nobody speaks of its own accord. */
export const SILENT = { heartbeatMs: 10_000_000, heartbeatMinMs: 10_000_000, shuffleMs: 10_000_000 };

/** A bit of everything that can happen. */
export const ALL_FAULTS: ScenarioChanges = {
  network: { loss: 0.05, duplication: 0.05, reordering: 0.3, serviceMs: 0.3, bytesPerSecond: 200_000 },
  workload: {
    favorites: true,
    resampleMs: 5000,
    updates: { count: 5, startMs: 500, everyMs: 700, origins: 0, warmUp: 0, receiptWithinMs: 0 },
  },
  faults: [
    { atMs: 2000, do: 'kill', nodes: { count: 2 } },
    { atMs: 2500, do: 'drift', nodes: { part: 0.5 }, rate: 1.1 },
    { atMs: 3000, do: 'pause', nodes: { count: 2 } },
    { atMs: 4000, do: 'partition', nodes: { part: 0.3 }, oneWay: false },
    { atMs: 5000, do: 'resume', nodes: { part: 1 } },
    { atMs: 6000, do: 'heal' },
    { atMs: 7000, do: 'restart', nodes: { part: 1 }, remember: true },
    { atMs: 7500, do: 'slow', nodes: [3, 4], factor: 20 },
    { atMs: 8000, do: 'leave', nodes: [5] },
    { atMs: 8000, do: 'churn', killsPerSecond: 1, downMs: 1000, untilMs: 15_000, remember: false },
  ],
};
