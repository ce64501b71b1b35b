/** The last `limit` items, and no more memory than that. */
export class Recent<Item> {
  private readonly items: Item[] = [];
  private next = 0;

  constructor(private readonly limit: number) {}

  add(item: Item): void {
    this.items[this.next] = item;
    this.next = (this.next + 1) % this.limit;
  }

  newestFirst(): Item[] {
    return [...this.items.slice(this.next), ...this.items.slice(0, this.next)].reverse();
  }
}
