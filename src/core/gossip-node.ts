/**
 * One node: routes inputs to its parts and keeps its own version. To follow a rumor, read `publish`,
 * `receiveRumor`, `Flood.spread` and `Table.merge`.
 *
 * Pure: the clock comes with each input, randomness and restored state with the constructor, and all that should
 * happen leaves as effects.
 */
import type { Address } from './address.ts';
import { compare, deltaOf, digestOf, wanted } from './anti-entropy.ts';
import type { Effect, Input, Millis, NodeSnapshot, Timer } from './boundary.ts';
import { EffectQueue } from './effects.ts';
import { Flood } from './flood.ts';
import { Heartbeats } from './heartbeats.ts';
import { HyParView } from './hyparview.ts';
import { isRumor, type Claim, type ControlMessage, type Delta, type Payload, type Rumor } from './messages.ts';
import { MAX_HOPS, MAX_VERSION, type Parameters } from './parameters.ts';
import { jittered, pick, type Random } from './random.ts';
import { SeenCache } from './seen-cache.ts';
import type { Strategy } from './strategy.ts';
import { Table } from './table.ts';
import { uuidV7 } from './uuid.ts';

export interface GossipNodeOptions {
  readonly self: Address;
  readonly random: Random;
  readonly parameters: Parameters;
  /** The version this node had reached when it last ran, if that is remembered. 0 for a new node. */
  readonly version?: number;
}

export class GossipNode {
  readonly self: Address;
  private readonly parameters: Parameters;
  private readonly random: Random;
  private readonly effects = new EffectQueue();
  private readonly table: Table;
  private readonly seen: SeenCache;
  private readonly overlay: HyParView;
  private readonly heartbeats: Heartbeats;
  private readonly strategy: Strategy;
  private version: number;
  private contacts: readonly Address[] = [];
  private hasStarted = false;
  private isSearching = false;
  private hasLeft = false;

  constructor({ self, random, parameters, version = 0 }: GossipNodeOptions) {
    this.self = self;
    this.random = random;
    this.parameters = parameters;
    this.version = version;
    this.table = new Table(parameters.maxRecords);
    this.seen = new SeenCache(parameters.maxSeen, parameters.maxSeenAgeMs);
    this.heartbeats = new Heartbeats(parameters, random, this.effects, this.table);
    this.overlay = new HyParView(self, parameters, random, this.effects, {
      peerUp: (peer, asked) => this.heartbeats.peerUp(peer, asked),
      peerDown: (peer) => this.heartbeats.peerDown(peer),
    });
    this.strategy = new Flood(this.overlay, this.effects);
  }

  /**
   * Takes one input at the host's time and answers with what the host must do, in this order.
   * Never throws, whatever a message of the declared shape says. After `leave` every input is ignored.
   */
  handle(input: Input, now: Millis): Effect[] {
    this.effects.now = now;
    if (!this.hasLeft) {
      this.dispatch(input);
      this.searchIfIsolated();
    }
    return this.effects.take();
  }

  snapshot(): NodeSnapshot {
    return {
      self: this.self,
      version: this.version,
      records: [...this.table.snapshot()],
      peers: [...this.overlay.peers],
      reserve: [...this.overlay.reserve],
      seen: this.seen.size,
    };
  }

  private dispatch(input: Input): void {
    switch (input.type) {
      case 'message':
        if (input.from === this.self) return;
        if (isRumor(input.message)) this.receiveRumor(input.from, input.message);
        else this.receiveControl(input.from, input.message);
        return;
      case 'timer':
        return this.fire(input.timer);
      case 'publish':
        return this.publish(input.payload, input.key);
      case 'unreachable':
        return this.overlay.remove(input.peer, 'unreachable');
      case 'start':
        return this.start(input.contacts);
      case 'leave':
        return this.leave();
    }
  }

  private start(contacts: readonly Address[]): void {
    this.contacts = contacts.filter((contact) => contact !== this.self);
    for (const contact of this.contacts) this.overlay.seek(contact);
    this.heartbeats.start();
    const { shuffleMs } = this.parameters;
    this.effects.schedule(this.random.below(Math.max(1, Math.floor(shuffleMs))), { name: 'shuffle' });
    this.hasStarted = true;
  }

