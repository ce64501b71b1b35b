/** `gossip sweep [SWEEP]`: what is asked made into a plan, run on all cores into a folder, and summed up. */
import { dirname, join } from 'node:path';
import { CORES, RunPool } from '../lab/run-pool.ts';
import { readResults, ResultsError } from '../lab/run-table.ts';
import type { ParameterValue, SweepHead } from '../lab/sweep-head.ts';
import { summariesOf } from '../lab/setting-summary.ts';
import { SweepError } from '../lab/sweep-error.ts';
import { sweepFolderOf } from '../lab/sweep-folder.ts';
import { parseSeeds, parseSweepFile, type Grid, type SweepFile } from '../lab/sweep-file.ts';
import { headOf, ignoredBy } from '../lab/sweep-plan.ts';
import { sweep, type SweepEnd } from '../lab/sweep.ts';
import { distinct, isObject, parseValues, type ScenarioObject } from '../lab/vary.ts';
import { AskedToStop, EXIT_CODES } from './asked-to-stop.ts';
import { readJsonSource, shippedNames, shippedPath } from './json-source.ts';
import { readScenarioFile, withName } from './load-scenario.ts';
import { tellReport } from './report-command.ts';
import { RunProgress } from './run-progress.ts';
import { pageOf, wrapped } from './sim-summary.ts';
import { DEFAULT_MAX_RUNS, type SweepCommandOptions } from './sweep-options.ts';
import { sweepJsonOf, sweepTableOf } from './sweep-summary.ts';
import { endWithOutput } from './output.ts';
import { writtenTo } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

/** Put in by the build. */
declare const PACKAGE_VERSION: string | undefined;
const VERSION = typeof PACKAGE_VERSION === 'undefined' ? 'source' : PACKAGE_VERSION;

/** Enough for an interval of a mean. */
const SEEDS = parseSeeds('20');
/** Where nothing else is said: a ready graph, so that no time goes into joining and degree means degree. */
const BASE: ScenarioObject = {
  name: 'sweep',
  nodes: 100,
  join: 'graph',
  workload: { favorites: false, updates: { count: 12 } },
};
const BASE_WARM_UP = 2;

export async function runSweep(source: string | undefined, options: SweepCommandOptions): Promise<void> {
  endWithOutput();
  if (options.list) return list();
  const { folder, head } = await asUsage(() => planned(source, options));
  for (const words of ignoredBy(head)) process.stderr.write(`note: ${words}: one setting stands for all its values\n`);
  const asked = new AskedToStop();
  const progress = new RunProgress(process.stderr, options.json);
  const { jobs = CORES } = options;
  const poolFor = (runs: number): RunPool => new RunPool(Math.min(jobs, runs));
  const run = sweep(folder, head, poolFor, asked.asked, (now) => progress.tell(now));
  const end = await asUsage(() => writtenTo(folder, run)).finally(() => {
    asked.stopListening();
    progress.clear();
  });
  tellOfTheEnd(end, folder, asked);
  if (options.report && end.rows.length > 0) await tellReport(folder, folder, process.stderr);
  const summaries = summariesOf(end);
  process.stdout.write(
    options.json ? `${JSON.stringify(sweepJsonOf(end, folder, summaries))}\n` : sweepTableOf(end, folder, summaries),
  );
  if (asked.signal !== undefined) process.exitCode = EXIT_CODES[asked.signal];
  else if (!end.isWhole) process.exitCode = 1;
}

function tellOfTheEnd({ head, rows, failures, isWhole }: SweepEnd, folder: string, { signal }: AskedToStop): void {
  for (const line of failures) process.stderr.write(`gossip: failed: ${line}\n`);
  if (isWhole) return;
  const total = head.settings.length * head.seeds.length;
  const why = signal ?? `${failures.length} failed`;
  process.stderr.write(
    `gossip: ${why}: ${rows.length} of ${total} runs are in ${folder}; go on with: gossip sweep --resume ${folder}\n`,
  );
}

interface Planned {
  readonly folder: string;
  readonly head: SweepHead;
}

async function planned(source: string | undefined, options: SweepCommandOptions): Promise<Planned> {
  if (options.resume !== undefined) return resumed(options.resume, source, options);
  const { file, directory, where } = await sweepFileOf(source);
  const { base, isDefault } = await baseOf(options.scenario, file, directory);
  const name = file.name ?? (isDefault || typeof base['name'] !== 'string' ? undefined : base['name']);
  const plan = {
    ...{
      name: name ?? 'sweep',
      description: file.description ?? '',
      version: VERSION,
      command: commandOf(source, options),
      base,
    },
    warmUpUpdates: options.warmUp ?? file.warmUpUpdates ?? (isDefault ? BASE_WARM_UP : 0),
    grids: gridsOf(file, options),
    seeds: options.seeds === undefined ? (file.seeds ?? SEEDS) : parseSeeds(options.seeds),
    ...{ maxRuns: options.maxRuns ?? DEFAULT_MAX_RUNS, jobs: options.jobs ?? CORES },
  };
  const folder = options.out ?? sweepFolderOf(name, saidBy(source, options));
  return { folder, head: located(where, () => headOf(plan)) };
}

