/** Makes what fits its schema not fit it, or fit it in a way that nobody meant. */
import type { Draws } from './draws.ts';
import { oddNumber, oddText, oddValue, pollution, ODD_NAMES } from './hostile-values.ts';
import { Fields, isList, Raw, textOf, type Tree } from './tree.ts';

/** @returns the same with one place in it spoiled, at any depth */
export function spoil(tree: Tree, draws: Draws): Tree {
  if (tree instanceof Fields && tree.entries.length > 0 && draws.chance(75)) {
    const at = draws.below(tree.entries.length);
    return new Fields(tree.entries.map(([name, value], i) => [name, i === at ? spoil(value, draws) : value]));
  }
  if (isList(tree) && tree.length > 0 && draws.chance(75)) {
    const at = draws.below(tree.length);
    return tree.map((value, i) => (i === at ? spoil(value, draws) : value));
  }
  if (tree instanceof Fields) return spoilFields(tree, draws);
  return isList(tree) ? spoilList(tree, draws) : spoilLeaf(tree, draws);
}

function spoilFields(tree: Fields, draws: Draws): Tree {
  const { entries } = tree;
  const at = draws.below(entries.length + 1);
  const entry = entries[at] ?? (['extra', 1] as const);
  const put = (...more: (readonly [string, Tree])[]): Fields =>
    new Fields([...entries.slice(0, at), ...more, ...entries.slice(at + 1)]);
  switch (draws.below(8)) {
    case 0:
      return put();
    case 1:
      return put(entry, [draws.pick(ODD_NAMES), oddValue(draws)]);
    case 2:
      // Twice, with another value before or after it.
      return draws.chance(50) ? put(entry, [entry[0], oddValue(draws)]) : put([entry[0], oddValue(draws)], entry);
    case 3:
      return put(pollution(draws), entry);
    case 4:
      return put([draws.pick([entry[0].toUpperCase(), `${entry[0]}\u0000`, ` ${entry[0]}`]), entry[1]]);
    case 5:
      return put([entry[0], oddValue(draws)]);
    case 6:
      return new Fields([
        ...entries,
        ...Array.from({ length: draws.pick([10, 1500]) }, (_, i) => [`f${i}`, i] as const),
      ]);
    default:
      return oddValue(draws);
  }
}

function spoilList(tree: readonly Tree[], draws: Draws): Tree {
  switch (draws.below(6)) {
    case 0:
      return tree.slice(1);
    case 1:
      return [...tree, oddValue(draws)];
    case 2:
      return [...tree, ...tree];
    case 3:
      return Array.from({ length: draws.pick([65, 257, 1001, 2001]) }, () => tree[0] ?? 1);
    case 4:
      return new Fields(tree.map((value, i) => [String(i), value]));
    default:
      return oddValue(draws);
  }
}

function spoilLeaf(tree: Tree, draws: Draws): Tree {
  switch (draws.below(6)) {
    case 0:
      return typeof tree === 'number' ? oddNumber(draws) : oddText(draws);
    case 1:
      return [tree];
    case 2:
      // Of another type that looks alike.
      return typeof tree === 'string' ? new Raw(tree === '' ? '0' : JSON.stringify({ [tree]: tree })) : textOf(tree);
    case 3:
      return typeof tree === 'string' ? tree + textOf(oddText(draws)) : oddNumber(draws);
    default:
      return oddValue(draws);
  }
}
