/** Parameters in words and with units, by where they stand in a scenario. */
import { countText, percentText, threeDigits } from '../../text/numbers.ts';
import type { ParameterValue, Setting, Varied } from '../sweep-head.ts';

interface Words {
  /** As the object of a sentence. */
  readonly words: string;
  readonly unit: string;
}

const KNOWN: { readonly [path: string]: Words } = {
  nodes: { words: 'nodes', unit: '' },
  strategy: { words: 'strategy', unit: '' },
  'parameters.fanout': { words: 'fanout', unit: 'peers' },
  'parameters.ttl': { words: 'TTL', unit: 'sends' },
  'parameters.maxPeers': { words: 'most peers', unit: 'peers' },
  'join.degree': { words: 'mean degree', unit: 'links per node' },
  'network.loss': { words: 'loss', unit: '% of messages' },
  'network.duplication': { words: 'duplication', unit: '% of messages' },
  'network.reordering': { words: 'reordering', unit: '% of messages' },
  'network.delay': { words: 'link delay', unit: 'ms' },
};

/** Its values are parts of a whole: told in percent. */
export function isPart({ path }: Varied): boolean {
  return /(^|\.)(loss|duplication|reordering|part|chance|killed)$/i.test(path);
}

export function wordsOf(varied: Varied): Words {
  const { name, path } = varied;
  const known = KNOWN[path];
  if (known !== undefined) return known;
  if (isPart(varied)) return { words: /kill/i.test(name) ? 'killed' : name, unit: '% of nodes' };
  if (/ms$/i.test(name)) return { words: name.replace(/ms$/i, ''), unit: 'ms' };
  return { words: name, unit: '' };
}

/** For an axis: `fanout, peers`. */
export function axisOf(varied: Varied): string {
  const { words, unit } = wordsOf(varied);
  return unit === '' ? words : `${words}, ${unit}`;
}

/** Ten days: longer than what anybody simulates, said to have something not happen at all. */
const NEVER_MS = 864_000_000;

/** A value with what it needs beside its parameter's name: `5 %`, `100 ms`, `4`. */
export function valueText(varied: Varied, value: ParameterValue | undefined): string {
  if (typeof value !== 'number') return value === undefined ? '–' : String(value);
  if (isPart(varied)) return percentText(value);
  const { unit } = wordsOf(varied);
  if (unit === 'ms' && value >= NEVER_MS) return 'never';
  const text = Number.isInteger(value) && value < 1e6 ? countText(value) : threeDigits(value);
  return unit === 'ms' ? `${text} ms` : text;
}

/** `fanout 4, TTL 8`. What has one value all over the sweep or none here is left out. */
export function valuesText(all: readonly Varied[], values: Setting['values'], except: readonly string[] = []): string {
  return all
    .filter(({ name, values: { length } }) => !except.includes(name) && name in values && length > 1)
    .map((each) => (each.path === 'strategy' ? String(values[each.name]) : namedValue(each, values[each.name])))
    .join(', ');
}

/** `fanout 4`, `5 % loss`, `1,000 nodes`. */
export function namedValue(varied: Varied, value: ParameterValue | undefined): string {
  const { words } = wordsOf(varied);
  const isCount = varied.path === 'nodes' || isPart(varied);
  return isCount ? `${valueText(varied, value)} ${words}` : `${words} ${valueText(varied, value)}`;
}

/** As a part of a file's name. */
export function fileNameOf({ name }: Varied): string {
  return name
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 60)
    .toLowerCase();
}
