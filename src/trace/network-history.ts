/**
 * Who ran when, and who was whose neighbour, as a trace tells it: what `why-not.ts` asks of the network at one moment.
 *
 * Of the time before `keepFrom` only the latest state is kept, and of each link at most `MAX_CHANGES` changes, so that a
 * network may be watched for as long as one likes.
 */
import type { Address, Millis } from '../core/index.ts';
import type { RunEvent } from './trace-event.ts';

export type Phase = 'up' | 'paused' | 'killed' | 'left';
/** As this end of it sees it: pushed to, outside the tree, or no link. */
export type LinkState = 'eager' | 'lazy' | 'down';

interface Change<State> {
  readonly at: Millis;
  readonly state: State;
}

/** When a trace first tells of a node: of its start, of all that it holds, or of something in the middle of its life. */
export interface FirstWord {
  readonly at: Millis;
  readonly word: 'started' | 'snapshot' | 'midway';
}

interface NodeHistory {
  readonly first: FirstWord;
  readonly phases: Change<Phase>[];
  readonly starts: Millis[];
  readonly links: Map<Address, Change<LinkState>[]>;
}

const MAX_CHANGES = 1000;

export class NetworkHistory {
  private readonly nodes = new Map<Address, NodeHistory>();
  private keepFrom = Infinity;
  /** Does the trace tell of these at all? That of a node alone tells no starts, that of some hosts no links. */
  hasStarts = false;
  hasLinks = false;

  /** All that happens from now on is asked for, too, and not only the latest. */
  keepSince(time: Millis): void {
    this.keepFrom = Math.min(time, this.keepFrom);
  }

  observe(event: RunEvent): void {
    const { time } = event;
    const node =
      this.nodes.get(event.node) ??
      this.add(event.node, { at: time, word: event.type === 'started' ? 'started' : 'midway' });
    switch (event.type) {
      case 'started':
        this.hasStarts = true;
        node.starts.push(time);
        this.unlink(node, time);
        return this.change(node.phases, time, 'up');
      case 'stopped':
        this.unlink(node, time);
        return this.change(node.phases, time, event.why);
      case 'paused':
        return this.change(node.phases, time, 'paused');
      case 'resumed':
        return this.change(node.phases, time, 'up');
      case 'peerUp':
        return this.link(node, event.peer, time, 'eager');
      case 'peerDown':
        return this.link(node, event.peer, time, 'down');
      case 'eager':
      case 'lazy':
        return this.relink(node, event.peer, time, event.type);
      default:
        return;
    }
  }

  /** What a node says of itself where its earlier events are not in the trace: it runs, and these are its peers. */
  observePeers(address: Address, time: Millis, peers: readonly Address[]): void {
    const node = this.nodes.get(address) ?? this.add(address, { at: time, word: 'snapshot' });
    this.unlink(node, time);
    for (const peer of peers) this.link(node, peer, time, 'eager');
  }

  /** Those that have told anything. */
  get addresses(): Iterable<Address> {
    return this.nodes.keys();
  }

  has(address: Address): boolean {
    return this.nodes.has(address);
  }

  firstOf(address: Address): FirstWord | undefined {
    return this.nodes.get(address)?.first;
  }

  /** What its process did then, and since when; `undefined`: it had not started, or nothing was told of it yet. */
  phaseAt(address: Address, at: Millis): Change<Phase> | undefined {
    return latest(this.nodes.get(address)?.phases, at);
  }

  isUpAt(address: Address, at: Millis): boolean {
    const state = this.phaseAt(address, at)?.state;
    return state === 'up' || state === 'paused';
  }

  /** When the life began that it lived then: what came to it before is forgotten. */
  lifeAt(address: Address, at: Millis): Millis {
    return this.nodes.get(address)?.starts.findLast((start) => start <= at) ?? -Infinity;
  }

  /** How `address` saw its link to `peer` then, and since when. */
  linkAt(address: Address, peer: Address, at: Millis): Change<LinkState> | undefined {
    return latest(this.nodes.get(address)?.links.get(peer), at);
  }

  /** When the link that `address` had to `peer` then was made. */
  linkedSince(address: Address, peer: Address, at: Millis): Millis | undefined {
    const changes = (this.nodes.get(address)?.links.get(peer) ?? []).filter((change) => change.at <= at);
    return changes[changes.findLastIndex(({ state }) => state === 'down') + 1]?.at;
  }

  /** Those that run and are linked to each other then, by the word of either end. */
  neighborsAt(at: Millis): Map<Address, Set<Address>> {
    const neighbors = new Map<Address, Set<Address>>();
    for (const address of this.nodes.keys()) if (this.isUpAt(address, at)) neighbors.set(address, new Set());
    for (const [address, ofNode] of neighbors) {
      for (const [peer, changes] of this.nodes.get(address)?.links ?? []) {
        const ofPeer = neighbors.get(peer);
        if (ofPeer === undefined || isDown(latest(changes, at))) continue;
        ofNode.add(peer);
        ofPeer.add(address);
      }
    }
    return neighbors;
  }

  /** When it last had a peer, if it has none then. */
  aloneSince(address: Address, at: Millis): Millis | undefined {
    const lost = [...(this.nodes.get(address)?.links.values() ?? [])].map((changes) => latest(changes, at));
    const times = lost.filter((change) => change?.state === 'down').map((change) => change?.at ?? -Infinity);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  private add(address: Address, first: FirstWord): NodeHistory {
    const phases: Change<Phase>[] = first.word === 'started' ? [] : [{ at: first.at, state: 'up' }];
    const node = { first, phases, starts: [], links: new Map() };
    this.nodes.set(address, node);
    return node;
  }

  private link(node: NodeHistory, peer: Address, time: Millis, state: LinkState): void {
    this.hasLinks = true;
    let changes = node.links.get(peer);
    if (changes === undefined) node.links.set(peer, (changes = []));
    this.change(changes, time, state);
  }

  /** Changes a link that there is. */
  private relink(node: NodeHistory, peer: Address, time: Millis, state: LinkState): void {
    const changes = node.links.get(peer);
    if (changes !== undefined && !isDown(changes.at(-1))) this.change(changes, time, state);
  }

  private unlink(node: NodeHistory, time: Millis): void {
    for (const changes of node.links.values()) this.change(changes, time, 'down');
  }

  private change<State>(changes: Change<State>[], at: Millis, state: State): void {
    if (changes.at(-1)?.state === state) return;
    if (at < this.keepFrom) changes.length = 0;
    else if (changes.length >= MAX_CHANGES) changes.shift();
    changes.push({ at, state });
  }
}

function isDown(change: Change<LinkState> | undefined): boolean {
  return change === undefined || change.state === 'down';
}

function latest<State>(changes: readonly Change<State>[] | undefined, at: Millis): Change<State> | undefined {
  return changes?.findLast((change) => change.at <= at);
}
