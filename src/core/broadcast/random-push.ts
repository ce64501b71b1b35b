import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { Rumor } from '../messages.ts';
import { sample, type Random } from '../random.ts';
import { Strategy } from './strategy.ts';

/**
 * Push-once, "infect and die" (Demers et al., PODC 1987): the first copy goes to `fanout` random peers, others go
 * nowhere. That is fanout × reached messages an update, and it never reaches everyone with certainty: 94 % at fanout
 * 3, 99.3 % at 5. Anti-entropy brings the rest.
 *
 * Departure: peers are drawn from the active view, not from everyone, and never the one it came from.
 */
export class RandomPush extends Strategy {
  constructor(
    private readonly view: { readonly peers: readonly Address[] },
    private readonly fanout: number,
    private readonly random: Random,
    private readonly effects: Effects,
  ) {
    super();
  }

  override mayMiss(): boolean {
    return true;
  }

  spread(rumor: Rumor, from: Address): void {
    const others = this.view.peers.filter((peer) => peer !== from);
    for (const peer of sample(this.random, others, this.fanout)) this.effects.send(peer, rumor);
  }
}
