/** What somebody wants of a network, and the parameters that are tried for it. */
import type { Scenario } from '../scenario/scenario.ts';
import { parseScenario } from '../scenario/scenario-file.ts';

export interface Objective {
  readonly nodes: number;
  readonly network: Readonly<Record<string, unknown>>;
  /** The minimum part of updates that every live node holds `withinMs` after their publication. */
  readonly reliability: number;
  /** Repair brings everything in the end; so reliability is of a time. */
  readonly withinMs: number;
  /** Of payload and control together, per update. */
  readonly maxMessages?: number;
  readonly cost: 'messages' | 'bytes';
  /** Between two updates of the whole network: what heartbeats cost is shared by the updates. */
  readonly everyMs: number;
}

export interface Candidate {
  readonly strategy: Extract<Scenario['strategy'], 'flood' | 'random' | 'plumtree'>;
  readonly maxPeers: number;
  readonly ttl: number;
  /** Of `random`. */
  readonly fanout?: number;
}

/** From the fewest that kept random networks whole (`maxPeers` in the core's parameters) up to where floods are dear. */
const PEERS = [4, 5, 6, 8, 10];
const LONG_TTL = 32;
/** A real node can be told no fewer. */
const JOIN_EVERY_MS = 20;
/** Five heartbeats: links and tree are as they stay. */
const SETTLED_MS = 10_000;
/** Not measured: the first of each origin, which shape its tree. So many origins publish in turn. */
export const WARM_UP_UPDATES = 5;

/**
 * Strategies × peers × fanout × TTL, without those that are another one under other names: a fanout of all peers but one
 * is a flood. The short TTL is a little above the hops that a flood over such views takes, ln N ÷ ln(peers − 1).
 */
export function candidatesFor({ nodes }: Pick<Objective, 'nodes'>): Candidate[] {
  const peers = PEERS.filter((maxPeers) => maxPeers === PEERS[0] || maxPeers < nodes);
  return peers.flatMap((maxPeers): Candidate[] => {
    const shortTtl = Math.ceil(Math.log(Math.max(2, nodes)) / Math.log(maxPeers - 1)) + 3;
    const fanouts = [2, 3, 4, 5, 6].filter((fanout) => fanout < maxPeers - 1);
    return [
      { strategy: 'plumtree', maxPeers, ttl: LONG_TTL },
      ...[LONG_TTL, shortTtl].map((ttl) => ({ strategy: 'flood', maxPeers, ttl }) as const),
      ...fanouts.map((fanout) => ({ strategy: 'random', maxPeers, ttl: LONG_TTL, fanout }) as const),
    ];
  });
}

/** As `gossip cluster` has it: all join through one seed, and find their peers themselves. */
export function scenarioFor(objective: Objective, candidate: Candidate, updates: number, seed: number): Scenario {
  const { nodes, network, everyMs, withinMs } = objective;
  const joinEveryMs = Math.min(JOIN_EVERY_MS, 10_000 / nodes);
  const startMs = Math.ceil(nodes * joinEveryMs) + SETTLED_MS;
  const count = WARM_UP_UPDATES + updates;
  return parseScenario({
    name: 'recommend',
    ...{ seed, nodes, ...settingsOf(candidate), network },
    join: { how: 'seed', everyMs: joinEveryMs },
    workload: { favorites: false, updates: { count, startMs, everyMs, origins: WARM_UP_UPDATES } },
    durationMs: startMs + (count - 1) * everyMs + withinMs + 1,
  });
}

/** As a scenario has them. */
export function settingsOf({ strategy, ...parameters }: Candidate): {
  readonly strategy: Candidate['strategy'];
  readonly parameters: Omit<Candidate, 'strategy'>;
} {
  return { strategy, parameters };
}

export function wordsOf({ strategy, maxPeers, ttl, fanout }: Candidate): string {
  return `${strategy}, ${fanout === undefined ? '' : `fanout ${fanout}, `}max ${maxPeers} peers, TTL ${ttl}`;
}
