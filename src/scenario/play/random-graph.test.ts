import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomGraph, type Graph } from './random-graph.ts';
import { SmallFastRandom } from './small-fast-random.ts';

function linksOf({ rows, neighbors }: Graph): string[] {
  const links: string[] = [];
  for (let node = 0; node + 1 < rows.length; node++) {
    for (let at = rows[node]!; at < rows[node + 1]!; at++) links.push(`${node} ${neighbors[at]}`);
  }
  return links;
}

function reachableFrom({ rows, neighbors }: Graph, start: number): number {
  const seen = new Set([start]);
  for (const node of seen) for (let at = rows[node]!; at < rows[node + 1]!; at++) seen.add(neighbors[at]!);
  return seen.size;
}

describe('a random graph', () => {
  test('is connected, symmetric and simple, and has the mean degree asked for', () => {
    const size = fc.integer({ min: 2, max: 60 });
    fc.assert(
      fc.property(size, fc.double({ min: 0, max: 70, noNaN: true }), fc.integer(), (nodes, degree, seed) => {
        const graph = randomGraph(nodes, degree, new SmallFastRandom(seed));
        const links = linksOf(graph);
        const wanted = Math.round((nodes * degree) / 2);
        expect(graph.edges).toBe(Math.min((nodes * (nodes - 1)) / 2, Math.max(nodes - 1, wanted)));
        expect(links).toHaveLength(2 * graph.edges);
        const there = new Set(links);
        expect(there.size).toBe(links.length);
        const wrong = links.map((link) => link.split(' ')).filter(([a, b]) => a === b || !there.has(`${b} ${a}`));
        expect(wrong).toEqual([]);
        expect(reachableFrom(graph, 0)).toBe(nodes);
      }),
    );
  });

  test('says its largest degree', () => {
    const graph = randomGraph(500, 8, new SmallFastRandom(1));
    const degrees = Array.from({ length: 500 }, (_, node) => graph.rows[node + 1]! - graph.rows[node]!);
    expect(graph.largestDegree).toBe(Math.max(...degrees));
  });

  test('of one node has no links', () => {
    expect(randomGraph(1, 8, new SmallFastRandom(1)).edges).toBe(0);
  });
});
