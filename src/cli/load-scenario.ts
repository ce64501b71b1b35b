/** Where `gossip sim` and `gossip cluster` have their scenario from: a file, one that is shipped, or standard input; and options over it. */
import { basename } from 'node:path';
import { parseScenario, ScenarioError } from '../scenario/scenario-file.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readJsonSource, shippedNames, shippedPath } from './json-source.ts';
import { UsageError } from './usage-error.ts';

/** What options may say over a file. */
export interface ScenarioOptions {
  readonly nodes?: number;
  readonly strategy?: string;
  readonly fanout?: number;
  readonly ttl?: number;
  readonly seed?: number;
  readonly updates?: number;
  readonly durationMs?: number;
}

/**
 * @param prepare may change what a file says, or what there is instead of one, before it is checked
 * @throws UsageError of one line, with the place in the file
 */
export async function loadScenario(
  source: string | undefined,
  options: ScenarioOptions,
  prepare: (file: Readonly<Record<string, unknown>>) => unknown = (file) => file,
): Promise<Scenario> {
  const prepared = (value: unknown): unknown => {
    const file = withOptions(value, options);
    return isObject(file) ? prepare(file) : file;
  };
  if (source === undefined) return parse('', prepared({ name: 'default' }));
  const { name, file } = await readScenarioFile(source);
  return parse(`${name}: `, prepared(file));
}

/** As it was written, but with a name. */
export async function readScenarioFile(source: string): Promise<{ name: string; file: unknown }> {
  const { name, json } = await readJsonSource(source, 'scenarios');
  return { name, file: withName(json, name) };
}

export async function shippedScenarios(): Promise<Scenario[]> {
  const names = await shippedNames('scenarios');
  return Promise.all(names.map((name) => loadScenario(shippedPath('scenarios', name), {})));
}

function parse(where: string, value: unknown): Scenario {
  try {
    return parseScenario(value);
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(`${where}${error.message}`);
    throw error;
  }
}

export function withName(value: unknown, name: string): unknown {
  if (!isObject(value)) return value;
  return { name: basename(name, '.json').slice(0, 100), ...value };
}

/** Puts them where the file would have them, so that what depends on them is worked out and checked as always. */
export function withOptions(value: unknown, options: ScenarioOptions): unknown {
  if (!isObject(value)) return value;
  const { nodes, strategy, fanout, ttl, seed, updates, durationMs } = options;
  const file: Record<string, unknown> = { ...value, ...given({ nodes, strategy, seed, durationMs }) };
  const parameters = given({ fanout, ttl });
  if (Object.keys(parameters).length > 0) file['parameters'] = within(file['parameters'], parameters);
  if (updates === undefined) return file;
  const before = isObject(file['workload']) ? file['workload']['updates'] : undefined;
  file['workload'] = within(file['workload'], { updates: isObject(before) ? { ...before, count: updates } : updates });
  return file;
}

/** What is no object is left for the check to complain of. */
function within(value: unknown, more: object): unknown {
  return value === undefined || isObject(value) ? { ...(value ?? {}), ...more } : value;
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
