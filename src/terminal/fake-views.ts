/** Views of a node and a network that do as they are told, for tests. */
import { count, newCounters } from '../trace/counters.ts';
import type { RunEvent, TraceEvent } from '../trace/trace-event.ts';
import type {
  Address,
  Millis,
  NetworkNode,
  NetworkState,
  NetworkView,
  NodeView,
  RecordSnapshot,
} from '../trace/views.ts';

type Listener = (event: TraceEvent) => void;
/** Of each kind of event what it is about, without when and where. */
type Told<E> = E extends TraceEvent ? Omit<E, 'time' | 'node'> : never;

export const START: Millis = 1_700_000_000_000;

export function addressOf(index: number): Address {
  return `127.0.0.1:${7001 + index}`;
}

export function recordOf(index: number, changes: Partial<RecordSnapshot> = {}): RecordSnapshot {
  return {
    origin: addressOf(index),
    version: index + 1,
    uuid: `uuid-${index}`,
    payload: { book: `Book ${index}` },
    status: 'alive',
    hops: index === 0 ? 0 : 1,
    via: addressOf(index),
    receivedAt: START,
    ...changes,
  };
}

export class FakeNodeView implements NodeView {
  readonly self = addressOf(0);
  readonly strategy = 'flood';
  readonly cluster = 'books';
  readonly counters = newCounters();
  peers: Address[] = [addressOf(1), addressOf(2)];
  time = START;
  snapshots = 0;
  resamples = 0;
  private readonly listeners = new Set<Listener>();

  constructor(public records: RecordSnapshot[]) {}

  now(): Millis {
    return this.time;
  }

  snapshot(): ReturnType<NodeView['snapshot']> {
    this.snapshots++;
    const { self, records, peers } = this;
    return {
      self,
      version: 1,
      records,
      peers,
      passive: [],
      lazy: [],
      receipts: 0,
      grafting: 0,
      confirmations: 0,
      localHealthScore: 0,
      members: 0,
      seen: 0,
    };
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  resample(): void {
    this.resamples++;
  }

  emit(told: Told<TraceEvent>): void {
    const event = { time: this.time, node: this.self, ...told } as TraceEvent;
    count(this.counters, event);
    for (const listener of this.listeners) listener(event);
  }
}

export class FakeNetworkView implements NetworkView {
  time = START;
  complete = 0;
  listeningMs: number | undefined = 500;
  allKnowAllMs: number | undefined;
  updates: NetworkState['updates'] = [];
  isPartitioned = false;
  dashboardUrl: string | undefined;
  /** What it was told to do, and to whom. */
  readonly orders: (readonly [string, Address | undefined])[] = [];
  private readonly listeners = new Set<(event: RunEvent) => void>();

  constructor(public nodes: NetworkNode[]) {}

  now(): Millis {
    return this.time;
  }

  state(): NetworkState {
    const { nodes, complete, listeningMs, allKnowAllMs, updates, isPartitioned, dashboardUrl } = this;
    return {
      nodes,
      complete,
      ...(listeningMs === undefined ? {} : { listeningMs }),
      ...(allKnowAllMs === undefined ? {} : { allKnowAllMs }),
      updates,
      isPartitioned,
      ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
    };
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  kill(address?: Address): undefined {
    this.orders.push(['kill', address]);
  }

  pauseOrResume(address?: Address): undefined {
    this.orders.push(['pauseOrResume', address]);
  }

  restart(address?: Address): undefined {
    this.orders.push(['restart', address]);
  }

  publish(address?: Address): undefined {
    this.orders.push(['publish', address]);
  }

  split(): void {
    this.orders.push(['split', undefined]);
  }

  heal(): void {
    this.orders.push(['heal', undefined]);
  }

  emit(event: RunEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
