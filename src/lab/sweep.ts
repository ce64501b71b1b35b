/**
 * Runs what a sweep's folder lacks. Seed by seed, all settings of each: a sweep that is stopped has compared all settings
 * under the seeds that it came to, and settings are compared under the same seeds.
 */
import { readHead, readResults, ResultsWriter, type RunRow, type SweepResults } from './run-table.ts';
import type { Setting, SweepHead } from './sweep-head.ts';
import type { RunPool } from './run-pool.ts';
import { RunFailure } from './run-thread.ts';
import { SweepError } from './sweep-error.ts';
import { runTaskOf, wordsOf } from './sweep-plan.ts';

/** After so many failures they are likely one and the same. */
const MAX_FAILURES = 10;

export interface SweepProgress {
  readonly total: number;
  /** Before this call. */
  readonly before: number;
  /** By it. */
  readonly done: number;
}

export interface SweepEnd extends SweepResults {
  /** One line each: the setting, the seed, and what went wrong. */
  readonly failures: readonly string[];
  readonly isWhole: boolean;
}

interface Run {
  readonly setting: Setting;
  readonly seed: number;
}

/**
 * @param poolFor a pool for at most so many runs at once; it is destroyed in the end
 * @param stop resolves when it is to end before its time; what has finished is kept
 * @throws SweepError when the folder holds another sweep
 */
export async function sweep(
  folder: string,
  head: SweepHead,
  poolFor: (runs: number) => RunPool,
  stop: Promise<void>,
  tell: (progress: SweepProgress) => void,
): Promise<SweepEnd> {
  const before = rowsOf(folder, head);
  const writer = ResultsWriter.open(folder, head, before);
  const total = head.settings.length * head.seeds.length;
  const failures: string[] = [];
  let done = 0;
  tell({ total, before: before.length, done });
  let giveUp = (): void => undefined;
  const tooManyFailed = new Promise<void>((resolve) => (giveUp = resolve));
  const pool = poolFor(Math.max(1, total - before.length));
  try {
    await pool.run(
      missingRuns(head, before),
      ({ setting, seed }) => runTaskOf(head, setting, seed),
      ({ setting, seed }, outcome) => {
        if (outcome instanceof RunFailure) {
          failures.push(`${wordsOf(setting)}, seed ${seed}: ${outcome.message}`);
          if (failures.length >= MAX_FAILURES) giveUp();
          return;
        }
        writer.add({ setting: setting.number, values: setting.values, seed, measures: outcome.measures });
        tell({ total, before: before.length, done: ++done });
      },
      Promise.race([stop, tooManyFailed]),
    );
  } finally {
    await pool.destroy();
  }
  const rows = writer.finish();
  return { head, rows, failures, isWhole: rows.length === total };
}

/** What has been run already. */
function rowsOf(folder: string, head: SweepHead): readonly RunRow[] {
  const found = readHead(folder);
  if (found === undefined) return [];
  const difference = differenceOf(found, head);
  if (difference !== undefined) {
    throw new SweepError(`${folder} holds another sweep (${difference}); say --out for another folder`);
  }
  return readResults(folder).rows;
}

/** All that decides what a run measures. */
const DECISIVE = ['version', 'base', 'warmUpUpdates', 'varied', 'settings', 'seeds', 'measures'] as const;

function differenceOf(found: SweepHead, wanted: SweepHead): string | undefined {
  const other = DECISIVE.find((field) => JSON.stringify(found[field]) !== JSON.stringify(wanted[field]));
  if (other === undefined) return undefined;
  return other === 'version' ? `of gossip ${found.version}, this is ${wanted.version}` : `its ${other} differ`;
}

function* missingRuns(head: SweepHead, rows: readonly RunRow[]): Generator<Run> {
  const done = new Set(rows.map(({ setting, seed }) => `${setting} ${seed}`));
  for (const seed of head.seeds) {
    for (const setting of head.settings) if (!done.has(`${setting.number} ${seed}`)) yield { setting, seed };
  }
}
