/**
 * From grids to settings: all combinations of their values, each put into the base scenario and checked before anything
 * runs. A parameter that changes nothing for a setting's strategy is left out of it, so that it does not multiply the grid.
 */
import { totalmem } from 'node:os';
import { STRATEGY_NAMES } from '../core/index.ts';
import { parseScenario, ScenarioError } from '../scenario/scenario-file.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { countText } from '../text/numbers.ts';
import { MEASURE_NAMES } from './run-measures.ts';
import type { RunTask } from './run-once.ts';
import { RESULTS_FORMAT, type ParameterValue, type Setting, type SweepHead, type Varied } from './sweep-head.ts';
import { SweepError } from './sweep-error.ts';
import type { Grid } from './sweep-file.ts';
import { applies, pathOf, withValue, type ScenarioObject } from './vary.ts';

type Strategy = Scenario['strategy'];

export interface SweepPlan {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly command: string;
  /** As a scenario file has it. */
  readonly base: ScenarioObject;
  readonly warmUpUpdates: number;
  /** Together they are the settings. */
  readonly grids: readonly Grid[];
  readonly seeds: readonly number[];
  readonly maxRuns: number;
  readonly jobs: number;
}

/** Several settings may be run at once; each takes this much (docs/simulator.md: 3.9 KB at rest, and what is under way). */
const BYTES_A_NODE = 5000;
/** Where every node tells a favourite, each has a record of each. */
const BYTES_A_RECORD = 100;

/** @throws SweepError of one line */
export function headOf(plan: SweepPlan): SweepHead {
  const { grids, base, seeds, maxRuns, name, description, version, command, warmUpUpdates } = plan;
  const scenario = parsed(base, '');
  const runs = seeds.length * grids.reduce((sum, grid) => sum + sizeOf(grid, scenario.strategy), 0);
  if (runs > maxRuns) throw new SweepError(tooMany(plan, scenario.strategy, runs));
  const paths = new Map(grids.flatMap((grid) => [...grid.keys()].map((key) => [key, pathOf(key, base)] as const)));
  checkNames(paths);
  for (const grid of grids) checkLeftOut(grid, base, paths);
  const settings = settingsOf(grids, scenario.strategy, paths);
  for (const setting of settings) checkSetting(scenarioOf({ base, paths, setting }), setting, plan);
  return {
    format: RESULTS_FORMAT,
    ...{ version, name, description, command, base, scenario, warmUpUpdates, settings, seeds },
    varied: variedOf(paths, grids),
    measures: MEASURE_NAMES,
  };
}

/** Strategies of the sweep that ignore something that varies: "flood ignores fanout". */
export function ignoredBy({ varied, settings, scenario }: SweepHead): string[] {
  const strategies = new Set(settings.map(({ values }) => String(values['strategy'] ?? scenario.strategy)));
  return varied.flatMap(({ name }) => {
    const ignoring = [...strategies].filter((strategy) => !applies(name, strategy));
    return ignoring.length === 0
      ? []
      : `${ignoring.join(' and ')} ${ignoring.length === 1 ? 'ignores' : 'ignore'} ${name}`;
  });
}

/** The run of one setting with one seed. */
export function runTaskOf(head: SweepHead, setting: Setting, seed: number): RunTask {
  const paths = new Map(head.varied.map(({ name, path }) => [name, path]));
  const scenario = scenarioOf({ base: head.base, paths, setting });
  return { scenario: { ...scenario, seed }, warmUpUpdates: head.warmUpUpdates, followsPushes: false };
}

/** @throws SweepError where two names mean one field, so that one of them would have no effect */
function checkNames(paths: ReadonlyMap<string, string>): void {
  const names = new Map<string, string>();
  for (const [name, path] of paths) {
    const other = names.get(path);
    if (other !== undefined) throw new SweepError(`${other} and ${name} are one and the same field`);
    names.set(path, name);
  }
}

/** A value must be one even where no setting has it, because it changes nothing for any strategy of the grid. */
function checkLeftOut(grid: Grid, base: ScenarioObject, paths: ReadonlyMap<string, string>): void {
  for (const [name, values] of grid) {
    if (STRATEGY_NAMES.every((strategy) => applies(name, strategy))) continue;
    for (const value of values) parsed(withValue(base, paths.get(name) ?? name, value), `${name} ${value}`);
  }
}

interface SettingPlace {
  readonly base: ScenarioObject;
  readonly paths: ReadonlyMap<string, string>;
  readonly setting: Setting;
}

