/**
 * Members that a node tries to reach again: contacts that it has not met, and peers that it lost. So a partition heals, and a seed
 * that was restarted is found.
 *
 * Each is tried with backoff. One that was not found for the time after which tables forget the dead is long lost: of
 * these few are kept, one of them is tried at a time, rarely, and after a long while it is given up. The contacts that a
 * node was started with are never given up, so both halves of a partition know somebody, however long it lasts.
 */
import type { Address } from '../address.ts';
import type { Millis } from '../boundary.ts';
import type { Parameters } from '../parameters.ts';
import { jittered, pick, type Random } from '../random.ts';
import { RareMap } from '../rare.ts';

/** Most that are no contacts. A guess: all peers and the whole passive view, at the default caps. */
export const MAX_CANDIDATES = 32;
/** Most long lost that are no contacts. A guess: enough that some are beyond the partition, and not dead. */
export const MAX_LONG_LOST = 8;
/** The longest wait between two tries of one candidate, in heartbeat periods: a minute by default. A guess. */
const LONGEST_WAIT_BEATS = 12;
/** How often one of the long lost is tried in the time after which the dead are forgotten: every ten minutes by default. A guess. */
const RARE_TRIES = 6;
/** A long lost one is given up after so many times that time: a week by default. A guess: longer than any long weekend. */
const GIVEN_UP_AFTER = 168;
/** One that speaks, but could not be reached, is called back once in so long. A guess: as long as HTTP waits for an answer. */
const CALL_BACK_MS = 4000;
/** No wait is longer. */
const DAY_MS = 86_400_000;

interface Candidate {
  tries: number;
  readonly since: Millis;
  triedAt?: Millis;
  dueAt: Millis;
}

export class ReconnectCandidates {
  /** Longest ago first, here and below. */
  private readonly lately = new RareMap<Address, Candidate>();
  /** When each was lost. */
  private readonly longLost = new RareMap<Address, Millis>();
  private contacts: readonly Address[] = [];
  private longLostDueAt: Millis = 0;

  constructor(
    private readonly parameters: Parameters,
    private readonly random: Random,
  ) {}

  get size(): number {
    return this.lately.size + this.longLost.size;
  }

  has(address: Address): boolean {
    return this.lately.has(address) || this.longLost.has(address);
  }

  /** Has it been tried in vain since it was lost? */
  hasFailed(address: Address): boolean {
    return (this.lately.get(address)?.tries ?? 0) > 0 || this.longLost.has(address);
  }

  setContacts(contacts: readonly Address[], now: Millis): void {
    this.contacts = contacts;
    for (const contact of contacts) this.add(contact, now);
  }

  /** This one goes by another name. @param contacts all, by their own names @returns whether it was a candidate */
  rename(alias: Address, contacts: readonly Address[]): boolean {
    this.contacts = contacts;
    const wasCandidate = this.has(alias);
    this.delete(alias);
    return wasCandidate;
  }

  /** One that is a candidate already keeps its backoff. */
  add(address: Address, now: Millis): void {
    if (this.has(address)) return;
    this.lately.set(address, { tries: 0, since: now, dueAt: now });
    this.dropOldest(this.lately, MAX_CANDIDATES);
  }

  /** It was found, or is gone for good. */
  delete(address: Address): void {
    this.lately.delete(address);
    this.longLost.delete(address);
  }

  /** It says that it lives: is it time to look? So it is found soon, and not tried each time it speaks. */
  isWorthACall(address: Address, now: Millis): boolean {
    const triedAt = this.lately.get(address)?.triedAt;
    return triedAt === undefined || now - triedAt >= CALL_BACK_MS;
  }

  /** The table has forgotten this one, as dead or gone. */
  reaped(address: Address, now: Millis): void {
    if (this.lately.has(address) || this.contacts.includes(address)) this.loseForLong(address, now);
  }

  /** @returns the one to try now, if one is due */
  next(now: Millis): Address | undefined {
    if (this.size === 0) return undefined;
    this.age(now);
    const due = [...this.lately].filter(([, { dueAt }]) => now >= dueAt).map(([address]) => address);
    if (now >= this.longLostDueAt) for (const [address] of this.longLost) due.push(address);
    return pick(this.random, due);
  }

  /** It is asked just now. */
  tried(address: Address, now: Millis): void {
    if (this.longLost.has(address)) this.waitRarely(now);
    const candidate = this.lately.get(address);
    if (candidate === undefined) return;
    candidate.triedAt = now;
    const { heartbeatMinMs, heartbeatMs } = this.parameters;
    const longestMs = Math.min(LONGEST_WAIT_BEATS * heartbeatMs, DAY_MS);
    const waitMs = Math.min(heartbeatMinMs * 2 ** Math.min(candidate.tries++, 30), longestMs);
    candidate.dueAt = now + jittered(this.random, waitMs, 0.25);
  }

  private age(now: Millis): void {
    const { reapAfterMs } = this.parameters;
    for (const [address, { since }] of this.lately) if (now - since >= reapAfterMs) this.loseForLong(address, now);
    for (const [address, since] of this.longLost) {
      if (now - since >= GIVEN_UP_AFTER * reapAfterMs && !this.contacts.includes(address))
        this.longLost.delete(address);
    }
  }

  private loseForLong(address: Address, now: Millis): void {
    this.lately.delete(address);
    if (this.longLost.size === 0) this.waitRarely(now);
    if (!this.longLost.has(address)) this.longLost.set(address, now);
    this.dropOldest(this.longLost, MAX_LONG_LOST);
  }

  private waitRarely(now: Millis): void {
    const waitMs = Math.min(this.parameters.reapAfterMs / RARE_TRIES, DAY_MS);
    this.longLostDueAt = now + jittered(this.random, waitMs, 0.25);
  }

  /** Contacts do not count. Of the others the oldest make room. */
  private dropOldest(held: RareMap<Address, unknown>, room: number): void {
    if (held.size <= room) return;
    const others = [...held].map(([address]) => address).filter((address) => !this.contacts.includes(address));
    for (const oldest of others.slice(0, Math.max(0, others.length - room))) held.delete(oldest);
  }
}
