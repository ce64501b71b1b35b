/**
 * Which addresses have shown that they read what is sent to them. Whoever speaks to a node may write any `from`, and name any address: what
 * that makes the node send there is to be little, as QUIC validates addresses (RFC 9000 §8.1).
 *
 * An unvalidated address is asked one short request until it has answered as a node does, or shown the token that it was sent. One that has never
 * done so is called less and less often: a few times at once, then after twice the time that it has not answered for, until somebody
 * speaks of it again. So a made-up address costs some twenty connections in a week, and an island whose members are all unvalidated to
 * it still finds them in no more time than it was cut off for.
 */
import type { Address, Millis } from '../core/index.ts';
import { NobodyOfOurs } from './read-answer.ts';

/** Messages for an unvalidated address, until it has answered: what a node says first of all fits. A guess. */
export const MAX_FIRST_BYTES = 1024;
/** One that answers like a node of an older dialect, so often and nothing else, is no node of ours. A guess. */
const MAX_REFUSALS = 3;
/** So many calls come to nothing before it is called less often. A guess: as long as a node may take to start. */
const FREE_CALLS = 4;
const FIRST_WAIT_MS = 1000;
/** Of each kind; the one longest not thought of is forgotten. A guess: all that a node talks to. */
const MAX_KEPT = 1024;

interface Unvalidated {
  misses: number;
  refusals: number;
  callAt: Millis;
}

export class AddressValidation {
  /** Those that have ever answered, and whether they still did the last time. */
  private readonly met = new Map<Address, boolean>();
  private readonly unvalidated = new Map<Address, Unvalidated>();

  /** @param contacts are called whenever there is a reason to */
  constructor(private readonly contacts: ReadonlySet<Address> = new Set()) {}

  get size(): number {
    return this.met.size + this.unvalidated.size;
  }

  /** Does it read what is sent to it? */
  isReading(address: Address): boolean {
    return this.met.get(address) === true;
  }

  /** They were met before this process was started. */
  recall(addresses: readonly Address[]): void {
    for (const address of addresses) keep(this.met, address, false);
  }

  /** It answered as a node does, or has shown the token that it was sent. */
  meet(address: Address): void {
    this.unvalidated.delete(address);
    keep(this.met, address, true);
  }

  /** A call came to nothing. */
  miss(address: Address, now: Millis): void {
    if (this.met.has(address)) return void this.met.set(address, false);
    const unvalidated = this.note(address);
    const waits = ++unvalidated.misses - FREE_CALLS;
    if (waits >= 0) unvalidated.callAt = now + FIRST_WAIT_MS * 2 ** Math.min(waits, 40);
  }

  /** @throws {NobodyOfOurs} when it has refused all that it was told, several times */
  refuse(address: Address): void {
    if (this.met.has(address)) return;
    if (++this.note(address).refusals >= MAX_REFUSALS) {
      throw new NobodyOfOurs('what listens there refuses everything, and never answered as a node');
    }
  }

  mayCall(address: Address, now: Millis): boolean {
    return this.contacts.has(address) || now >= (this.unvalidated.get(address)?.callAt ?? -Infinity);
  }

  /** Somebody has spoken of it, or in its name: it may be there by now. */
  hope(address: Address): void {
    this.unvalidated.delete(address);
  }

  private note(address: Address): Unvalidated {
    const unvalidated = this.unvalidated.get(address) ?? { misses: 0, refusals: 0, callAt: -Infinity };
    keep(this.unvalidated, address, unvalidated);
    return unvalidated;
  }
}

function keep<Value>(kept: Map<Address, Value>, address: Address, value: Value): void {
  kept.delete(address);
  kept.set(address, value);
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as Address);
}
