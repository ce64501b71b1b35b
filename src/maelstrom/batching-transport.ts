/**
 * Batches what goes to one peer: a link that was idle is used at once, then waits `batchMs` and takes all that has
 * gathered in one line. So a lone value is not delayed, and a busy link carries at most one line per `batchMs`.
 */
import type { Address } from '../core/address.ts';
import { isRumor, type Message } from '../core/messages.ts';
import { MAX_BODY_BYTES } from '../node/limits.ts';
import type { SetAlarm } from '../node/clock.ts';
import type { Transport } from '../node/driver.ts';
import { Outbox } from '../node/outbox.ts';

/** What is said to one peer at one time; each part is the JSON of one message. */
export type Deliver = (to: Address, messages: readonly Message[], parts: readonly string[]) => void;

/** What gathers after a line without a value. */
const CONTROL_BATCH_MS = 20;

interface Link {
  readonly outbox: Outbox;
  isWaiting: boolean;
}

export class BatchingTransport implements Transport {
  private readonly links = new Map<Address, Link>();

  constructor(
    private readonly batchMs: number,
    private readonly setAlarm: SetAlarm,
    private readonly deliver: Deliver,
  ) {}

  send(to: Address, message: Message): void {
    const link = this.linkTo(to);
    link.outbox.put(message);
    if (link.isWaiting) return;
    link.isWaiting = true;
    // Not this very moment: what else is said to the same peer on the same occasion goes with it.
    this.setAlarm(() => this.flush(to, link), 0);
  }

  private flush(to: Address, link: Link): void {
    const { messages, parts } = link.outbox.take(MAX_BODY_BYTES);
    link.isWaiting = messages.length > 0;
    if (!link.isWaiting) return;
    this.deliver(to, messages, parts);
    // Only values come often; what is said about links is rare, and slows a join when it waits.
    const holdMs = messages.some(isRumor) ? this.batchMs : Math.min(this.batchMs, CONTROL_BATCH_MS);
    this.setAlarm(() => this.flush(to, link), holdMs);
  }

  private linkTo(peer: Address): Link {
    let link = this.links.get(peer);
    if (link === undefined) {
      link = { outbox: new Outbox(), isWaiting: false };
      this.links.set(peer, link);
    }
    return link;
  }
}
