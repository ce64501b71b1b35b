/**
 * Epidemic broadcast trees (Leitão, Pereira, Rodrigues, SRDS 2007,
 * https://asc.di.fct.unl.pt/~jleitao/pdf/srds07-leitao.pdf): rumors are pushed along eager links only. A duplicate
 * says that a link is not needed: it becomes lazy on both sides (`prune`), so that a spanning tree of N − 1 eager links
 * remains. What is missed is announced over the other links (`iHave`) and fetched (`graft`), which makes that link
 * eager again.
 *
 * Departures from the paper:
 * - Announcements are not made for each rumor. A heartbeat carries the hash of the table, and only where that differs
 *   do both sides announce what they learned lately (`repair.ts`). In agreement nothing is announced.
 * - Not every duplicate prunes. Rumors of different origins that are under way at one time find different links of a circle
 *   superfluous, and pruning both cuts the tree. So of all rumors that were created within a second only the first
 *   decides; duplicates of the others are borne.
 * - A node that loses an eager link makes all its links eager, instead of waiting for an announcement: the next
 *   rumor passes at once, at the price of some duplicates, and prunes again. Not where a newcomer was put between the
 *   two ends of the link: then the tree goes on through it.
 * - Who is left without any eager link takes one up again.
 * - Claims are flooded: they are rare, and the tree may be what a death just broke. Their duplicates prune nothing.
 * - The tree is shortened (§3.6 of the paper) by what heartbeats say, since nothing is announced while all agree: over a lazy link
 *   each tells after how many sends the latest news came, and one that got it much later changes its parent.
 */
import type { Address } from './address.ts';
import type { Millis } from './boundary.ts';
import type { Effects } from './effects.ts';
import type { Depth, Rumor } from './messages.ts';
import { RareSet } from './rare.ts';
import { createdAt } from './record-stamp.ts';
import { Strategy } from './strategy.ts';
import type { Table } from './table.ts';

/**
 * A link that saves fewer sends is not worth a change. Measured: with 2 to 5 a hundred nodes' last hop falls from 20 to 11 or 13. What
 * is short for one origin may be long for another, so there is no end to changes: about four an update.
 */
const WORTHWHILE_HOPS = 3;

/**
 * Rumors created within so long have one of them decide what is pruned. Measured with a hundred nodes and ten updates a second
 * over links of 10 to 100 ms: without it half of the updates need 670 ms to reach all, with 256 to 4096 ms 400 to 290; copies for each
 * that is needed: 1.33 and 1.62.
 */
const SLOT_MS = 1000;

