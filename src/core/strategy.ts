import type { Address } from './address.ts';
import type { Rumor } from './messages.ts';

/** How a rumor that is news here goes on. */
export interface Strategy {
  /**
   * Passes a rumor on.
   *
   * @param rumor as it is to be sent: its `ttl` and `hops` already count the next send
   * @param from who brought it; `undefined` when it is our own
   */
  spread(rumor: Rumor, from: Address | undefined): void;
}

export const STRATEGY_NAMES = ['flood'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];
