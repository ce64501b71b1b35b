/**
 * What a view needs of a running node or network, so that views know no host and hosts know no view.
 */
import type { Address, Millis, NodeSnapshot, Payload } from '../core/index.ts';
import type { Counters } from './counters.ts';
import type { RunEvent, TraceEvent } from './trace-event.ts';

export type { Address } from '../core/index.ts';
export { ADDRESS_PATTERN, isAddress, MAX_ADDRESS_LENGTH, splitAddress } from '../core/index.ts';
export type { Millis, NodeSnapshot, RecordSnapshot } from '../core/index.ts';
export type { Payload, Status } from '../core/index.ts';

/** One running node, as a view or a metrics page reads it. */
export interface NodeView {
  readonly self: Address;
  readonly strategy: string;
  /** The name of its network. */
  readonly cluster: string;
  /** The clock that events and `receivedAt` are stamped by. */
  now(): Millis;
  snapshot(): NodeSnapshot;
  readonly counters: Readonly<Counters>;
  /** Calls `listener` with every event from now on. @returns how to stop that */
  subscribe(listener: (event: TraceEvent) => void): () => void;
}

export interface NetworkNode {
  readonly address: Address;
  /** Its process: killed or ended with a goodbye, if it runs no more. */
  readonly phase: 'starting' | 'running' | 'paused' | 'killed' | 'left';
  /** Its own favourite; absent until it has told one. */
  readonly favorite?: Payload;
  readonly version: number;
  /** How many of the current favourites of those that are expected to be known it knows, its own included. */
  readonly knows: number;
  readonly peers: number;
  /** How many of those that run say so. */
  readonly suspectedBy: number;
  readonly calledDownBy: number;
  /** Of one processor, in percent, over the last seconds; where the system tells. */
  readonly cpuPercent?: number;
  readonly rssMiB?: number;
}

/** Does one count on such a node to know and to be known? Not on one that is gone, nor on one that stands still. */
export function isExpected({ phase }: { readonly phase: NetworkNode['phase'] | 'unknown' }): boolean {
  return phase !== 'killed' && phase !== 'left' && phase !== 'paused';
}

/** How far an update has come. */
export interface UpdateState {
  /** From 1, in the order of publication: what `gossip trace` calls it, too. */
  readonly number: number;
  readonly origin: Address;
  readonly version: number;
  readonly payload: Payload | undefined;
  readonly publishedAt: Millis;
  /** When the last node that has it, or something newer in its place, got that. */
  readonly lastAt: Millis;
  /** How many of the nodes that are expected to know it hold it, or something newer in its place. */
  readonly holders: number;
}

/** A network of processes, as its view reads it. */
export interface NetworkState {
  readonly nodes: readonly NetworkNode[];
  /** How many nodes know all favourites that are expected to be known. */
  readonly complete: number;
  /** From the first spawn until all listened; absent until then. */
  readonly listeningMs?: Millis;
  /** From the first spawn until all knew all for the first time; absent until then. */
  readonly allKnowAllMs?: Millis;
  /** The newest first. */
  readonly updates: readonly UpdateState[];
  readonly isPartitioned: boolean;
  /** Where it is shown in a browser, too. */
  readonly dashboardUrl?: string;
}

/**
 * What one may do to a network's processes. Without an address: to a random one of those that it can be done to.
 * Each says what it has done; `undefined`: nothing, since there is none that it can be done to.
 */
export interface NetworkControls {
  kill(address?: Address): Done | undefined;
  /** Has it stand still, or run on if it does. */
  pauseOrResume(address?: Address): Done | undefined;
  /** A new process in place of one that is gone, or of one that is killed for it; it has forgotten everything. */
  restart(address?: Address): Done | undefined;
  /** Has it tell something new: this text, or whatever it would say itself. */
  publish(address?: Address, text?: string): Done | undefined;
  /** These, or a random half, and all others cannot reach each other any more. */
  split(addresses?: readonly Address[]): void;
  /** All can reach each other again. */
  heal(): void;
}

/** What was done to a node. */
export interface Done {
  readonly did: 'kill' | 'pause' | 'resume' | 'restart' | 'publish';
  readonly node: Address;
}

export interface NetworkView extends NetworkControls {
  /** The clock that events are stamped by. */
  now(): Millis;
  state(): NetworkState;
  /** Calls `listener` with everything that happens, as it becomes known. @returns how to stop that */
  subscribe(listener: (event: RunEvent) => void): () => void;
}
