/**
 * What a network was like where the kept past begins: what is too old to be kept is folded into it, so that a page that
 * opens later still knows all that it would know had it been open from the start.
 */
import { linksTo, turnLink, type Links } from '../../trace/links.ts';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address, Millis, Payload, RecordSnapshot, Status } from '../../trace/views.ts';
import type { FeedMessage } from '../feed.ts';
import { MAX_RECORDS } from './trace-schema.ts';

/** More nodes than any page shows. */
const MAX_NODES = 4096;

interface NodeBase {
  version: number;
  peers: Links<Address>;
  /** By origin and key. */
  records: Map<string, RecordSnapshot>;
  startedAt: Millis | undefined;
  /** `undefined`: it runs, as far as is known. */
  halt: RunEvent | undefined;
  reach: Extract<FeedMessage, { type: 'reach' }> | undefined;
  /** Has it told anything of itself? */
  hasSpoken: boolean;
}

type Content = Extract<RunEvent, { type: 'published' | 'applied' }>;

export class NetworkBase {
  private readonly nodes = new Map<Address, NodeBase>();

  fold(message: FeedMessage): void {
    if (message.type === 'events') {
      for (const event of message.events) this.foldEvent(event);
    } else if (message.type === 'reach') {
      const node = this.nodeAt(message.node);
      if (node !== undefined) node.reach = message;
    } else if (message.type === 'snapshot') {
      const node = this.nodeAt(message.node);
      if (node === undefined) return;
      node.hasSpoken = true;
      node.version = message.version;
      node.peers = linksTo(message.peers, node.peers);
      node.records = new Map(message.records.map((record) => [nameOf(record), record]));
    }
  }

  /** What a page is told in place of all that was folded: as of `time`. */
  messages(time: Millis): FeedMessage[] {
    return [...this.nodes].flatMap(([node, base]) => messagesOf(node, base, time));
  }

  private foldEvent(event: RunEvent): void {
    const node = this.nodeAt(event.node);
    if (node === undefined) return;
    switch (event.type) {
      case 'started':
        node.version = 0;
        node.peers.clear();
        node.records.clear();
        node.startedAt = event.time;
        node.halt = undefined;
        break;
      case 'stopped':
      case 'paused':
        node.halt = event;
        return;
      case 'resumed':
        node.halt = undefined;
        break;
      case 'published':
      case 'applied':
        hold(node, event);
        break;
      case 'status':
        restate(node, event.origin, event.status);
        break;
      case 'reaped':
        for (const [name, { origin }] of node.records) if (origin === event.origin) node.records.delete(name);
        break;
      case 'refuted':
        node.version = Math.max(node.version, event.version);
        break;
      case 'peerUp':
        node.peers.set(event.peer, 'eager');
        break;
      case 'peerDown':
        node.peers.delete(event.peer);
        break;
      case 'eager':
      case 'lazy':
        turnLink(node.peers, event.peer, event.type);
        break;
      default:
        break;
    }
    node.hasSpoken = true;
  }

  private nodeAt(address: Address): NodeBase | undefined {
    const known = this.nodes.get(address);
    if (known !== undefined || this.nodes.size >= MAX_NODES) return known;
    const node: NodeBase = {
      version: 0,
      peers: new Map(),
      records: new Map(),
      startedAt: undefined,
      halt: undefined,
      reach: undefined,
      hasSpoken: false,
    };
    this.nodes.set(address, node);
    return node;
  }
}

/** A claim says how its origin fares, and leaves what it likes as it was. */
function hold(node: NodeBase, event: Content): void {
  const { origin, key, version, uuid, status, time } = event;
  const name = nameOf(event);
  const before = node.records.get(name);
  if (origin === event.node) node.version = Math.max(node.version, version);
  if (status !== undefined) return restate(node, origin, status);
  if ((before !== undefined && before.version > version) || (before === undefined && node.records.size >= MAX_RECORDS))
    return;
  const { via, hops } = event.type === 'applied' ? event : { via: event.node, hops: 0 };
  const payload: Payload = event.payload ?? null;
  const record = { origin, version, uuid, payload, status: 'alive' as const, hops, via, receivedAt: time };
  node.records.set(name, key === undefined ? record : { ...record, key });
}

function restate(node: NodeBase, origin: Address, status: Status): void {
  for (const [name, record] of node.records)
    if (record.origin === origin && record.status !== status) node.records.set(name, { ...record, status });
}

function nameOf({ origin, key }: { readonly origin: Address; readonly key?: string }): string {
  return key === undefined ? origin : `${origin} ${key}`;
}

function messagesOf(address: Address, node: NodeBase, time: Millis): FeedMessage[] {
  const { version, peers, startedAt, halt, reach } = node;
  const said: FeedMessage[] = [];
  const tell = (...events: readonly RunEvent[]): void => void said.push({ type: 'events', events, nowMs: time });
  if (startedAt !== undefined) tell({ time: startedAt, node: address, type: 'started' });
  if (node.hasSpoken) {
    const records = [...node.records.values()];
    said.push({ type: 'snapshot', time, node: address, version, peers: [...peers.keys()], records });
    // A snapshot does not say which of its links are outside the tree.
    const lazy = [...peers.keys()].filter((peer) => peers.get(peer) === 'lazy');
    if (lazy.length > 0) tell(...lazy.map((peer) => ({ time, node: address, type: 'lazy', peer }) as const));
  }
  if (halt !== undefined) tell(halt);
  if (reach !== undefined) said.push(reach);
  return said;
}
