/**
 * What may differ between the settings of a sweep: a field of the scenario file, by a short name (`fanout`, `degree`, `loss`)
 * or by its path (`workload.updates.everyMs`, `faults[0].nodes.part`), and the values it takes.
 */
import { PARAMETER_NAMES } from '../scenario/scenario-schema.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { nearestName } from '../scenario/nearest-name.ts';
import type { ParameterValue } from './sweep-head.ts';
import { SweepError } from './sweep-error.ts';

export type ScenarioObject = Readonly<Record<string, unknown>>;

const MAX_VALUES = 10_000;
/** The first fault of the base scenario that kills. */
const KILLED = 'killed';

const NETWORK = ['delay', 'loss', 'duplication', 'reordering', 'bytesPerSecond', 'serviceMs', 'cores'] as const;
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ...['nodes', 'strategy', 'durationMs'].map((name) => [name, name] as const),
  ...PARAMETER_NAMES.map((name) => [name, `parameters.${name}`] as const),
  ...[...NETWORK, 'refusedAfterMs', 'timeoutMs'].map((name) => [name, `network.${name}`] as const),
  ...([
    ['join', 'join.how'],
    ['degree', 'join.degree'],
    ['updates', 'workload.updates.count'],
    ['favorites', 'workload.favorites'],
    ['resampleMs', 'workload.resampleMs'],
  ] as const),
]);

/** Strategies that a parameter changes nothing for are not named: there it is left out of the grid. */
const ONLY_FOR: { readonly [name: string]: readonly Scenario['strategy'][] } = { fanout: ['random'] };

/** @throws SweepError */
export function pathOf(name: string, base: ScenarioObject): string {
  if (name === KILLED) return killedPath(base);
  const path = SHORT_NAMES.get(name);
  if (path !== undefined) return path;
  if (name === 'seed') throw new SweepError('seed: every setting runs all seeds; say --seeds');
  if (/[.[]/.test(name)) return name;
  const nearest = nearestName(name, [...SHORT_NAMES.keys(), KILLED]);
  const hint =
    nearest === undefined ? 'give its path in the scenario file, as in network.loss' : `did you mean ${nearest}?`;
  throw new SweepError(`${name}: nothing of that name can vary; ${hint}`);
}

function killedPath({ faults }: ScenarioObject): string {
  const index = Array.isArray(faults)
    ? faults.findIndex((fault: unknown) => isObject(fault) && fault['do'] === 'kill')
    : -1;
  if (index < 0) throw new SweepError(`${KILLED}: the base scenario has no fault that kills`);
  return `faults[${index}].nodes.part`;
}

export function applies(name: string, strategy: unknown): boolean {
  const only = ONLY_FOR[name.replace(/^parameters\./, '')];
  return only === undefined || only.some((each) => each === strategy);
}

/** `3`, `0.5`, `flood`, `true`, `2..8`, `4..32:4` (in steps of 4), and lists of them: `1..4,8,16`. */
export function parseValues(text: string): ParameterValue[] {
  const values = text.split(',').flatMap((part) => rangeOf(part.trim()) ?? [valueOf(part.trim())]);
  if (values.length > MAX_VALUES) throw new SweepError(`${text}: more than ${MAX_VALUES} values`);
  return values;
}

/** The same, for an axis of a grid, on which a value that is there twice is a slip. @throws SweepError */
export function distinct(values: readonly ParameterValue[]): readonly ParameterValue[] {
  const seen = new Set<ParameterValue>();
  const again = values.find((value) => seen.size === seen.add(value).size);
  if (again !== undefined) throw new SweepError(`${again} is there twice`);
  return values;
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

function rangeOf(text: string): number[] | undefined {
  const [, first = '', last = '', step = '1'] = /^([^.]*(?:\.\d+)?)\.\.(.+?)(?::(.+))?$/.exec(text) ?? [];
  if (!text.includes('..')) return undefined;
  const isFine = [first, last, step].every((number) => NUMBER.test(number)) && Number(step) > 0;
  if (!isFine || Number(first) > Number(last)) {
    throw new SweepError(`${text}: expected FIRST..LAST or FIRST..LAST:STEP, from the lower to the higher`);
  }
  const count = Math.floor((Number(last) - Number(first)) / Number(step) + 1e-9) + 1;
  if (count > MAX_VALUES) throw new SweepError(`${text}: more than ${MAX_VALUES} values`);
  // Through decimals, so that 0..0.3:0.1 has 0.3 and not 0.30000000000000004.
  return Array.from({ length: count }, (_, i) => Number((Number(first) + i * Number(step)).toPrecision(12)));
}

function valueOf(text: string): ParameterValue {
  if (text === '') throw new SweepError('expected a value, got nothing');
  if (NUMBER.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** A value of a scenario that says it all alone, in full. */
const IN_FULL: { readonly [path: string]: (value: unknown) => object | undefined } = {
  join: (how) => (typeof how === 'string' ? { how } : undefined),
  'workload.updates': (count) => (typeof count === 'number' ? { count } : undefined),
  'network.delay': (ms) => (typeof ms === 'number' ? { kind: 'constant', ms } : undefined),
};

/** A copy of the scenario with that field set; whether it then fits is found out when it is parsed. */
export function withValue(scenario: ScenarioObject, path: string, value: ParameterValue): ScenarioObject {
  const steps = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  return set(scenario, steps, '', value) as ScenarioObject;
}

function set(
  container: unknown,
  [step = '', ...rest]: readonly string[],
  path: string,
  value: ParameterValue,
): unknown {
  const next = path === '' ? step : `${path}.${step}`;
  const inner = (before: unknown): unknown => (rest.length === 0 ? value : set(before, rest, next, value));
  if (Array.isArray(container)) {
    if (!(Number(step) < container.length)) throw new SweepError(`${next}: the base scenario has no such entry`);
    return container.map((entry: unknown, index) => (index === Number(step) ? inner(entry) : entry));
  }
  const full = IN_FULL[path]?.(container) ?? container ?? {};
  if (!isObject(full)) throw new SweepError(`${next}: the base scenario has ${JSON.stringify(container)} at ${path}`);
  // Only a graph has a degree, so who varies it wants one.
  const isFreeDegree = next === 'join.degree' && full['how'] === undefined;
  return { ...full, ...(isFreeDegree && { how: 'graph' }), [step]: inner(full[step]) };
}

export function isObject(value: unknown): value is ScenarioObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
