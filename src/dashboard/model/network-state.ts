/**
 * The network at one moment, as far as the feed has told: folded from facts, one after the other, so that the same facts
 * give the same state whether they come live or are played again. A clone is a checkpoint to start again from.
 */
import type { Address, Millis, Payload, Status } from '../../trace/views.ts';
import type { Fact, Snapshot } from './fact.ts';

/** `unknown`: others speak of it, itself has said nothing yet. */
export type Phase = 'unknown' | 'running' | 'paused' | 'killed' | 'left';

/** Whether a node pushes to this peer or only announces. As far as told: a link is eager until somebody prunes it. */
export type LinkKind = 'eager' | 'lazy';

export interface NodeState {
  readonly number: number;
  readonly address: Address;
  phase: Phase;
  /** The start of its present life, or when it was first heard of. */
  since: Millis;
  /** By the observer; its peers may see it otherwise. */
  isReachable: boolean;
  unreachableBecause: string | undefined;
  favorite: Payload | undefined;
  version: number;
  /** When it told its favourite, as far as known. */
  toldAt: Millis | undefined;
  /** By the number of the peer. */
  peers: Map<number, LinkKind>;
  payloadIn: number;
  payloadOut: number;
  controlIn: number;
  controlOut: number;
  /** The kind of the last message it got: what it applies next came by that. */
  lastReceived: string;
  /** How many nodes say so. */
  suspectedBy: number;
  calledDownBy: number;
}

const STATUSES: readonly Status[] = ['alive', 'suspect', 'down', 'left'];
const SUSPECT = 1;
const DOWN = 2;

type Told = Extract<Fact, { readonly type: 'published' | 'applied' }>;

export class NetworkState {
  readonly nodes: NodeState[] = [];
  private numbers = new Map<Address, number>();
  /** By a favourite's origin, then by node: the version that the node holds; 0 for none. */
  private favorites: Float64Array[] = [];
  /** The same of records with a key, by origin and key. */
  private keyed = new Map<string, Float64Array>();
  /** By the one spoken of, then by the speaker: the index of a status. */
  private said: Uint8Array[] = [];

  find(address: Address): NodeState | undefined {
    const number = this.numbers.get(address);
    return number === undefined ? undefined : this.nodes[number];
  }

  /** The version of `origin`'s record that `node` holds; 0 for none. */
  held(node: number, origin: number, key?: string): number {
    const column = key === undefined ? this.favorites[origin] : this.keyed.get(keyedName(origin, key));
    return column?.[node] ?? 0;
  }

  /** What `node` says of `origin`'s health. */
  saidBy(node: number, origin: number): Status {
    return STATUSES[this.said[origin]?.[node] ?? 0] as Status;
  }

  apply(fact: Fact): void {
    const node = this.nodeOf(fact.node, fact.time);
    if (node.phase === 'unknown' && fact.type !== 'reach' && fact.type !== 'stopped') node.phase = 'running';
    switch (fact.type) {
      case 'snapshot':
        return this.onSnapshot(node, fact);
      case 'reach':
        node.isReachable = fact.isReachable;
        node.unreachableBecause = fact.isReachable ? undefined : fact.reason;
        return;
      case 'started':
        return this.onStarted(node, fact.time);
      case 'stopped':
        node.phase = fact.why;
        node.peers.clear();
        return this.forgetSaid(node.number);
      case 'paused':
        node.phase = 'paused';
        return;
      case 'resumed':
        node.phase = 'running';
        return;
      case 'sent':
        if (fact.message === 'rumor') node.payloadOut++;
        else node.controlOut++;
        return this.onLinkUse(node, fact.to, fact.message);
      case 'received':
        if (fact.message === 'rumor') node.payloadIn++;
        else node.controlIn++;
        node.lastReceived = fact.message;
        if (fact.message !== 'rumor') this.onLinkUse(node, fact.from, fact.message);
        return;
      case 'published':
      case 'applied':
        return this.onTold(node, fact);
      case 'peerUp':
        node.peers.set(this.nodeOf(fact.peer, fact.time).number, 'eager');
        return;
      case 'peerDown':
        node.peers.delete(this.nodeOf(fact.peer, fact.time).number);
        return;
      case 'status':
        return this.say(node.number, this.nodeOf(fact.origin, fact.time).number, fact.status);
      case 'reaped': {
        const origin = this.nodeOf(fact.origin, fact.time).number;
        this.say(node.number, origin, 'alive');
        const column = this.favorites[origin];
        if (column !== undefined && node.number < column.length) column[node.number] = 0;
        return;
      }
      case 'duplicate':
      case 'stale':
      case 'dropped':
      case 'secondLook':
      case 'refuted':
      case 'unreachable':
      case 'refused':
      case 'lost':
        return;
    }
  }

  /** Shares nothing that changes with the original. */
  clone(): NetworkState {
    const copy = new NetworkState();
    for (const node of this.nodes) copy.nodes.push({ ...node, peers: new Map(node.peers) });
    copy.numbers = new Map(this.numbers);
    copy.favorites = this.favorites.map((column) => column.slice());
    for (const [name, column] of this.keyed) copy.keyed.set(name, column.slice());
    copy.said = this.said.map((column) => column.slice());
    return copy;
  }

