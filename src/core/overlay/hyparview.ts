/**
 * The overlay: who talks to whom. HyParView (Leitão, Pereira, Rodrigues, DSN 2007,
 * https://asc.di.fct.unl.pt/~jleitao/pdf/dsn07-leitao.pdf).
 *
 * A small symmetric active view, over which everything is sent, and a larger passive view it is
 * refilled from when a peer is lost.
 *
 * Departures from the paper:
 * - There are no random walks (`FORWARDJOIN`, `SHUFFLE`'s TTL). They end at a random node, and every node holds a table of all members,
 *   from which it can draw one. So a newcomer asks members for its links (`random-member.ts`), and a shuffle is one message. Measured: a
 *   hundred nodes that join through one contact send 6 % fewer messages, a thousand as many, and know all within 4 % of the same time.
 * - Links are made by request and reply (`neighbor`, `neighborReply`), because a link over HTTP has no connection whose opening both
 *   sides see. A join is answered the same way.
 * - A node that is declined does not ask the same peer again before its next shuffle.
 * - On a beat one node is tried that is to be let in over others: a contact that has not been met, or a peer that could not be
 *   reached (`reconnect-candidates.ts`). Otherwise the halves of a healed partition, a seed that was restarted, or a node
 *   that others joined before its own contact answered would stay islands for ever.
 * - Symmetry is repaired by the heartbeat: one from a node that is not a peer is answered with `disconnect`.
 */
import type { Address } from '../address.ts';
import type { PeerDownReason } from '../boundary.ts';
import { CallBacks } from './call-backs.ts';
import type { Effects } from '../effects.ts';
import { LatelyDeclined } from './lately-declined.ts';
import { LinkRequests } from './link-requests.ts';
import type { Join, Neighbor, NeighborReply, Shuffle, ShuffleReply } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { pick, sample, type Random } from '../random.ts';
import { ReconnectCandidates } from './reconnect-candidates.ts';
import type { RequestNumbers } from '../requests.ts';

/** Told when a link comes up (on one side anew, too) or goes. */
export interface LinkListener {
  /** @param asked this side asked for it */
  peerUp(peer: Address, asked: boolean): void;
  peerDown(peer: Address): void;
}

/** Active and passive addresses in a shuffle's sample: HyParView's ka and kp. */
const [SHUFFLE_ACTIVE, SHUFFLE_PASSIVE] = [3, 4];

const NOBODY: readonly Address[] = [];

export class HyParView {
  private readonly active: Address[] = [];
  private readonly passive: Address[] = [];
  private readonly asked: LinkRequests;
  private readonly declined: LatelyDeclined;
  /** Contacts never met and peers that could not be reached. Let in over others. */
  private readonly candidates: ReconnectCandidates;
  private readonly callBacks: CallBacks;
  private lastSample: readonly Address[] = NOBODY;

  constructor(
    private readonly self: Address,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    numbers: RequestNumbers,
    private readonly listener: LinkListener,
    /** Is this one said to be down? */
    isDown: (address: Address) => boolean = () => false,
  ) {
    this.candidates = new ReconnectCandidates(parameters, random);
    this.callBacks = new CallBacks(this.candidates, isDown, effects);
    this.declined = new LatelyDeclined(parameters.maxPassive);
    this.asked = new LinkRequests(numbers, effects);
  }

  /** The active view. */
  get peers(): readonly Address[] {
    return this.active;
  }

  get passiveView(): readonly Address[] {
    return this.passive;
  }

  isPeer(address: Address): boolean {
    return this.active.includes(address);
  }

  /** No peers, and none about to be. */
  get isIsolated(): boolean {
    return this.active.length === 0 && this.asked.size === 0;
  }

  /** From now on these are tried until there was a link to each, and again whenever one is lost or forgotten. */
  setContacts(contacts: readonly Address[]): void {
    this.candidates.setContacts(contacts, this.effects.now);
  }

  /** From now on this one is tried with backoff, until there is a link to it. */
  reconnectTo(address: Address): void {
    if (address !== this.self && !this.isPeer(address)) this.candidates.add(address, this.effects.now);
  }

  isReconnectingTo(address: Address): boolean {
    return this.candidates.has(address);
  }

  /** The node at `alias` calls itself `address`, and has no other name from now on. @param contacts all, by their own names */
  rename(alias: Address, address: Address, contacts: readonly Address[]): void {
    const wasAsked = this.asked.has(alias);
    this.asked.end(alias);
    removeFrom(this.passive, alias);
    this.removeActive(alias, 'disconnected');
    const wasCandidate = this.candidates.rename(alias, contacts);
    if (wasCandidate) this.reconnectTo(address);
    if (wasAsked && address !== this.self && !this.isPeer(address)) this.askToReconnect(address);
  }

