import type { Address } from './address.ts';
import type { Depth, Rumor } from './messages.ts';

export const STRATEGY_NAMES = ['plumtree', 'hub', 'flood', 'random'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** The fewest messages, whatever the number of links: N − 1 an update, where flooding takes 2E − N + 1. */
export const DEFAULT_STRATEGY: StrategyName = 'plumtree';

/** How a rumor that is news here goes on. All but `spread` matter only to a strategy that remembers its links. */
export abstract class Strategy {
  /**
   * Passes a rumor on.
   *
   * @param rumor as it is to be sent: its `ttl` and `hops` already count the next send
   * @param from who brought it; we ourselves when it is our own
   */
  abstract spread(rumor: Rumor, from: Address): void;

  /** This peer brought a copy of what we had already. */
  duplicate(_from: Address, _rumor: Rumor): void {}

  /** Repair has brought what pushing missed here. Others may lack it, too, and will find out by themselves. */
  repaired(_from: Address, _rumor: Rumor): void {}

  peerUp(_peer: Address): void {}

  /** @param _isReplaced another link takes its place just now */
  peerDown(_peer: Address, _isReplaced: boolean): void {}

  /**
   * This peer wants no more copies from us.
   *
   * @param _isReplaced it gets them over another link
   */
  prune(_from: Address, _isReplaced: boolean): void {}

  /** This peer wants copies from us, or we from it: from now on both sides push. */
  graft(_peer: Address): void {}

  /** How late the latest news came here, if that is worth telling this peer. */
  depthFor(_peer: Address): Depth | undefined {
    return undefined;
  }

  /** How late it came to this peer. */
  compareDepth(_peer: Address, _depth: Depth): void {}

  /** May what is spread now miss somebody? Then heartbeats see to it soon, where they would else take their time. */
  mayMiss(): boolean {
    return false;
  }

  /** Peers that are not sent rumors. */
  get lazy(): readonly Address[] {
    return [];
  }
}
