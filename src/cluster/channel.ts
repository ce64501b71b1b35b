/**
 * What a cluster and the processes of its nodes say to each other: over the channel between a parent and its child, which
 * no peer can reach.
 *
 * Times are milliseconds since the cluster's start on the machine's monotonic clock. `process.hrtime` reads that clock and
 * counts from the same moment in all processes of a machine (CLOCK_MONOTONIC), so one process can count from another's.
 */
import type { Parameters } from '../core/index.ts';
import type { Millis, Payload } from '../trace/views.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { NetworkPlan } from '../scenario/scenario.ts';

/** Where a child finds its assignment: it must have it before its first event. */
export const ASSIGNMENT_VARIABLE = 'GOSSIP_CLUSTER_NODE';

/** Who a node is in its cluster. Nodes are numbers from 0, on ports that follow each other. */
export interface Assignment {
  readonly node: number;
  readonly nodes: number;
  readonly host: string;
  readonly basePort: number;
  readonly seed: number;
  /** The cluster's start on the machine's monotonic clock. */
  readonly originMs: number;
  /** Does it choose favourites by itself? */
  readonly favorites: boolean;
  readonly parameters: Partial<Parameters>;
  /** What the scenario adds to the real network; absent: nothing. */
  readonly network?: NetworkPlan;
  readonly watch: Watch;
  /** What all have been told that still holds. */
  readonly orders: readonly Order[];
}

/** Which events a node tells, and for how long it may keep them to tell them together. */
export interface Watch {
  readonly kinds: readonly RunEvent['type'][];
  readonly everyMs: number;
}

export type Order =
  | { readonly do: 'publish'; readonly payload: Payload; readonly receiptWithinMs?: number }
  /** Choose another favourite. */
  | { readonly do: 'resample' }
  /** These on one side, all others on the other. */
  | { readonly do: 'partition'; readonly side: readonly number[]; readonly oneWay: boolean }
  | { readonly do: 'heal' }
  | { readonly do: 'lose'; readonly chance: number }
  | { readonly do: 'watch'; readonly watch: Watch }
  /** Tell now what is not told yet, even if it is nothing. */
  | { readonly do: 'report' };

export interface Report {
  readonly events: readonly RunEvent[];
  /** That the node has sent and received by now (`RunningNode.bytesOnTheWire`). */
  readonly bytes: number;
  /** Events that were not kept, because the parent did not take those before them. */
  readonly missed: number;
}

/** Milliseconds on the machine's monotonic clock. */
export function monotonicMs(): Millis {
  return Number(process.hrtime.bigint()) / 1e6;
}
