/**
 * When a scenario's troubles are over, and how long a network then has to come to rest. Nothing but the scenario says
 * so: whoever drops the fault that heals a partition has a scenario that is never at quiescence.
 */
import { JOIN_RETRY_MAX_MS, MAX_CANDIDATES, NEIGHBOR_TIMEOUT_MS, type Parameters } from '../core/index.ts';
import { joinedAfterMs, lastUpdateMs } from '../scenario/scenario-times.ts';
import type { Fault, Scenario, Selection } from '../scenario/scenario.ts';

const EVERYBODY: Selection = { part: 1 };

/** Lifeguard's local health: at its worst a node is so many times as patient with others. */
const WORST_PATIENCE = 9;
/** Those who heard a suspicion end it after two to three times as long as its accuser. */
const OTHERS_PATIENCE = 3;
/** Beats after which nearly every lost peer that was due has been tried once: each beat tries one of them at random. */
const BEATS_PER_CANDIDATE = 2;
/** Beats that a lost peer waits for its next try at most: twelve, and a quarter of jitter. */
const LONGEST_WAIT_BEATS = 15;
/** Shuffles, each with one more look at a random member, after which islands have found each other. A guess. */
const SHUFFLES = 6;
/** Heartbeats that must disagree before whole tables are compared; and that over some links in a row. */
const REPAIRS = 3 * 5;
/** Messages that wait for each other: a link's making, a comparison, a probe. */
const ROUND_TRIPS = 10;

/** Ends each trouble that may last. */
export function calmingFaults(atMs: number, { serviceMs }: Scenario['network']): Fault[] {
  const faults: Fault[] = [
    { atMs, do: 'heal' },
    { atMs, do: 'resume', nodes: EVERYBODY },
    { atMs, do: 'drift', nodes: EVERYBODY, rate: 1 },
    { atMs, do: 'lose', chance: 0 },
  ];
  if (serviceMs > 0) faults.push({ atMs, do: 'slow', nodes: EVERYBODY, factor: 1 });
  return faults;
}

/** From when on nothing happens to the network any more; `undefined`: never. */
export function quiescenceBeginsMs(scenario: Scenario): number | undefined {
  const { workload, join, nodes, faults, network } = scenario;
  if (workload.resampleMs > 0) return undefined;
  const lasting = new Set<Fault['do']>();
  if (network.loss > 0) lasting.add('lose');
  let lastMs = Math.max(joinedAfterMs(join, nodes), lastUpdateMs(workload.updates));
  for (const { atMs } of workload.publish) lastMs = Math.max(lastMs, atMs);
  for (const fault of faults) {
    lastMs = Math.max(lastMs, endOf(fault));
    const trouble = troubleOf(fault);
    if (isCalming(fault)) lasting.delete(trouble);
    else if (LASTING.has(trouble)) lasting.add(trouble);
  }
  return lasting.size === 0 ? lastMs : undefined;
}

/**
 * How long a network has, from then on, until it must be one again and agree on everything.
 *
 * - Who lives: a death nobody was told of is noticed by silence; an accuser with the worst health score is nine times as
 *   patient; and where it died too, those who heard it are three times as patient as one in health.
 * - The overlay: each beat tries one of those who were lost and are due, of which a node remembers 32 or as many as there
 *   are; each shuffle looks at one random member. A search that has backed off starts again after its longest wait.
 * - Tables: three heartbeats that disagree on each of some links in a row.
 */
export function quiescenceMsOf({ nodes, network }: Scenario, parameters: Parameters): number {
  const { heartbeatMs, silenceMs, suspicionMs, probeTimeoutMs, shuffleMs } = parameters;
  const candidates = Math.min(nodes, MAX_CANDIDATES);
  const noticedMs = Math.max(silenceMs, network.timeoutMs ?? 0) + 2 * heartbeatMs;
  const judgedMs = WORST_PATIENCE * (suspicionMs + 2 * probeTimeoutMs) + OTHERS_PATIENCE * suspicionMs;
  const triedMs = BEATS_PER_CANDIDATE * candidates * (heartbeatMs + NEIGHBOR_TIMEOUT_MS);
  const reconnectedMs = LONGEST_WAIT_BEATS * heartbeatMs + triedMs;
  const metMs = SHUFFLES * shuffleMs + JOIN_RETRY_MAX_MS;
  const repairedMs = REPAIRS * heartbeatMs + ROUND_TRIPS * 2 * longestDelayMs(network);
  return Math.ceil(noticedMs + judgedMs + reconnectedMs + metMs + repairedMs);
}

const LASTING: ReadonlySet<Fault['do']> = new Set(['partition', 'pause', 'slow', 'drift', 'lose']);

function troubleOf(fault: Fault): Fault['do'] {
  if (fault.do === 'heal') return 'partition';
  return fault.do === 'resume' ? 'pause' : fault.do;
}

function isCalming(fault: Fault): boolean {
  switch (fault.do) {
    case 'heal':
      return true;
    case 'resume':
      return isEverybody(fault.nodes);
    case 'slow':
      return fault.factor === 1 && isEverybody(fault.nodes);
    case 'drift':
      return fault.rate === 1 && isEverybody(fault.nodes);
    case 'lose':
      return fault.chance === 0;
    default:
      return false;
  }
}

function isEverybody(selection: Selection): boolean {
  return 'part' in selection && selection.part === 1;
}

function endOf(fault: Fault): number {
  return fault.do === 'churn' ? fault.untilMs + fault.downMs : fault.atMs;
}

function longestDelayMs({ delay, serviceMs }: Scenario['network']): number {
  switch (delay.kind) {
    case 'constant':
      return delay.ms + serviceMs;
    case 'uniform':
    case 'logNormal':
      return delay.maxMs + serviceMs;
    case 'regions':
      return Math.max(...delay.matrixMs.flat()) + delay.jitterMs + serviceMs;
  }
}
