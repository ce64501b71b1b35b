/**
 * Where nodes are drawn: ForceAtlas2 (Jacomy et al. 2014, https://doi.org/10.1371/journal.pone.0098679), started from each node's
 * address, run a while when nodes come or many links have changed, and then left alone. So the picture stays the one that one
 * has learned to read, and the same network looks the same again.
 */
import { UndirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';
import type { NetworkState, NodeState } from '../../model/network-state.ts';

const FIRST_ITERATIONS = 300;
/** For nodes that have come since. */
const MORE_ITERATIONS = 120;
/** Of the links there were when it last ran: with fewer that are others now, it is not worth moving anything. */
const MUCH_CHURN = 0.6;
/** The tree's links pull nodes together; of the others there are many, and they hide it. */
const EAGER_WEIGHT = 8;
const LAZY_WEIGHT = 0.2;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export class CalmLayout {
  private readonly graph = new UndirectedGraph();
  private iterationsLeft = 0;
  /** The weights of the links when it last ran. A link that comes and goes in between is no reason to move. */
  private laidOut = new Map<string, number>();
  private wasComplete = false;

  /**
   * @param state the newest there is: the picture is the same at whatever moment one looks
   * @param isComplete nothing more will come: time to make it as good as it gets
   */
  follow(state: NetworkState, isComplete: boolean): void {
    const { graph } = this;
    const isFirst = graph.order === 0;
    const before = graph.order;
    for (const node of state.nodes.slice(before)) graph.addNode(node.number, this.startOf(node));
    const came = graph.order - before;
    this.followLinks(state);
    for (const { number } of state.nodes) {
      const isFixed = graph.degree(number) === 0;
      if (graph.getNodeAttribute(number, 'fixed') !== isFixed) graph.setNodeAttribute(number, 'fixed', isFixed);
    }
    const isMuch = this.churn() > Math.max(MUCH_CHURN * this.laidOut.size, 8);
    const isLast = isComplete && !this.wasComplete;
    this.wasComplete = isComplete;
    if (came === 0 && !isMuch && !isLast) return;
    this.iterationsLeft = isFirst || isLast ? FIRST_ITERATIONS : Math.max(this.iterationsLeft, MORE_ITERATIONS);
    this.laidOut = new Map(graph.mapEdges((key, { weight }) => [key, weight as number]));
  }

  /** Goes on for about so many milliseconds. @returns whether it has moved anything */
  step(budgetMs: number): boolean {
    if (this.iterationsLeft === 0 || this.graph.size === 0) return false;
    const iterations = Math.min(this.iterationsLeft, this.graph.order > 300 ? 2 : 10);
    const until = performance.now() + budgetMs;
    do {
      forceAtlas2.assign(this.graph, {
        iterations,
        getEdgeWeight: 'weight',
        settings: {
          ...{ gravity: 1, scalingRatio: 10, slowDown: 1.5, edgeWeightInfluence: 1 },
          barnesHutOptimize: this.graph.order > 200,
        },
      });
      this.iterationsLeft = Math.max(0, this.iterationsLeft - iterations);
    } while (this.iterationsLeft > 0 && performance.now() < until);
    return true;
  }

  positionOf(number: number): Point {
    return this.graph.getNodeAttributes(number) as Point;
  }

  /** How many links have come or gone, or in or out of the tree, since it last ran. */
  private churn(): number {
    let stayed = 0;
    let changed = 0;
    this.graph.forEachEdge((key, { weight }) => {
      const before = this.laidOut.get(key);
      if (before !== undefined) stayed++;
      if (before !== weight) changed++;
    });
    return changed + this.laidOut.size - stayed;
  }

  private followLinks(state: NetworkState): void {
    const { graph } = this;
    const wanted = new Map<string, number>();
    for (const { number, peers } of state.nodes) {
      for (const [peer, kind] of peers) {
        const key = number < peer ? `${number} ${peer}` : `${peer} ${number}`;
        if (kind === 'eager' || !wanted.has(key)) wanted.set(key, kind === 'eager' ? EAGER_WEIGHT : LAZY_WEIGHT);
      }
    }
    for (const key of graph.edges()) {
      if (wanted.has(key)) continue;
      // Who is gone stays near those it knew.
      if (graph.extremities(key).some((end) => state.nodes[Number(end)]?.peers.size === 0)) {
        graph.setEdgeAttribute(key, 'weight', LAZY_WEIGHT);
        continue;
      }
      graph.dropEdge(key);
    }
    for (const [key, weight] of wanted) {
      if (!graph.hasEdge(key)) {
        const [a, b] = key.split(' ') as [string, string];
        graph.addEdgeWithKey(key, a, b, { weight });
      } else if (graph.getEdgeAttribute(key, 'weight') !== weight) {
        graph.setEdgeAttribute(key, 'weight', weight);
      }
    }
  }

  /** Near a peer that is drawn already, else anywhere; by its address, not by chance. */
  private startOf(node: NodeState): Point {
    const [angle, distance] = [hash(node.address) * 2 * Math.PI, Math.sqrt(hash(`${node.address}/`))];
    const offset = { x: Math.cos(angle) * distance, y: Math.sin(angle) * distance };
    const peer = [...node.peers.keys()].find((number) => this.graph.hasNode(number));
    if (peer === undefined) return { x: offset.x * 100, y: offset.y * 100 };
    const near = this.positionOf(peer);
    return { x: near.x + offset.x * 20, y: near.y + offset.y * 20 };
  }
}

/** FNV-1a, as a number from 0 to 1. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  // Its high bits hardly differ for addresses that differ in their last digit.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
}
