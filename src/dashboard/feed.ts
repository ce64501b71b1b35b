/**
 * What the page is told, whoever tells it: the observer of live nodes, the reader of a recorded trace, or a simulation in a
 * worker. So all views work on all three. Messages are JSON, or structured clones of the same.
 *
 * Times are milliseconds on one clock for the whole feed; `epochMs` says where it started.
 */
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address, Millis, RecordSnapshot } from '../trace/views.ts';

export type FeedMessage =
  /** First, and again after a lost connection: everything told before is to be forgotten. */
  | {
      readonly type: 'opened';
      readonly source: 'live' | 'recording' | 'simulation';
      /** For people: the addresses that were connected to, a file's name, a scenario's. */
      readonly name: string;
      /** The clock's zero in milliseconds since 1970; 0 if times are already that; absent in virtual time. */
      readonly epochMs?: Millis;
      /** What may be done to the network from the page; none if it can only be watched. */
      readonly actions: readonly FeedAction[];
      /** The first and last moment there is to see; `untilMs` is absent where it still goes on. */
      readonly fromMs: Millis;
      readonly untilMs?: Millis;
      /** The nodes that are to take part, where that is known before they have started. */
      readonly expected?: readonly Address[];
      /** Updates that were published before the first that is told: numbers go on from there. None where it is absent. */
      readonly updatesBefore?: number;
    }
  /** In the order of their times, as far as their tellers allow: two nodes' events may come some milliseconds out of order. */
  | { readonly type: 'events'; readonly events: readonly RunEvent[]; readonly nowMs: Millis }
  /** What a node says of itself when the observer first reaches it, or reaches it again. In place of all told of it before. */
  | ({ readonly type: 'snapshot' } & ObservedNode)
  /** The observer's own view of a node. Not a word on whether it lives: only its peers can say. */
  | {
      readonly type: 'reach';
      readonly time: Millis;
      readonly node: Address;
      readonly isReachable: boolean;
      /** One line for people. */
      readonly reason?: string;
    }
  /** How far a simulation or a file has come, 0 to 1. */
  | { readonly type: 'progress'; readonly part: number; readonly nowMs: Millis }
  /** Nothing more will come. `strange`: how many lines of a recorded trace are no events, and were left out. */
  | { readonly type: 'ended'; readonly nowMs: Millis; readonly strange?: number }
  /** The source failed: one line for people. */
  | { readonly type: 'failed'; readonly reason: string };

export type FeedAction = 'publish' | 'kill' | 'pause' | 'resume' | 'restart' | 'split' | 'heal';

export interface ActionTarget {
  /** Exactly these; absent: one at random that it can be done to, and half of all to `split` off. */
  readonly nodes?: readonly Address[];
  /** What is published. */
  readonly text?: string;
}

/** Characters: as long as a title may be. */
export const MAX_PUBLISHED_LENGTH = 200;

/** What was done, and to which nodes: to none where the whole network was split in halves or healed. */
export interface Deed {
  readonly did: FeedAction;
  readonly nodes: readonly Address[];
}

export interface ObservedNode {
  readonly time: Millis;
  readonly node: Address;
  readonly version: number;
  readonly peers: readonly Address[];
  readonly records: readonly RecordSnapshot[];
}
