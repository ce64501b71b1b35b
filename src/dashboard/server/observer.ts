/**
 * Follows the nodes of a network from outside: those it is told of, and through what they say all others. It is no member:
 * it sends nothing but questions, and that it cannot reach a node says nothing about the node.
 *
 * Everything that nodes can make it do is bounded: how many it follows, knows of and connects to at one time, and where it goes.
 */
import { inspect } from 'node:util';
import { Listeners } from '../../trace/listeners.ts';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address, Millis, Status } from '../../trace/views.ts';
import type { ActionTarget, Deed, FeedAction, ObservedNode } from '../feed.ts';
import { isOnNamedHost, retryAfterMs } from './follow-policy.ts';
import { FollowedNode, type FollowListener } from './followed-node.ts';
import type { NodeGateway } from './node-client.ts';
import { Refusal, type FeedItem, type ServedNetwork } from './served-network.ts';

export interface ObserverOptions {
  /** Where it begins. */
  readonly addresses: readonly Address[];
  /** Go to any address that nodes name, not only to those on the hosts of `addresses`. */
  readonly followAll: boolean;
  readonly maxNodes: number;
  /** Favourites that nodes may be given from here; none: nobody is given any. */
  readonly books: readonly string[];
  readonly gateway: NodeGateway;
  readonly clock: () => Millis;
  /** In [0, 1). */
  readonly chance: () => number;
}

/** A node takes 32 readers, and a machine so many connects, without harm. */
const MAX_CONNECTING = 8;
/** Longer than a loopback or a local network takes, shorter than an eye sees. */
const LATENESS_MS = 100;
const LOOK_EVERY_MS = 250;
/** Addresses that are remembered, for each that may be followed: most of those that lie are forgotten again. */
const KNOWN_PER_FOLLOWED = 4;
const LIVES_OF_A_RUMOR = 3;

interface Known {
  /** Was named by whoever started us. */
  readonly isNamed: boolean;
  state: 'waiting' | 'connecting' | 'following';
  retryAtMs: Millis;
  failures: number;
  hasBeenReached: boolean;
  node: FollowedNode | undefined;
  /** What it calls itself, if it was named otherwise. */
  self: Address;
  /** As last told: reachable, or why not. */
  told: string | undefined;
}

export class Observer implements ServedNetwork {
  readonly epochMs = 0;
  readonly latenessMs = LATENESS_MS;
  readonly name: string;
  private readonly known = new Map<Address, Known>();
  private readonly listeners = new Listeners<FeedItem>((error) => process.emitWarning(inspect(error)));
  /** What was said last of those whom somebody calls down or gone. */
  private readonly calledGone = new Set<Address>();
  /** What those who were named call themselves instead. */
  private readonly otherNames = new Set<Address>();
  private readonly timer: NodeJS.Timeout;
  private isClosed = false;

  constructor(private readonly options: ObserverOptions) {
    this.name = options.addresses.join(', ');
    for (const address of options.addresses) this.learn(address, true);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    queueMicrotask(() => this.look());
  }

  get actions(): readonly FeedAction[] {
    return this.options.books.length > 0 ? ['publish'] : [];
  }

  now(): Millis {
    return this.options.clock();
  }

  subscribe(listener: (item: FeedItem) => void): () => void {
    return this.listeners.add(listener);
  }

  async act(action: FeedAction, { nodes, text }: ActionTarget): Promise<Deed> {
    const node = nodes?.[0];
    const { books, chance, gateway } = this.options;
    if (action !== 'publish' || books.length === 0) throw new Refusal('this network can only be watched');
    const reached = [...this.known].filter(([, { state }]) => state === 'following');
    const [at, known] =
      node === undefined
        ? (reached[Math.floor(chance() * reached.length)] ?? [])
        : (reached.find(([, { self }]) => self === node) ?? []);
    if (at === undefined) throw new Refusal(node === undefined ? 'no node is reached' : `${node} is not reached`);
    const any = books[Math.floor(chance() * books.length)] as string;
    const book = text ?? any;
    await gateway.setFavorite(at, book).catch((error: Error) => {
      throw new Refusal(`${node ?? at}: ${error.message}`);
    });
    return { did: 'publish', nodes: [node ?? known?.self ?? at] };
  }

