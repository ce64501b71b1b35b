import type { Millis } from '../src/core/boundary.ts';

interface Entry<T> {
  readonly time: Millis;
  readonly sequence: number;
  readonly item: T;
}

/** What is to happen when. Entries of one time come out in the order they went in. A binary heap. */
export class EventQueue<T> {
  private readonly heap: Entry<T>[] = [];
  private sequence = 0;

  get size(): number {
    return this.heap.length;
  }

  get nextTime(): Millis | undefined {
    return this.heap[0]?.time;
  }

  push(time: Millis, item: T): void {
    const { heap } = this;
    const entry = { time, sequence: this.sequence++, item };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  pop(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.sink(last);
    return first?.item;
  }

  private sink(entry: Entry<T>): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, entry)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = entry;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