  private nodeOf(address: Address, time: Millis): NodeState {
    const known = this.find(address);
    if (known !== undefined) return known;
    const node: NodeState = {
      number: this.nodes.length,
      address,
      phase: 'unknown',
      since: time,
      isReachable: true,
      unreachableBecause: undefined,
      favorite: undefined,
      version: 0,
      toldAt: undefined,
      peers: new Map(),
      ...{ payloadIn: 0, payloadOut: 0, controlIn: 0, controlOut: 0, suspectedBy: 0, calledDownBy: 0 },
      lastReceived: '',
    };
    this.numbers.set(address, node.number);
    this.nodes.push(node);
    this.favorites.push(new Float64Array(0));
    this.said.push(new Uint8Array(0));
    return node;
  }

  private onStarted(node: NodeState, time: Millis): void {
    node.phase = 'running';
    node.since = time;
    node.peers.clear();
    this.forgetHeld(node.number);
    this.forgetSaid(node.number);
  }

  /** In place of all that was told of this node before. */
  private onSnapshot(node: NodeState, snapshot: Snapshot): void {
    const { time, peers, records, version } = snapshot;
    if (node.phase !== 'paused') node.phase = 'running';
    node.isReachable = true;
    node.unreachableBecause = undefined;
    const before = node.peers;
    const numbers = peers.map((peer) => this.nodeOf(peer, time).number);
    node.peers = new Map(numbers.map((number) => [number, before.get(number) ?? 'eager']));
    this.forgetHeld(node.number);
    this.forgetSaid(node.number);
    for (const record of records) {
      const origin = this.nodeOf(record.origin, time);
      this.hold(node.number, origin.number, record.key, record.version);
      this.say(node.number, origin.number, record.status);
      if (record.key === undefined) learn(origin, record.version, record.payload, record.receivedAt);
    }
    node.version = Math.max(node.version, version);
  }

  private onTold(node: NodeState, fact: Told): void {
    if (fact.type === 'applied') this.onLinkUse(node, fact.via, node.lastReceived);
    if (fact.status !== undefined) return;
    const origin = this.nodeOf(fact.origin, fact.time);
    this.hold(node.number, origin.number, fact.key, fact.version);
    if (fact.key !== undefined) return;
    if (fact.type === 'published') origin.version = 0; // It knows best, also where it has forgotten its past.
    learn(origin, fact.version, fact.payload, fact.time);
  }

  /**
   * A prune makes a link lazy at both ends, a graft eager. Who pushes over it takes it for eager, and so does who learns
   * something by a push; by a duplicate it learns nothing.
   */
  private onLinkUse(node: NodeState, peer: Address, message: string): void {
    if (message !== 'prune' && message !== 'graft' && message !== 'rumor') return;
    const number = this.numbers.get(peer);
    if (number === undefined || !node.peers.has(number)) return;
    node.peers.set(number, message === 'prune' ? 'lazy' : 'eager');
  }

  private hold(node: number, origin: number, key: string | undefined, version: number): void {
    const name = key === undefined ? undefined : keyedName(origin, key);
    const column = name === undefined ? this.favorites[origin] : this.keyed.get(name);
    const long = longEnough(column ?? new Float64Array(0), node, this.nodes.length);
    if (version > (long[node] ?? 0)) long[node] = version;
    if (long === column) return;
    if (name === undefined) this.favorites[origin] = long;
    else this.keyed.set(name, long);
  }

  private say(node: number, origin: number, status: Status): void {
    const spokenOf = this.nodes[origin] as NodeState;
    const column = longEnough(this.said[origin] ?? new Uint8Array(0), node, this.nodes.length);
    this.said[origin] = column;
    const before = column[node];
    const now = STATUSES.indexOf(status);
    if (before === SUSPECT) spokenOf.suspectedBy--;
    if (before === DOWN) spokenOf.calledDownBy--;
    if (now === SUSPECT) spokenOf.suspectedBy++;
    if (now === DOWN) spokenOf.calledDownBy++;
    column[node] = now;
  }

  private forgetHeld(node: number): void {
    for (const column of this.favorites) if (node < column.length) column[node] = 0;
    for (const column of this.keyed.values()) if (node < column.length) column[node] = 0;
  }

  private forgetSaid(node: number): void {
    for (let origin = 0; origin < this.nodes.length; origin++) {
      if ((this.said[origin]?.[node] ?? 0) !== 0) this.say(node, origin, 'alive');
    }
  }
}

function learn(origin: NodeState, version: number, payload: Payload | undefined, time: Millis): void {
  if (version <= origin.version) return;
  origin.version = version;
  if (payload === undefined) return;
  origin.favorite = payload;
  origin.toldAt = time;
}

function keyedName(origin: number, key: string): string {
  return `${origin} ${key}`;
}

/** The column itself, or a longer copy that has room for as many nodes as there are, and then some. */
function longEnough<Column extends Float64Array | Uint8Array>(column: Column, index: number, size: number): Column {
  if (index < column.length) return column;
  const length = Math.max(index + 1, Math.ceil(size * 1.25), 16);
  const longer = (column instanceof Float64Array ? new Float64Array(length) : new Uint8Array(length)) as Column;
  longer.set(column);
  return longer;
}
