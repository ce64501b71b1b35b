import type { Address } from '../address.ts';
import { RareSet } from '../rare.ts';

/** Members that declined or dropped this node, or were dropped, since the last shuffle. At the bound the oldest go. */
export class LatelyDeclined {
  private readonly addresses = new RareSet<Address>();

  constructor(private readonly room: number) {}

  has(address: Address): boolean {
    return this.addresses.has(address);
  }

  add(address: Address): void {
    this.addresses.add(address);
    for (const longestAgo of this.addresses) {
      if (this.addresses.size <= this.room) break;
      this.addresses.delete(longestAgo);
    }
  }

  delete(address: Address): void {
    this.addresses.delete(address);
  }

  clear(): void {
    this.addresses.clear();
  }
}
