import type { Address, NodeSnapshot } from '../core/index.ts';

/**
 * Which live nodes know of each other, be it through others: disjoint sets. A newcomer whose only contact dies before it has
 * answered, or those who joined through it, know nobody on the other side and nobody there knows them: then no protocol
 * can make one network of the two, and each is judged by itself.
 */
export class KnownMembers {
  private readonly parents = new Map<Address, Address>();

  /** Takes in who knows whom at this moment. */
  look(live: readonly NodeSnapshot[]): void {
    const running = new Set(live.map(({ self }) => self));
    for (const { self, peers, passive, records } of live) {
      // Nobody looks for one that has said goodbye.
      const origins = records.filter(({ status }) => status !== 'left').map(({ origin }) => origin);
      for (const known of [...peers, ...passive, ...origins]) if (running.has(known)) this.join(self, known);
    }
  }

  /** One of the set that stands for all of it. */
  circleOf(address: Address): Address {
    const parent = this.parents.get(address);
    return parent === undefined ? address : this.circleOf(parent);
  }

  private join(a: Address, b: Address): void {
    const [first, second] = [this.circleOf(a), this.circleOf(b)];
    if (first !== second) this.parents.set(second, first);
  }
}
