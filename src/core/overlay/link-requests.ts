import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import { RareMap } from '../rare.ts';
import { Requests, type RequestNumbers } from '../requests.ts';

/** Most requests whose time is not up, answered or not. A guess: far above what a node asks for in two seconds. */
export const MAX_LINK_REQUESTS = 64;
/** How long a reply may take. A guess: well above a round trip, below a heartbeat's patience. */
export const NEIGHBOR_TIMEOUT_MS = 2000;

/** Requests for links that have no answer yet: one at a time to each member. */
export class LinkRequests {
  private readonly open = new RareMap<Address, number>();
  private readonly requests: Requests<Address>;

  constructor(numbers: RequestNumbers, effects: Effects) {
    this.requests = new Requests(MAX_LINK_REQUESTS, numbers, effects);
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
    const request = this.requests.begin(peer, NEIGHBOR_TIMEOUT_MS);
    if (request !== undefined) this.open.set(peer, request);
    return request;
  }

  /** Is this the number of one of these, whose timer is under way? */
  hasTimer(request: number): boolean {
    return this.requests.has(request);
  }

  end(peer: Address): void {
    const request = this.open.get(peer);
    if (request === undefined) return;
    this.open.delete(peer);
    this.requests.end(request);
  }

  /** @returns the member that has not answered this request */
  timedOut(request: number): Address | undefined {
    const peer = this.requests.timedOut(request);
    // A later request to the same member has another number, and is left alone.
    if (peer === undefined || !this.isOpen(peer, request)) return undefined;
    this.open.delete(peer);
    return peer;
  }
}
