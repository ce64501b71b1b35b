/**
 * Batches what goes to one peer: a link that was idle is used at once, then waits `batchMs` and takes all that has
 * gathered in one line. So a lone value is not delayed, and a busy link carries at most one line per `batchMs`.
 */
import { isRumor, type Address, type Message } from '../core/index.ts';
import { MAX_BODY_BYTES } from '../http/limits.ts';
import type { SetAlarm } from '../http/clock.ts';
import type { Sender } from '../http/driver.ts';
import { Outbox } from '../http/outbox.ts';
import { RELAY_TTL } from './relay.ts';

/** What is said to one peer at one time; each part is the JSON of one message. */
export type Deliver = (to: Address, messages: readonly Message[], parts: readonly string[]) => void;

/** What gathers after any other line than a relay's. A guess: what is said on one occasion. */
const RARE_BATCH_MS = 20;

interface Link {
  readonly outbox: Outbox;
  /** Ends the wait for the next line; absent on a link that is idle. */
  cancelWait?: (() => void) | undefined;
  isLongWait: boolean;
}

export class BatchingTransport implements Sender {
  private readonly links = new Map<Address, Link>();

  constructor(
    private readonly batchMs: number,
    private readonly setAlarm: SetAlarm,
    private readonly deliver: Deliver,
  ) {}

  send(to: Address, message: Message): void {
    const link = this.linkTo(to);
    link.outbox.put(message);
    // Not this very moment: what else is said to the same peer on the same occasion goes with it. Whose turn has just ended
    // still waits on all links, and what it publishes will wait at the new relay.
    if (link.cancelWait === undefined || (link.isLongWait && isForRelay(message))) this.wait(to, link, 0);
  }

  private flush(to: Address, link: Link): void {
    link.cancelWait = undefined;
    const { messages, parts } = link.outbox.take(MAX_BODY_BYTES);
    if (messages.length === 0) return;
    this.deliver(to, messages, parts);
    // A relay has something for everyone all the time; all else is rare on its link.
    const isFromRelay = messages.some((message) => isRumor(message) && !isForRelay(message));
    this.wait(to, link, isFromRelay ? this.batchMs : Math.min(this.batchMs, RARE_BATCH_MS));
  }

  private wait(to: Address, link: Link, ms: number): void {
    link.cancelWait?.();
    link.isLongWait = ms > RARE_BATCH_MS;
    link.cancelWait = this.setAlarm(() => this.flush(to, link), ms);
  }

  private linkTo(peer: Address): Link {
    let link = this.links.get(peer);
    if (link === undefined) {
      link = { outbox: new Outbox(), isLongWait: false };
      this.links.set(peer, link);
    }
    return link;
  }
}

function isForRelay(message: Message): boolean {
  return isRumor(message) && message.ttl >= RELAY_TTL;
}
