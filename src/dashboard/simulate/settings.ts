/** What the panel's sliders change, one by one, in what a scenario file says; what they leave out follows by its defaults. */
import type { Delay } from '../../scenario/scenario.ts';
import { DEFAULT_PARAMETERS, type Scenario } from '../../sim/simulate.ts';
import { MAX_PAGE_NODES } from './page-limits.ts';

/** A scenario file, as far as it says anything. */
export interface Settings {
  readonly [field: string]: unknown;
}

export interface Slider {
  readonly id: string;
  readonly label: string;
  /** After the value, with its space. */
  readonly unit: string;
  /** Where it can stand, from left to right. */
  readonly values: readonly number[];
  /** One sentence: what it changes. */
  readonly about: string;
  /** Absent: it always changes something. */
  readonly matters?: (scenario: Scenario) => boolean;
  readonly read: (scenario: Scenario) => number;
  readonly write: (settings: Settings, value: number, scenario: Scenario) => Settings;
}

export const SLIDERS: readonly Slider[] = [
  {
    ...slider('nodes', 'Nodes', ['nodes'], [2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500]),
    about: 'How many take part. Flooding grows with the links, a tree with the nodes; hops grow with the logarithm.',
    read: ({ nodes }) => nodes,
  },
  {
    ...parameter('fanout', 'Fanout', upTo(1, 12)),
    about: 'To how many random peers each passes news on. About ln N + 1 reaches nearly everyone; below 1 it dies out.',
    matters: ({ strategy }) => strategy === 'random',
  },
  {
    ...parameter('ttl', 'TTL', [...upTo(1, 10), 12, 16, 24, 32]),
    unit: ' hops',
    about: 'How many sends a rumor may go from its origin. Too small, and far nodes wait for repair.',
  },
  {
    ...parameter('maxPeers', 'Most peers', [...upTo(2, 10), 12, 15, 20]),
    about: 'To how many each keeps a link. With 3 and fewer a network under faults may fall apart.',
    matters: ({ join }) => join.how !== 'graph',
  },
  {
    ...slider('degree', 'Mean degree', ['join', 'degree'], [2, 3, 4, 5, 6, 8, 10, 12, 16, 20]),
    about: 'Links of each node in the random graph. Flooding sends over each of them.',
    matters: ({ join }) => join.how === 'graph',
    read: ({ join }) => (join.how === 'graph' ? join.degree : 0),
    write: (settings, degree) => withValue(settings, ['join'], { how: 'graph', degree }),
  },
  {
    ...slider('delayMin', 'Delay from', [], [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]),
    unit: ' ms',
    about: 'The shortest time that a message is on its way.',
    read: ({ network }) => rangeOf(network.delay)[0],
    write: (settings, ms, { network }) => withDelay(settings, ms, Math.max(ms, rangeOf(network.delay)[1])),
  },
  {
    ...slider('delayMax', 'Delay to', [], [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]),
    unit: ' ms',
    about: 'The longest. Each message draws its own between the two; time to all grows with it.',
    read: ({ network }) => rangeOf(network.delay)[1],
    write: (settings, ms, { network }) => withDelay(settings, Math.min(ms, rangeOf(network.delay)[0]), ms),
  },
  {
    ...slider('loss', 'Loss', ['network', 'loss'], [0, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50]),
    unit: ' %',
    about: 'How many messages vanish, and nobody is told. Repair must make up for each.',
    read: ({ network }) => Math.round(network.loss * 1e6) / 1e4,
    write: (settings, percent) => withValue(settings, ['network', 'loss'], percent === 0 ? undefined : percent / 100),
  },
];

export const STRATEGIES: { readonly [Name in Scenario['strategy']]: string } = {
  plumtree: 'Along a tree that the network finds by itself: one copy each, and repair when the tree breaks.',
  flood: 'To every peer: quickest and surest, and the most copies.',
  random: 'To a few random peers, once (infect and die): few copies, and some nodes miss it until repair.',
};

export const JOINS: { readonly [How in Scenario['join']['how']]: string } = {
  seed: 'All are told of the first node, and find others through it.',
  chain: 'Each is told of the one before.',
  random: 'Each is told of one that is there already.',
  graph: 'Nobody joins: links are a random graph from the start.',
};

export interface Preset {
  readonly name: string;
  readonly label: string;
  readonly address: string;
}

