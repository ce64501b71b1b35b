/**
 * One node: routes inputs to its parts. To follow a rumor, read `Incarnation.publish`, `receiveRumor`, `Flood.spread` and `Table.merge`.
 * Pure: the clock comes with each input, randomness and restored state with the constructor, and all that should
 * happen leaves as effects.
 */
import type { Address } from './address.ts';
import type { Effect, Input, Millis, NodeSnapshot, RecordSnapshot, Timer } from './boundary.ts';
import { Bootstrap, JOIN_RETRY_MAX_MS } from './overlay/bootstrap.ts';
import { createStrategy } from './broadcast/create-strategy.ts';
import { EffectQueue, type Effects } from './effects.ts';
import { FailureDetector, type Accuse } from './detection/failure-detector.ts';
import { Heartbeats } from './detection/heartbeats.ts';
import { HyParView, type LinkListener } from './overlay/hyparview.ts';
import { Incarnation } from './state/incarnation.ts';
import { isRumor, type Claim, type ControlMessage, type LinkRequest, type Rumor, type Status } from './messages.ts';
import type { GossipNodeOptions } from './node-options.ts';
import { checkAllParameters } from './parameter-bounds.ts';
import type { Parameters } from './parameters.ts';
import { jittered, type Random } from './random.ts';
import { Receipts } from './receipts/receipts.ts';
import { Repair } from './state/repair.ts';
import { factsOf, payloadOf } from './state/rumor-facts.ts';
import { SeenCache } from './state/seen-cache.ts';
import { nextCopy } from './broadcast/shared-copies.ts';
import { RequestNumbers } from './requests.ts';
import type { Strategy } from './broadcast/strategy.ts';
import { RandomMember } from './overlay/random-member.ts';
import { Table } from './state/table.ts';

export class GossipNode {
  // Among many nodes most time goes into fetching memory: what almost every input needs stands first, and together.
  private hasLeft = false;
  private hasPeers = false;
  private readonly effects: Effects;
  private readonly parameters: Parameters;
  private readonly seen: SeenCache;
  private readonly heartbeats: Heartbeats;
  private readonly strategy: Strategy;
  readonly self: Address;
  private readonly random: Random;
  private readonly table: Table;
  private readonly overlay: HyParView;
  private readonly bootstrap: Bootstrap;
  private readonly repair: Repair;
  private readonly detector: FailureDetector;
  private readonly randomMember: RandomMember;
  private readonly incarnation: Incarnation;
  private readonly receipts: Receipts;
  private shuffleDueAt: Millis = Infinity;
  private isAdopting = false;

  constructor({ self, random, parameters, strategy, version = 0, effects = new EffectQueue() }: GossipNodeOptions) {
    this.self = self;
    this.random = random;
    this.parameters = checkAllParameters(parameters);
    this.effects = effects;
    const evicted = (origin: Address) => effects.emit({ type: 'reaped', origin, reason: 'full' });
    this.table = new Table(parameters.maxMembers, parameters.maxRecords, self, evicted);
    this.seen = new SeenCache(parameters.maxSeen);
    const numbers = new RequestNumbers(effects);
    const links: LinkListener = {
      peerUp: (peer, asked) => this.peerUp(peer, asked),
      peerDown: (peer) => this.peerDown(peer),
    };
    const isDown = (address: Address) => this.table.statusOf(address) === 'down';
    this.overlay = new HyParView(self, parameters, random, effects, numbers, links, isDown);
    this.bootstrap = new Bootstrap(self, this.overlay, this.table, random, effects);
    this.strategy = createStrategy(strategy, self, this.overlay, this.table, parameters, random, effects);
    const learn = (from: Address, rumor: Rumor) => this.learn(from, rumor, false);
    this.repair = new Repair(this.table, parameters, random, effects, this.strategy, learn);
    const accuse: Accuse = (...accusation) => this.accuse(...accusation);
    this.detector = new FailureDetector(self, this.overlay, this.table, parameters, random, effects, numbers, accuse);
    this.heartbeats = new Heartbeats(parameters, random, effects, this.table, {
      disagrees: (peer, times, until) => this.repair.onDisagreement(peer, times, until),
      silent: (peer) => this.lose(peer, false),
    });
    const { overlay, heartbeats, detector, table } = this;
    this.receipts = new Receipts(self, overlay, table, this.strategy, parameters, random, effects);
    this.incarnation = new Incarnation(self, version, table, parameters, random, effects, {
      hold: (rumor) => this.hold(rumor),
      spread: (rumor) => this.spread(rumor, self),
      merge: (from, rumor, hops) => void this.merge(from, rumor, hops),
      accused: () => detector.worsenHealth(),
      forget: (uuid) => this.seen.forget(uuid),
      hasPeers: () => this.hasPeers,
      isReceiptAwaited: (key) => this.receipts.isAwaited(key),
    });
    this.randomMember = new RandomMember(self, { overlay, heartbeats, detector, table }, parameters, random, effects);
  }

