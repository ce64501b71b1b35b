/**
 * How a node finds the network, at its start and whenever it is left without peers: it asks one that it knows of for
 * its peers, and joins through it.
 */
import type { Address } from './address.ts';
import type { Effects } from './effects.ts';
import type { HyParView } from './hyparview.ts';
import type { Parameters } from './parameters.ts';
import { jittered, pick, type Random } from './random.ts';
import { RareMap } from './rare.ts';
import type { Table } from './table.ts';

/** What a node is given by its user, and its data directory, comes to about forty. A guess. */
export const MAX_CONTACTS = 128;

export class Bootstrap {
  /** As they were given: such a name may lead to another node later. */
  private contacts: readonly Address[] = [];
  /** What those who answered there last call themselves, where that is something else. */
  private readonly names = new RareMap<Address, Address>();
  private hasStarted = false;
  private isSearching = false;

  constructor(
    private readonly self: Address,
    private readonly overlay: HyParView,
    private readonly table: Table,
    private readonly parameters: Parameters,
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

  /** Whoever answers at a contact's address is known by what it calls itself, and by nothing else. */
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

  /** Asks a contact, or every other time anybody ever heard of, for its peers; again with backoff and jitter. */
  search(attempt: number): void {
    if (!this.overlay.isIsolated) {
      this.isSearching = false;
      return;
    }
    const known = [...this.table.origins()].filter((origin) => origin !== this.self);
    const useContacts = this.contacts.length > 0 && attempt % 2 === 0;
    const contact = pick(this.random, useContacts || known.length === 0 ? this.contacts : known);
    if (contact !== undefined) this.effects.send(contact, { type: 'getPeers' });
    const { joinRetryMs, joinRetryMaxMs } = this.parameters;
    const backoffMs = Math.min(joinRetryMs * 2 ** Math.min(attempt, 20), joinRetryMaxMs);
    this.effects.schedule(jittered(this.random, backoffMs, 0.25), { name: 'join', attempt: attempt + 1 });
  }

  onPeers(contact: Address, peers: readonly Address[]): void {
    if (!this.overlay.isIsolated) return;
    this.overlay.join(contact);
    this.overlay.remember(peers);
  }
}
