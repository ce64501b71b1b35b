/**
 * From a scenario file to a scenario with nothing left open. Each default says why it is what it is; those that depend on
 * other fields are worked out here, so that a file says only what is special about it.
 */
import { DEFAULT_STRATEGY } from '../core/index.ts';
import { delaysBetween } from './places.ts';
import { checkFile, checkScenario } from './scenario-checks.ts';
import { ScenarioFileSchema, type ScenarioFile } from './scenario-schema.ts';
import { joinedAfterMs, lastUpdateMs } from './scenario-times.ts';
import type { Delay, Fault, JoinPlan, NetworkPlan, Scenario, Workload } from './scenario.ts';
import { complaintAbout } from './schema-complaint.ts';

/** One line: the field by its path and what was expected. */
export class ScenarioError extends Error {}

type FileOf<Name extends keyof ScenarioFile> = Exclude<ScenarioFile[Name], undefined>;
type FaultInFile = FileOf<'faults'>[number];
type DelayInFile = Exclude<FileOf<'network'>['delay'], undefined>;

/** The brief's number, and small enough to run in a second. */
const NODES = 100;
/**
 * Up to here every node publishes a favourite, as the brief has it. A table then has a record for each node, so that
 * memory grows by the square: beyond it only updates are published.
 */
const MAX_NODES_WITH_FAVORITES = 1000;
/** About as fast as one machine starts processes. */
const JOIN_EVERY_MS = 20;
const JOINED_MS = 10_000;
/** Peers have been found and the broadcast tree has been pruned by then: five heartbeats. */
const SETTLED_MS = 10_000;
/** One at a time, as far as links of a tenth of a second go. */
const UPDATE_EVERY_MS = 1000;
/** Enough for a median and a worst. */
const UPDATES = 10;
/** How many each node chooses anew, on average. */
const RESAMPLES = 3;
/** What comes last has time to be repaired (three heartbeats that disagree) or found out (eight seconds of suspicion). */
const AFTERMATH_MS = 20_000;
/** HyParView's active view of five: as many links as a network has that joined. */
const GRAPH_DEGREE = 5;
/** Within a country and between continents. */
const DELAY: Delay = { kind: 'uniform', minMs: 10, maxMs: 100, perMessage: false };
/** A refusal comes back after a round trip over links of that kind. */
const REFUSED_AFTER_MS = 100;
/** As long as a real node waits for a reply. */
const TIMEOUT_MS = 4000;
/** Half of all delays within a factor of 1.4 of the median, one in a hundred beyond 3.2. A guess. */
const SIGMA = 0.5;
/** A tail, but an end to it. */
const MAX_DELAY_IN_MEDIANS = 20;
/** Longer than a refused connection's suspicion: others have noticed. */
const CHURN_DOWN_MS = 10_000;
const CHURN_LASTS_MS = 30_000;
const BOOK = 'Emma by Jane Austen';

/** @throws ScenarioError */
export function parseScenario(json: unknown): Scenario {
  const wrong = complaintAbout(ScenarioFileSchema, json);
  if (wrong !== undefined) throw new ScenarioError(wrong);
  const file = json as ScenarioFile;
  const unfit = checkFile(file);
  if (unfit !== undefined) throw new ScenarioError(unfit);
  const scenario = complete(file);
  const crossed = checkScenario(scenario, file);
  if (crossed !== undefined) throw new ScenarioError(crossed);
  return { ...scenario, faults: scenario.faults.toSorted((a, b) => a.atMs - b.atMs) };
}

function complete(file: ScenarioFile): Scenario {
  const { name = 'unnamed', description = '', seed = 1, nodes = NODES, strategy = DEFAULT_STRATEGY } = file;
  const { parameters = {} } = file;
  const join = joinOf(file.join, nodes);
  const joinedMs = joinedAfterMs(join, nodes);
  const workload = workloadOf(file, nodes, joinedMs);
  const network = networkOf(file.network);
  const faults = (file.faults ?? []).map((fault) => faultOf(fault, file.durationMs));
  const durationMs = file.durationMs ?? lastEventMs(joinedMs, workload, faults) + AFTERMATH_MS;
  return { name, description, seed, nodes, durationMs, strategy, parameters, join, workload, network, faults };
}

