/**
 * Two hops for every value, and every node's turn to carry the load. A node sends what it publishes to the relay of the moment,
 * which sends it to all others. So what many nodes publish at about the same time leaves in one line for each receiver:
 * the fewest messages there can be in two hops, as with a star, and a star's middle would send most of them for ever.
 *
 * Whose turn it is, a node reads from its own clock: each has it for `TURN_MS`, in the order of their names, and those who are
 * known to be down are passed over. Nobody has to agree. A node that is sent a rumor with a send to spare is its relay,
 * whatever its own clock says: where clocks differ, several relay at a time, and that costs messages and nothing else.
 *
 * What is lost on the way, because the relay or the receiver is cut off, comes through repair.
 */
import { Strategy, type Address, type Effects, type Rumor } from '../core/index.ts';

/** To the relay, and from there to everyone. */
export const RELAY_TTL = 2;

/**
 * Measured with 25 nodes: at each change two relays speak to all for a moment, which with turns of half a second costs 0.4 messages an
 * operation more, and with turns of two seconds 0.1 less; but in 20 s not everyone has a turn then.
 */
export const TURN_MS = 1000;

export class Relay extends Strategy {
  /** In the same order at every node. */
  private readonly members: readonly Address[];

  constructor(
    private readonly self: Address,
    members: readonly Address[],
    private readonly isDown: (member: Address) => boolean,
    private readonly effects: Effects,
  ) {
    super();
    this.members = [...new Set([self, ...members])].sort();
  }

  /** With a send to spare it goes to the relay, and from there on its last one. */
  spread(rumor: Rumor, from: Address): void {
    const relay = rumor.ttl > 1 ? this.relayAt(this.effects.now) : this.self;
    if (relay === this.self) this.sendToAll({ ...rumor, ttl: 1 }, from);
    else this.effects.send(relay, { ...rumor, ttl: RELAY_TTL });
  }

  /** Whatever the reason was, others miss it as well: half of a network that was cut in two, say. The relay knows whether it was told before. */
  override repaired(from: Address, rumor: Rumor): void {
    this.spread({ ...rumor, ttl: RELAY_TTL }, from);
  }

  private sendToAll(lastCopy: Rumor, from: Address): void {
    for (const member of this.members) {
      if (member !== from && member !== this.self && !this.isDown(member)) this.effects.send(member, lastCopy);
    }
  }

  private relayAt(time: number): Address {
    const { length } = this.members;
    const turn = Math.floor(time / TURN_MS);
    for (let passed = 0; passed < length; passed++) {
      const member = this.members[(turn + passed) % length]!;
      if (member === this.self || !this.isDown(member)) return member;
    }
    return this.self;
  }
}