  private fire(timer: Timer): void {
    switch (timer.name) {
      case 'heartbeat':
        return this.heartbeats.beat(this.overlay.peers);
      case 'shuffle':
        return this.overlay.shuffle();
      case 'join':
        return this.search(timer.attempt);
      case 'neighborTimeout':
        return this.overlay.onNeighborTimeout(timer.peer, timer.request);
    }
  }

  /** Whenever this node finds itself without peers, it sets out to find some; one search at a time. */
  private searchIfIsolated(): void {
    if (this.isSearching || !this.hasStarted || !this.overlay.isIsolated) return;
    this.isSearching = true;
    this.search(0);
  }

  /** Asks a contact, or every other time anybody ever heard of, for its peers; again with backoff and jitter. */
  private search(attempt: number): void {
    if (!this.overlay.isIsolated) {
      this.isSearching = false;
      return;
    }
    const known = [...this.table.origins()].filter((origin) => origin !== this.self);
    const useContacts = this.contacts.length > 0 && attempt % 2 === 0;
    const contact = pick(this.random, useContacts || known.length === 0 ? this.contacts : known);
    if (contact !== undefined) this.effects.send(contact, { type: 'getPeers' });
    const { joinRetryMs, joinRetryMaxMs } = this.parameters;
    const backoffMs = Math.min(joinRetryMs * 2 ** Math.min(attempt, 20), joinRetryMaxMs);
    this.effects.schedule(jittered(this.random, backoffMs, 0.25), { name: 'join', attempt: attempt + 1 });
  }

  private publish(payload: Payload, key?: string, status?: Claim): void {
    if (this.version >= MAX_VERSION) return;
    const rumor: Rumor = {
      uuid: uuidV7(this.effects.now, this.random),
      origin: this.self,
      version: ++this.version,
      ttl: this.parameters.ttl,
      hops: 1,
      ...(key === undefined ? {} : { key }),
      ...(status === undefined ? { payload } : { status }),
    };
    this.seen.add(rumor.uuid, this.effects.now);
    this.table.merge(rumor, this.self, 0, this.effects.now);
    this.effects.emit({ type: 'published', ...factsOf(rumor), ...(status === undefined ? { payload } : {}) });
    this.strategy.spread(rumor, undefined);
  }

  private receiveRumor(from: Address, rumor: Rumor): void {
    if (this.learn(from, rumor)) this.passOn(from, rumor, rumor.hops ?? 1);
  }

  /** @returns whether it was news about somebody else, which is all that is passed on */
  private learn(from: Address, rumor: Rumor): boolean {
    const hops = rumor.hops ?? 1;
    if (!this.seen.add(rumor.uuid, this.effects.now)) {
      this.effects.emit({ type: 'duplicate', ...factsOf(rumor), via: from, hops });
      return false;
    }
    if (rumor.origin !== this.self) return this.merge(from, rumor, hops);
    this.hearOfSelf(from, rumor, hops);
    return false;
  }

  /** @returns whether the table changed */
  private merge(from: Address, rumor: Rumor, hops: number): boolean {
    const { origin } = rumor;
    const statusBefore = this.table.statusOf(origin);
    const result = this.table.merge(rumor, from, hops, this.effects.now);
    if (result === 'full') {
      this.effects.emit({ type: 'dropped', reason: 'full', ...factsOf(rumor), via: from });
    } else if (result !== 'applied') {
      this.effects.emit({ type: result, ...factsOf(rumor), via: from, hops });
    } else {
      const payload = rumor.payload === undefined ? {} : { payload: rumor.payload };
      this.effects.emit({ type: 'applied', ...factsOf(rumor), via: from, hops, ...payload });
      this.noticeStatus(origin, statusBefore);
    }
    return result === 'applied';
  }

  private passOn(from: Address, rumor: Rumor, hops: number): void {
    if (rumor.ttl > 1) {
      this.strategy.spread({ ...rumor, ttl: rumor.ttl - 1, hops: Math.min(hops + 1, MAX_HOPS) }, from);
    } else {
      this.effects.emit({ type: 'dropped', reason: 'ttl', ...factsOf(rumor), via: from });
    }
  }