function lastEventMs(joinedMs: number, workload: Workload, faults: readonly Fault[]): number {
  const { updates, publish, resampleMs } = workload;
  let last = Math.max(joinedMs, lastUpdateMs(updates));
  if (resampleMs > 0) last = Math.max(last, updates.startMs + RESAMPLES * resampleMs);
  for (const { atMs } of publish) last = Math.max(last, atMs);
  for (const fault of faults) last = Math.max(last, fault.do === 'churn' ? fault.untilMs : fault.atMs);
  return last;
}

/**
 * Through one seed, as `gossip cluster` and the brief have it, and all within ten seconds. Through a random node each, above
 * all many at once or over links that lose messages, a hundred nodes now and then end up as two networks that never meet.
 */
function joinOf(join: FileOf<'join'> = 'seed', nodes: number): JoinPlan {
  const everyMs = Math.min(JOIN_EVERY_MS, JOINED_MS / nodes);
  if (typeof join === 'string') return join === 'graph' ? { how: join, degree: GRAPH_DEGREE } : { how: join, everyMs };
  return join.how === 'graph' ? { degree: GRAPH_DEGREE, ...join } : { everyMs, ...join };
}

/** A run that was given less time than the defaults take has them closer together. */
function workloadOf({ workload = {}, durationMs = Infinity }: ScenarioFile, nodes: number, joinedMs: number): Workload {
  const { favorites = nodes <= MAX_NODES_WITH_FAVORITES, resampleMs = 0, publish = [] } = workload;
  const given: FileOf<'workload'>['updates'] & object =
    typeof workload.updates === 'number' ? { count: workload.updates } : (workload.updates ?? {});
  const { count = resampleMs > 0 || publish.length > 0 ? 0 : UPDATES } = given;
  const { origins = 0, warmUp = 0, receiptWithinMs = 0 } = given;
  const thirdMs = Math.max(0, durationMs - joinedMs) / 3;
  const startMs = given.startMs ?? joinedMs + Math.min(SETTLED_MS, thirdMs);
  const everyMs = given.everyMs ?? Math.min(UPDATE_EVERY_MS, thirdMs / Math.max(1, count - 1));
  return {
    favorites,
    resampleMs,
    updates: { count, startMs, everyMs, origins, warmUp, receiptWithinMs },
    publish: publish.map((entry) => ({ book: BOOK, ...entry })),
  };
}

/** Links as connections are: in order, nothing lost, failed sends told; no cost but the way. Who dies dies with its machine. */
function networkOf(network: FileOf<'network'> = {}): NetworkPlan {
  const { delay, ...rest } = network;
  return {
    delay: delay === undefined ? DELAY : delayOf(delay),
    loss: 0,
    duplication: 0,
    reordering: 0,
    bytesPerSecond: 0,
    serviceMs: 0,
    cores: 0,
    refusedAfterMs: REFUSED_AFTER_MS,
    closedAfterMs: null,
    timeoutMs: TIMEOUT_MS,
    ...rest,
  };
}

function delayOf(delay: DelayInFile): Delay {
  if (typeof delay === 'number') return { kind: 'constant', ms: delay };
  switch (delay.kind) {
    case 'constant':
      return delay;
    case 'uniform':
      return { perMessage: false, ...delay };
    case 'logNormal':
      return { sigma: SIGMA, maxMs: delay.medianMs * MAX_DELAY_IN_MEDIANS, perMessage: false, ...delay };
    case 'regions':
      return regionsOf(delay);
  }
}

function regionsOf({ kind, jitterMs = 0, matrixMs, places = [] }: Extract<DelayInFile, { kind: 'regions' }>): Delay {
  return { kind, matrixMs: matrixMs ?? delaysBetween(places), jitterMs };
}

/** A node without a data directory forgets; a partition cuts both ways. */
function faultOf(fault: FaultInFile, durationMs = Infinity): Fault {
  switch (fault.do) {
    case 'restart':
      return { remember: false, ...fault };
    case 'partition':
      return { oneWay: false, ...fault };
    case 'churn': {
      const untilMs = Math.max(fault.atMs, Math.min(fault.atMs + CHURN_LASTS_MS, durationMs));
      return { downMs: CHURN_DOWN_MS, untilMs, remember: false, ...fault };
    }
    case 'kill':
    case 'leave':
    case 'pause':
    case 'resume':
    case 'slow':
    case 'heal':
    case 'drift':
    case 'lose':
      return fault;
  }
}
