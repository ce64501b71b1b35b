import type { Address, Millis } from '../core/index.ts';

/**
 * Requests that one peer is sent, at most, however it answers: a peer whose answers call for an answer would else be asked
 * as fast as both can. A guess: ten times what a link carries when a hundred updates come at once, and what comes faster
 * shares requests.
 */
export const MAX_REQUESTS_A_SECOND = 100;
/** So many may come at once after a time of rest. A guess. */
export const REQUEST_BURST = 200;

const INTERVAL_MS = 1000 / MAX_REQUESTS_A_SECOND;

/** Beyond so many peers, those at rest are forgotten: they have nothing to wait for. */
const MANY_PACES = 256;

/** Spaces out the requests to each peer. */
export class Paces {
  private readonly paces = new Map<Address, Pace>();

  /** Counts one more request to this peer. @returns how long it has to wait */
  next(peer: Address, now: Millis): Millis {
    let pace = this.paces.get(peer);
    if (pace === undefined) {
      if (this.paces.size >= MANY_PACES) this.forgetResting(now);
      this.paces.set(peer, (pace = new Pace()));
    }
    return pace.next(now);
  }

  private forgetResting(now: Millis): void {
    for (const [peer, pace] of this.paces) if (pace.isAtRest(now)) this.paces.delete(peer);
  }
}

/** Spaces out the requests to one peer: a token bucket, kept as the time at which it would be full again (GCRA). */
export class Pace {
  private fullAt: Millis = -Infinity;

  isAtRest(now: Millis): boolean {
    return this.fullAt <= now;
  }

  /** Counts one more request. @returns how long it has to wait */
  next(now: Millis): Millis {
    const fullAt = Math.max(now, this.fullAt);
    this.fullAt = fullAt + INTERVAL_MS;
    return Math.max(0, Math.ceil(this.fullAt - now - REQUEST_BURST * INTERVAL_MS));
  }
}
