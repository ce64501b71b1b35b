/**
 * One run of HyParView's experiment (Leitão, Pereira, Rodrigues, DSN 2007, §5.3): a part of all nodes dies at once, and
 * what becomes of the updates and of the overlay is measured second by second. Only plain data goes in and out.
 */
import { readFileSync } from 'node:fs';
import type { StrategyName } from '../src/core/index.ts';
import { liveSnapshots } from '../src/verify/convergence.ts';
import { measurePlanOf } from '../src/scenario/play/measure-plan.ts';
import { islandSizesOf, networkOf } from '../src/verify/network-facts.ts';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { Simulation } from '../src/sim/simulation.ts';
import { Measures, type UpdateFacts } from '../src/trace/measures.ts';

export interface FailureTask {
  readonly nodes: number;
  readonly strategy: StrategyName;
  readonly part: number;
  readonly seed: number;
  /** How much longer than in the scenario's file the network has to settle before anything is published. */
  readonly settleMs: number;
}

/** How long after its publication an update's coverage is looked at. */
export const AGES_MS = [100, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 10_000] as const;
/** How long after the failure the overlay is looked at. */
const LOOKS_MS = [
  ...[-1, 0, 250, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000],
  ...[15_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000],
];

export interface UpdateRow {
  /** When it was published, from the failure on; a millisecond after the full second. */
  readonly second: number;
  readonly live: number;
  /** At each of `AGES_MS`: nodes that hold it ÷ nodes that ran when it was published. */
  readonly coverage: readonly number[];
  readonly redundancy: number;
  readonly lastHop: number;
}

export interface OverlayRow {
  readonly second: number;
  readonly live: number;
  /** Parts that the links between live nodes leave the network in. */
  readonly islands: number;
  /** Nodes of the largest ÷ live nodes. */
  readonly largest: number;
  /** Mean of each live node's live peers. */
  readonly livePeers: number;
}

export interface FailureRun extends FailureTask {
  readonly updates: readonly UpdateRow[];
  readonly overlay: readonly OverlayRow[];
  readonly traceEvents: number;
}

export function scenarioOf({ nodes, strategy, part, seed, settleMs }: FailureTask): Scenario {
  const url = new URL('../scenarios/massive-failure.json', import.meta.url);
  const scenario = parseScenario({ ...(JSON.parse(readFileSync(url, 'utf8')) as object), nodes, strategy, seed });
  const { workload, faults, durationMs } = scenario;
  const { updates } = workload;
  return {
    ...scenario,
    durationMs: durationMs + settleMs,
    workload: { ...workload, updates: { ...updates, startMs: updates.startMs + settleMs } },
    faults: faults.map(({ atMs }) => ({ atMs: atMs + settleMs, do: 'kill', nodes: { part } })),
  };
}

export default function run(task: FailureTask): FailureRun {
  const scenario = scenarioOf(task);
  const failureMs = scenario.faults[0]!.atMs;
  const ages = new Map<UpdateFacts, number[]>();
  const measures = new Measures(measurePlanOf(scenario), (update, ageMs) => {
    const known = ages.get(update);
    if (known === undefined) ages.set(update, [ageMs]);
    else known.push(ageMs);
  });
  let traceEvents = 0;
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => {
      traceEvents++;
      measures.observe(time, node, event);
    },
  });
  const overlay: OverlayRow[] = [];
  for (const afterMs of LOOKS_MS) {
    simulation.runUntil(failureMs + afterMs);
    overlay.push({ second: afterMs / 1000, ...overlayOf(simulation) });
  }
  simulation.runUntil(scenario.durationMs);
  const updates = [...measures.eachUpdate].map((update) => rowOf(update, ages.get(update) ?? [], failureMs));
  return { ...task, updates, overlay, traceEvents };
}

function rowOf(update: UpdateFacts, ages: readonly number[], failureMs: number): UpdateRow {
  const { publishedAt, liveNodes, copies, lastHop } = update;
  return {
    second: Math.floor((publishedAt - failureMs) / 1000),
    live: liveNodes,
    coverage: AGES_MS.map((age) => (1 + ages.filter((reached) => reached <= age).length) / liveNodes),
    redundancy: copies / (liveNodes - 1) - 1,
    lastHop,
  };
}

function overlayOf(simulation: Simulation): Omit<OverlayRow, 'second'> {
  const network = networkOf(liveSnapshots(simulation));
  const sizes = islandSizesOf(network);
  const live = network.live.length;
  const running = new Set(network.live);
  let links = 0;
  for (const address of network.live) {
    links += network.snapshot(address).peers.filter((peer) => running.has(peer)).length;
  }
  return { live, islands: sizes.length, largest: Math.max(...sizes) / live, livePeers: links / live };
}
