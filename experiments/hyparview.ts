/**
 * `npm run experiment:hyparview`: HyParView's experiment at the paper's size, each part of the network killed under flood
 * and Plumtree, on all cores. Writes docs/experiments/: two CSV files, the tables of hyparview.md and
 * its pictures. `-- --draw` makes tables and pictures anew from the CSV files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import Tinypool from 'tinypool';
import type { StrategyName } from '../src/core/index.ts';
import { spanText } from '../src/text/spans.ts';
import { drawFailure } from './failure-plots.ts';
import {
  fromCsv,
  summarizeOverlay,
  summarizeUpdates,
  toCsv,
  type OverlaySummary,
  type UpdateSummary,
} from './failure-summary.ts';
import { failureTables } from './failure-tables.ts';
import { writePage } from './page.ts';
import type { FailureRun, FailureTask } from './massive-failure.ts';

const STRATEGIES: readonly StrategyName[] = ['flood', 'plumtree'];

interface Options {
  readonly nodes: number;
  readonly seeds: number;
  readonly parts: readonly number[];
  readonly settle: number;
  readonly out: string;
  readonly draw: boolean;
}

function wholeOption(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

function partsOption(text: string): number[] {
  const parts = text.split(',').map(Number);
  if (!parts.every((part) => part > 0 && part < 1)) throw new InvalidArgumentError('Expected parts, as in 0.5,0.9.');
  return parts;
}

/** Seed by seed, and those that take longest first, so that no core is left with one in the end. */
function tasksOf({ nodes, seeds, parts, settle }: Options): FailureTask[] {
  return Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    parts
      .toSorted((a, b) => a - b)
      .flatMap((part) => STRATEGIES.map((strategy) => ({ nodes, strategy, part, seed, settleMs: 1000 * settle }))),
  );
}

/** Tells `keep` of all runs so far whenever one is done, so that what was run is not lost when the rest is given up. */
async function runAll(tasks: readonly FailureTask[], keep: (runs: readonly FailureRun[]) => void): Promise<void> {
  const pool = new Tinypool({
    filename: new URL('./massive-failure.ts', import.meta.url).href,
    execArgv: ['--import', 'jiti/register'],
    maxThreads: availableParallelism(),
    minThreads: 1,
  });
  const startedAt = performance.now();
  const runs: FailureRun[] = [];
  const one = async (task: FailureTask): Promise<void> => {
    runs.push((await pool.run(task)) as FailureRun);
    keep(runs);
    const leftMs = ((performance.now() - startedAt) / runs.length) * (tasks.length - runs.length);
    const what = `${task.strategy}, ${Math.round(100 * task.part)} % killed, seed ${task.seed}`;
    process.stderr.write(`${runs.length} of ${tasks.length}: ${what}; about ${spanText(leftMs)} left\n`);
  };
  try {
    await Promise.all(tasks.map(one));
  } finally {
    await pool.destroy();
  }
}

async function main(options: Options): Promise<void> {
  const file = (name: string): string => `${options.out}/${name}`;
  if (!options.draw) {
    await runAll(tasksOf(options), (runs) => {
      writeFileSync(file('hyparview-updates.csv'), toCsv(summarizeUpdates(runs)));
      writeFileSync(file('hyparview-overlay.csv'), toCsv(summarizeOverlay(runs)));
    });
  }
  const updates = fromCsv<UpdateSummary>(readFileSync(file('hyparview-updates.csv'), 'utf8'));
  const overlay = fromCsv<OverlaySummary>(readFileSync(file('hyparview-overlay.csv'), 'utf8'));
  await writePage(file('hyparview.md'), failureTables(updates, overlay));
  await drawFailure(updates, overlay, options.out);
}

await new Command('experiment:hyparview')
  .description('Kill a part of a network at once, and see how updates and overlay fare.')
  .option('--nodes <number>', 'how many nodes', wholeOption, 10_000)
  .option('--seeds <number>', 'runs of each kind, from seed 1 on', wholeOption, 1)
  .option('--parts <list>', 'parts to kill', partsOption, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
  // Ten shuffles: the paper has fifty rounds, and reserves fill by shuffles.
  .option('--settle <seconds>', 'before the first update, beyond the twenty there are', wholeOption, 300)
  .option('--out <folder>', 'where to', 'docs/experiments')
  .option('--draw', 'only draw what was run before', false)
  .action(main)
  .parseAsync();
