/**
 * Measures what messages cost between real processes of this machine: so many nodes as are to be compared, since they
 * share its cores. Two runs, over links as they are and over links of a constant delay; in each one update at a time,
 * in the first also all nodes' at once and at last some deaths.
 */
import { availableParallelism } from 'node:os';
import type { Cluster } from '../cluster/cluster.ts';
import { MEASURED_KINDS } from '../cluster/measure-cluster.ts';
import { canMeasureProcesses, cpuMsOf } from '../cluster/process-usage.ts';
import { parseScenario } from '../scenario/scenario-file.ts';
import { lastUpdateMs } from '../scenario/scenario-times.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis } from '../trace/views.ts';
import { hopsOf, LINK_DELAY_MS, refusalsOf, spreadOf, type Calibration, type Spread } from './calibration.ts';
import { runReal, type Machine } from './real-run.ts';

export interface CalibrateOptions {
  /** At least 2. */
  readonly nodes: number;
  readonly strategy: Scenario['strategy'];
  readonly parameters: Scenario['parameters'];
  readonly seed: number;
}

/** Apart by more than a delivery to all takes, so that one spreads at a time. */
const UPDATE_EVERY_MS = 500;
/** A hundred hops and more even between a few nodes. */
const UPDATES = 30;
const SETTLED_MS = 8000;
const IDLE_MS = 3000;
/** After what happens, until all of it is over. */
const AFTER_MS = 3000;
const WATCH = { kinds: [...MEASURED_KINDS, 'unreachable'] as const, everyMs: 500 };

/** @throws Stopped */
export async function calibrate(options: CalibrateOptions, machine: Machine): Promise<Calibration> {
  const bare = await runBare(options, machine);
  const delayed = await runReal({ scenario: delayedScenario(options), isNetworkReal: false }, machine, WATCH);
  const delayedHops = hopsOf(delayed.events, delayed.played.workload.updates.startMs).hopsMs;
  return {
    nodes: options.nodes,
    strategy: options.strategy,
    cores: availableParallelism(),
    ...bare,
    delayedHopMs: wanted(spreadOf(delayedHops.map((ms) => ms - LINK_DELAY_MS))),
  };
}

type Bare = Omit<Calibration, 'nodes' | 'strategy' | 'cores' | 'delayedHopMs'>;

async function runBare(options: CalibrateOptions, machine: Machine): Promise<Bare> {
  let usage: Usage | undefined;
  const scenario = bareScenario(options);
  const run = await runReal({ scenario, isNetworkReal: true }, machine, WATCH, (cluster, played) => {
    if (canMeasureProcesses) usage = new Usage(cluster, played);
  });
  const { events, played } = run;
  const { startMs } = played.workload.updates;
  const burstMs = played.workload.publish[0]?.atMs ?? Infinity;
  const quiet = hopsOf(
    events.filter(({ time }) => time < burstMs),
    startMs,
  );
  const newWireMs = spreadOf(quiet.newWireMs);
  const refusedMs = spreadOf(refusalsOf(events));
  return {
    hopMs: wanted(spreadOf(quiet.hopsMs)),
    wireMs: wanted(spreadOf(quiet.wireMs)),
    ...(newWireMs !== undefined && { newWireMs }),
    ...usage?.perMessage(events),
    ...(refusedMs !== undefined && { refusedMs }),
  };
}

/** What all nodes' processes use in three spans: before the updates, while they come one by one, and all at once. */
class Usage {
  private readonly spans: { readonly fromMs: Millis; readonly untilMs: Millis; cpuMs: number }[];

  constructor(
    private readonly cluster: Cluster,
    { workload }: Scenario,
  ) {
    const { updates, publish } = workload;
    const burstMs = publish[0]?.atMs ?? 0;
    const spans = [
      [updates.startMs - IDLE_MS, updates.startMs - 1],
      [updates.startMs, lastUpdateMs(updates) + UPDATE_EVERY_MS],
      [burstMs, burstMs + AFTER_MS],
    ] as const;
    this.spans = spans.map(([fromMs, untilMs]) => ({ fromMs, untilMs, cpuMs: NaN }));
    for (const span of this.spans) {
      let before = 0;
      cluster.schedule(span.fromMs, () => (before = this.cpuMs()));
      cluster.schedule(span.untilMs, () => (span.cpuMs = this.cpuMs() - before));
    }
  }

  perMessage(events: readonly RunEvent[]): Pick<Calibration, 'cpuMsPerMessage' | 'burstCpuMsPerMessage'> {
    const [idle, quiet, burst] = this.spans.map(({ fromMs, untilMs, cpuMs }) => {
      const isWithin = ({ type, time }: RunEvent): boolean => type === 'sent' && time >= fromMs && time <= untilMs;
      const lengthMs = untilMs - fromMs;
      return { lengthMs, cpuMs, messages: events.filter(isWithin).length };
    });
    const beyondIdle = (span: typeof idle): number => {
      const part = (span?.lengthMs ?? 0) / (idle?.lengthMs ?? 1);
      const cpuMs = (span?.cpuMs ?? 0) - part * (idle?.cpuMs ?? 0);
      return cpuMs / ((span?.messages ?? 0) - part * (idle?.messages ?? 0));
    };
    return { cpuMsPerMessage: beyondIdle(quiet), burstCpuMsPerMessage: beyondIdle(burst) };
  }

  private cpuMs(): number {
    const { cluster } = this;
    const pids = Array.from({ length: cluster.size }, (_, node) => cluster.processOf(node)?.pid);
    return pids.reduce<number>((sum, pid) => sum + (pid === undefined ? 0 : cpuMsOf(pid)), 0);
  }
}

function bareScenario(options: CalibrateOptions): Scenario {
  const base = scenarioOf(options, 0);
  const { nodes } = options;
  const burstMs = lastUpdateMs(base.workload.updates) + AFTER_MS;
  const killMs = burstMs + AFTER_MS;
  const all = Array.from({ length: nodes }, (_, node) => ({ atMs: burstMs, node, book: 'Emma by Jane Austen' }));
  return {
    ...base,
    workload: { ...base.workload, publish: all },
    faults: [{ atMs: killMs, do: 'kill', nodes: { count: Math.max(1, Math.round(nodes / 10)) } }],
    durationMs: killMs + AFTER_MS,
  };
}

function delayedScenario(options: CalibrateOptions): Scenario {
  return scenarioOf(options, LINK_DELAY_MS);
}

function scenarioOf({ nodes, strategy, parameters, seed }: CalibrateOptions, delay: number): Scenario {
  const startMs = SETTLED_MS;
  return parseScenario({
    name: 'calibrate',
    ...{ nodes, strategy, parameters, seed },
    join: { how: 'seed', everyMs: 0 },
    network: { delay },
    workload: { updates: { count: UPDATES, startMs, everyMs: UPDATE_EVERY_MS } },
    durationMs: startMs + UPDATES * UPDATE_EVERY_MS + AFTER_MS,
  });
}

/** Where updates spread there are hops. */
function wanted(spread: Spread | undefined): Spread {
  if (spread === undefined) throw new Error('no update reached a second node: nothing was measured');
  return spread;
}
