import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { Parameters } from '../parameters.ts';
import { RareMap } from '../rare.ts';
import { RequestNumbers } from '../request-numbers.ts';

/** Most requests whose time is not up, answered or not. A guess: far above what a node asks for in two seconds. */
export const MAX_LINK_REQUESTS = 64;

/** Who was asked for a link and has not answered: one request at a time to each. */
export class LinkRequests {
  private readonly open = new RareMap<Address, number>();
  private readonly numbers: RequestNumbers;
  /** Timers under way: one of a request that was answered still counts, until it fires. */
  private timers = 0;

  constructor(
    private readonly parameters: Parameters,
    private readonly effects: Effects,
  ) {
    this.numbers = new RequestNumbers(effects);
  }

  get size(): number {
    return this.open.size;
  }

  has(peer: Address): boolean {
    return this.open.has(peer);
  }

  /** @returns whether a reply that names this request is what is waited for */
  isOpen(peer: Address, request: number): boolean {
    return this.open.get(peer) === request;
  }

  /** @returns the number of the new request, or `undefined` when too many are under way */
  begin(peer: Address): number | undefined {
    if (this.timers >= MAX_LINK_REQUESTS) return undefined;
    const request = this.numbers.next();
    this.timers++;
    this.open.set(peer, request);
    this.effects.schedule(this.parameters.neighborTimeoutMs, { name: 'neighborTimeout', peer, request });
    return request;
  }

  end(peer: Address): void {
    this.open.delete(peer);
  }

  /** @returns whether this request was still open */
  timedOut(peer: Address, request: number): boolean {
    this.timers = Math.max(0, this.timers - 1);
    return this.isOpen(peer, request) && this.open.delete(peer);
  }
}
