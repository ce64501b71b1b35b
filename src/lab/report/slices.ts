/**
 * What one parameter does while all others are held: the settings of one strategy that differ in it alone. A mean over
 * the others would mix networks that lose nothing with such that lose a third, and would hang on which values happened to be tried.
 * So one slice is told in full, at values that are named; the others stand beside it.
 */
import type { ParameterValue, Setting, SweepHead, Varied } from '../sweep-head.ts';
import { grouped } from './grouped.ts';
import { strategiesOf, type ReportSetting } from './settings.ts';

export interface Slice {
  readonly strategy: string;
  /** What is held, with its values. */
  readonly held: Setting['values'];
  /** In the order of the parameter's values. */
  readonly points: readonly SlicePoint[];
}

export interface SlicePoint {
  readonly x: ParameterValue;
  readonly setting: ReportSetting;
}

/**
 * The slices along a parameter of those settings that have it, the one to be told first: it has most points, and of those
 * the most values that are the base scenario's or else in the middle of what was tried.
 */
export function slicesAlong(settings: readonly ReportSetting[], varied: Varied, head: SweepHead): Slice[] {
  const others = head.varied.filter(({ name }) => name !== varied.name && name !== 'strategy');
  const own = settings.filter(({ values }) => varied.name in values);
  const usual = new Map(others.map((other) => [other.name, usualOf(other, own, head)]));
  const slices = [...grouped(own, ({ values }) => keyOf(others, values)).values()].map((group): Slice => {
    const held = Object.fromEntries(
      Object.entries(group[0]!.values).filter(([name]) => name !== varied.name && name !== 'strategy'),
    );
    const points = group.map((setting) => ({ x: setting.values[varied.name]!, setting }));
    return {
      strategy: group[0]!.strategy,
      held,
      points: points.sort((a, b) => orderOf(varied, a) - orderOf(varied, b)),
    };
  });
  const usualIn = ({ held }: Slice): number => others.filter(({ name }) => held[name] === usual.get(name)).length;
  return slices
    .filter(({ points }) => points.length > 1)
    .sort((a, b) => b.points.length - a.points.length || usualIn(b) - usualIn(a));
}

/** The slices along a parameter of each strategy's settings; empty for a strategy that has none. */
export function slicesByStrategy(settings: readonly ReportSetting[], varied: Varied, head: SweepHead): Slice[][] {
  const ofStrategy = (strategy: string) => settings.filter((each) => each.strategy === strategy);
  return strategiesOf(settings).map((strategy) => slicesAlong(ofStrategy(strategy), varied, head));
}

function keyOf(others: readonly Varied[], values: Setting['values']): string {
  return JSON.stringify(others.map(({ name }) => values[name] ?? null));
}

function orderOf({ values }: Varied, { x }: SlicePoint): number {
  return typeof x === 'number' ? x : values.indexOf(x);
}

function usualOf(
  varied: Varied,
  settings: readonly ReportSetting[],
  { scenario }: SweepHead,
): ParameterValue | undefined {
  const tried = new Set(settings.map(({ values }) => values[varied.name]).filter((value) => value !== undefined));
  const base = valueAt(scenario, varied.path);
  if (tried.has(base as ParameterValue)) return base as ParameterValue;
  const sorted = varied.values
    .filter((value) => tried.has(value))
    .sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** What stands at a path such as `parameters.fanout` or `faults[0].atMs`; `undefined` where there is nothing. */
export function valueAt(scenario: object, path: string): unknown {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>((inner, name) => {
      return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as { readonly [field: string]: unknown })[name]
        : undefined;
    }, scenario);
}
