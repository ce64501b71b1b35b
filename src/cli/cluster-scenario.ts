/** The scenario that `gossip cluster` plays: a file, one that is shipped, or what its options say. */
import { refusalOf } from '../cluster/play-scenario.ts';
import { MAX_MS } from '../core/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { loadScenario } from './load-scenario.ts';
import type { ClusterCommandOptions } from './main.ts';
import { UsageError } from './usage-error.ts';

/** As many as fit a screen, and start in a second. */
const NODES = 10;
/** The brief's. */
const RESAMPLE_MS = 10_000;
/** Each takes about 60 MiB, and a tenth of a second of CPU to start. */
export const MAX_NODES = 500;

export interface ClusterPlan {
  readonly scenario: Scenario;
  /** Nothing is put between the nodes. */
  readonly isNetworkReal: boolean;
  /** It goes on until somebody ends it. */
  readonly isEndless: boolean;
}

type File = Readonly<Record<string, unknown>>;

/** @throws UsageError of one line: what is wrong with it, or what of it real processes cannot do */
export async function clusterPlanOf(source: string | undefined, options: ClusterCommandOptions): Promise<ClusterPlan> {
  const { json, duration, updates, ...rest } = options;
  const isEndless = source === undefined && !json && duration === undefined && updates === undefined;
  let network: unknown;
  const prepare = (file: File): File => {
    network = file['network'];
    const filled = source === undefined ? ownFile(file, isEndless, options) : changedFile(file, options);
    return { ...filled, network: realUnlessGiven(network) };
  };
  const given = { ...rest, updates, ...(duration !== undefined && { durationMs: duration }) };
  const scenario = await loadScenario(source, given as Parameters<typeof loadScenario>[1], prepare);
  const refused = refusalOf(scenario) ?? refusedTimes(network) ?? refusedSize(scenario, options);
  if (refused !== undefined) throw new UsageError(source === undefined ? refused : `${source}: ${refused}`);
  return { scenario, isNetworkReal: network === undefined, isEndless };
}

function ownFile(file: File, isEndless: boolean, { join, resampleMs }: ClusterCommandOptions): File {
  const isResampled = resampleMs !== undefined || isEndless;
  return {
    nodes: NODES,
    ...file,
    name: 'cluster',
    join: { how: join ?? 'seed', everyMs: 0 },
    ...(isEndless && { durationMs: MAX_MS }),
    ...(isResampled && { workload: { ...objectIn(file, 'workload'), resampleMs: resampleMs ?? RESAMPLE_MS } }),
  };
}

function changedFile(file: File, { join, resampleMs }: ClusterCommandOptions): File {
  return {
    ...file,
    ...(join !== undefined && { join }),
    ...(resampleMs !== undefined && { workload: { ...objectIn(file, 'workload'), resampleMs } }),
  };
}

/** Real links have their own delay; what the file says is added to it. */
function realUnlessGiven(network: unknown): unknown {
  return network === undefined || isObject(network) ? { delay: 0, ...(network ?? {}) } : network;
}

/** How soon failures are told is up to the machine and the nodes; that they are not told at all can be had. */
function refusedTimes(network: unknown): string | undefined {
  for (const name of ['refusedAfterMs', 'closedAfterMs', 'timeoutMs']) {
    const value = isObject(network) ? network[name] : undefined;
    if (typeof value === 'number')
      return `network.${name}: real nodes take the time they take; null is possible: never`;
  }
  return undefined;
}

function refusedSize({ nodes }: Scenario, { basePort }: ClusterCommandOptions): string | undefined {
  if (nodes > MAX_NODES) return `nodes: expected at most ${MAX_NODES} real processes, got ${nodes}`;
  return basePort + nodes - 1 > 65535 ? `${nodes} ports from ${basePort} go beyond 65535` : undefined;
}

function objectIn(file: File, name: string): object {
  const value = file[name];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is File {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
