/** Keys as commands. */
import type { Key } from 'ink';
import type { ScrollCommand } from './scroll-window.ts';

export type ScreenCommand = ScrollCommand | NodeCommand | NetworkCommand | 'quit' | 'pause' | 'help' | 'closeHelp';
export type NodeCommand = 'sort' | 'resample';
/** What is done to one node is done to the selected one, or to a random one. */
export type NetworkCommand = NodeFault | `${NodeFault}Random` | 'splitOrHeal' | 'changeView';
export const NODE_FAULTS = ['kill', 'pauseOrResume', 'restart', 'publish'] as const;
export type NodeFault = (typeof NODE_FAULTS)[number];

export type Letters = Readonly<Record<string, ScreenCommand>>;

export const NODE_LETTERS: Letters = { s: 'sort', r: 'resample' };
export const NETWORK_LETTERS: Letters = {
  x: 'kill',
  X: 'killRandom',
  z: 'pauseOrResume',
  Z: 'pauseOrResumeRandom',
  r: 'restart',
  R: 'restartRandom',
  n: 'publish',
  N: 'publishRandom',
  '/': 'splitOrHeal',
  v: 'changeView',
};

const letters: Letters = {
  q: 'quit',
  p: 'pause',
  ' ': 'pause',
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
export function commandsOf(input: string, key: Partial<Key>, own: Letters): ScreenCommand[] {
  if (key.ctrl) return input === 'c' ? ['quit'] : [];
  const match = named.find(([name]) => key[name]);
  if (match) return [match[1]];
  if (key.meta) return [];
  return [...input].map((letter) => own[letter] ?? letters[letter]).filter((command) => command !== undefined);
}
