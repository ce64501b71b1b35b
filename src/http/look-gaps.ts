import type { Address, Millis } from '../core/index.ts';

/**
 * A peer whose connections end is looked for at most so often: where it or a proxy ends them after each answer, every look
 * would call for the next. A peer that dies in that second is missed by the next heartbeat. A guess: below the period of heartbeats.
 */
const GAP_MS = 1000;

export class LookGaps {
  /** When each was last looked for; those of long ago are dropped. */
  private readonly lookedAt = new Map<Address, Millis>();

  /** Counts the look, if it may be. */
  mayLook(peer: Address, now: Millis): boolean {
    for (const [other, at] of this.lookedAt) if (now - at >= GAP_MS) this.lookedAt.delete(other);
    if (this.lookedAt.has(peer)) return false;
    this.lookedAt.set(peer, now);
    return true;
  }
}
