/** The settings of a sweep as the report needs them: with their strategy and their cost, and by environment. */
import type { MeasureName } from '../run-measures.ts';
import type { SweepResults } from '../run-table.ts';
import type { ParameterValue, Setting, Varied } from '../sweep-head.ts';
import { summariesOf, type SettingSummary } from '../setting-summary.ts';
import { mean, type Estimate } from '../statistics.ts';
import { grouped } from './grouped.ts';

export interface ReportSetting extends SettingSummary {
  readonly strategy: string;
  /** Payload and control per update; `undefined` where one of them was not measured. */
  readonly messages: Estimate | undefined;
}

/** Settings without a finished run are left out. */
export function reportSettings(results: SweepResults): ReportSetting[] {
  const { head, rows } = results;
  const costs = new Map<number, number[]>();
  for (const { setting, measures } of rows) {
    const { payloadPerUpdate, controlPerUpdate } = measures;
    if (payloadPerUpdate === undefined || controlPerUpdate === undefined) continue;
    costs.set(setting, [...(costs.get(setting) ?? []), payloadPerUpdate + controlPerUpdate]);
  }
  return summariesOf(results)
    .filter(({ runs }) => runs > 0)
    .map((summary) => ({
      ...summary,
      measures: withinBounds(summary.measures),
      strategy: String(summary.values['strategy'] ?? head.scenario.strategy),
      messages: mean(costs.get(summary.number) ?? []),
    }));
}

export function strategiesOf(settings: readonly ReportSetting[]): string[] {
  return [...new Set(settings.map(({ strategy }) => strategy))];
}

/** Student's interval knows nothing of bounds: of coverage it may go beyond all nodes. */
function withinBounds(measures: SettingSummary['measures']): SettingSummary['measures'] {
  const bounded = (['coverageMin', 'coverageMean'] as const).flatMap((name) => {
    const { [name]: estimate } = measures;
    if (estimate?.interval === undefined) return [];
    const { low, high } = estimate.interval;
    return [[name, { ...estimate, interval: { low: Math.max(0, low), high: Math.min(1, high) } }]];
  });
  return { ...measures, ...(Object.fromEntries(bounded) as SettingSummary['measures']) };
}

/** A measure that all runs of a setting have. Where one lacks it, the rest's mean would tell only of those that went well. */
export function whole(setting: ReportSetting, name: MeasureName): Estimate | undefined {
  const estimate = setting.measures[name];
  return estimate?.count === setting.runs ? estimate : undefined;
}

/** What somebody who runs a network cannot choose is its environment: how many nodes there are, what the links do, what breaks. */
export function isChoice({ path }: Varied): boolean {
  return path === 'strategy' || path.startsWith('parameters.') || path.startsWith('join');
}

/** Settings of one environment; only among these can one be better than another. */
export interface Environment {
  readonly values: Setting['values'];
  readonly settings: readonly ReportSetting[];
}

/** In the order in which they vary. */
export function environmentsOf(settings: readonly ReportSetting[], varied: readonly Varied[]): Environment[] {
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
