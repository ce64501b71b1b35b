import { expect, test } from 'vitest';
import type { Happening } from '../bench/contender.ts';
import { isWhole, wholeAgainMs } from '../bench/overlay.ts';

const ring = (...names: string[]) =>
  new Map(names.map((name, i) => [name, new Set([names[(i + 1) % names.length]!, names.at(i - 1)!])]));
const event = (type: 'peerUp' | 'peerDown', time: number, node: string, peer: string): Happening => ({
  type,
  time,
  node,
  peer,
});

test('an overlay is whole while nobody holds the dead and all reach all', () => {
  expect(isWhole(ring('a', 'b', 'c', 'd'), new Set())).toBe(true);
  expect(isWhole(ring('a', 'b', 'c', 'd'), new Set(['b']))).toBe(false);
  expect(isWhole(new Map([...ring('a', 'b'), ...ring('c', 'd')]), new Set())).toBe(false);
});

test('it is whole again with the last change that makes it so, for good', () => {
  const dead = new Set(['b', 'd']);
  const before = ring('a', 'b', 'c', 'd');
  const gone = [event('peerDown', 1, 'a', 'b'), event('peerDown', 2, 'a', 'd')];
  const mended = [event('peerDown', 3, 'c', 'b'), event('peerUp', 4, 'a', 'c'), event('peerUp', 5, 'c', 'a')];
  const last = event('peerDown', 6, 'c', 'd');
  expect(wholeAgainMs(before, [...gone, ...mended, last], dead)).toBe(6);
  expect(wholeAgainMs(before, [...gone, ...mended], dead)).toBe(Infinity);
  expect(wholeAgainMs(before, [...gone, ...mended, last, event('peerDown', 9, 'a', 'c')], dead)).toBe(Infinity);
});
