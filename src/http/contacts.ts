/** Who is asked for its peers, and what it calls itself. The core's `getPeers` is the brief's `GET /peers/`. */
import type { Address, Message } from '../core/index.ts';
import type { PeersAnswer } from './read-answer.ts';

/** Asked at one time. A guess: above what a node is given. */
const MAX_FETCHING = 512;

interface ContactHost {
  askPeers(address: Address): Promise<PeersAnswer>;
  received(from: Address, messages: readonly Message[]): void;
  /** The node that answers at this contact's address calls itself by another. */
  named(contact: Address, self: Address): void;
  /** It answered like a guest, or like a node. */
  adopt(guest: Address): void;
  meet(node: Address): void;
  missed(contact: Address, error: unknown): void;
}

export class Contacts {
  /** Those of whom it is not known yet what they call themselves: that is the first that they are asked. */
  private readonly unnamed: Set<Address>;
  /** Whose `/peers/` are asked for just now. */
  private readonly fetching = new Set<Address>();

  /** @param contacts addresses as a user gave them, each perhaps another name of a node */
  constructor(
    contacts: readonly Address[],
    private readonly host: ContactHost,
  ) {
    this.unnamed = new Set(contacts);
  }

  get isAsking(): boolean {
    return this.fetching.size > 0;
  }

  isUnnamed(address: Address): boolean {
    return this.unnamed.has(address);
  }

  fetchPeers(contact: Address): void {
    if (this.fetching.has(contact) || this.fetching.size >= MAX_FETCHING) return;
    this.fetching.add(contact);
    this.ask(contact)
      .then(
        ({ self, peers }) => this.host.received(self, [{ type: 'peers', peers }]),
        (error: unknown) => this.host.missed(contact, error),
      )
      .finally(() => this.fetching.delete(contact));
  }

  /** What this one calls itself from now on is its address. @throws what asking throws */
  async ask(contact: Address): Promise<PeersAnswer> {
    const answer = await this.host.askPeers(contact);
    this.unnamed.delete(contact);
    if (answer.isGuest) this.host.adopt(contact);
    else this.host.meet(contact);
    if (answer.self !== contact) this.host.named(contact, answer.self);
    return answer;
  }
}
