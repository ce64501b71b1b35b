/** Receipts that a service waits for: each is asked for with the record, and reported by the node as an event. */
import { MAX_RECEIPT_MS } from '../core/index.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Receipt, SetOptions } from './gossip.ts';

/** A guess: a network that loses messages answers well within it, and nobody waits much longer for a deploy. */
const DEFAULT_WITHIN_MS = 10_000;

interface Awaited {
  readonly settle: (receipt: Receipt) => void;
  readonly publishedAt: number;
}

export class AwaitedReceipts {
  private readonly byUuid = new Map<string, Awaited>();
  /** Of the record that is being published just now. */
  private next: ((receipt: Receipt) => void) | undefined;

  /** @param publish tells the record, during which the node says its uuid */
  await(publish: () => void): Promise<Receipt> {
    const receipt = new Promise<Receipt>((resolve) => (this.next = resolve));
    try {
      publish();
    } finally {
      this.next = undefined;
    }
    return receipt;
  }

  /** The node has ended and will report no more, as a killed one: nobody is known to hold what is still waited for. */
  end(now: number, of: number): void {
    for (const awaited of this.byUuid.values()) awaited.settle({ reached: 0, of, afterMs: now - awaited.publishedAt });
    this.byUuid.clear();
  }

  observe(event: TraceEvent): void {
    if (event.type === 'published' && this.next !== undefined) {
      this.byUuid.set(event.uuid, { settle: this.next, publishedAt: event.time });
      this.next = undefined;
    } else if (event.type === 'receipt') {
      const { uuid, reached, of, afterMs } = event;
      this.byUuid.get(uuid)?.settle({ reached, of, afterMs });
      this.byUuid.delete(uuid);
    }
  }
}

/** @throws {TypeError|RangeError} @returns `undefined` where none is wanted */
export function withinMsOf(receipt: SetOptions['receipt']): number | undefined {
  if (receipt === undefined || receipt === false) return undefined;
  if (receipt === true) return DEFAULT_WITHIN_MS;
  if (typeof receipt !== 'object') throw new TypeError('receipt: expected true, false or { withinMs }');
  const { withinMs = DEFAULT_WITHIN_MS } = receipt;
  if (!Number.isInteger(withinMs) || withinMs < 1 || withinMs > MAX_RECEIPT_MS) {
    throw new RangeError(
      `receipt.withinMs: expected a whole number from 1 to ${MAX_RECEIPT_MS}, got ${String(withinMs)}`,
    );
  }
  return withinMs;
}