/** What makes a sweep another one than its file or scenario by itself. */
function saidBy(source: string | undefined, options: SweepCommandOptions): string[] {
  const { scenario, vary, strategy, seeds, warmUp } = options;
  const said = [...vary];
  if (source !== undefined && scenario !== undefined) said.unshift(`scenario=${scenario}`);
  if (strategy !== undefined) said.push(`strategy=${strategy}`);
  if (seeds !== undefined) said.push(`seeds=${seeds}`);
  if (warmUp !== undefined) said.push(`warm-up=${warmUp}`);
  return said.map((text) => text.replaceAll(/\s+/g, ''));
}

function resumed(folder: string, source: string | undefined, options: SweepCommandOptions): Planned {
  const { scenario, strategy, seeds, warmUp, out, maxRuns, vary } = options;
  const given = Object.entries({
    ...{ [`sweep ${source}`]: source, '--scenario': scenario, '--strategy': strategy, '--seeds': seeds },
    ...{ '--warm-up': warmUp, '--out': out, '--max-runs': maxRuns, '--vary': vary.length > 0 ? vary : undefined },
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 0) {
    throw new UsageError(`--resume goes on with a sweep as it was: it takes no ${given.join(' and no ')}`);
  }
  const { head } = readResults(folder);
  if (head.version !== VERSION) {
    throw new UsageError(`${folder} was made by gossip ${head.version}; this is ${VERSION}`);
  }
  return { folder, head };
}

interface Source {
  readonly file: SweepFile;
  /** That names of scenario files are relative to. */
  readonly directory: string;
  /** Before what is wrong with it. */
  readonly where: string;
}

async function sweepFileOf(source: string | undefined): Promise<Source> {
  if (source === undefined) return { file: { vary: new Map(), grids: [] }, directory: '.', where: '' };
  const { name, json } = await readJsonSource(source, 'sweeps');
  const where = `${name}: `;
  return { file: located(where, () => parseSweepFile(withName(json, name))), directory: dirname(source), where };
}

async function baseOf(
  option: string | undefined,
  { scenario }: SweepFile,
  directory: string,
): Promise<{ base: ScenarioObject; isDefault: boolean }> {
  if (option === undefined && scenario === undefined) return { base: BASE, isDefault: true };
  if (option === undefined && typeof scenario === 'object') return { base: scenario, isDefault: false };
  const inFile = typeof scenario === 'string' && scenario.endsWith('.json') ? join(directory, scenario) : scenario;
  const { name, file } = await readScenarioFile(option ?? (inFile as string));
  if (!isObject(file)) throw new UsageError(`${name}: expected an object`);
  return { base: file, isDefault: false };
}

function gridsOf({ vary, grids }: SweepFile, options: SweepCommandOptions): readonly Grid[] {
  const common = new Map(vary);
  const said = new Set<string>();
  for (const text of [...options.vary, ...(options.strategy === undefined ? [] : [`strategy=${options.strategy}`])]) {
    const at = text.indexOf('=');
    const name = text.slice(0, at).trim();
    const index = grids.findIndex((grid) => grid.has(name));
    if (index >= 0) throw new UsageError(`--vary ${name}: it is in grids[${index}] of the sweep already`);
    if (said.has(name)) throw new UsageError(`--vary ${name}: it is said twice`);
    said.add(name);
    common.set(name, varied(text, name));
  }
  return grids.length === 0 ? [common] : grids.map((grid) => new Map([...grid, ...common]));
}

function varied(text: string, name: string): readonly ParameterValue[] {
  return located(`--vary ${name}: `, () => distinct(parseValues(text.slice(text.indexOf('=') + 1))));
}

/** That makes the same anew; where it goes and how many at once is no part of it. */
function commandOf(source: string | undefined, options: SweepCommandOptions): string {
  const words = ['gossip', 'sweep', ...(source === undefined ? [] : [source])];
  if (options.scenario !== undefined) words.push('--scenario', options.scenario);
  if (options.strategy !== undefined) words.push('--strategy', options.strategy);
  for (const vary of options.vary) words.push('--vary', vary);
  if (options.seeds !== undefined) words.push('--seeds', options.seeds);
  if (options.warmUp !== undefined) words.push('--warm-up', String(options.warmUp));
  return words.map((word) => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

function located<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof SweepError ? new UsageError(`${where}${error.message}`) : error;
  }
}

async function asUsage<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const isTheirs = error instanceof SweepError || error instanceof ResultsError;
    if (isTheirs) throw new UsageError(error.message);
    throw error;
  }
}

async function list(): Promise<void> {
  const names = await shippedNames('sweeps');
  const width = Math.max(...names.map((name) => name.length)) + 2;
  for (const name of names) {
    const { json } = await readJsonSource(shippedPath('sweeps', name), 'sweeps');
    const { description = '' } = parseSweepFile(json);
    const lines = wrapped(description, pageOf(process.stdout).width - width);
    process.stdout.write(`${name.padEnd(width)}${lines.join(`\n${' '.repeat(width)}`)}\n`);
  }
}
