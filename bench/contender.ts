/** What a network must be able to do to be measured beside the others. */
import type { Random } from '../src/core/index.ts';
import type { Address, Millis, Status } from '../src/trace/views.ts';
import type { Figures } from './figures.ts';

/** What figures are made of: in the trace's words, whichever network it happens in. */
export type Happening = { readonly time: Millis; readonly node: Address } & (
  | { readonly type: 'published' | 'applied'; readonly uuid: string }
  | { readonly type: 'peerUp' | 'peerDown'; readonly peer: Address }
  | { readonly type: 'status'; readonly status: Status; readonly origin: Address }
);

export interface Taken {
  readonly happenings: readonly Happening[];
  /** Copies of updates that were sent meanwhile, where the network counts them. */
  readonly copies?: number;
}

export interface Payload {
  readonly book: string;
}

/** Nodes are numbers from 0. */
export interface Contender {
  /** As happenings name the nodes. */
  readonly names: readonly Address[];
  /** On the clock of the happenings. */
  readonly now: Millis;
  /** Rejects when a process ends that nobody killed. */
  readonly failure: Promise<never>;
  /** Only this node can publish. */
  readonly publisher?: number;
  /** It hands updates on in datagrams, one each when there is one update at a time. */
  readonly countsDatagrams?: true;
  /** Starts all. Resolves when each can be told to publish, and its updates would reach all. */
  join(): Promise<Pick<Figures, 'listeningMs' | 'joinedMs'>>;
  pidOf(node: number): number | undefined;
  publish(node: number, payload: Payload): Promise<void>;
  /** What became known since the last time. */
  take(): Promise<Taken>;
  kill(node: number): void;
  /** Whether nodes tell of updates. Absent: telling costs them too little to matter, or cannot be turned off. */
  watch?(isOn: boolean): Promise<void>;
  /** What its nodes' own sockets have counted so far. */
  bytesInSockets?(): Promise<number>;
  /** Ends every process. */
  stop(): Promise<void>;
}

export type Phase = 'spread' | 'burst' | 'killTenth' | 'killHalf';

export interface Entrant {
  readonly phases: readonly Phase[];
  /** What this network's figures leave out, or what they mean here. */
  readonly notes: readonly string[];
  /** @returns why it cannot take part on this machine */
  missing?(): string | undefined;
  create(nodes: number, random: Random): Promise<Contender>;
}