  /**
   * The version is the incarnation: hearing an accusation, or of ourselves at a version we did not send, we go
   * above it and say so. That refutes the accusation and repairs a restart that forgot. What an earlier life told
   * below our version, and we have nothing newer to say about, we take over as it stands.
   */
  private hearOfSelf(from: Address, rumor: Rumor, hops: number): void {
    if (!this.table.isNews(rumor)) {
      this.effects.emit({ type: 'stale', ...factsOf(rumor), via: from, hops });
      return;
    }
    const { version, status, key } = rumor;
    const held = this.table.get(this.self, status === undefined ? key : undefined)?.rumor;
    const isForgotten = status === undefined && held === undefined && version <= this.version;
    this.version = Math.max(this.version, version);
    if (isForgotten || this.version >= MAX_VERSION) {
      this.merge(from, rumor, hops);
      return;
    }
    this.publish(held?.payload ?? rumor.payload ?? null, status === undefined ? key : undefined);
    this.effects.emit({ type: 'refuted', heard: version, version: this.version, status: status ?? 'alive' });
  }

  private noticeStatus(origin: Address, before: ReturnType<Table['statusOf']>): void {
    const status = this.table.statusOf(origin);
    if (status === before) return;
    this.effects.emit({ type: 'status', origin, status, version: this.table.versionOf(origin) });
    if (status !== 'left') return;
    this.overlay.remove(origin, 'left');
    if (this.contacts.includes(origin)) this.overlay.seek(origin);
  }

  private receiveControl(from: Address, message: ControlMessage): void {
    switch (message.type) {
      case 'getPeers':
        return this.effects.send(from, { type: 'peers', peers: [...this.overlay.peers] });
      case 'peers':
        return this.joinThrough(from, message.peers);
      case 'join':
        return this.overlay.onJoin(from);
      case 'forwardJoin':
        return this.overlay.onForwardJoin(from, message);
      case 'neighbor':
        return this.overlay.onNeighbor(from, message);
      case 'neighborReply':
        return this.overlay.onNeighborReply(from, message);
      case 'disconnect':
        return this.overlay.onDisconnect(from);
      case 'shuffle':
        return this.overlay.onShuffle(from, message);
      case 'shuffleReply':
        return this.overlay.onShuffleReply(message);
      case 'heartbeat':
        if (this.overlay.isPeer(from)) return this.heartbeats.onHeartbeat(from, message);
        if (this.overlay.isIsolated) return this.overlay.learn([from]);
        return this.effects.send(from, { type: 'disconnect' });
      case 'digest': {
        const { theyLack, weLack } = compare(this.table, message);
        const delta = deltaOf(theyLack, this.parameters);
        if (theyLack.length > 0) this.effects.send(from, delta);
        if (weLack.length > 0 && delta.more !== true) this.effects.send(from, { type: 'want', records: weLack });
        return;
      }
      case 'want':
        return this.effects.send(from, deltaOf(wanted(this.table, message), this.parameters));
      case 'delta':
        return this.receiveDelta(from, message);
    }
  }

  private joinThrough(contact: Address, peers: readonly Address[]): void {
    if (!this.overlay.isIsolated) return;
    this.overlay.join(contact);
    this.overlay.learn(peers);
  }

  /**
   * What repair brings is kept, not passed on. When there is more: answers what was old news with the newer, and asks for the next piece. A piece that changed
   * neither side would be the same a second time, so then we do not ask.
   */
  private receiveDelta(from: Address, { rumors, more }: Delta): void {
    const hashBefore = this.table.hash();
    for (const rumor of rumors) this.learn(from, rumor);
    if (more !== true) return;
    const theyLack = rumors.map((rumor) => this.table.newerThan(rumor)).filter((record) => record !== undefined);
    if (theyLack.length > 0) this.effects.send(from, deltaOf(theyLack, this.parameters));
    const hasHelped = theyLack.length > 0 || this.table.hash() !== hashBefore;
    if (hasHelped) this.effects.send(from, digestOf(this.table));
  }

  private leave(): void {
    this.publish(null, undefined, 'left');
    for (const peer of this.overlay.peers) this.effects.send(peer, { type: 'disconnect' });
    this.hasLeft = true;
  }
}

function factsOf({
  uuid,
  origin,
  version,
  key,
  status,
}: Rumor): Pick<Rumor, 'uuid' | 'origin' | 'version' | 'key' | 'status'> {
  return {
    uuid,
    origin,
    version,
    ...(key === undefined ? {} : { key }),
    ...(status === undefined ? {} : { status }),
  };
}
