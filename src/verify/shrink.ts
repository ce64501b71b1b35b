/**
 * Makes a scenario that fails smaller as long as it goes on failing: greedy delta debugging (Zeller, Hildebrandt, IEEE TSE
 * 2002). Every step is tried in the same order, so that the same failure comes to the same scenario.
 */
import { DEFAULT_PARAMETERS, DEFAULT_STRATEGY } from '../core/index.ts';
import { quiescenceBeginsMs, quiescenceMsOf } from './quiescence.ts';
import { parseScenario, ScenarioError } from '../scenario/scenario-file.ts';
import type { Delay, Fault, NetworkPlan, Scenario, Selection } from '../scenario/scenario.ts';

export interface Shrunk {
  readonly scenario: Scenario;
  /** How many scenarios were tried. */
  readonly runs: number;
}

export interface ShrinkOptions {
  readonly maxRuns?: number;
  /** Told of each scenario that is smaller and still fails. */
  readonly onProgress?: (scenario: Scenario, runs: number) => void;
}

/** Each run takes a second at worst, and most far less. */
const MAX_RUNS = 500;
const PLAIN_DELAY: Delay = { kind: 'constant', ms: 10 };

/** Scenarios a step smaller, the greatest steps first. */
type Pass = (scenario: Scenario) => Iterable<Scenario>;

/**
 * @param failsAtMs runs a scenario: when it fails in the way that is looked for, `undefined` when it does not
 */
export function shrink(
  original: Scenario,
  failsAtMs: (scenario: Scenario) => number | undefined,
  { maxRuns = MAX_RUNS, onProgress }: ShrinkOptions = {},
): Shrunk {
  let scenario = original;
  let runs = 0;
  const tryOut = (candidate: Scenario): boolean => {
    if (runs >= maxRuns) return false;
    const fitted = fit(candidate, scenario);
    if (fitted === undefined || JSON.stringify(fitted) === JSON.stringify(scenario)) return false;
    runs++;
    const atMs = failsAtMs(fitted);
    if (atMs === undefined) return false;
    scenario = endingAt(fitted, atMs);
    onProgress?.(scenario, runs);
    return true;
  };
  for (let hasShrunk = true; hasShrunk && runs < maxRuns;) {
    hasShrunk = false;
    for (const pass of PASSES) {
      while (some(pass(scenario), tryOut)) hasShrunk = true;
    }
  }
  return { scenario, runs };
}

function some<T>(items: Iterable<T>, isSo: (item: T) => boolean): boolean {
  for (const item of items) if (isSo(item)) return true;
  return false;
}

const PASSES: readonly Pass[] = [
  shorter,
  withFewerFaults,
  withFewerNodes,
  withFewerUpdates,
  withWeakerFaults,
  withPlainerNetwork,
  withDefaults,
  sooner,
];

/**
 * As long as it takes to come to rest, where `parent` is left in quiescence for that long; `undefined` if it is not a scenario
 * any more.
 */
function fit(candidate: Scenario, parent: Scenario): Scenario | undefined {
  const endMs = restMs(candidate);
  const isToRest = candidate.durationMs === parent.durationMs && parent.durationMs >= restMs(parent);
  const fitted = isToRest && endMs < Infinity ? { ...candidate, durationMs: endMs } : candidate;
  try {
    return parseScenario(JSON.parse(JSON.stringify(fitted)));
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
}

/** When it must have come to rest; never, where it is not at quiescence in the end. */
function restMs(scenario: Scenario): number {
  const beginsMs = quiescenceBeginsMs(scenario);
  if (beginsMs === undefined) return Infinity;
  return beginsMs + quiescenceMsOf(scenario, { ...DEFAULT_PARAMETERS, ...scenario.parameters });
}

/** What comes after a failure has no part in it. One that fails at its end has to have this end. */
function endingAt(scenario: Scenario, atMs: number): Scenario {
  return atMs + 1 >= scenario.durationMs ? scenario : cut(scenario, Math.max(1, Math.ceil(atMs)));
}

function cut(scenario: Scenario, durationMs: number): Scenario {
  const { faults, workload } = scenario;
  const { count, startMs, everyMs } = workload.updates;
  const possible = everyMs === 0 ? count : Math.floor((durationMs - startMs) / everyMs) + 1;
  const updates = { ...workload.updates, count: startMs > durationMs ? 0 : Math.min(count, possible) };
  return {
    ...scenario,
    durationMs,
    workload: { ...workload, updates, publish: workload.publish.filter(({ atMs }) => atMs <= durationMs) },
    faults: faults
      .filter(({ atMs }) => atMs <= durationMs)
      .map((fault) => (fault.do === 'churn' ? { ...fault, untilMs: Math.min(fault.untilMs, durationMs) } : fault)),
  };
}

function* shorter(scenario: Scenario): Generator<Scenario> {
  yield cut(scenario, Math.ceil(scenario.durationMs / 2));
}

/** Without halves, quarters, … and single ones. */
function* withFewerFaults(scenario: Scenario): Generator<Scenario> {
  const { faults } = scenario;
  for (let size = faults.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < faults.length; from += size) {
      yield { ...scenario, faults: [...faults.slice(0, from), ...faults.slice(from + size)] };
    }
  }
}

