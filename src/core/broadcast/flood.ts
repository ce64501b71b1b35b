import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { Rumor } from '../messages.ts';
import { Strategy } from './strategy.ts';

/**
 * Flooding, the brief's own: the first copy goes to every peer but the one it came from. Over E links and N nodes
 * that is 2E − N + 1 messages an update, while the TTL does not bind.
 */
export class Flood extends Strategy {
  constructor(
    private readonly view: { readonly peers: readonly Address[] },
    private readonly effects: Effects,
  ) {
    super();
  }

  spread(rumor: Rumor, from: Address): void {
    for (const peer of this.view.peers) {
      if (peer !== from) this.effects.send(peer, rumor);
    }
  }

  override pushedTo(_origin: Address, from: Address): readonly Address[] {
    return this.view.peers.filter((peer) => peer !== from);
  }
}
