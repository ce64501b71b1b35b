/**
 * What a view needs of a running node or network, so that views know no host and hosts know no view.
 */
import type { Address } from '../core/address.ts';
import type { Millis, NodeSnapshot } from '../core/boundary.ts';
import type { Counters } from './counters.ts';
import type { TraceEvent } from './trace-event.ts';

export type { Address } from '../core/address.ts';
export type { Millis, NodeSnapshot, RecordSnapshot } from '../core/boundary.ts';
export type { Payload, Status } from '../core/messages.ts';

/** One running node, as a view or a metrics page reads it. */
export interface NodeView {
  readonly self: Address;
  readonly strategy: string;
  /** The clock that events and `receivedAt` are stamped by. */
  now(): Millis;
  snapshot(): NodeSnapshot;
  readonly counters: Readonly<Counters>;
  /** Calls `listener` with every event from now on. @returns how to stop that */
  subscribe(listener: (event: TraceEvent) => void): () => void;
  /** Chooses a new favourite now. */
  resample(): void;
}

export interface NetworkNode {
  readonly address: Address;
  readonly phase: 'starting' | 'running' | 'exited';
  /** Its own favourite; absent until it has answered once. */
  readonly favorite?: string;
  readonly version: number;
  /** How many of the network's current favourites it knows, its own included. */
  readonly knows: number;
  readonly peers: number;
}

/** A network of processes, as its view reads it. */
export interface NetworkState {
  readonly nodes: readonly NetworkNode[];
  /** How many nodes know every favourite. */
  readonly complete: number;
  /** From the first spawn until all knew all for the first time; absent until then. */
  readonly allKnowAllMs?: number;
}

export interface NetworkView {
  now(): Millis;
  state(): NetworkState;
  /** Calls `listener` with the nodes' events, merged as they arrive. @returns how to stop that */
  subscribe(listener: (event: TraceEvent) => void): () => void;
}