function scenarioOf({ base, paths, setting }: SettingPlace): Scenario {
  let file = base;
  for (const [name, value] of Object.entries(setting.values)) file = withValue(file, paths.get(name) ?? name, value);
  return parsed(file, wordsOf(setting));
}

export function wordsOf({ number, values }: Pick<Setting, 'number' | 'values'>): string {
  const words = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return words.length === 0 ? `setting ${number}` : `setting ${number} (${words.join(', ')})`;
}

function parsed(file: ScenarioObject, where: string): Scenario {
  try {
    return parseScenario(file);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new SweepError(where === '' ? `scenario: ${error.message}` : `${where}: ${error.message}`);
  }
}

function settingsOf(grids: readonly Grid[], baseStrategy: Strategy, paths: ReadonlyMap<string, string>): Setting[] {
  const settings = new Map<string, Setting['values']>();
  const order = [...paths.keys()];
  for (const grid of grids) {
    for (const values of combinationsOf([...grid])) {
      const strategy = values.get('strategy') ?? baseStrategy;
      const own = order.filter((name) => values.has(name) && applies(name, strategy));
      const kept = Object.fromEntries(own.map((name) => [name, values.get(name)!]));
      settings.set(JSON.stringify(kept), kept);
    }
  }
  return [...settings.values()].map((values, index) => ({ number: index + 1, values }));
}

function* combinationsOf(
  axes: readonly (readonly [string, readonly ParameterValue[]])[],
): Generator<ReadonlyMap<string, ParameterValue>> {
  const [first, ...rest] = axes;
  if (first === undefined) {
    yield new Map();
    return;
  }
  const [name, values] = first;
  for (const value of values) for (const others of combinationsOf(rest)) yield new Map([[name, value], ...others]);
}

/** Without making them. */
function sizeOf(grid: Grid, baseStrategy: Strategy): number {
  const strategies = grid.get('strategy') ?? [baseStrategy];
  let size = 0;
  for (const strategy of strategies) {
    let combinations = 1;
    for (const [name, values] of grid) {
      if (name !== 'strategy' && applies(name, strategy)) combinations *= values.length;
    }
    size += combinations;
  }
  return size;
}

function tooMany({ grids, seeds, maxRuns }: SweepPlan, baseStrategy: Strategy, runs: number): string {
  const words = grids.map((grid) => {
    const sizes = [...grid].map(([name, values]) => `${values.length} ${name}`);
    return sizes.length > 1 ? `${sizes.join(' × ')} = ${countText(sizeOf(grid, baseStrategy))}` : sizes.join('');
  });
  const settings = words.length === 1 ? words[0] : `${words.length} grids of ${words.join('; ')}`;
  return (
    `${countText(runs)} runs (${settings} settings, ${countText(seeds.length)} seeds each), where at most ` +
    `${countText(maxRuns)} are taken on; narrow it or say --max-runs`
  );
}

function checkSetting(scenario: Scenario, setting: Setting, { warmUpUpdates, jobs }: SweepPlan): void {
  const { nodes, workload } = scenario;
  const { count } = workload.updates;
  if (warmUpUpdates > 0 && warmUpUpdates >= count) {
    throw new SweepError(`${wordsOf(setting)}: warmUpUpdates: all of its ${count} updates would be warm-up`);
  }
  const bytes = jobs * nodes * (BYTES_A_NODE + (workload.favorites ? nodes * BYTES_A_RECORD : 0));
  if (bytes <= totalmem()) return;
  const gib = (value: number): string => (value / 2 ** 30).toFixed(1);
  const hint = workload.favorites ? 'say "favorites": false, fewer nodes or --jobs 1' : 'say fewer nodes or --jobs 1';
  throw new SweepError(
    `${wordsOf(setting)}: ${countText(nodes)} nodes in ${jobs} runs at once take about ${gib(bytes)} GiB; ` +
      `this machine has ${gib(totalmem())}: ${hint}`,
  );
}

function variedOf(paths: ReadonlyMap<string, string>, grids: readonly Grid[]): Varied[] {
  return [...paths].map(([name, path]) => {
    const values = [...new Set(grids.flatMap((grid) => grid.get(name) ?? []))];
    const isNumeric = values.every((value) => typeof value === 'number');
    return { name, path, values: isNumeric ? values.toSorted((a, b) => a - b) : values };
  });
}
