/** What a node looks like in the graph. Never by colour alone: size says it too, or a sign, or its label. */
import { canBeReached, reachableCount, type NetworkState, type NodeState } from '../../model/network-state.ts';
import { favoriteLine, healthOf, isUp, shortNames, type Health } from '../../model/words.ts';
import type { Session } from '../session.ts';
import { SIGNS } from '../views/health-mark.tsx';
import { hash } from './layout.ts';

export const GRAPH_TOKENS = [
  ...([
    'surface',
    'ink',
    'ink-soft',
    'line',
    'accent',
    'good',
    'warn',
    'bad',
    'idle',
    'link-eager',
    'link-lazy',
  ] as const),
  ...(['ramp-1', 'ramp-2', 'ramp-3', 'ramp-4', 'ramp-5', 'raised', 'line-strong', 'paper'] as const),
  ...(['side-a', 'side-b', 'side-a-line', 'side-b-line'] as const),
] as const;
export type GraphColors = { readonly [name in (typeof GRAPH_TOKENS)[number]]: string };

export interface Look {
  readonly color: string;
  /** Of a usual node's size. */
  readonly scale: number;
  readonly label: string;
  /** Drawn in the node, or beside a small one. */
  readonly sign?: string;
  /** It does not take part: it stands still, or is gone. */
  readonly isHollow?: boolean;
}

export interface LegendEntry {
  readonly color: string;
  readonly scale?: number;
  readonly sign?: string;
  readonly words: string;
}

const RAMP = ['ramp-1', 'ramp-2', 'ramp-3', 'ramp-4', 'ramp-5'] as const;
/** From so much of what there is to know. */
const FRESH_FROM = [0, 0.5, 0.9, 0.99, 1] as const;
const FRESH_WORDS = ['less than half', 'half or more', '90 % or more', '99 % or more', 'all'] as const;
const SCALES = [0.55, 0.65, 0.75, 0.85, 1] as const;
const MAX_NAMED_FAVORITES = 6;

const HEALTH_COLORS: { readonly [health in Health]: keyof GraphColors } = {
  ...{ alive: 'good', paused: 'warn', suspect: 'warn', down: 'bad', unreachable: 'warn', killed: 'bad', left: 'idle' },
  unknown: 'idle',
};

const HOLLOW_COLORS: { readonly [phase in NodeState['phase']]?: keyof GraphColors } = {
  ...{ paused: 'warn', killed: 'bad', left: 'idle' },
};

export interface Coloring {
  lookOf(node: NodeState): Look;
  readonly legend: readonly LegendEntry[];
  readonly title: string;
}

export function coloringOf(session: Session, state: NetworkState, colors: GraphColors, isDark: boolean): Coloring {
  const speakers = reachableCount(state.nodes);
  const name = shortNames(state);
  const by = coloringBy(session, state, colors, isDark);
  const there = new Set(state.nodes.map((node) => healthOf(node, speakers)));
  const signs = (Object.keys(HEALTH_COLORS) as Health[])
    .filter((health) => there.has(health) && health !== 'alive' && health !== 'unknown')
    .map((health) => ({ color: colors.ink, sign: SIGNS[health], words: health }));
  return {
    ...by,
    legend: session.colorBy === 'status' ? by.legend : [...by.legend, ...signs],
    lookOf(node) {
      const health = healthOf(node, speakers);
      const sign = health === 'alive' || health === 'unknown' ? {} : { sign: SIGNS[health] };
      const hollow = HOLLOW_COLORS[node.phase];
      const look = hollow === undefined ? by.lookOf(node) : { color: colors[hollow], scale: 0.9, isHollow: true };
      return { label: name(node.address), ...look, ...sign };
    },
  };
}

type Plain = Omit<Coloring, 'lookOf'> & { lookOf(node: NodeState): Pick<Look, 'color' | 'scale'> & { label?: string } };

function coloringBy(session: Session, state: NetworkState, colors: GraphColors, isDark: boolean): Plain {
  switch (session.colorBy) {
    case 'freshness':
      return byFreshness(state, colors);
    case 'favorite':
      return byFavorite(state, colors, isDark);
    case 'status':
      return byStatus(state, colors);
    case 'update':
      return session.chosen.uuid === undefined ? byFreshness(state, colors) : byUpdate(session, colors);
  }
}

