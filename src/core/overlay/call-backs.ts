import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { ReconnectCandidates } from './reconnect-candidates.ts';

/** A guess: longer than the answer to a request takes, and no more than a moment. */
const CALL_BACK_AFTER_MS = 10;

/**
 * A node that could not be reached, or is said to be down, may speak from an address at which nobody can answer it: a link would
 * come and go for ever. So it is not let in, but asked for a link at that address, and its reply shows that it is there.
 */
export class CallBacks {
  constructor(
    private readonly candidates: ReconnectCandidates,
    /** Is this one said to be down? */
    private readonly isDown: (address: Address) => boolean,
    private readonly effects: Effects,
  ) {}

  /** @returns whether this one, which is no peer, is to be called back before it is let in: then it will be */
  isNeededFor(from: Address): boolean {
    const { now } = this.effects;
    if (!this.candidates.hasFailed(from) && !this.isDown(from)) return false;
    this.candidates.add(from, now);
    if (this.candidates.isWorthACall(from, now)) {
      this.candidates.tried(from, now);
      // Not at once: what is said while its own message is handled would reach it in the answer to that.
      this.effects.schedule(CALL_BACK_AFTER_MS, { name: 'callBack', peer: from });
    }
    return true;
  }
}
