/** Each strategy by colour and shape, the same in all figures. */
import type { KeyEntry, SymbolName } from './chart.ts';
import { colorOf } from './colors.ts';

/** Shapes by their names, for a scale that leaves them as they are. */
export const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star'] as const satisfies readonly SymbolName[];

interface Look {
  readonly color: string;
  readonly symbol: SymbolName;
}

const LOOKS: { readonly [strategy: string]: Look } = {
  plumtree: { color: colorOf('green'), symbol: 'circle' },
  flood: { color: colorOf('orange'), symbol: 'square' },
  random: { color: colorOf('blue'), symbol: 'triangle' },
};
const OTHER: Look = { color: colorOf('muted'), symbol: 'star' };

export function lookOf(strategy: string): Look {
  return Object.hasOwn(LOOKS, strategy) ? LOOKS[strategy]! : OTHER;
}

export function strategyEntries(strategies: readonly string[]): KeyEntry[] {
  return strategies.map((strategy) => ({ label: strategy, ...lookOf(strategy) }));
}