function byFreshness(state: NetworkState, colors: GraphColors): Plain {
  const current = state.nodes.filter((node) => canBeReached(node) && node.version > 0);
  const knows = knownCounts(state, current);
  return {
    title: 'How much of the newest each knows',
    lookOf(node) {
      const part = current.length === 0 ? 1 : (knows[node.number] ?? 0) / current.length;
      const step = FRESH_FROM.findLastIndex((from) => part >= from);
      return { color: colors[RAMP[step]!], scale: SCALES[step]! };
    },
    legend: FRESH_WORDS.map((words, step) => ({ color: colors[RAMP[step]!], scale: SCALES[step]!, words })).reverse(),
  };
}

/** By node: of how many of these it holds the newest. Column by column, which is the order in memory. */
function knownCounts(state: NetworkState, origins: readonly NodeState[]): Uint32Array {
  const counts = new Uint32Array(state.nodes.length);
  for (const { number, version } of origins) {
    const column = state.holders(number);
    for (let node = 0; node < column.length; node++) if (column[node]! >= version) counts[node]!++;
  }
  return counts;
}

function byFavorite(state: NetworkState, colors: GraphColors, isDark: boolean): Plain {
  const counts = new Map<string, number>();
  for (const node of state.nodes) {
    const text = favoriteLine(node.favorite);
    if (isUp(node) && text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const most = [...counts].sort(([, a], [, b]) => b - a);
  const rest = most.length - MAX_NAMED_FAVORITES;
  return {
    title: 'What each likes: a colour for each, the label says which',
    lookOf(node) {
      const text = favoriteLine(node.favorite);
      return text === ''
        ? { color: colors.idle, scale: 0.7 }
        : { color: favoriteColor(text, isDark), scale: 1, label: text };
    },
    legend: [
      ...most.slice(0, MAX_NAMED_FAVORITES).map(([text, count]) => ({
        color: favoriteColor(text, isDark),
        words: count === 1 ? text : `${text} (${count})`,
      })),
      ...(rest > 0 ? [{ color: colors.idle, words: `and ${rest} others` }] : []),
    ],
  };
}

function byStatus(state: NetworkState, colors: GraphColors): Plain {
  const speakers = reachableCount(state.nodes);
  const there = new Set(state.nodes.map((node) => healthOf(node, speakers)));
  return {
    title: 'How each fares',
    lookOf: (node) => ({ color: colors[HEALTH_COLORS[healthOf(node, speakers)]], scale: 1 }),
    legend: (Object.keys(HEALTH_COLORS) as Health[])
      .filter((health) => there.has(health))
      .map((health) => ({ color: colors[HEALTH_COLORS[health]], sign: SIGNS[health], words: health })),
  };
}

/** By the number of sends it took: the first are the darkest. */
function byUpdate({ chosen, nowMs, state }: Session, colors: GraphColors): Plain {
  const { history } = chosen;
  const origin = history?.facts === undefined ? undefined : state.find(history.facts.origin)?.number;
  return {
    title: 'After how many sends it came',
    lookOf(node) {
      const delivery = history?.deliveryAt(node.address, nowMs);
      if (delivery !== undefined)
        return { color: hopColor(delivery.hops, colors), scale: delivery.hops === 0 ? 1.3 : 1 };
      const { facts } = history ?? {};
      const held = origin === undefined ? 0 : state.held(node.number, origin, facts?.key);
      if (facts !== undefined && held > facts.version) return { color: colors.accent, scale: 0.8 };
      return { color: colors.idle, scale: 0.55 };
    },
    legend: [
      ...['its origin', '1 or 2 sends', '3 or 4', '5 or 6', '7 or more'].map((words, index) => {
        return { color: hopColor(index * 2, colors), words, scale: index === 0 ? 1.3 : 1 };
      }),
      { color: colors.idle, scale: 0.55, words: 'does not have it' },
    ],
  };
}

export function hopColor(hops: number, colors: GraphColors): string {
  return colors[RAMP[RAMP.length - 1 - Math.min(Math.ceil(hops / 2), RAMP.length - 1)]!];
}

/** Any text has its hue; as light as stands out from the ground. */
export function favoriteColor(text: string, isDark: boolean): string {
  return hslToHex(hash(text) * 360, isDark ? 0.55 : 0.6, isDark ? 0.66 : 0.42);
}

function hslToHex(hue: number, saturation: number, lightness: number): string {
  const amount = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): string => {
    const k = (offset + hue / 30) % 12;
    const value = lightness - amount * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
