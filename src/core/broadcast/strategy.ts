import type { Address } from '../address.ts';
import type { Timer } from '../boundary.ts';
import type { Graft, IHave, Prune, Rumor } from '../messages.ts';

export const STRATEGY_NAMES = ['plumtree', 'flood', 'random'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** The fewest messages, whatever the number of links: N − 1 an update, where flooding takes 2E − N + 1. */
export const DEFAULT_STRATEGY: StrategyName = 'plumtree';

/** What only a strategy that keeps trees understands. */
export type TreeMessage = Prune | IHave | Graft;
export type TreeTimer = Extract<Timer, { readonly name: 'graft' | 'announce' }>;

/** How a rumor that is news here goes on. All but `spread` matter only to a strategy that remembers its links. */
export abstract class Strategy {
  /**
   * Passes a rumor on.
   *
   * @param rumor as it is to be sent: its `ttl` and `hops` already count the next send
   * @param from the node that brought it; this node for its own
   */
  abstract spread(rumor: Rumor, from: Address): void;

  /** This peer brought a copy of what we had already. */
  duplicate(_from: Address, _rumor: Rumor): void {}

  /** Repair has brought what pushing missed here. Others may lack it, too, and will find out by themselves. */
  repaired(_from: Address, _rumor: Rumor): void {}

  /**
   * Asked just after `spread`: the peers that were given a rumor of this origin, which came from there, and of which each either passes it on or says that it
   * had it. Nobody, where there is no knowing.
   */
  pushedTo(_origin: Address, _from: Address): readonly Address[] {
    return [];
  }

  peerUp(_peer: Address): void {}

  peerDown(_peer: Address): void {}

  receive(_from: Address, _message: TreeMessage): void {}

  fire(_timer: TreeTimer): void {}

  /** May what is spread now miss somebody? Then heartbeats see to it soon, where they would else take their time. */
  mayMiss(): boolean {
    return false;
  }

  /** How many records were asked for with a graft just now. */
  get grafting(): number {
    return 0;
  }

  /** Peers that are not sent rumors. */
  get lazy(): readonly Address[] {
    return [];
  }
}
