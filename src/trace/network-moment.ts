/**
 * The network at one moment, as its trace tells it: who runs, who is linked with whom, who holds which version of whose
 * records, and who says what of whose health. Folded from events, one after the other: the same events in the same order
 * give the same moment. What it was before is `network-history.ts`.
 *
 * Of versions the higher wins, whenever it comes (`core/state/table.ts`). Of a node's words on another's health the last counts:
 * which of two claims is stronger it has decided itself. Who starts anew has forgotten all it held, said and was linked with.
 *
 * Versions and words stand in columns by whom they are about, so that a copy of all is cheap: it is what one plays on from.
 */
import type { Address, Millis, NodeSnapshot, Status } from '../core/index.ts';
import { linksTo, turnLink, type Links } from './links.ts';
import type { RunEvent } from './trace-event.ts';

/** `unknown`: nobody has told of its start, stop or pause. */
export type Phase = 'unknown' | 'running' | 'paused' | 'killed' | 'left';

export interface NodeMoment {
  /** From 0, in the order in which they are first told of. */
  readonly number: number;
  readonly address: Address;
  phase: Phase;
  /** The start of its present life, or when it was first heard of. */
  since: Millis;
  /** By the number of the peer. */
  peers: Links<number>;
  /** How many nodes say so. */
  suspectedBy: number;
  calledDownBy: number;
}

const STATUSES: readonly Status[] = ['alive', 'suspect', 'down', 'left'];
const NOBODY = new Float64Array(0);
const SUSPECT = 1;
const DOWN = 2;

export class NetworkMoment<Node extends NodeMoment = NodeMoment> {
  readonly nodes: Node[] = [];
  private numbers = new Map<Address, number>();
  /** By a favourite's origin, then by node: the version that the node holds; 0 for none. */
  private favorites: Float64Array[] = [];
  /** The same of records with a key, by origin and key. */
  private keyed = new Map<string, Float64Array>();
  /** By the one spoken of, then by the speaker: the index of a status. */
  private said: Uint8Array[] = [];

  /** @param create makes of a node what else is to be kept of it; whatever changes in that must not be shared */
  constructor(private readonly create: (bare: NodeMoment) => Node) {}

  find(address: Address): Node | undefined {
    const number = this.numbers.get(address);
    return number === undefined ? undefined : this.nodes[number];
  }

  /** The node at this address, first heard of now if it is not known yet. */
  nodeAt(address: Address, time: Millis): Node {
    const known = this.find(address);
    if (known !== undefined) return known;
    const node = this.create({
      number: this.nodes.length,
      address,
      phase: 'unknown',
      since: time,
      peers: new Map(),
      suspectedBy: 0,
      calledDownBy: 0,
    });
    this.numbers.set(address, node.number);
    this.nodes.push(node);
    this.favorites.push(new Float64Array(0));
    this.said.push(new Uint8Array(0));
    return node;
  }

  /** The version of `origin`'s record that `node` holds, both by number; 0 for none. */
  held(node: number, origin: number, key?: string): number {
    const column = key === undefined ? this.favorites[origin] : this.keyed.get(keyedName(origin, key));
    return column?.[node] ?? 0;
  }

  /** By node: the version of `origin`'s record without a key that it holds. It may end before the last node. Only to be read. */
  holders(origin: number): Float64Array {
    return this.favorites[origin] ?? NOBODY;
  }

  /** What `node` says of `origin`'s health. */
  saidBy(node: number, origin: number): Status {
    return STATUSES[this.said[origin]?.[node] ?? 0] as Status;
  }

  /** @param node whom the event is about */
  apply(node: Node, event: RunEvent): void {
    switch (event.type) {
      case 'eager':
      case 'lazy':
        return turnLink(node.peers, this.nodeAt(event.peer, event.time).number, event.type);
      case 'started':
        return this.onStarted(node, event.time);
      case 'stopped':
        node.phase = event.why;
        node.peers.clear();
        return this.forgetSaid(node.number);
      case 'paused':
        node.phase = 'paused';
        return;
      case 'resumed':
        node.phase = 'running';
        return;
      case 'published':
      case 'applied':
        return this.onTold(node, event);
      case 'peerUp':
        node.peers.set(this.nodeAt(event.peer, event.time).number, 'eager');
        return;
      case 'peerDown':
        node.peers.delete(this.nodeAt(event.peer, event.time).number);
        return;
      case 'status':
        return this.say(node.number, this.nodeAt(event.origin, event.time).number, event.status);
      case 'reaped':
        return this.onReaped(node.number, this.nodeAt(event.origin, event.time).number);
      case 'sent':
      case 'received':
      case 'duplicate':
      case 'stale':
      case 'dropped':
      case 'contested':
      case 'receipt':
      case 'linkOpened':
      case 'linkClosed':
      case 'refuted':
      case 'unreachable':
      case 'unpublished':
      case 'unsendable':
      case 'refused':
      case 'lost':
        return;
    }
  }

  /** What a node says of itself, in place of all that was told of it before. */
  applySnapshot(node: Node, time: Millis, { peers, records }: Pick<NodeSnapshot, 'peers' | 'records'>): void {
    const numbers = peers.map((peer) => this.nodeAt(peer, time).number);
    node.peers = linksTo(numbers, node.peers);
    this.forgetHeld(node.number);
    this.forgetSaid(node.number);
    for (const { origin, key, version, status } of records) {
      const { number } = this.nodeAt(origin, time);
      this.hold(node.number, number, key, version);
      this.say(node.number, number, status);
    }
  }

  /** Shares nothing that changes with the original. */
  clone(): NetworkMoment<Node> {
    const copy = new NetworkMoment(this.create);
    for (const node of this.nodes) copy.nodes.push({ ...node, peers: new Map(node.peers) });
    copy.numbers = new Map(this.numbers);
    copy.favorites = this.favorites.map((column) => column.slice());
    for (const [name, column] of this.keyed) copy.keyed.set(name, column.slice());
    copy.said = this.said.map((column) => column.slice());
    return copy;
  }

  private onStarted(node: Node, time: Millis): void {
    node.phase = 'running';
    node.since = time;
    node.peers.clear();
    this.forgetHeld(node.number);
    this.forgetSaid(node.number);
  }

  private onTold(node: Node, event: Extract<RunEvent, { readonly type: 'published' | 'applied' }>): void {
    if (event.status !== undefined) return;
    this.hold(node.number, this.nodeAt(event.origin, event.time).number, event.key, event.version);
  }

  private onReaped(node: number, origin: number): void {
    this.say(node, origin, 'alive');
    const column = this.favorites[origin];
    if (column !== undefined && node < column.length) column[node] = 0;
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
    const spokenOf = this.nodes[origin] as Node;
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
