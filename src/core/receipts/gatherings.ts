/**
 * Acknowledgements on their way up an origin's tree: the echo of a broadcast (Segall, IEEE Trans. Inf. Theory 29(1), 1983: propagation of
 * information with feedback). A node that took a rumor from its parent waits for those it pushed it to, names itself and all that they named,
 * and says so to the parent: one message a node, if nothing fails. A leaf answers at once.
 *
 * Departures: what is gathered is the set of those who hold the rumor, not their number. Each node is named first by itself, when it holds it, and
 * the union of two sets is the same however often and on whatever way they come: so no count is ever too high. A number with a sum of
 * hashes would be shorter; one branch counted twice, after its parent died, would spoil it, and it does not tell who is missing.
 * - A child that does not answer is waited for only so long: the longer, the nearer to the origin, so that its lateness delays nobody twice.
 * - What comes later is passed on at once. Where the parent is gone, all goes to the origin itself.
 */
import type { Address } from '../address.ts';
import type { Millis } from '../boundary.ts';
import type { Effects } from '../effects.ts';
import { fitting, jsonBytes } from '../message-bytes.ts';
import type { Receipt, Rumor } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { RareMap } from '../rare.ts';

/**
 * How long a node next to the origin waits for its children; two hops away half of it, and so on. A guess: down a tree of seven hops
 * of 100 ms and back.
 */
export const GATHER_MS = 2000;
/** A parent that dies within that may not have passed on what it was told: it is told to the origin. */
const KEEP_MS = 2 * GATHER_MS;
/** Rumors of others for which a node gathers at one time. A guess: with a hundred nodes some 100 KB. */
export const MAX_GATHERINGS = 256;

interface Gathering {
  readonly origin: Address;
  readonly parent: Address;
  readonly keepUntil: Millis;
  /** Peers that were given the rumor and have not answered. */
  awaited: readonly Address[];
  readonly holders: Set<Address>;
  /** Those of the holders that the parent has not been told of. */
  unsent: Address[];
}

export class Gatherings {
  /** By the rumor's uuid. */
  private readonly gatherings = new RareMap<string, Gathering>();

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly table: { has(origin: Address): boolean },
    private readonly parameters: Parameters,
    private readonly effects: Effects,
  ) {}

  get size(): number {
    return this.gatherings.size;
  }

  /** This rumor came from there and was news; these peers were given it in turn. */
  begin({ uuid, origin, hops = 1 }: Rumor, parent: Address, awaited: readonly Address[]): void {
    if (this.gatherings.size >= MAX_GATHERINGS) return this.tell(origin, uuid, origin, [this.self]);
    const keepUntil = this.effects.now + KEEP_MS;
    const gathering = { origin, parent, keepUntil, awaited, holders: new Set([this.self]), unsent: [this.self] };
    this.gatherings.set(uuid, gathering);
    this.wait(uuid, awaited.length > 0 ? GATHER_MS / hops : KEEP_MS);
    if (awaited.length === 0) this.send(uuid, gathering);
  }

  /** Those that the table does not name are no members: the origin would not count them, and they may be made up. */
  receive(from: Address, { uuid, origin, holders }: Receipt): void {
    const gathering = this.gatherings.get(uuid);
    const members = holders.filter((holder) => this.table.has(holder));
    if (gathering === undefined) {
      if (this.table.has(origin) && from !== origin) this.tell(origin, uuid, origin, members);
      return;
    }
    const news = members.filter((holder) => !gathering.holders.has(holder));
    for (const holder of news) gathering.holders.add(holder);
    gathering.unsent.push(...news);
    gathering.awaited = gathering.awaited.filter((peer) => peer !== from);
    if (gathering.awaited.length === 0) this.send(uuid, gathering);
  }

  /** This peer has the rumor from another: it is no child. */
  settle(uuid: string, peer: Address): void {
    const gathering = this.gatherings.get(uuid);
    if (gathering?.awaited.includes(peer) !== true) return;
    gathering.awaited = gathering.awaited.filter((each) => each !== peer);
    if (gathering.awaited.length === 0) this.send(uuid, gathering);
  }

  /** It is no child in the trees of these origins, or in any. */
  pruned(peer: Address, origins: readonly Address[] | undefined): void {
    for (const [uuid, { origin }] of this.gatherings) {
      if (origins?.includes(origin) !== false) this.settle(uuid, peer);
    }
  }

  peerDown(peer: Address): void {
    for (const [uuid, gathering] of this.gatherings) {
      if (gathering.parent === peer && peer !== gathering.origin) gathering.unsent = [...gathering.holders];
      if (gathering.awaited.includes(peer)) this.settle(uuid, peer);
      else if (gathering.awaited.length === 0) this.send(uuid, gathering);
    }
  }

  /** The timer fired: those still awaited have had their time, or all of it is over. */
  fire(uuid: string): void {
    const gathering = this.gatherings.get(uuid);
    if (gathering === undefined) return;
    gathering.awaited = [];
    this.send(uuid, gathering);
    const leftMs = gathering.keepUntil - this.effects.now;
    if (leftMs > 0) this.wait(uuid, leftMs);
    else this.gatherings.delete(uuid);
  }

  private wait(uuid: string, afterMs: Millis): void {
    this.effects.schedule(afterMs, { name: 'receipt', uuid, turn: 0 });
  }

  private send(uuid: string, gathering: Gathering): void {
    const { origin, parent, unsent } = gathering;
    gathering.unsent = [];
    this.tell(this.view.peers.includes(parent) ? parent : origin, uuid, origin, unsent);
  }

  /** In as many messages as it takes. */
  private tell(to: Address, uuid: string, origin: Address, holders: readonly Address[]): void {
    const { maxMessageBytes, maxDigestEntries } = this.parameters;
    for (let told = 0; told < holders.length;) {
      const some = fitting(holders.slice(told), (each) => jsonBytes(each) + 1, maxMessageBytes, maxDigestEntries);
      this.effects.send(to, { type: 'receipt', uuid, origin, holders: some });
      told += some.length;
    }
  }
}
