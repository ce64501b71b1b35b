/** Where `gossip sim` and `gossip cluster` have their scenario from: a file, one that is shipped, or standard input; and options over it. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { parseScenario, ScenarioError } from '../sim/scenario-file.ts';
import type { Scenario } from '../sim/scenario.ts';
import { nearestName } from '../sim/schema-complaint.ts';
import { JsonError, parseJson } from './json-text.ts';
import { shippedFile } from './shipped-files.ts';
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
  const { name, text } = await read(source);
  return parse(`${name}: `, prepared(withName(json(name, text), name)));
}

export async function shippedScenarios(): Promise<Scenario[]> {
  const names = await shippedNames();
  return Promise.all(names.map((name) => loadScenario(shippedPath(name), {})));
}

async function read(source: string): Promise<{ name: string; text: string }> {
  if (source === '-') return { name: 'standard input', text: await readStream(process.stdin) };
  try {
    return { name: source, text: await readFile(source, 'utf8') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isName = /^[\w-]+$/.test(source);
    if (!isName || code !== 'ENOENT') throw new UsageError(`cannot read ${source}: ${code ?? message}`);
  }
  const names = await shippedNames();
  if (names.includes(source)) return { name: source, text: await readFile(shippedPath(source), 'utf8') };
  const nearest = nearestName(source, names);
  const hint = nearest === undefined ? 'gossip sim --list names those that are shipped' : `did you mean ${nearest}?`;
  throw new UsageError(`no file and no scenario is called ${source}; ${hint}`);
}

async function shippedNames(): Promise<string[]> {
  const files = await readdir(shippedFile('scenarios'));
  return files.flatMap((file) => (file.endsWith('.json') ? [basename(file, '.json')] : [])).sort();
}

function shippedPath(name: string): string {
  return join(shippedFile('scenarios'), `${name}.json`);
}

function json(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UsageError(`${name}:${error.line}:${error.column}: not JSON: ${error.message}`);
  }
}

function parse(where: string, value: unknown): Scenario {
  try {
    return parseScenario(value);
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(`${where}${error.message}`);
    throw error;
  }
}

function withName(value: unknown, name: string): unknown {
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
