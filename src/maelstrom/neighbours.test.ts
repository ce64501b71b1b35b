import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_NEIGHBOURS, neighboursOf } from './neighbours.ts';

const at = (i: number) => `n${i}:1`;
const members = (count: number) => Array.from({ length: count }, (_, i) => at(i));

test('the offered topology is used, also where only one side names a link', () => {
  const topology = { n0: ['n1'], n1: ['n2'], n2: [] };
  expect(neighboursOf(at(1), members(3), topology)).toEqual([at(0), at(2)]);
});

test.each([
  ['nothing', undefined],
  ['no object', 7],
  ['odd names', { n0: [7, 'a b', 'n99', 'n0'], n1: 7, 'x y': ['n1'] }],
  ['a node without a link', { n0: ['n1'], n2: [] }],
  ['a node with too many', { n0: members(25).map((member) => member.slice(0, -2)) }],
])('%s: all take a ring with chords, in the order of names as text', (_what, topology) => {
  expect(neighboursOf(at(0), members(12), topology)).toEqual([at(10), at(9), at(1), at(7)]);
});

test('whatever is offered, links are the same from both sides, few, and nobody is left out', () => {
  const name = fc.integer({ min: 0, max: 14 }).map((i) => `n${i}`);
  const offered = fc.option(fc.dictionary(name, fc.array(name, { maxLength: 12 })));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14 }), offered, (count, topology) => {
      const all = members(count);
      for (const member of all) {
        const neighbours = neighboursOf(member, all, topology);
        expect(neighbours.length).toBeLessThanOrEqual(MAX_NEIGHBOURS);
        expect(neighbours.length > 0).toBe(count > 1);
        expect(new Set(neighbours).size).toBe(neighbours.length);
        expect(neighbours).not.toContain(member);
        for (const other of neighbours) expect(neighboursOf(other, all, topology)).toContain(member);
      }
    }),
  );
});
