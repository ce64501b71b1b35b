/**
 * A broadcast tree of two hops wherever the overlay allows it. Every node pushes to the lowest-named of its peers if
 * that is lower than itself, and to those who chose it: around the lowest-named node of all that many have a link to,
 * a star emerges. When that node goes, each of its peers turns to the lowest-named it has left.
 *
 * Plumtree's trees are made by whose rumor comes first. With many origins at a time and slow links they are deep,
 * and prunes for rumors of different origins can cut them. This one is made by names alone: all agree on it.
 *
 * In an overlay where not everyone has a link to one hub, the choice leaves several trees. What then is missed comes
 * through repair, whose grafts join them, as in Plumtree; and a duplicate over such a link takes it out again. A
 * duplicate from a higher name says nothing: it may be a child.
 */
import type { Address } from './address.ts';
import type { Effects } from './effects.ts';
import type { Rumor } from './messages.ts';
import { RareSet } from './rare.ts';
import { Strategy, type TreeMessage } from './strategy.ts';

export class HubTree extends Strategy {
  private parent: Address | undefined;
  /** Who chose us, and who was grafted. */
  private readonly others = new RareSet<Address>();

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly effects: Effects,
  ) {
    super();
  }

  override get lazy(): readonly Address[] {
    return this.view.peers.filter((peer) => !this.isEager(peer));
  }

  spread(rumor: Rumor, from: Address): void {
    for (const peer of this.view.peers) {
      if (peer !== from && this.isEager(peer)) this.effects.send(peer, rumor);
    }
  }

  override duplicate(from: Address): void {
    if (from === this.parent || from > this.self || !this.view.peers.includes(from)) return;
    this.others.delete(from);
    this.effects.send(from, { type: 'prune' });
  }

  override receive(from: Address, { type }: TreeMessage): void {
    if (type === 'graft' && this.view.peers.includes(from)) this.others.add(from);
    if (type !== 'prune') return;
    this.others.delete(from);
    if (from === this.parent) this.attach(from);
  }

  /**
   * A higher name is taken for a child at once, and says so if it is none: until its choice had come, it would miss
   * what passes here.
   */
  override peerUp(peer: Address): void {
    if (peer > this.self) {
      this.others.add(peer);
      return;
    }
    if (peer === this.parent) this.attach(peer);
    else this.chooseParent();
    if (peer !== this.parent) this.effects.send(peer, { type: 'prune' });
  }

  override peerDown(peer: Address): void {
    this.others.delete(peer);
    this.chooseParent();
  }

  private isEager(peer: Address): boolean {
    return peer === this.parent || this.others.has(peer);
  }

  private chooseParent(): void {
    const former = this.parent;
    const lowest = this.view.peers.reduce((low, peer) => (peer < low ? peer : low), this.self);
    this.parent = lowest === this.self ? undefined : lowest;
    if (this.parent === former) return;
    if (this.parent !== undefined) this.attach(this.parent);
    if (former === undefined || !this.view.peers.includes(former)) return;
    this.others.delete(former);
    this.effects.send(former, { type: 'prune' });
  }

  /** Push to me from now on. */
  private attach(parent: Address): void {
    this.effects.send(parent, { type: 'graft', records: [] });
  }
}