  /**
   * Takes one input at the host's time and answers with what the host must do, in this order.
   * Never throws, whatever a message of the declared shape says. After `leave` every input is ignored.
   */
  handle(input: Input, now: Millis): Effect[] {
    this.effects.now = now;
    if (!this.hasLeft) {
      this.dispatch(input);
      if (!this.hasPeers && !this.incarnation.isOutOfReach) this.bootstrap.searchIfIsolated();
    }
    return this.effects.take();
  }

  /** Reads what an input will need first: a host of very many nodes has the memory of the next ones fetched together. */
  touch(input: 'rumor' | 'other'): number {
    return input === 'rumor' ? this.seen.touch() : this.heartbeats.touch();
  }

  /** The highest that this node has given to what it says, or heard of itself. */
  get version(): number {
    return this.incarnation.version;
  }

  record(origin: Address, key?: string): RecordSnapshot | undefined {
    return this.table.view(origin, key);
  }

  isPeer(address: Address): boolean {
    return this.overlay.isPeer(address);
  }

  snapshot(): NodeSnapshot {
    return {
      self: this.self,
      version: this.incarnation.version,
      records: [...this.table.snapshot()],
      peers: [...this.overlay.peers],
      lazy: [...this.strategy.lazy],
      passive: [...this.overlay.passiveView],
      members: this.table.memberCount,
      seen: this.seen.size,
      receipts: this.receipts.size,
      grafting: this.strategy.grafting,
      confirmations: this.detector.size,
      localHealthScore: this.detector.localHealthScore,
    };
  }

  private dispatch(input: Input): void {
    switch (input.type) {
      case 'message':
        // Otherwise silence means nothing.
        if (!this.parameters.failedSendsAreReported) this.heartbeats.heard(input.from);
        if (isRumor(input.message)) this.receiveRumor(input.from, input.message);
        else this.receiveControl(input.from, input.message);
        return;
      case 'timer':
        return this.fire(input.timer);
      case 'publish':
        return this.receipts.begin(this.incarnation.publish(input), input.receiptWithinMs);
      case 'unreachable':
        return this.lose(input.peer, input.refused);
      case 'named':
        return this.bootstrap.rename(input.contact, input.self);
      case 'start':
        return this.start(input.contacts, input.peers);
      case 'leave':
        return this.leave();
    }
  }

  private start(contacts: readonly Address[], peers: readonly Address[] = []): void {
    this.isAdopting = true;
    for (const peer of peers) this.overlay.adopt(peer);
    this.isAdopting = false;
    if (peers.length > 0) this.randomMember.settleIn();
    this.bootstrap.start(contacts);
    this.incarnation.start();
    this.heartbeats.start();
    this.shuffleDueAt = this.effects.now + this.random.below(Math.max(1, Math.floor(this.parameters.shuffleMs)));
  }

  private fire(timer: Timer): void {
    if (this.heartbeats.noticeLateness()) this.detector.noticeLateness();
    switch (timer.name) {
      case 'heartbeat':
        return this.beat(timer.beat);
      case 'join':
        if (this.incarnation.isOutOfReach) return this.effects.schedule(JOIN_RETRY_MAX_MS, timer);
        return this.bootstrap.search(timer.attempt);
      case 'callBack':
        return this.overlay.callBack(timer.peer);
      case 'timeout':
        return this.onTimeout(timer);
      case 'graft':
      case 'announce':
        return this.strategy.fire(timer);
      case 'receipt':
        return this.receipts.fire(timer);
      default:
        return this.detector.fire(timer);
    }
  }

