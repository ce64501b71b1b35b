import type { Address } from '../core/address.ts';
import type { Message } from '../core/messages.ts';
import type { LossReason } from '../trace/trace-event.ts';

/** What becomes of a message: it is cut off, or so many copies arrive, each so many milliseconds later; none: it is lost. */
export type Fate = 'cutOff' | readonly number[];

/** What stands between a node and its peers where somebody tests how it takes faults. */
export interface LinkFaults {
  /** Asked once for each message. */
  fateOf(to: Address): Fate;
  isCutOff(to: Address): boolean;
  /** Told of each message that came to nothing. */
  lost(to: Address, reason: LossReason, message: Message): void;
  /** Is a sender told of failed sends, as over TCP, or never, as over UDP? */
  readonly failedSendsAreReported: boolean;
}
