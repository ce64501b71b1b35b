import type { Address } from './address.ts';
import type { MakeStrategy } from './broadcast/create-strategy.ts';
import type { StrategyName } from './broadcast/strategy.ts';
import type { Effects } from './effects.ts';
import type { Parameters } from './parameters.ts';
import type { Random } from './random.ts';

export interface GossipNodeOptions {
  readonly self: Address;
  readonly random: Random;
  readonly parameters: Parameters;
  readonly strategy: StrategyName | MakeStrategy;
  /** The version this node had reached when it last ran, if that is remembered. 0 for a new node. */
  readonly version?: number;
  /** Performs effects as they come up. Without it `handle` returns them. */
  readonly effects?: Effects;
}