  /** Everything periodic goes out on this beat. */
  private beat(beat: number): void {
    const punctuality = this.heartbeats.beat(beat);
    if (punctuality === 'moot') return;
    if (punctuality === 'punctual') this.detector.improveHealth();
    if (!this.incarnation.isOutOfReach) {
      const isShuffleDue = this.effects.now >= this.shuffleDueAt;
      if (isShuffleDue) this.shuffleDueAt = this.effects.now + jittered(this.random, this.parameters.shuffleMs, 0.25);
      this.randomMember.look(isShuffleDue);
      this.overlay.reconnect();
    }
    const reaped = this.table.reap(this.effects.now, this.parameters.reapAfterMs);
    for (const origin of reaped) {
      this.overlay.reaped(origin);
      this.effects.emit({ type: 'reaped', origin });
    }
    // What was told of them would be news again.
    if (reaped.length > 0) this.seen.clear();
  }

  private peerUp(peer: Address, asked: boolean): void {
    this.hasPeers = true;
    this.table.noteAlive(peer);
    this.heartbeats.peerUp(peer, asked);
    // All begin together: there is nothing to be told of yet.
    if (!this.isAdopting) this.strategy.peerUp(peer);
    this.receipts.peerUp(peer);
    this.incarnation.peerUp(peer);
  }

  private peerDown(peer: Address): void {
    this.hasPeers = this.overlay.peers.length > 0;
    this.heartbeats.peerDown(peer);
    this.strategy.peerDown(peer);
    this.receipts.peerDown(peer);
  }

  /** A member that does not answer a request for a link may be one that died with all its peers: others look for it. */
  private onTimeout(timer: Extract<Timer, { name: 'timeout' }>): void {
    if (!this.overlay.hasAsked(timer.request)) return this.detector.fire(timer);
    const peer = this.overlay.timedOut(timer.request);
    if (peer !== undefined && this.hasPeers) this.detector.confirm(peer, false);
  }

  /** This one cannot be reached, or has been silent for too long. */
  private lose(peer: Address, refused: boolean): void {
    if (refused) this.receipts.refused(peer);
    const wasPeer = this.overlay.remove(peer, 'unreachable');
    if (wasPeer) this.randomMember.peerLost();
    const isForOthers = this.detector.onUnreachable(peer, refused);
    if (!isForOthers && (wasPeer || refused)) this.detector.confirm(peer, refused);
  }

  /** Tells what this node claims about another, or about itself when it leaves. */
  private accuse(origin: Address, version: number, status: Claim): void {
    const before = this.table.statusOf(origin);
    const rumor = this.incarnation.rumor({ origin, version, status });
    if (this.hold(rumor)) this.spread(rumor, this.self);
    this.noticeStatus(origin, before);
    if (status !== 'left') this.overlay.reconnectTo(origin);
  }

  private spread(rumor: Rumor, from: Address): void {
    this.strategy.spread(rumor, from);
    if (this.strategy.mayMiss()) this.heartbeats.lookAfterNews();
  }

  /** Takes what we say ourselves into our own table. @returns `false` when that is full */
  private hold(rumor: Rumor): boolean {
    if (this.table.merge(rumor, this.self, 0, this.effects.now, true) === 'full') return false;
    this.seen.add(rumor.uuid, this.effects.now);
    if (this.effects.isWatched) this.effects.emit({ type: 'published', ...factsOf(rumor), ...payloadOf(rumor) });
    return true;
  }

  private receiveRumor(from: Address, rumor: Rumor): void {
    const isNews = this.learn(from, rumor, true);
    if (isNews) this.passOn(from, rumor, rumor.hops ?? 1);
    if (rumor.receipt === true) this.receipts.onRumor(from, rumor, isNews);
  }

  /**
   * Most copies in a flood are duplicates, so they are told apart with as few looks as possible.
   *
   * @param isPushed it comes as news, and not by repair
   * @returns whether it was news about somebody else, which is all that is passed on
   */
  private learn(from: Address, rumor: Rumor, isPushed: boolean): boolean {
    const hops = rumor.hops ?? 1;
    if (this.seen.has(rumor.uuid)) {
      if (this.effects.isWatched) this.effects.emit({ type: 'duplicate', ...factsOf(rumor), via: from, hops });
      this.strategy.duplicate(from, rumor);
      return false;
    }
    if (from === this.self) return false;
    this.seen.add(rumor.uuid, this.effects.now);
    if (rumor.origin !== this.self) return this.merge(from, rumor, hops, isPushed);
    this.incarnation.hear(from, rumor, hops);
    return false;
  }