/** The shipped scenarios of these names, as addresses. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'first-rumor',
    label: 'A first rumor',
    address:
      'v=1&name=first-rumor&nodes=20&strategy=flood&shuffleMs=600000&favorites=no&publish=7@10000:Middlemarch%20by%20George%20Eliot&for=15000',
  },
  {
    name: 'graph-flood',
    label: 'Flood: 3,501 copies',
    address:
      'v=1&name=graph-flood&nodes=500&strategy=flood&seed=7&shuffleMs=2592000000&heartbeatMs=2592000000&heartbeatMinMs=2592000000&join=graph:8&delay=50&favorites=no&updates=20&updatesFrom=1000&updatesEvery=2000&for=45000',
  },
  {
    name: 'graph-tree',
    label: 'Tree: the same in 499',
    address:
      'v=1&name=graph-tree&nodes=500&seed=7&shuffleMs=2592000000&heartbeatMs=2592000000&heartbeatMinMs=2592000000&join=graph:8&delay=50&favorites=no&updates=20&updatesFrom=1000&updatesEvery=2000&for=45000',
  },
  {
    name: 'kill-half',
    label: 'Kill half of all nodes',
    address: 'v=1&name=kill-half&updates=30&updatesFrom=10000&updatesEvery=1000&for=60000&faults=kill@20500:part0.5',
  },
  {
    name: 'partition-and-heal',
    label: 'Partition and heal',
    address:
      'v=1&name=partition-and-heal&nodes=60&updates=60&updatesFrom=10000&updatesEvery=1000&for=120000&faults=partition@20000:part0.5;heal@50000',
  },
];

/** What a page without an address begins with: something happens within two seconds, and one can follow it. */
export const OPENING: Preset = {
  name: 'opening',
  label: 'Sixty nodes, twenty updates',
  address:
    'v=1&name=opening&nodes=60&seed=7&join=graph:5&favorites=no&updates=20&updatesFrom=1000&updatesEvery=1500&for=35000',
};

export function valueAt(tree: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((branch, name) => (branch as Settings | undefined)?.[name], tree);
}

/** The settings with this value there; `undefined`: with none. */
export function withValue(settings: Settings, path: readonly string[], value: unknown): Settings {
  const [name, ...rest] = path;
  if (name === undefined) return settings;
  const { [name]: before, ...others } = settings;
  const after = rest.length === 0 ? value : withValue(isTree(before) ? before : {}, rest, value);
  const isEmpty = after === undefined || (rest.length > 0 && Object.keys(after as Settings).length === 0);
  return isEmpty ? others : { ...settings, [name]: after };
}

/** The place of what comes nearest. */
export function nearestIndex(values: readonly number[], value: number): number {
  let nearest = 0;
  for (const [index, candidate] of values.entries()) {
    if (Math.abs(candidate - value) < Math.abs(values[nearest]! - value)) nearest = index;
  }
  return nearest;
}

function slider(id: string, label: string, path: readonly string[], values: readonly number[]) {
  const all = id === 'nodes' ? [...values, MAX_PAGE_NODES] : values;
  return {
    ...{ id, label, unit: '', values: all },
    write: (settings: Settings, value: number): Settings => withValue(settings, path, value),
  };
}

function parameter(name: 'fanout' | 'ttl' | 'maxPeers', label: string, values: readonly number[]) {
  return {
    ...slider(name, label, ['parameters', name], values),
    read: ({ parameters }: Scenario): number => parameters[name] ?? DEFAULT_PARAMETERS[name],
  };
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** From the shortest to the longest, as far as there is one. */
function rangeOf(delay: Delay): readonly [minMs: number, maxMs: number] {
  switch (delay.kind) {
    case 'constant':
      return [delay.ms, delay.ms];
    case 'uniform':
      return [delay.minMs, delay.maxMs];
    case 'logNormal':
      return [Math.min(delay.medianMs, delay.maxMs), delay.maxMs];
    case 'regions': {
      const all = delay.matrixMs.flat();
      return [Math.min(...all), Math.max(...all) + delay.jitterMs];
    }
  }
}

function withDelay(settings: Settings, minMs: number, maxMs: number): Settings {
  return withValue(settings, ['network', 'delay'], minMs === maxMs ? minMs : { kind: 'uniform', minMs, maxMs });
}

function isTree(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
