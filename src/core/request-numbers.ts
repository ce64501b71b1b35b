import type { Effects } from './effects.ts';

/** Fits a signed integer of any language. */
export const MAX_REQUEST = 2 ** 31 - 1;
const FIRST_BELOW = 2 ** 30;

/**
 * Numbers for requests, which their replies name: so a late one settles nothing that was asked since. They begin at the
 * clock, and a node that was restarted does not take a reply to its earlier life for one to this.
 */
export class RequestNumbers {
  private last = 0;

  constructor(private readonly effects: Effects) {}

  next(): number {
    if (this.last === 0) this.last = Math.floor(this.effects.now) % FIRST_BELOW;
    this.last = this.last >= MAX_REQUEST ? 1 : this.last + 1;
    return this.last;
  }
}