function* withFewerNodes(scenario: Scenario): Generator<Scenario> {
  const { nodes } = scenario;
  if (nodes > 2) yield cutTo(scenario, Math.ceil(nodes / 2));
  if (nodes > 1) yield cutTo(scenario, nodes - 1);
}

/** Only the first ones are left, and what would strike or be said by others does not. */
function cutTo(scenario: Scenario, nodes: number): Scenario {
  const { faults, workload, join } = scenario;
  return {
    ...scenario,
    nodes,
    join: join.how === 'graph' ? { ...join, degree: Math.min(join.degree, Math.max(1, nodes - 1)) } : join,
    workload: { ...workload, publish: workload.publish.filter(({ node }) => node < nodes) },
    faults: faults.flatMap((fault): Fault[] => {
      if (!('nodes' in fault)) return [fault];
      const selection = within(fault.nodes, nodes);
      return selection === undefined ? [] : [{ ...fault, nodes: selection }];
    }),
  };
}

function within(selection: Selection, nodes: number): Selection | undefined {
  if ('part' in selection) return selection;
  if ('count' in selection) return { count: Math.min(selection.count, nodes) };
  const left = selection.filter((node) => node < nodes);
  return left.length === 0 ? undefined : left;
}

function* withFewerUpdates(scenario: Scenario): Generator<Scenario> {
  const { workload } = scenario;
  const { updates, publish } = workload;
  const change = (changes: Partial<typeof workload>): Scenario => ({
    ...scenario,
    workload: { ...workload, ...changes },
  });
  if (updates.count > 0) {
    yield change({ updates: { ...updates, count: 0 } });
    yield change({ updates: { ...updates, count: updates.count >> 1 } });
    yield change({ updates: { ...updates, count: updates.count - 1 } });
  }
  for (let i = 0; i < publish.length; i++) yield change({ publish: publish.toSpliced(i, 1) });
  if (workload.resampleMs > 0) yield change({ resampleMs: 0 });
  if (workload.favorites) yield change({ favorites: false });
}

function* withWeakerFaults(scenario: Scenario): Generator<Scenario> {
  for (const [i, fault] of scenario.faults.entries()) {
    for (const weaker of weakerThan(fault)) yield { ...scenario, faults: scenario.faults.with(i, weaker) };
  }
}

function* weakerThan(fault: Fault): Generator<Fault> {
  if ('nodes' in fault && 'count' in fault.nodes && fault.nodes.count > 1) {
    yield { ...fault, nodes: { count: 1 } };
    yield { ...fault, nodes: { count: fault.nodes.count - 1 } };
  }
  if (fault.do === 'partition' && fault.oneWay) yield { ...fault, oneWay: false };
  if (fault.do === 'churn') {
    const lastsMs = fault.untilMs - fault.atMs;
    if (lastsMs > 1) yield { ...fault, untilMs: fault.atMs + Math.floor(lastsMs / 2) };
  }
}

function* withPlainerNetwork(scenario: Scenario): Generator<Scenario> {
  const { network, faults } = scenario;
  const change = (changes: Partial<NetworkPlan>): Scenario => ({ ...scenario, network: { ...network, ...changes } });
  for (const chance of ['loss', 'duplication', 'reordering', 'bytesPerSecond'] as const) {
    if (network[chance] > 0) yield change({ [chance]: 0 });
  }
  if (network.serviceMs > 0) {
    yield { ...change({ serviceMs: 0, cores: 0 }), faults: faults.filter((fault) => fault.do !== 'slow') };
  }
  if (network.delay.kind !== 'constant') yield change({ delay: PLAIN_DELAY });
}

function* withDefaults(scenario: Scenario): Generator<Scenario> {
  const { parameters, strategy, join } = scenario;
  const names = Object.keys(parameters) as (keyof typeof parameters)[];
  if (names.length > 1) yield { ...scenario, parameters: {} };
  for (const name of names) {
    const { [name]: _, ...others } = parameters;
    yield { ...scenario, parameters: others };
  }
  if (strategy !== DEFAULT_STRATEGY) yield { ...scenario, strategy: DEFAULT_STRATEGY };
  if (join.how === 'graph') yield { ...scenario, join: { how: 'seed', everyMs: 0 } };
  else {
    if (join.everyMs > 0) yield { ...scenario, join: { ...join, everyMs: 0 } };
    if (join.how !== 'seed') yield { ...scenario, join: { ...join, how: 'seed' } };
  }
}

/** The same in half the time. */
function* sooner(scenario: Scenario): Generator<Scenario> {
  const { faults, workload } = scenario;
  const half = (ms: number) => Math.floor(ms / 2);
  const { updates, publish } = workload;
  if (faults.every(({ atMs }) => atMs === 0) && updates.startMs === 0 && updates.everyMs === 0) return;
  yield {
    ...scenario,
    workload: {
      ...workload,
      updates: { ...updates, startMs: half(updates.startMs), everyMs: half(updates.everyMs) },
      publish: publish.map((entry) => ({ ...entry, atMs: half(entry.atMs) })),
    },
    faults: faults.map((fault) => {
      const atMs = half(fault.atMs);
      return fault.do === 'churn' ? { ...fault, atMs, untilMs: half(fault.untilMs) } : { ...fault, atMs };
    }),
  };
}
