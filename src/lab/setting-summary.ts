/** What the runs of each setting say together. */
import { MEASURES, MEASURE_NAMES, type MeasureName } from './run-measures.ts';
import type { RunRow, SweepResults } from './run-table.ts';
import type { Setting } from './sweep-head.ts';
import { clusteredProportion, mean, type Estimate } from './statistics.ts';

export interface SettingSummary extends Setting {
  /** Finished. */
  readonly runs: number;
  /**
   * Means over the runs that have the measure: those of a time to the last node lack it where somebody was missed, so
   * that `count` is less than `runs`. `reachedAll` is over all updates of all runs, each run a cluster.
   */
  readonly measures: { readonly [name in MeasureName]?: Estimate };
}

export function summariesOf({ head, rows }: SweepResults): SettingSummary[] {
  const bySetting = new Map<number, RunRow[]>(head.settings.map(({ number }) => [number, []]));
  for (const row of rows) bySetting.get(row.setting)?.push(row);
  return head.settings.map((setting) => {
    const own = bySetting.get(setting.number) ?? [];
    return { ...setting, runs: own.length, measures: measuresOf(own) };
  });
}

function measuresOf(rows: readonly RunRow[]): SettingSummary['measures'] {
  const measures: { [name in MeasureName]?: Estimate } = {};
  for (const name of MEASURE_NAMES) {
    const samples = rows.flatMap((row) => row.measures[name] ?? []);
    const estimate = name === 'reachedAll' ? reachedAllOf(rows) : meanOf(name, samples);
    if (estimate !== undefined) measures[name] = estimate;
  }
  return measures;
}

/** Parts that are the same in every run, as where nothing was missed, say nothing of how runs differ: Student's interval would be none wide. */
function meanOf(name: MeasureName, samples: readonly number[]): Estimate | undefined {
  const estimate = mean(samples);
  if (estimate === undefined || MEASURES[name].unit !== 'part' || new Set(samples).size > 1) return estimate;
  return { value: estimate.value, count: estimate.count };
}

function reachedAllOf(rows: readonly RunRow[]): Estimate | undefined {
  const clusters = rows.flatMap(({ measures: { reachedAll, updates = 0 } }) =>
    reachedAll === undefined ? [] : [{ successes: Math.round(reachedAll * updates), trials: updates }],
  );
  return clusteredProportion(clusters);
}