  /** The table has forgotten this one. */
  reaped(address: Address): void {
    this.candidates.reaped(address, this.effects.now);
  }

  /** Takes a link that the other side is given, too: the host that hands them out sees that they fit the active view. */
  adopt(peer: Address): void {
    if (peer !== this.self && !this.isPeer(peer)) this.addActive(peer, false);
  }

  /** Asks a contact to be let into the network. */
  join(contact: Address): void {
    const request = this.asked.begin(contact);
    if (request !== undefined) this.effects.send(contact, { type: 'join', request });
  }

  /** Remembers addresses in the passive view. */
  remember(addresses: readonly Address[]): void {
    for (const address of addresses) this.addPassive(address);
  }

  /** Remembers addresses in the passive view, and asks some of them for a link while there is room. */
  learn(addresses: readonly Address[]): void {
    this.remember(addresses);
    this.fill();
  }

  onJoin(newcomer: Address, { request }: Join): void {
    if (!this.mustCallBack(newcomer)) this.acceptAlways(newcomer, request);
  }

  onNeighbor(from: Address, { priority, request }: Neighbor): void {
    if (this.mustCallBack(from)) return;
    if (priority === 'high' || this.isPeer(from)) this.acceptAlways(from, request);
    else if (this.active.length < this.wanted) this.accept(from, request);
    else this.effects.send(from, { type: 'neighborReply', accepted: false, request });
  }

  onNeighborReply(from: Address, { accepted, request }: NeighborReply): void {
    if (!this.asked.isOpen(from, request)) {
      // It took too long, or was never asked for. While a later request is open, that one's reply decides.
      if (accepted && !this.isPeer(from) && !this.asked.has(from)) this.effects.send(from, { type: 'disconnect' });
      return;
    }
    this.asked.end(from);
    if (!accepted) return this.decline(from);
    if (this.isPeer(from)) return;
    const hasRoom = this.active.length < this.parameters.maxPeers;
    const isCandidate = this.candidates.has(from);
    if (!hasRoom && isCandidate) this.evictOne();
    if (hasRoom || isCandidate) this.addActive(from, true);
    else this.effects.send(from, { type: 'disconnect' });
  }

  /** Is this the number of a request for a link, whose timer is under way? */
  hasAsked(request: number): boolean {
    return this.asked.hasTimer(request);
  }

  /** The timer of this request fired. @returns who has not answered it */
  timedOut(request: number): Address | undefined {
    const peer = this.asked.timedOut(request);
    if (peer !== undefined) this.decline(peer);
    return peer;
  }

  onDisconnect(from: Address): void {
    if (!this.removeActive(from, 'disconnected')) return;
    this.addPassive(from);
    this.declined.add(from);
    this.fill();
  }

  /**
   * This address does not answer, or said goodbye: it is in no view from now on.
   *
   * @returns whether it was a peer
   */
  remove(peer: Address, reason: PeerDownReason): boolean {
    this.asked.end(peer);
    removeFrom(this.passive, peer);
    const wasPeer = this.removeActive(peer, reason);
    if (reason === 'unreachable') this.reconnectTo(peer);
    else this.candidates.delete(peer);
    this.fill();
    return wasPeer;
  }

  /** Swaps samples of views with this member, or with a peer, and forgets which members declined. */
  shuffle(member?: Address): void {
    this.declined.clear();
    this.fill();
    const partner = member ?? pick(this.random, this.active);
    if (partner === undefined) return;
    const known = this.passive.filter((address) => address !== partner);
    this.lastSample = [
      this.self,
      ...sample(this.random, this.othersThan(partner), SHUFFLE_ACTIVE),
      ...sample(this.random, known, SHUFFLE_PASSIVE),
    ];
    this.effects.send(partner, { type: 'shuffle', sample: this.lastSample });
  }

  onShuffle(from: Address, { sample: offered }: Shuffle): void {
    const known = this.passive.filter((address) => address !== from);
    const returned = sample(this.random, known, offered.length);
    this.effects.send(from, { type: 'shuffleReply', sample: returned });
    this.integrate(offered, returned);
  }

  onShuffleReply({ sample: offered }: ShuffleReply): void {
    this.integrate(offered, this.lastSample);
    this.lastSample = NOBODY;
  }