export class Plumtree extends Strategy {
  private readonly lazyPeers = new RareSet<Address>();
  /** The rumor whose duplicates prune: its uuid, and the slot it was created in. */
  private decider = '';
  private deciderSlot = -1;
  /** Since a rumor last went along the tree. */
  private hasChanged = false;
  /** The latest news that went along the tree: when it came, after how many sends, and from whom. */
  private latestUuid = '';
  private latestHops = 0;
  private latestFrom: Address = '';
  private latestAt: Millis = 0;

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly table: Table,
    private readonly effects: Effects,
    private readonly announceMs: Millis,
  ) {
    super();
  }

  override get lazy(): readonly Address[] {
    return [...this.lazyPeers];
  }

  spread(rumor: Rumor, from: Address): void {
    const isClaim = rumor.status !== undefined;
    if (!isClaim) this.noteNews(rumor, from);
    for (const peer of this.view.peers) {
      if (peer !== from && (isClaim || this.isEager(peer))) this.effects.send(peer, rumor);
    }
  }

  private noteNews(rumor: Rumor, from: Address): void {
    this.lazyPeers.delete(from);
    this.noteDecider(rumor);
    this.noteDepth(rumor, from);
  }

  /**
   * Answered by a prune, again if need be, because the one before may have been lost. Not when we hold it from this peer itself (the
   * transport delivered twice), nor from one that does not push to us (by repair): then this link is needed.
   */
  override duplicate(from: Address, rumor: Rumor): void {
    if (rumor.uuid !== this.decider) return;
    const via = this.table.heldFor(rumor)?.via;
    if (!this.view.peers.includes(from) || via === from) return;
    if (via !== this.self && (via === undefined || !this.isEager(via))) return;
    this.lazyPeers.add(from);
    this.hasChanged = true;
    this.effects.send(from, { type: 'prune' });
    this.stayInTree(from);
  }

  /** Prunes that cross each other can leave a node without any eager link: then it takes another, or else the same, again. */
  private stayInTree(pruned: Address): void {
    const { peers } = this.view;
    if (this.lazyPeers.size < peers.length) return;
    this.attach(peers.find((peer) => peer !== pruned) ?? pruned);
  }

  /** From now on both sides push. */
  private attach(peer: Address): void {
    this.lazyPeers.delete(peer);
    this.effects.send(peer, { type: 'graft', records: [] });
  }

  override prune(from: Address, isReplaced: boolean): void {
    if (!this.view.peers.includes(from)) return;
    this.lazyPeers.add(from);
    this.hasChanged ||= !isReplaced;
    this.stayInTree(from);
  }

  override graft(peer: Address): void {
    this.lazyPeers.delete(peer);
  }

  override peerUp(peer: Address): void {
    this.lazyPeers.delete(peer);
    this.hasChanged = true;
  }

  override peerDown(peer: Address, isReplaced: boolean): void {
    this.hasChanged = true;
    const wasLazy = this.lazyPeers.delete(peer);
    if (wasLazy || isReplaced) return;
    for (const other of this.lazy) this.attach(other);
  }

  /** Only while all remember it: the same rumor has to be the latest on both sides. */
  override depthFor(peer: Address): Depth | undefined {
    return this.hasLatest && this.lazyPeers.has(peer) ? [this.latestUuid, this.latestHops] : undefined;
  }

  /**
   * Takes this link into the tree, for the one that brought the latest news so much later. The peer is no descendant of
   * ours, since the news came to it sooner, so the tree stays one.
   */
  override compareDepth(peer: Address, [uuid, hops]: Depth): void {
    const parent = this.latestFrom;
    if (uuid !== this.latestUuid || this.latestHops - (hops + 1) < WORTHWHILE_HOPS) return;
    if (!this.isEager(parent) || !this.lazyPeers.has(peer)) return;
    this.attach(peer);
    this.lazyPeers.add(parent);
    this.effects.send(parent, { type: 'prune', instead: peer });
  }

  /**
   * Of one slot all come to take the same: the first that was created. One dated further ahead than a slot counts as of the next:
   * else nothing would prune until that time has come.
   */
  private noteDecider(rumor: Rumor): void {
    const { uuid } = rumor;
    const slot = Math.floor(createdAt(rumor, this.effects.now, SLOT_MS) / SLOT_MS);
    if (slot < this.deciderSlot || (slot === this.deciderSlot && uuid > this.decider)) return;
    this.decider = uuid;
    this.deciderSlot = slot;
  }

  /** Of news under way at one time, all take the one with the highest uuid for the latest. */
  private noteDepth({ uuid, hops = 1 }: Rumor, from: Address): void {
    if (this.hasLatest && uuid <= this.latestUuid) return;
    this.latestUuid = uuid;
    this.latestHops = hops - 1;
    this.latestFrom = from;
    this.latestAt = this.effects.now;
  }

  /** Prunes that cross each other can cut the tree: the first rumor after a change is looked after. */
  override mayMiss(): boolean {
    const { hasChanged } = this;
    this.hasChanged = false;
    return hasChanged;
  }

  private get hasLatest(): boolean {
    return this.latestUuid !== '' && this.effects.now - this.latestAt <= this.announceMs;
  }

  private isEager(peer: Address): boolean {
    return this.view.peers.includes(peer) && !this.lazyPeers.has(peer);
  }
}
