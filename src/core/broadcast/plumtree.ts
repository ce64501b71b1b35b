/**
 * Epidemic broadcast trees (Leitão, Pereira, Rodrigues, SRDS 2007, https://asc.di.fct.unl.pt/~jleitao/pdf/srds07-leitao.pdf): a
 * rumor is pushed over eager links and announced over lazy ones (`announcements.ts`). A duplicate says that a link is not
 * needed: it becomes lazy (`prune`), so that a spanning tree of N − 1 eager links remains. What was announced and does not
 * come is fetched (`graft`, `grafts.ts`), which makes that link eager again.
 *
 * Departures from the paper:
 * - Each origin has a tree of its own (`broadcast-trees.ts`). In one that all origins share, a path that is short for one is long
 *   for another, and the prunes of rumors under way at one time cut each other's paths. A tree of its own becomes its origin's
 *   shortest-path tree: a flood's delivery time for N − 1 copies. It begins as another's, so an origin's first rumor does not
 *   flood the network. While a node is young one shared tree serves all.
 * - Trees are improved (§3.6 of the paper) by time, not by hops: an announcement says how long its sender has held the
 *   rumor, so the receiver knows when it would have come over that link. If that was much sooner, that peer becomes its parent.
 *   No clocks are compared. A parent held the rumor sooner than its child, so no circle comes about. A parent that is tried has to be
 *   beaten twice in a row.
 * - A new link is eager in the shared tree, as in the paper, and lazy in the others: so it disturbs no tree that is whole. A node that had
 *   no peer gets all over it. One that loses a parent asks all its peers to push, and prunes all but the quickest.
 * - Claims are flooded: they are rare, and the tree may be what a death just broke.
 */
