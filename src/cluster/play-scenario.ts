/** A scenario on a real clock: the simulator's own timeline of updates and faults, with the same draws, played on processes. */
import { FaultTimeline } from '../scenario/play/fault-timeline.ts';
import { joinedAfterMs } from '../scenario/scenario-times.ts';
import type { Fault, Scenario } from '../scenario/scenario.ts';
import { drawsOf } from '../scenario/play/stage.ts';
import { Updates } from '../scenario/play/updates.ts';
import type { Cluster } from './cluster.ts';

const LOOK_EVERY_MS = 20;

/**
 * Starts the nodes and has everything happen at its time. Simulated processes start at once, real ones when the machine
 * gets round to it: what comes after the last start comes as much later as the last node listens too late.
 *
 * @param onFault is told of each fault when it strikes
 * @returns the scenario with its times as they are played, once all nodes listen
 */
export async function playScenario(
  cluster: Cluster,
  scenario: Scenario,
  onFault: (fault: Fault) => void,
): Promise<Scenario> {
  const draws = drawsOf(scenario.seed);
  const timeline = new FaultTimeline(cluster, draws.faults);
  const strike = (fault: Fault): void => {
    cluster.schedule(fault.atMs, () => {
      onFault(fault);
      timeline.apply(fault);
    });
  };
  const startedMs = joinedAfterMs(scenario.join, scenario.nodes);
  scenario.faults.filter(({ atMs }) => atMs < startedMs).forEach(strike);
  cluster.startAll();
  await untilListening(cluster, startedMs);
  const played = postponed(scenario, startedMs, Math.max(0, cluster.now - startedMs));
  played.faults.filter(({ atMs }) => atMs >= startedMs).forEach(strike);
  new Updates(played.workload, cluster, draws.workload).plan();
  return played;
}

function untilListening(cluster: Cluster, fromMs: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const isOver = cluster.addresses.every((_, node) => !cluster.isStarting(node));
      if (isOver) resolve();
      else cluster.schedule(cluster.now + LOOK_EVERY_MS, look);
    };
    cluster.schedule(fromMs, look);
  });
}

/** What happens after `fromMs` happens so much later. */
export function postponed(scenario: Scenario, fromMs: number, byMs: number): Scenario {
  const later = (atMs: number): number => (atMs < fromMs ? atMs : atMs + byMs);
  const { workload, faults, durationMs } = scenario;
  const { updates, publish } = workload;
  return {
    ...scenario,
    durationMs: later(durationMs),
    workload: {
      ...workload,
      updates: { ...updates, startMs: later(updates.startMs) },
      publish: publish.map((entry) => ({ ...entry, atMs: later(entry.atMs) })),
    },
    faults: faults.map((fault) => ({
      ...fault,
      atMs: later(fault.atMs),
      ...(fault.do === 'churn' && { untilMs: later(fault.untilMs) }),
    })),
  };
}

/**
 * What of a scenario real processes cannot do.
 *
 * @returns one line that names the field, or `undefined`
 */
export function refusalOf(scenario: Scenario): string | undefined {
  const { join, network, faults } = scenario;
  if (join.how === 'graph') return 'join.how: real nodes join through others; "graph" is for the simulator';
  if (network.bytesPerSecond > 0) return 'network.bytesPerSecond: the links of one machine cannot be made narrow';
  if (network.cores > 0) return 'network.cores: real nodes share the cores that the machine has';
  if (network.serviceMs > 0) return 'network.serviceMs: real nodes take as long over a message as they take';
  for (const [index, { do: what }] of faults.entries()) {
    if (what === 'drift') return `faults[${index}].do: "drift": all processes of a machine share one clock`;
    if (what === 'slow') return `faults[${index}].do: "slow": real nodes take as long over a message as they take`;
  }
  return undefined;
}
