/** A sweep's runs drawn together: for each setting what was measured, over its seeds, with 95 % intervals. */
import { MEASURES, type MeasureName } from '../run-measures.ts';
import type { ParameterValue, RunRow, Setting, SweepHead, SweepResults, Varied } from '../run-table.ts';
import { clusteredProportion, mean, type Estimate } from '../statistics.ts';
import { grouped } from './grouped.ts';

export interface SettingSummary extends Setting {
  readonly strategy: string;
  /** How many have finished. */
  readonly runs: number;
  /** Over the runs that have the measure; `undefined` where none has. */
  readonly estimates: ReadonlyMap<MeasureName, Estimate>;
  /** Payload and control; `undefined` where one of them was not measured. */
  readonly messages: Estimate | undefined;
}

/** Settings without a finished run are left out. */
export function summarize({ head, rows }: SweepResults): SettingSummary[] {
  const rowsOf = grouped(rows, ({ setting }) => setting);
  return head.settings.flatMap((setting) => {
    const own = rowsOf.get(setting.number);
    return own === undefined ? [] : [summaryOf(head, setting, own)];
  });
}

function summaryOf(head: SweepHead, setting: Setting, rows: readonly RunRow[]): SettingSummary {
  const estimates = new Map<MeasureName, Estimate>();
  for (const name of head.measures) {
    const estimate = name === 'reachedAll' ? reliabilityOf(rows) : meanOf(rows, ({ measures }) => measures[name], name);
    if (estimate !== undefined) estimates.set(name, estimate);
  }
  const messages = meanOf(rows, ({ measures: { payloadPerUpdate, controlPerUpdate } }) =>
    payloadPerUpdate === undefined || controlPerUpdate === undefined ? undefined : payloadPerUpdate + controlPerUpdate,
  );
  const strategy = String(setting.values['strategy'] ?? head.scenario.strategy);
  return { ...setting, strategy, runs: rows.length, estimates, messages };
}

function meanOf(
  rows: readonly RunRow[],
  measureOf: (row: RunRow) => number | undefined,
  name?: MeasureName,
): Estimate | undefined {
  const estimate = mean(rows.map(measureOf).filter((value) => value !== undefined));
  if (estimate?.interval === undefined || name === undefined || MEASURES[name].unit !== 'part') return estimate;
  // Student's interval knows nothing of bounds; redundancy is no part of a whole.
  const most = name === 'redundancy' ? Infinity : 1;
  const low = Math.min(most, estimate.interval.low);
  return { ...estimate, interval: { low, high: Math.min(most, estimate.interval.high) } };
}

/** The updates of a run share its graph and its origins: they count as one cluster. */
function reliabilityOf(rows: readonly RunRow[]): Estimate | undefined {
  const clusters = rows.flatMap(({ measures: { reachedAll, updates } }) =>
    reachedAll === undefined ? [] : [{ successes: reachedAll * (updates ?? 1), trials: updates ?? 1 }],
  );
  return clusteredProportion(clusters);
}

/** A measure that all runs of a setting have. Where one lacks it, the rest's mean would tell only of those that went well. */
export function whole(setting: SettingSummary, name: MeasureName): Estimate | undefined {
  const estimate = setting.estimates.get(name);
  return estimate?.count === setting.runs ? estimate : undefined;
}

/** What somebody who runs a network cannot choose is its environment: how many nodes there are, what the links do, what breaks. */
export function isChoice({ path }: Varied): boolean {
  return path === 'strategy' || path.startsWith('parameters.') || path.startsWith('join');
}

/** Settings of one environment; only among these can one be better than another. */
export interface Environment {
  readonly values: Setting['values'];
  readonly settings: readonly SettingSummary[];
}

/** In the order in which they vary. */
export function environmentsOf(settings: readonly SettingSummary[], varied: readonly Varied[]): Environment[] {
  const given = varied.filter((each) => !isChoice(each) && each.values.length > 1);
  const groups = grouped(settings, ({ values }) => JSON.stringify(given.map(({ name }) => values[name])));
  const order = ({ values }: Environment): number =>
    given.reduce((rank, each) => rank * (each.values.length + 1) + each.values.indexOf(values[each.name]!), 0);
  return [...groups.values()]
    .map((all) => {
      const pairs = given.map(({ name }) => [name, all[0]!.values[name]] as const);
      const present = pairs.filter((pair): pair is readonly [string, ParameterValue] => pair[1] !== undefined);
      return { values: Object.fromEntries(present), settings: all };
    })
    .sort((a, b) => order(a) - order(b));
}