  close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    for (const { node } of this.known.values()) node?.end();
    return this.options.gateway.close();
  }

  private look(): void {
    if (this.isClosed) return;
    const nowMs = this.now();
    let connecting = 0;
    let taken = 0;
    for (const { state, node } of this.known.values()) {
      node?.check();
      if (state === 'connecting') connecting++;
      if (state !== 'waiting') taken++;
    }
    for (const [address, known] of this.known) {
      if (connecting >= MAX_CONNECTING || taken >= this.options.maxNodes) return;
      if (known.state !== 'waiting' || known.retryAtMs > nowMs) continue;
      connecting++;
      taken++;
      void this.connect(address, known);
    }
  }

  private async connect(address: Address, known: Known): Promise<void> {
    const { gateway, clock } = this.options;
    known.state = 'connecting';
    const accept = (self: Address): string | undefined => this.refusalOf(address, known, self);
    try {
      known.node = await FollowedNode.follow(address, gateway, clock, accept, this.listenerOf(address, known));
      if (this.isClosed) return known.node.end();
      known.state = 'following';
    } catch (error) {
      this.lost(address, known, (error as Error).message);
    }
  }

  /** Only who was named to us may go by another name: somebody knows it under that one. Else it could pass for others. */
  private refusalOf(address: Address, known: Known, self: Address): string | undefined {
    if (self === address) return undefined;
    if (!known.isNamed) return `it calls itself ${self}`;
    const isTaken = [...this.known].some(
      ([at, { self: name, state }]) => at !== address && name === self && state !== 'waiting',
    );
    if (isTaken) return `it is ${self}, which is followed already`;
    this.forget(self);
    known.self = self;
    this.otherNames.add(self);
    return undefined;
  }

  private listenerOf(address: Address, known: Known): FollowListener {
    return {
      snapshot: (snapshot) => {
        known.failures = 0;
        known.hasBeenReached = true;
        this.calledGone.delete(known.self);
        this.tell({ type: 'snapshot', ...snapshot });
        this.tellReach(known, '');
        this.learnFromSnapshot(snapshot);
      },
      event: (event, text) => {
        this.tell({ type: 'event', time: event.time, event, text });
        this.learnFromEvent(event);
      },
      silent: (reason) => this.tellReach(known, reason ?? ''),
      ended: (reason) => this.lost(address, known, reason),
    };
  }

  private lost(address: Address, known: Known, reason: string): void {
    if (this.isClosed) return;
    known.state = 'waiting';
    known.node = undefined;
    const isMadeUp = !known.isNamed && !known.hasBeenReached && known.failures >= LIVES_OF_A_RUMOR;
    const isGone = isMadeUp || this.calledGone.has(known.self);
    known.retryAtMs = this.now() + retryAfterMs(known.failures++, isGone, this.options.chance());
    if (isMadeUp && this.isCrowded) this.forget(address);
    else this.tellReach(known, reason);
  }

  /** @param reason why it is not; '': it is */
  private tellReach(known: Known, reason: string): void {
    if (known.told === reason) return;
    known.told = reason;
    const { self: node } = known;
    const time = this.now();
    if (reason === '') this.tell({ type: 'reach', time, node, isReachable: true });
    else this.tell({ type: 'reach', time, node, isReachable: false, reason });
  }

  private forget(address: Address): void {
    this.known.delete(address);
    this.calledGone.delete(address);
  }

  private tell(item: FeedItem): void {
    this.listeners.tell(item);
  }

  private learnFromSnapshot({ peers, records }: ObservedNode): void {
    for (const peer of peers) this.learn(peer);
    for (const { origin, status } of records) {
      this.learn(origin);
      this.heardOf(origin, status);
    }
  }

  private learnFromEvent(event: RunEvent): void {
    switch (event.type) {
      case 'peerUp':
        return this.learn(event.peer);
      case 'applied':
        return this.learn(event.origin);
      case 'status':
        return this.heardOf(event.origin, event.status);
      default:
        return;
    }
  }

  private heardOf(origin: Address, status: Status): void {
    const isGone = status === 'down' || status === 'left';
    if (isGone && this.known.has(origin)) this.calledGone.add(origin);
    if (isGone || !this.calledGone.delete(origin)) return;
    const known = this.known.get(origin);
    if (known?.state === 'waiting')
      known.retryAtMs = Math.min(known.retryAtMs, this.now() + retryAfterMs(0, false, this.options.chance()));
  }

  private get isCrowded(): boolean {
    return this.known.size >= KNOWN_PER_FOLLOWED * this.options.maxNodes;
  }

  private learn(address: Address, isNamed = false): void {
    const { addresses, followAll, chance } = this.options;
    if (this.known.has(address) || this.isCrowded || this.otherNames.has(address)) return;
    const known: Known = {
      isNamed,
      state: 'waiting',
      // Many are often heard of at once.
      retryAtMs: isNamed ? 0 : this.now() + chance() * LOOK_EVERY_MS,
      failures: 0,
      hasBeenReached: false,
      node: undefined,
      self: address,
      told: undefined,
    };
    this.known.set(address, known);
    if (followAll || isOnNamedHost(address, addresses)) return;
    known.retryAtMs = Infinity;
    this.tellReach(known, 'not on a host that was named: --follow-all goes there too');
  }
}
