/**
 * What a copy buys: delivery time over copies, both beside a flood's, for every way to spread a rumor. `npm run frontier
 * [-- --nodes 100,1000,10000 --seeds 20,8,1 --out docs/pictures/frontier.svg --json]` draws it and prints the table; `--from FILE` draws what
 * `--json` printed, without a run.
 *
 * All settings of a seed have one graph, its links' delays, and the same origins at the same times. Nothing repairs: what a push
 * misses stays missing, so coverage and time are the push's own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chartSvg } from '../src/lab/report/chart.ts';
import type { RunOutcome } from '../src/lab/run-once.ts';
import { CORES, RunPool } from '../src/lab/run-pool.ts';
import { RunFailure } from '../src/lab/run-thread.ts';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import { frontierChart, frontierTable } from './frontier-figure.ts';
import { FLOOD, pointsOf, type Run } from './frontier-points.ts';
import { FANOUTS, ONE_TREE, OWN_TREES, pushOf } from './frontier-settings.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100,1000,10000' },
    seeds: { type: 'string', default: '20,8,1' },
    out: { type: 'string', default: 'docs/pictures/frontier.svg' },
    from: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const ORIGINS = 20;
const EVERY_MS = 1000;
/** Before an origin's next update, which stands for all before it. What is still missing then was missed. */
const WITHIN_MS = 0.9 * ORIGINS * EVERY_MS;
/** Longer than any run. */
const NEVER_MS = 3_600_000;
const COMMON = {
  join: { how: 'graph', degree: 5 },
  network: { delay: { kind: 'uniform', minMs: 10, maxMs: 100 } },
  workload: {
    favorites: false,
    updates: { count: 3 * ORIGINS, warmUp: ORIGINS, everyMs: EVERY_MS, origins: ORIGINS, startMs: 1000 },
  },
  durationMs: 70_000,
};
const NO_REPAIR = { heartbeatMs: NEVER_MS, heartbeatMinMs: NEVER_MS, shuffleMs: NEVER_MS };

const SETTINGS: { readonly [setting: string]: { readonly strategy: string; readonly parameters?: object } } = {
  [FLOOD]: { strategy: 'flood' },
  [OWN_TREES]: { strategy: 'plumtree' },
  // The least there may be: a node's one tree goes on from origin to origin, its lazy links with it.
  [ONE_TREE]: { strategy: 'plumtree', parameters: { maxTrees: 1 } },
  ...Object.fromEntries(FANOUTS.map((fanout) => [pushOf(fanout), { strategy: 'random', parameters: { fanout } }])),
};

async function simulated(): Promise<Run[]> {
  const seedsOf = values.seeds.split(',').map(Number);
  const tasks = values.nodes
    .split(',')
    .flatMap((nodes, size) =>
      Array.from({ length: seedsOf[size] ?? seedsOf.at(-1)! }, (_, i) => i + 1).flatMap((seed) =>
        Object.keys(SETTINGS).map((setting) => ({ nodes: Number(nodes), seed, setting })),
      ),
    );
  const runs = new Map<object, Run>();
  const pool = new RunPool(CORES, { filename: new URL('../dist/run-worker.mjs', import.meta.url).href });
  await pool.run(
    tasks,
    ({ nodes, seed, setting }) => {
      const { strategy, parameters } = SETTINGS[setting]!;
      const given = { nodes, seed, strategy, parameters: { ...NO_REPAIR, ...parameters }, ...COMMON };
      return { scenario: parseScenario(given), warmUpUpdates: 0, followsPushes: false, withinMs: WITHIN_MS };
    },
    (task, outcome) => {
      if (outcome instanceof RunFailure) throw outcome;
      runs.set(task, { ...task, ...ofRun(outcome) });
      process.stderr.write(`\r${runs.size} of ${tasks.length} runs, now of ${task.nodes} nodes `);
    },
  );
  await pool.destroy();
  process.stderr.write('\n');
  return tasks.map((task) => runs.get(task)!);
}

function ofRun({
  measures,
  timesToAllMs,
  coverageWithin = [],
}: RunOutcome): Pick<Run, 'measures' | 'coverage' | 'isComplete'> {
  const coverage = coverageWithin.reduce((sum, each) => sum + each, 0) / coverageWithin.length;
  return { measures, coverage, isComplete: timesToAllMs.every((time) => time !== null && time <= WITHIN_MS) };
}

interface Results {
  readonly date: string;
  readonly runs: readonly Run[];
}

const { date, runs }: Results =
  values.from === undefined
    ? { date: new Date().toISOString().slice(0, 10), runs: await simulated() }
    : (JSON.parse(readFileSync(values.from, 'utf8')) as Results);
const points = pointsOf(runs);

writeFileSync(values.out, chartSvg(frontierChart(points, date)));
process.stdout.write(values.json ? `${JSON.stringify({ date, points, runs })}\n` : frontierTable(points));
process.stderr.write(`${values.out}\n`);
