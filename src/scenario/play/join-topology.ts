import { pick } from '../../core/index.ts';
import { randomGraph, type Graph } from './random-graph.ts';
import { startOf } from '../scenario-times.ts';
import type { JoinPlan } from '../scenario.ts';
import type { SmallFastRandom } from './small-fast-random.ts';

/** Who each node is told of when it starts. */
export class JoinTopology {
  private readonly graph: Graph | undefined;

  constructor(
    private readonly plan: JoinPlan,
    private readonly nodes: number,
    private readonly random: SmallFastRandom,
  ) {
    if (plan.how === 'graph') this.graph = randomGraph(nodes, plan.degree, random);
  }

  startOf(node: number): number {
    return Math.round(startOf(node, this.plan));
  }

  /** The most peers that a node is given; 0 where nodes join. */
  get mostPeers(): number {
    return this.graph?.largestDegree ?? 0;
  }

  /** Peers that it starts with, where nodes do not join. */
  peersOf(node: number): number[] | undefined {
    if (this.graph === undefined) return undefined;
    const { rows, neighbors } = this.graph;
    return [...neighbors.subarray(rows[node], rows[node + 1])];
  }

  /** Whom it asks to be let in. One that starts again in a graph asks those who were its peers. */
  contactsOf(node: number): number[] {
    const peers = this.peersOf(node);
    if (peers !== undefined) return peers;
    if (node === 0) return [];
    switch (this.plan.how) {
      case 'chain':
        return [node - 1];
      case 'random':
        return [this.random.below(node)];
      default:
        return [0];
    }
  }

  /** Who starts a process again names one that runs, where none of those does that it was told of first. */
  contactsAgain(node: number, isUp: (node: number) => boolean): number[] {
    const contacts = this.contactsOf(node);
    if (contacts.some(isUp)) return contacts;
    const running: number[] = [];
    for (let other = 0; other < this.nodes; other++) if (other !== node && isUp(other)) running.push(other);
    const other = pick(this.random, running);
    return other === undefined ? contacts : [...contacts, other];
  }
}
