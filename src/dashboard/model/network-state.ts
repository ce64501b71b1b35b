/**
 * The network at one moment, as far as the feed has told: folded from facts, one after the other, so that the same facts
 * give the same state whether they come live or are played again. A clone is a checkpoint to start again from.
 */
import { NetworkMoment, type NodeMoment } from '../../trace/network-moment.ts';
import type { Address, Millis, Payload, Status } from '../../trace/views.ts';
import type { Fact, Snapshot } from './fact.ts';

/** Its phase is `unknown` while others speak of it and itself has said nothing yet. */
export interface NodeState extends NodeMoment {
  /** By the observer; its peers may see it otherwise. */
  isReachable: boolean;
  unreachableBecause: string | undefined;
  /** Since when it can be reached, or could be the last time: from its start, the end of a pause or an answer on. */
  reachableSince: Millis;
  favorite: Payload | undefined;
  version: number;
  /** When it told its favourite, as far as known. */
  toldAt: Millis | undefined;
  payloadIn: number;
  payloadOut: number;
  controlIn: number;
  controlOut: number;
}

type Told = Extract<Fact, { readonly type: 'published' | 'applied' }>;

export class NetworkState {
  constructor(private readonly moment = new NetworkMoment<NodeState>(stateOf)) {}

  get nodes(): readonly NodeState[] {
    return this.moment.nodes;
  }

  find(address: Address): NodeState | undefined {
    return this.moment.find(address);
  }

  /** The version of `origin`'s record that `node` holds; 0 for none. */
  held(node: number, origin: number, key?: string): number {
    return this.moment.held(node, origin, key);
  }

  /** By number of the node: the version of `origin`'s favourite that it holds. It may end before the last node. Only to be read. */
  holders(origin: number): Float64Array {
    return this.moment.holders(origin);
  }

  /** What `node` says of `origin`'s health. */
  saidBy(node: number, origin: number): Status {
    return this.moment.saidBy(node, origin);
  }

  apply(fact: Fact): void {
    const node = this.moment.nodeAt(fact.node, fact.time);
    const wasReachable = canBeReached(node);
    this.applyTo(node, fact);
    if (fact.type === 'started' || (!wasReachable && canBeReached(node))) node.reachableSince = fact.time;
  }

  private applyTo(node: NodeState, fact: Fact): void {
    if (node.phase === 'unknown' && fact.type !== 'reach' && fact.type !== 'stopped') node.phase = 'running';
    switch (fact.type) {
      case 'snapshot':
        return this.onSnapshot(node, fact);
      case 'reach':
        node.isReachable = fact.isReachable;
        node.unreachableBecause = fact.isReachable ? undefined : fact.reason;
        return;
      case 'sent':
        if (fact.message === 'rumor') node.payloadOut++;
        else node.controlOut++;
        return;
      case 'received':
        if (fact.message === 'rumor') node.payloadIn++;
        else node.controlIn++;
        return;
      case 'published':
      case 'applied':
        this.moment.apply(node, fact);
        return this.learnFrom(fact);
      default:
        return this.moment.apply(node, fact);
    }
  }

  /** Shares nothing that changes with the original. */
  clone(): NetworkState {
    return new NetworkState(this.moment.clone());
  }

  private onSnapshot(node: NodeState, snapshot: Snapshot): void {
    const { time, records, version } = snapshot;
    if (node.phase !== 'paused') node.phase = 'running';
    node.isReachable = true;
    node.unreachableBecause = undefined;
    this.moment.applySnapshot(node, time, snapshot);
    for (const { origin, key, version: told, payload, receivedAt } of records) {
      if (key === undefined) learn(this.moment.nodeAt(origin, time), told, payload, receivedAt);
    }
    node.version = Math.max(node.version, version);
  }

  private learnFrom({ type, time, origin: address, key, version, status, payload }: Told): void {
    if (status !== undefined || key !== undefined) return;
    const origin = this.moment.nodeAt(address, time);
    if (type === 'published') origin.version = 0; // It knows best, also where it has forgotten its past.
    learn(origin, version, payload, time);
  }
}

/** Name by name: what is spread into an object of so many properties makes it slow to look at. */
function stateOf(bare: NodeMoment): NodeState {
  return {
    number: bare.number,
    address: bare.address,
    phase: bare.phase,
    since: bare.since,
    peers: bare.peers,
    suspectedBy: bare.suspectedBy,
    calledDownBy: bare.calledDownBy,
    isReachable: true,
    unreachableBecause: undefined,
    reachableSince: Infinity,
    favorite: undefined,
    version: 0,
    toldAt: undefined,
    payloadIn: 0,
    payloadOut: 0,
    controlIn: 0,
    controlOut: 0,
  };
}

/** Does one count on it to know and to be known? Not where it stands still, nor where the observer cannot reach it. */
export function canBeReached({ phase, isReachable }: NodeState): boolean {
  return phase === 'running' && isReachable;
}

export function reachableCount(nodes: readonly NodeState[]): number {
  return nodes.filter(canBeReached).length;
}

function learn(origin: NodeState, version: number, payload: Payload | undefined, time: Millis): void {
  if (version <= origin.version) return;
  origin.version = version;
  if (payload === undefined) return;
  origin.favorite = payload;
  origin.toldAt = time;
}
