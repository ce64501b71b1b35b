/** Keys as commands. */
import type { Key } from 'ink';
import type { ScrollCommand } from './scroll-window.ts';

export type ScreenCommand = ScrollCommand | 'quit' | 'pause' | 'sort' | 'resample' | 'help' | 'closeHelp';

const letters: Readonly<Record<string, ScreenCommand>> = {
  q: 'quit',
  p: 'pause',
  ' ': 'pause',
  s: 'sort',
  r: 'resample',
  '?': 'help',
  h: 'help',
  j: 'lineDown',
  k: 'lineUp',
  g: 'top',
  G: 'bottom',
};

const named: readonly (readonly [keyof Key, ScreenCommand])[] = [
  ['upArrow', 'lineUp'],
  ['downArrow', 'lineDown'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
  ['home', 'top'],
  ['end', 'bottom'],
  ['escape', 'closeHelp'],
];

/** One read may bring several keys: a held-down `j` on a busy machine arrives as `jjj`. */
export function commandsOf(input: string, key: Partial<Key>): ScreenCommand[] {
  if (key.ctrl) return input === 'c' ? ['quit'] : [];
  const match = named.find(([name]) => key[name]);
  if (match) return [match[1]];
  if (key.meta) return [];
  return [...input].map((letter) => letters[letter]).filter((command) => command !== undefined);
}