  /** Makes room for what was offered by forgetting first what the other side now knows. */
  private integrate(offered: readonly Address[], given: readonly Address[]): void {
    const fresh = offered.filter((address) => this.isUnknown(address));
    for (const address of given) {
      if (this.passive.length + fresh.length <= this.parameters.maxPassive) break;
      removeFrom(this.passive, address);
    }
    this.learn(fresh);
  }

  /** Asks members of the passive view for a link until the active view, counting open requests, is full. */
  private fill(): void {
    const candidates = this.passive.filter((address) => !this.asked.has(address) && !this.declined.has(address));
    for (const candidate of sample(this.random, candidates, Math.max(0, this.wanting))) this.ask(candidate);
  }

  /** How many links this node is short of. */
  get missing(): number {
    return this.wanted - this.active.length;
  }

  /** How many more it is to ask for. */
  private get wanting(): number {
    return this.missing - this.asked.size;
  }

  /** Up to so many links this node asks for more, and grants requests of low priority. */
  private get wanted(): number {
    return Math.min(this.parameters.maxPeers, this.parameters.wantedPeers);
  }

  /** Asks this one for a link that it cannot decline, whether there is room here or not. */
  meet(member: Address): void {
    this.reconnectTo(member);
    this.askToReconnect(member);
  }

  private ask(peer: Address): void {
    if (!this.asked.has(peer) && this.wanting > 0) this.askFor(peer, this.isIsolated ? 'high' : 'low');
  }

  /** Tries one of those that were lost or never met: so partitions heal, and a seed comes back. */
  reconnect(): void {
    const candidate = this.candidates.next(this.effects.now);
    if (candidate !== undefined) this.askToReconnect(candidate);
  }

  private askToReconnect(peer: Address): void {
    if (this.asked.has(peer)) return;
    this.candidates.tried(peer, this.effects.now);
    this.askFor(peer, 'high');
  }

  private askFor(peer: Address, priority: Neighbor['priority']): void {
    const request = this.asked.begin(peer);
    if (request !== undefined) this.effects.send(peer, { type: 'neighbor', priority, request });
  }

  /**
   * Remembers not to ask this one again for now. Where most are full, the next is, too: so others are asked with the next
   * shuffle only, unless there is nobody else.
   */
  private decline(peer: Address): void {
    this.declined.add(peer);
    if (this.active.length === 0) this.fill();
  }

  private mustCallBack(from: Address): boolean {
    return !this.isPeer(from) && !this.asked.has(from) && this.callBacks.isNeededFor(from);
  }

  callBack(peer: Address): void {
    if (!this.isPeer(peer)) this.askToReconnect(peer);
  }

  private acceptAlways(newcomer: Address, request: number): void {
    if (!this.isPeer(newcomer) && this.active.length >= this.parameters.maxPeers) this.evictOne();
    this.accept(newcomer, request);
  }

  private accept(peer: Address, request: number): void {
    this.asked.end(peer);
    this.effects.send(peer, { type: 'neighborReply', accepted: true, request });
    if (this.isPeer(peer)) this.listener.peerUp(peer, false);
    else this.addActive(peer, false);
  }

  private evictOne(): void {
    const victim = pick(this.random, this.active);
    if (victim === undefined) return;
    this.effects.send(victim, { type: 'disconnect' });
    this.removeActive(victim, 'evicted');
    this.addPassive(victim);
    this.declined.add(victim);
  }

  private addActive(peer: Address, asked: boolean): void {
    removeFrom(this.passive, peer);
    this.declined.delete(peer);
    this.candidates.delete(peer);
    this.active.push(peer);
    this.effects.emit({ type: 'peerUp', peer });
    this.listener.peerUp(peer, asked);
  }

  private removeActive(peer: Address, reason: PeerDownReason): boolean {
    if (!removeFrom(this.active, peer)) return false;
    this.effects.emit({ type: 'peerDown', peer, reason });
    this.listener.peerDown(peer);
    return true;
  }

  private addPassive(address: Address): void {
    if (!this.isUnknown(address)) return;
    if (this.passive.length >= this.parameters.maxPassive) {
      this.passive.splice(this.random.below(this.passive.length), 1);
    }
    this.passive.push(address);
  }

  private isUnknown(address: Address): boolean {
    return address !== this.self && !this.active.includes(address) && !this.passive.includes(address);
  }

  private othersThan(...excluded: readonly Address[]): Address[] {
    return this.active.filter((peer) => !excluded.includes(peer));
  }
}

function removeFrom(addresses: Address[], address: Address): boolean {
  const index = addresses.indexOf(address);
  if (index < 0) return false;
  addresses.splice(index, 1);
  return true;
}