import type { Address } from '../address.ts';
import { Announcements } from './announcements.ts';
import { wanted } from '../state/anti-entropy.ts';
import type { Millis } from '../boundary.ts';
import { BroadcastTrees, type Tree } from './broadcast-trees.ts';
import type { Effects } from '../effects.ts';
import { Grafts } from './grafts.ts';
import { fitting, jsonBytes } from '../message-bytes.ts';
import type { Announcement, Graft, IHave, Prune, Rumor } from '../messages.ts';
import { MAX_HOPS, type Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { RareMap } from '../rare.ts';
import { Strategy, type TreeMessage, type TreeTimer } from './strategy.ts';
import type { Table } from '../state/table.ts';

/**
 * A peer that would have brought the latest rumor so much sooner becomes the parent. Measured: with 10, 30 or 50 ms a hundred nodes with
 * links of 10 to 100 ms deliver alike; where a hundred processes share two cores what is less is chance, and costs a third of the CPU.
 */
const WORTHWHILE_MS = 50;

/**
 * An origin's first rumor goes along a tree that was another's, here and there cut: so it is announced soon. Measured (`npm run bench:trees
 * -- --only brief`, 8 seeds): the slowest delivery takes 3.1 times a flood's instead of 5.2, for a fifth more control messages.
 */
export const FIRST_ANNOUNCE_MS = 200;

/** A peer holds a rumor that has not come here: when it would have, if that peer had pushed it. */
interface Offer {
  readonly peer: Address;
  readonly version: number;
  readonly sooner: Millis;
}

/** Offers that wait for their rumor at one time. A guess: what one message announces. */
const MAX_OFFERS = 1000;

export class Plumtree extends Strategy {
  private readonly trees: BroadcastTrees;
  private readonly offers = new RareMap<Address, Offer>();
  private readonly announcements: Announcements;
  private readonly grafts: Grafts;
  /** What was told last of the lazy links. */
  private told: readonly Address[];

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly table: Table,
    private readonly parameters: Parameters,
    random: Random,
    private readonly effects: Effects,
  ) {
    super();
    this.trees = new BroadcastTrees(parameters.maxTrees);
    this.told = this.lazy;
    this.announcements = new Announcements(parameters, random, effects);
    this.grafts = new Grafts(table, parameters, effects);
  }

  override get lazy(): readonly Address[] {
    return this.trees.shown.lazy;
  }

  override get grafting(): number {
    return this.grafts.size;
  }

  spread(rumor: Rumor, from: Address): void {
    if (rumor.status !== undefined) return this.spreadClaim(rumor, from);
    const tree = this.treeOf(rumor.origin);
    // It was told to stop, in vain or before it came to that: it is the parent again.
    if (this.isFed(tree) && tree.parent !== from && tree.isLazy(from)) this.attach(from, [rumor.origin]);
    const afterMs = tree.latest === undefined ? FIRST_ANNOUNCE_MS : undefined;
    tree.begin(rumor, from);
    tree.receivedAt = this.effects.now;
    tree.makeEager(from);
    for (const peer of this.view.peers) {
      if (peer === from) continue;
      if (tree.isLazy(peer)) this.announcements.add(peer, rumor, tree.receivedAt, afterMs);
      else this.effects.send(peer, rumor);
    }
    this.takeOffer(rumor);
    if (from !== this.self) this.trees.used(rumor.origin);
    this.tellLazy();
  }

  /** A parent that is new has announced it, and holds it. */
  override pushedTo(origin: Address, from: Address): readonly Address[] {
    const tree = this.treeOf(origin);
    return this.view.peers.filter((peer) => peer !== from && peer !== tree.parent && !tree.isLazy(peer));
  }

  private spreadClaim(rumor: Rumor, from: Address): void {
    for (const peer of this.view.peers) if (peer !== from) this.effects.send(peer, rumor);
    this.forgetGone(rumor);
  }

  private forgetGone({ origin, status }: Rumor): void {
    if (status === 'down' || status === 'left') this.trees.forget(origin);
  }

  /**
   * When its push comes, it is a duplicate and goes no further. So what is young is announced: others may wait for it here. Measured: without it
   * the last of a hundred nodes that join knows the last record after 5.6 s instead of 1.7.
   */
  override repaired(from: Address, rumor: Rumor): void {
    this.forgetGone(rumor);
    const record = this.table.heldFor(rumor);
    const { now } = this.effects;
    const isYoung = record !== undefined && record.createdAt > now - this.parameters.settleMs;
    if (rumor.status === undefined && isYoung) this.announce(rumor, from, now);
  }

  /**
   * Answered by a prune, again if need be, because the one before may have been lost. Only of the latest rumor that came by a push: what
   * repair brought comes once more from the parent.
   */
  override duplicate(from: Address, rumor: Rumor): void {
    const tree = this.trees.get(rumor.origin, this.effects.now);
    if (tree?.isOfLatest(rumor) !== true || rumor.status !== undefined) return;
    if (from === tree.parent || !this.isFed(tree) || !this.view.peers.includes(from)) return;
    tree.makeLazy(from);
    this.effects.send(from, { type: 'prune', origins: [rumor.origin] });
    this.tellLazy();
  }

  /** Has it a parent that is a peer, or is it ours? */
  private isFed({ parent }: Tree): boolean {
    return parent === this.self || this.view.peers.includes(parent);
  }

  override receive(from: Address, message: TreeMessage): void {
    if (message.type === 'prune') this.onPrune(from, message);
    else if (message.type === 'graft') this.onGraft(from, message);
    else this.onIHave(from, message);
    this.tellLazy();
  }

  private onPrune(from: Address, { origins }: Prune): void {
    if (!this.view.peers.includes(from)) return;
    for (const tree of this.treesFor(origins)) tree.makeLazy(from);
  }

  private onGraft(from: Address, { origins, records }: Graft): void {
    if (this.view.peers.includes(from)) {
      for (const tree of this.treesFor(origins)) tree.makeEager(from);
      for (const tree of this.treesFor(records.map(([origin]) => origin))) tree.makeEager(from);
    }
    const held = wanted(this.table, { type: 'want', records }).slice(0, this.parameters.maxDeltaRumors);
    for (const { rumor, hops } of held) {
      const ttl = Math.max(1, this.parameters.ttl - hops);
      this.effects.send(from, { ...rumor, ttl, hops: Math.min(hops + 1, MAX_HOPS) });
    }
  }

  /** Of all, if none are named. Names that a peer made up take the place of no tree that is needed. */
  private treesFor(origins: readonly Address[] | undefined): Tree[] {
    if (origins === undefined) return [this.trees.shared, ...[...this.trees.all].map(([, tree]) => tree)];
    const isFit = (origin: Address): boolean => this.trees.has(origin) || !this.trees.isFull;
    return origins.filter(isFit).map((origin) => this.treeOf(origin));
  }

  private onIHave(from: Address, { entries }: IHave): void {
    const lacking = entries.filter((entry) => entry[0] !== this.self && this.grafts.lacks(entry));
    if (lacking.length > 0) this.grafts.expect(from, lacking);
    for (const entry of lacking) this.noteOffer(from, entry);
    this.announcements.heard(from, entries, WORTHWHILE_MS);
    if (this.view.peers.includes(from)) this.adoptParent(from, entries);
  }

  private noteOffer(peer: Address, [origin, version, heldForMs]: Announcement): void {
    const sooner = this.effects.now - heldForMs;
    const held = this.offers.get(origin);
    if (held !== undefined && (held.version > version || (held.version === version && held.sooner <= sooner))) return;
    if (held === undefined && this.offers.size >= MAX_OFFERS) return;
    this.offers.set(origin, { peer, version, sooner });
  }

  /** A peer that announced this rumor before it came would bring the next one sooner, perhaps much sooner than the parent. */
  private takeOffer({ origin, version }: Rumor): void {
    const offer = this.offers.get(origin);
    if (offer === undefined) return;
    this.offers.delete(origin);
    const { peer, sooner } = offer;
    if (offer.version === version && this.view.peers.includes(peer)) {
      this.adoptParent(peer, [[origin, version, this.effects.now - sooner]]);
    }
  }

  /**
   * What this peer would have brought much sooner than the parent did is brought by it from now on. The better time is
   * announced in turn, to children, too, as in distance-vector routing: so all nodes that gain by it change in this same round.
   */
  private adoptParent(peer: Address, entries: readonly Announcement[]): void {
    const pruned = new Map<Address, Address[]>();
    const grafted: Address[] = [];
    for (const [origin, version, heldForMs] of entries) {
      const tree = this.trees.get(origin, this.effects.now);
      const sooner = this.effects.now - heldForMs;
      if (tree?.latest === undefined || !tree.isOfLatest({ origin, version }) || !this.gains(tree, sooner)) continue;
      if (tree.parent !== peer && !tree.isBeaten(peer)) continue;
      if (tree.parent !== peer) {
        tree.makeLazy(tree.parent);
        pruned.set(tree.parent, [...(pruned.get(tree.parent) ?? []), origin]);
        grafted.push(origin);
      }
      tree.parent = peer;
      tree.receivedAt = sooner;
      this.announce(tree.latest, peer, sooner);
    }
    for (const [parent, origins] of pruned) this.effects.send(parent, { type: 'prune', origins });
    this.attach(peer, grafted);
  }

  /** The shared tree is nobody's, so no parent is better there than another. */
  private gains(tree: Tree, sooner: Millis): boolean {
    if (tree === this.trees.shared || tree.parent === this.self || !this.isFed(tree)) return false;
    return tree.receivedAt - sooner >= WORTHWHILE_MS;
  }

  private announce(rumor: Rumor, except: Address, receivedAt: Millis): void {
    for (const peer of this.view.peers) if (peer !== except) this.announcements.add(peer, rumor, receivedAt);
  }

  override fire(timer: TreeTimer): void {
    if (timer.name === 'announce') {
      this.announcements.send();
      return this.mend();
    }
    const { peer, entries, tries } = timer;
    const records = this.grafts.due(peer, entries, tries);
    for (const [origin] of records) this.treeOf(origin).makeEager(peer);
    if (records.length > 0) this.effects.send(peer, { type: 'graft', origins: [], records });
    this.tellLazy();
  }

  override peerUp(peer: Address): void {
    const isOnly = this.view.peers.length === 1;
    if (isOnly) this.trees.linked(this.effects.now);
    this.trees.shared.makeEager(peer);
    for (const [, tree] of this.trees.all) {
      // Its other side has made the link anew, and forgotten that it pushed to us.
      if (tree.parent === peer) tree.loseParent();
      if (!isOnly) tree.makeLazy(peer);
    }
    if (isOnly) this.effects.send(peer, { type: 'graft', records: [] });
    this.mendSoon();
    this.tellLazy();
  }

  override peerDown(peer: Address): void {
    this.announcements.forget(peer);
    this.told = this.told.filter((each) => each !== peer);
    for (const tree of this.treesFor(undefined)) {
      tree.makeEager(peer);
      if (tree.parent === peer) tree.loseParent();
    }
    this.mendSoon();
    this.tellLazy();
  }

  private mendSoon(): void {
    if (this.torn().length > 0) this.announcements.schedule();
  }

  /** In trees that have lost their parent all peers are asked to push. The quickest becomes the parent, others are pruned. */
  private mend(): void {
    const origins = this.torn();
    if (origins.length === 0) return;
    for (const peer of this.view.peers) this.effects.send(peer, this.graftOf(origins));
    for (const origin of origins) this.treeOf(origin).isAsked = true;
  }

  private torn(): Address[] {
    return [...this.trees.all].flatMap(([origin, tree]) => (tree.isAsked || this.isFed(tree) ? [] : [origin]));
  }

  /** From now on this peer and this node push to each other in these trees. */
  private attach(peer: Address, origins: readonly Address[]): void {
    if (origins.length === 0) return;
    for (const origin of origins) this.treeOf(origin).makeEager(peer);
    this.effects.send(peer, this.graftOf(origins));
  }

  /** As many as a message takes. */
  private graftOf(origins: readonly Address[]): Graft {
    const { maxMessageBytes, maxDigestEntries } = this.parameters;
    return { type: 'graft', origins: fitting(origins, jsonBytes, maxMessageBytes, maxDigestEntries), records: [] };
  }

  private treeOf(origin: Address): Tree {
    return this.trees.of(origin, this.effects.now);
  }

  /** Of one tree alone: each change of each tree would be said more often than anything else. */
  private tellLazy(): void {
    if (!this.effects.isWatched) return;
    const { lazy, told } = this;
    if (lazy === told) return;
    this.told = lazy;
    for (const peer of told) if (!lazy.includes(peer)) this.effects.emit({ type: 'eager', peer });
    for (const peer of lazy) if (!told.includes(peer)) this.effects.emit({ type: 'lazy', peer });
  }
}
