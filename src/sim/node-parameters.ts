import { DEFAULT_PARAMETERS, type Parameters } from '../core/index.ts';
import type { JoinTopology } from '../scenario/play/join-topology.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What each core is given. In a graph, nodes look for no more peers than its mean degree: as long as nothing fails it hardly changes. */
export function parametersOf({ parameters, network, join }: Scenario, topology: JoinTopology): Parameters {
  const failedSendsAreReported = network.refusedAfterMs !== null && network.timeoutMs !== null;
  const all = { ...DEFAULT_PARAMETERS, failedSendsAreReported, ...parameters };
  if (join.how !== 'graph') return all;
  const { wantedPeers = Math.round(join.degree) } = parameters;
  return { ...all, wantedPeers, maxPeers: Math.max(all.maxPeers, topology.mostPeers) };
}
