/** Scenarios for tests: a small quiet network, and whatever a test wants different. */
import type { Delay, NetworkPlan, Scenario, Workload } from '../src/sim/scenario.ts';

export type ScenarioChanges = Partial<Omit<Scenario, 'network' | 'workload'>> & {
  readonly network?: Partial<NetworkPlan>;
  readonly workload?: Partial<Workload>;
};

const DELAY: Delay = { kind: 'uniform', minMs: 1, maxMs: 20 };

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
      updates: { count: 0, startMs: 0, everyMs: 0 },
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
      refusedAfterMs: 1,
      timeoutMs: 1000,
      ...network,
    },
    faults: [],
    ...changes,
  };
}

/** Links that stay as they are: nobody shuffles, and nobody speaks of its own accord. */
export const SILENT = { heartbeatMs: 10_000_000, heartbeatMinMs: 10_000_000, shuffleMs: 10_000_000 };