  /** @returns whether the table changed */
  private merge(from: Address, rumor: Rumor, hops: number, isPushed = false): boolean {
    const { origin } = rumor;
    const statusBefore = this.table.statusOf(origin);
    const { isWatched, now } = this.effects;
    const isPeer = this.overlay.isPeer(origin);
    const result = this.table.merge(rumor, from, hops, now, isPushed || isPeer);
    if (result === 'full') {
      // There may be room when it comes again.
      this.seen.forget(rumor.uuid);
      if (isWatched) this.effects.emit({ type: 'dropped', reason: 'full', ...factsOf(rumor), via: from });
    } else if (result !== 'applied') {
      if (isWatched) this.effects.emit({ type: result, ...factsOf(rumor), via: from, hops });
    } else {
      if (isWatched) this.effects.emit({ type: 'applied', ...factsOf(rumor), via: from, hops, ...payloadOf(rumor) });
      if (isPeer) this.table.noteAlive(origin);
      this.noticeStatus(origin, statusBefore);
      if (rumor.status === 'suspect' && origin !== this.self) this.detector.onSuspicion(origin, rumor.version);
    }
    return result === 'applied';
  }

  private passOn(from: Address, rumor: Rumor, hops: number): void {
    if (rumor.ttl > 1) {
      this.spread(nextCopy(rumor, hops), from);
    } else if (this.effects.isWatched) {
      this.effects.emit({ type: 'dropped', reason: 'ttl', ...factsOf(rumor), via: from });
    }
  }

  private noticeStatus(origin: Address, before: Status): void {
    const status = this.table.statusOf(origin);
    if (status === before) return;
    this.effects.emit({ type: 'status', origin, status, version: this.table.versionOf(origin) });
    if (status === 'down') this.receipts.down(origin);
    if (status !== 'left') return;
    this.overlay.remove(origin, 'left');
    if (this.bootstrap.isContact(origin)) this.overlay.reconnectTo(origin);
  }

  private receiveControl(from: Address, message: ControlMessage): void {
    // Almost all that a quiet network says: no look further than the link's record.
    if (message.type === 'heartbeat' && this.heartbeats.onHeartbeat(from, message)) return;
    if (from === this.self) return;
    switch (message.type) {
      case 'getPeers':
        return this.effects.send(from, { type: 'peers', peers: [...this.overlay.peers] });
      case 'peers':
        return this.bootstrap.onPeers(from, message.peers);
      case 'join':
      case 'neighbor':
        return this.onLinkRequest(from, message);
      case 'neighborReply':
        return this.overlay.onNeighborReply(from, message);
      case 'disconnect':
        return this.overlay.onDisconnect(from);
      case 'shuffle':
        return this.overlay.onShuffle(from, message);
      case 'shuffleReply':
        this.table.noteAlive(from);
        return this.overlay.onShuffleReply(message);
      case 'heartbeat':
        return this.randomMember.onHeartbeat(from, message);
      case 'receipt':
        return this.receipts.onReceipt(from, message);
      case 'prune':
      case 'graft':
      case 'iHave':
        if (message.type === 'prune') this.receipts.onPrune(from, message);
        return this.strategy.receive(from, message);
      case 'ping':
        return this.effects.send(from, { type: 'pong', request: message.request });
      case 'pong':
        this.table.noteAlive(from);
        return this.detector.onPong(from, message);
      case 'probe':
        return this.detector.onProbe(from, message);
      case 'probeReply':
        return this.detector.onProbeReply(from, message);
      default:
        if (message.type === 'digest' || message.type === 'summary') this.heartbeats.onComparison(from);
        return this.repair.receive(from, message);
    }
  }

  private onLinkRequest(from: Address, message: LinkRequest): void {
    if (this.incarnation.isOutOfReach) return;
    this.detector.tellClaim(from);
    if (message.type === 'join') this.overlay.onJoin(from, message);
    else this.overlay.onNeighbor(from, message);
  }

  /** Tells every peer, whatever the strategy: there is no later repair by one that is gone. */
  private leave(): void {
    this.receipts.end();
    const goodbye = this.incarnation.goodbye();
    this.hold(goodbye);
    this.noticeStatus(this.self, 'alive');
    for (const peer of this.overlay.peers) this.effects.send(peer, goodbye);
    for (const peer of this.overlay.peers) this.effects.send(peer, { type: 'disconnect' });
    this.hasLeft = true;
  }
}
