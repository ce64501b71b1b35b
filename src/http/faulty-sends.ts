/** Sends over links that a test makes faulty: messages are lost, late or doubled, and peers cut off. */
import type { Address, Message } from '../core/index.ts';
import { ANSWER_TIMEOUT_MS } from './http-client.ts';
import { MAX_DELAYED_MESSAGES } from './limits.ts';
import type { LinkFaults } from './link-faults.ts';

/** Peers that are given up soon, at one time. A guess: as many as are sent to. */
const MAX_CUT_OFF = 512;

export interface FaultySendsHost {
  put(to: Address, message: Message): void;
  sent(to: Address, message: Message): void;
  report(to: Address, error: Error): void;
}

export class FaultySends {
  /** Messages on slow links, and peers that are given up soon since they are cut off. */
  private delayed = 0;
  private readonly cutOff = new Set<Address>();

  constructor(private readonly host: FaultySendsHost) {}

  send(faults: LinkFaults, to: Address, message: Message): void {
    const fate = faults.fateOf(to);
    const isCutOff = fate === 'cutOff';
    if (isCutOff || fate.length === 0 || this.delayed + fate.length > MAX_DELAYED_MESSAGES) {
      this.host.sent(to, message);
      faults.lost(to, isCutOff ? 'partition' : 'loss', message);
      if (isCutOff) this.giveUpLater(to);
      return;
    }
    for (const delayMs of fate) {
      if (delayMs === 0) this.host.put(to, message);
      else this.putLater(to, message, delayMs);
    }
  }

  private putLater(to: Address, message: Message, delayMs: number): void {
    this.delayed++;
    setTimeout(() => {
      this.delayed--;
      this.host.put(to, message);
    }, delayMs).unref();
  }

  /** As a request would be that gets no answer: one at a time. */
  private giveUpLater(to: Address): void {
    if (this.cutOff.has(to) || this.cutOff.size >= MAX_CUT_OFF) return;
    this.cutOff.add(to);
    setTimeout(() => {
      this.cutOff.delete(to);
      this.host.report(to, new Error('cut off'));
    }, ANSWER_TIMEOUT_MS).unref();
  }
}
