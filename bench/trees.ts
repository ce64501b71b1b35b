/**
 * How far the broadcast tree is from the best there is: delivery times, copies and bytes beside those of a flood over the same
 * kind of network, in virtual time. `npm run bench:trees [-- --seeds 10 --nodes 100,1000 --only steady,brief,later,faults]`
 */
import { parseArgs } from 'node:util';
import type { RunMeasures } from '../src/lab/run-measures.ts';
import { CORES, RunPool } from '../src/lab/run-pool.ts';
import { RunFailure } from '../src/lab/run-thread.ts';
import { parseScenario } from '../src/scenario/scenario-file.ts';

const ORIGINS = 20;
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    nodes: { type: 'string', default: '100,1000' },
    only: { type: 'string', default: 'steady,brief,later,faults' },
    set: { type: 'string', default: '{}' },
  },
});

const WORKLOADS = {
  /** Each of twenty nodes publishes once, and then twice more. */
  steady: {
    workload: { updates: { count: 3 * ORIGINS, warmUp: ORIGINS, everyMs: 1000, origins: ORIGINS, startMs: 20_000 } },
  },
  /** Every node another favourite every ten seconds. */
  brief: { workload: { resampleMs: 10_000 }, durationMs: 80_000 },
  /** The same, from when each has published some times with all its links. */
  later: { workload: { resampleMs: 10_000, updates: { count: 0, startMs: 35_000 } }, durationMs: 100_000 },
  /** Links that lose one message in a hundred, and a twentieth of the nodes dies. */
  faults: {
    workload: { updates: { count: 3 * ORIGINS, warmUp: ORIGINS, everyMs: 1000, origins: ORIGINS, startMs: 20_000 } },
    network: { loss: 0.01 },
    faults: [{ atMs: 50_500, do: 'kill', nodes: { part: 0.05 } }],
  },
} as const;

type Load = keyof typeof WORKLOADS;
interface Task {
  readonly load: Load;
  readonly nodes: number;
  readonly seed: number;
  readonly strategy: 'flood' | 'plumtree';
}

const tasks: Task[] = [];
for (const load of values.only.split(',') as Load[]) {
  for (const nodes of values.nodes.split(',').map(Number)) {
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      for (const strategy of ['flood', 'plumtree'] as const) tasks.push({ load, nodes, seed, strategy });
    }
  }
}

const results = new Map<string, RunMeasures & { readonly control: number }>();
const keyOf = (task: Task): string => JSON.stringify([task.load, task.nodes, task.seed, task.strategy]);

const pool = new RunPool(CORES, { filename: new URL('../dist/run-worker.mjs', import.meta.url).href });
await pool.run(
  tasks,
  ({ load, nodes, seed, strategy }) => ({
    scenario: parseScenario({
      nodes,
      seed,
      strategy,
      parameters: JSON.parse(values.set) as object,
      ...WORKLOADS[load],
    }),
    warmUpUpdates: 0,
    followsPushes: false,
  }),
  (task, outcome) => {
    if (outcome instanceof RunFailure) throw outcome;
    const { measures, cost } = outcome;
    results.set(keyOf(task), { ...measures, control: cost.messages - (measures.payloadPerUpdate ?? 0) });
    process.stderr.write(`\r${results.size} of ${tasks.length} runs`);
  },
);
await pool.destroy();
process.stderr.write('\n');

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const shown = (numbers: readonly number[], digits = 2): string =>
  `${mean(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`;

for (const load of values.only.split(',') as Load[]) {
  for (const nodes of values.nodes.split(',').map(Number)) {
    const pairs = Array.from({ length: Number(values.seeds) }, (_, i) => {
      const of = (strategy: Task['strategy']) => results.get(keyOf({ load, nodes, seed: i + 1, strategy }))!;
      return [of('plumtree'), of('flood')] as const;
    });
    const ratios = (name: keyof RunMeasures): number[] => pairs.map(([tree, flood]) => tree[name]! / flood[name]!);
    process.stdout.write(
      [
        `${load}, ${nodes} nodes: plumtree / flood, mean (range) over ${pairs.length} seeds`,
        `  delivery p50 ${shown(ratios('deliveryTimeMsP50'))}   p99 ${shown(ratios('deliveryTimeMsP99'))}   slowest ${shown(ratios('deliveryTimeMsMax'))}`,
        `  slowest delivery ${shown(
          pairs.map(([tree]) => tree.deliveryTimeMsMax!),
          0,
        )} ms, of a flood ${shown(
          pairs.map(([, flood]) => flood.deliveryTimeMsMax!),
          0,
        )} ms; reached all ${shown(pairs.map(([tree]) => tree.reachedAll ?? NaN))}`,
        `  copies / (nodes - 1) ${shown(pairs.map(([tree]) => 1 + (tree.redundancy ?? NaN)))}   control an update ${shown(
          pairs.map(([tree]) => tree.controlPerUpdate!),
          0,
        )} (of a flood ${shown(
          pairs.map(([, flood]) => flood.controlPerUpdate!),
          0,
        )})   bytes ${shown(ratios('bytesPerUpdate'))}`,
        '',
      ].join('\n'),
    );
  }
}
