/** What a scenario is played on: the simulator, or a cluster of real processes. Nodes are numbers from 0, times are of the run. */
import type { Millis, Payload } from '../../core/index.ts';
import { SmallFastRandom } from './small-fast-random.ts';

/** What workload and faults can learn of it, and when things are due. */
export interface Stage {
  readonly now: Millis;
  readonly size: number;
  /** How many run and are not paused. */
  readonly runningCount: number;
  /** Does its process exist? A paused one does. */
  isUp(node: number): boolean;
  isPaused(node: number): boolean;
  /** Has it ever run? */
  hasStarted(node: number): boolean;
  /** Calls this at that time, or at once if it has passed. */
  schedule(atMs: Millis, action: () => void): void;
}

/** Where somebody can be made to say something. */
export interface Speakers extends Stage {
  /** @param receiptWithinMs asks for a receipt within so long */
  publish(node: number, payload: Payload, key?: string, receiptWithinMs?: number): void;
}

/** Where things can go wrong. */
export interface Breakable extends Stage {
  start(node: number, remember: boolean): void;
  kill(node: number): void;
  leave(node: number): void;
  pause(node: number): void;
  resume(node: number): void;
  slow(node: number, factor: number): void;
  drift(node: number, rate: number): void;
  /** These on one side, all others on the other. */
  partition(nodes: Iterable<number>, oneWay: boolean): void;
  heal(): void;
  /** From now on messages are lost with this chance. */
  lose(chance: number): void;
}

/** One generator for each who draws, so that the same seed strikes the same nodes and has the same ones speak on every stage. */
export interface Draws {
  /** Nodes' seeds and contacts. */
  readonly nodes: SmallFastRandom;
  readonly network: SmallFastRandom;
  readonly workload: SmallFastRandom;
  readonly faults: SmallFastRandom;
}

export function drawsOf(seed: number): Draws {
  const seeds = new SmallFastRandom(seed);
  const [nodes, network, workload, faults] = [seeds.seed(), seeds.seed(), seeds.seed(), seeds.seed()];
  return {
    nodes: new SmallFastRandom(nodes),
    network: new SmallFastRandom(network),
    workload: new SmallFastRandom(workload),
    faults: new SmallFastRandom(faults),
  };
}
