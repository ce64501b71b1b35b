/** A scenario on a real clock: the simulator's own timeline of updates and faults, with the same draws, played on processes. */
import { FaultTimeline } from '../sim/fault-timeline.ts';
import type { Fault, Scenario } from '../sim/scenario.ts';
import { drawsOf } from '../sim/stage.ts';
import { Updates } from '../sim/updates.ts';
import type { Cluster } from './cluster.ts';

/** Starts the nodes and has everything happen at its time; @param onFault is told of each fault when it strikes */
export function playScenario(cluster: Cluster, scenario: Scenario, onFault: (fault: Fault) => void): void {
  const draws = drawsOf(scenario.seed);
  const faults = new FaultTimeline(cluster, draws.faults);
  new Updates(scenario.workload, cluster, draws.workload).plan();
  for (const fault of scenario.faults) {
    cluster.schedule(fault.atMs, () => {
      onFault(fault);
      faults.apply(fault);
    });
  }
  cluster.startAll();
}

/**
 * What of a scenario real processes cannot do.
 *
 * @returns one line that names the field, or `undefined`
 */
export function refusalOf(scenario: Scenario): string | undefined {
  const { join, network, strategy, faults } = scenario;
  if (join.how === 'graph') return 'join.how: real nodes join through others; "graph" is for the simulator';
  if (strategy === 'hub') return 'strategy: "hub" is for full views and slow links, which HTTP nodes have not';
  if (network.bytesPerSecond > 0) return 'network.bytesPerSecond: the links of one machine cannot be made narrow';
  if (network.serviceMs > 0) return 'network.serviceMs: real nodes take as long over a message as they take';
  for (const [index, { do: what }] of faults.entries()) {
    if (what === 'drift') return `faults[${index}].do: "drift": all processes of a machine share one clock`;
    if (what === 'slow') return `faults[${index}].do: "slow": real nodes take as long over a message as they take`;
  }
  return undefined;
}
