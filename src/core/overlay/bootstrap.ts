/**
 * How a node finds the network, at its start and whenever it is left without peers: it asks one that it knows of for
 * its peers, and joins through it.
 */
import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { HyParView } from './hyparview.ts';
import { jittered, pick, sample, type Random } from '../random.ts';
import { RareMap } from '../rare.ts';
import { Repetitions } from '../repetitions.ts';
import type { Table } from '../state/table.ts';

/** What a node is given by its user, and its data directory, comes to about forty. A guess. */
export const MAX_CONTACTS = 128;

/**
 * First wait before the contacts are tried again; it doubles up to the second. Guesses: quick at start, and never more than two seconds
 * with their jitter of a quarter, for a node that is alone is of no use.
 */
const JOIN_RETRY_MS = 250;
export const JOIN_RETRY_MAX_MS = 1600;

/** So that few of the contacts need be up, and a long list is no storm. A guess. */
const CONTACTS_PER_TRY = 2;

export class Bootstrap {
  /** As they were given: such a name may lead to another node later. */
  private contacts: readonly Address[] = [];
  /** What the nodes there call themselves, where that is another name. */
  private readonly names = new RareMap<Address, Address>();
  private hasStarted = false;
  private isSearching = false;
  /** Joins through contacts that answered. After many, this node gets answers, and others do not reach it. */
  private readonly joins = new Repetitions();

  constructor(
    private readonly self: Address,
    private readonly overlay: HyParView,
    private readonly table: Table,
    private readonly random: Random,
    private readonly effects: Effects,
  ) {}

  /** Takes the addresses it was given, the first of them if they are many; each is tried until there was a link to it. */
  start(contacts: readonly Address[]): void {
    this.contacts = [...new Set(contacts)].filter((contact) => contact !== this.self).slice(0, MAX_CONTACTS);
    this.overlay.setContacts(this.contacts);
    this.hasStarted = true;
  }

  isContact(address: Address): boolean {
    return this.named.includes(address);
  }

  /** The node at a contact's address is known by the name that it gives itself, and by no other. */
  rename(contact: Address, self: Address): void {
    if (!this.contacts.includes(contact)) return;
    this.names.set(contact, self);
    this.overlay.rename(contact, self, this.named);
  }

  private get named(): readonly Address[] {
    const named = this.contacts.map((contact) => this.names.get(contact) ?? contact);
    return [...new Set(named)].filter((address) => address !== this.self);
  }

  /** Whenever this node finds itself without peers, it sets out to find some; one search at a time. */
  searchIfIsolated(): void {
    if (this.isSearching || !this.hasStarted || !this.overlay.isIsolated) return;
    this.isSearching = true;
    this.search(0);
  }

  /**
   * Asks a contact for its peers; again with backoff and jitter, and then some contacts and anybody ever heard of. The
   * longest wait is short: a node that is alone is of no use, and is to be found soon after its seed has come up.
   */
  search(attempt: number): void {
    if (!this.overlay.isIsolated) {
      this.isSearching = false;
      return;
    }
    if (this.joins.isWaiting(this.effects.now)) {
      return this.effects.schedule(JOIN_RETRY_MAX_MS, { name: 'join', attempt });
    }
    const known = [...this.table.origins()].filter((origin) => origin !== this.self);
    const asked = new Set(sample(this.random, this.contacts, attempt === 0 ? 1 : CONTACTS_PER_TRY));
    const member = attempt > 0 || asked.size === 0 ? pick(this.random, known) : undefined;
    if (member !== undefined) asked.add(member);
    for (const contact of asked) this.effects.send(contact, { type: 'getPeers' });
    const backoffMs = Math.min(JOIN_RETRY_MS * 2 ** Math.min(attempt, 20), JOIN_RETRY_MAX_MS);
    this.effects.schedule(jittered(this.random, backoffMs, 0.25), { name: 'join', attempt: attempt + 1 });
  }

  onPeers(contact: Address, peers: readonly Address[]): void {
    if (!this.overlay.isIsolated || this.joins.isWaiting(this.effects.now)) return;
    const times = this.joins.count(this.effects.now);
    if (times > 0) this.effects.emit({ type: 'contested', times, status: 'down' });
    this.overlay.join(contact);
    this.overlay.remember(peers);
  }
}
