import type { Effects } from './effects.ts';
import { RareMap } from './rare.ts';

/** Fits a signed integer of any language. */
export const MAX_REQUEST = 2 ** 31 - 1;
const FIRST_BELOW = 2 ** 30;

/**
 * Numbers for requests, which their replies name: so a late one settles nothing that was asked since. They begin at the
 * clock, so that a restarted node does not take a reply to its earlier life for one to this.
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

/**
 * Requests of one kind, each with a timer. Timers are never cancelled, so a request that was answered counts until its timer fires: the
 * bound holds for both.
 */
export class Requests<About> {
  /** `undefined`: it was answered. */
  private readonly begun = new RareMap<number, About | undefined>();

  constructor(
    private readonly max: number,
    private readonly numbers: RequestNumbers,
    private readonly effects: Effects,
  ) {}

  /** @returns its number, or `undefined` when too many are under way */
  begin(about: About, waitMs: number): number | undefined {
    if (this.begun.size >= this.max) return undefined;
    const request = this.numbers.next();
    this.begun.set(request, about);
    this.effects.schedule(waitMs, { name: 'timeout', request });
    return request;
  }

  /** Is its timer under way? */
  has(request: number): boolean {
    return this.begun.has(request);
  }

  end(request: number): void {
    if (this.begun.has(request)) this.begun.set(request, undefined);
  }

  /** The timer fired. @returns what the request was about, unless it was answered */
  timedOut(request: number): About | undefined {
    const about = this.begun.get(request);
    this.begun.delete(request);
    return about;
  }
}
