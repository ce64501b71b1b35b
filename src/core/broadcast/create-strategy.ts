import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import { Flood } from './flood.ts';
import type { Parameters } from '../parameters.ts';
import { Plumtree } from './plumtree.ts';
import { RandomPush } from './random-push.ts';
import type { Random } from '../random.ts';
import type { Strategy, StrategyName } from './strategy.ts';
import type { Table } from '../state/table.ts';

/** A host's own strategy. */
export type MakeStrategy = (effects: Effects) => Strategy;

export function createStrategy(
  name: StrategyName | MakeStrategy,
  self: Address,
  view: { readonly peers: readonly Address[] },
  table: Table,
  parameters: Parameters,
  random: Random,
  effects: Effects,
): Strategy {
  if (typeof name === 'function') return name(effects);
  switch (name) {
    case 'plumtree':
      return new Plumtree(self, view, table, parameters, random, effects);
    case 'flood':
      return new Flood(view, effects);
    case 'random':
      return new RandomPush(view, parameters.fanout, random, effects);
  }
}
