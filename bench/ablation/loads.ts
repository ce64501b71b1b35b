/** What each mechanism is tried under. */
import { parseScenario } from '../../src/scenario/scenario-file.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export interface Load {
  readonly words: string;
  /** When all that disturbs it has ended: from then on it is measured how long tables differ. */
  readonly calmMs: number;
  readonly scenario: object;
  /** Networks with more nodes are not tried: it would take hours. */
  readonly maxNodes?: number;
}

const FROM_MS = 30_000;
const news = (count: number, warmUp = 20) => ({
  updates: { count: count + warmUp, warmUp, everyMs: 1000, origins: 20, startMs: FROM_MS - 1000 * warmUp },
});
const half = { nodes: { part: 0.5 } };

export const LOADS = {
  join: {
    words: 'all start at once, each with a favourite',
    calmMs: 0,
    scenario: { workload: { updates: { count: 0 }, favorites: true }, durationMs: 30_000 },
  },
  steady: {
    words: 'an update a second',
    calmMs: FROM_MS + 20_000,
    scenario: { workload: news(20), durationMs: 65_000 },
  },
  brief: {
    words: 'every node another favourite every ten seconds',
    calmMs: 60_000,
    scenario: { workload: { resampleMs: 10_000, updates: { count: 0, startMs: FROM_MS } }, durationMs: 60_000 },
    maxNodes: 100,
  },
  loss: {
    words: 'an update a second, 2 % of all messages lost',
    calmMs: FROM_MS + 20_000,
    scenario: { workload: news(20), network: { loss: 0.02 }, durationMs: 75_000 },
  },
  half: {
    words: 'half of the nodes die',
    calmMs: FROM_MS + 20_000,
    scenario: { workload: news(20), faults: [{ atMs: FROM_MS + 500, do: 'kill', ...half }], durationMs: 75_000 },
  },
  partition: {
    words: 'two halves for fifteen seconds',
    calmMs: FROM_MS + 20_000,
    scenario: {
      workload: news(20),
      faults: [
        { atMs: FROM_MS + 500, do: 'partition', ...half },
        { atMs: FROM_MS + 15_500, do: 'heal' },
      ],
      durationMs: 80_000,
    },
  },
  burst: {
    words: 'every node publishes within a tenth of a second',
    calmMs: FROM_MS + 100,
    scenario: { workload: { updates: { count: 0, everyMs: 1, startMs: FROM_MS } }, durationMs: 50_000 },
  },
  pause: {
    words: 'a tenth of the nodes stands still for six seconds',
    calmMs: FROM_MS + 20_000,
    scenario: {
      workload: news(20),
      network: { timeoutMs: 2000 },
      faults: [
        { atMs: FROM_MS + 500, do: 'pause', nodes: { part: 0.1 } },
        { atMs: FROM_MS + 6500, do: 'resume', nodes: { part: 1 } },
      ],
      durationMs: 75_000,
    },
  },
  restart: {
    words: 'a node a second dies and is back 300 ms later',
    calmMs: FROM_MS + 20_000,
    scenario: {
      workload: news(20),
      faults: [
        { atMs: FROM_MS, do: 'churn', killsPerSecond: 1, downMs: 300, untilMs: FROM_MS + 18_000, remember: true },
      ],
      durationMs: 75_000,
    },
  },
  oneWay: {
    words: 'nothing that a tenth of the nodes say comes to the others for fifteen seconds',
    calmMs: FROM_MS + 20_000,
    scenario: {
      workload: news(20),
      network: { timeoutMs: 2000 },
      faults: [
        { atMs: FROM_MS + 500, do: 'partition', nodes: { part: 0.1 }, oneWay: true },
        { atMs: FROM_MS + 15_500, do: 'heal' },
      ],
      durationMs: 80_000,
    },
  },
  slow: {
    words: 'a tenth of the nodes takes 200 ms for each message',
    calmMs: FROM_MS + 20_000,
    scenario: {
      workload: news(20),
      network: { serviceMs: 1, timeoutMs: 2000 },
      faults: [{ atMs: FROM_MS + 500, do: 'slow', nodes: { part: 0.1 }, factor: 200 }],
      durationMs: 65_000,
    },
  },
} as const satisfies { readonly [name: string]: Load };

export type LoadName = keyof typeof LOADS;
export const LOAD_NAMES = Object.keys(LOADS) as readonly LoadName[];

/** @param parameters those that are not as usual */
export function scenarioOf(name: LoadName, nodes: number, seed: number, parameters: object = {}): Scenario {
  const { scenario } = LOADS[name] as Load;
  const workload = (scenario as { workload: { updates: object } }).workload;
  const updates =
    name === 'burst' ? { ...workload.updates, count: nodes, everyMs: 100 / nodes, warmUp: 0 } : workload.updates;
  return parseScenario({
    nodes,
    seed,
    strategy: 'plumtree',
    ...scenario,
    workload: { ...workload, updates },
    parameters,
  });
}
