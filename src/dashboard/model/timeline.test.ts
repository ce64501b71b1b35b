import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario, simulate } from '../../sim/simulate.ts';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Fact } from './fact.ts';
import { NetworkState } from './network-state.ts';
import { Timeline } from './timeline.ts';

const SMALL = { maxFacts: 100_000, segmentFacts: 97 };

const troubled = [
  ...simulate(
    parseScenario({
      nodes: 12,
      seed: 5,
      durationMs: 15_000,
      network: { loss: 0.02 },
      workload: { updates: { count: 8, startMs: 3_000, everyMs: 1_000 } },
      faults: [
        { atMs: 4_000, do: 'kill', nodes: { count: 2 } },
        { atMs: 5_000, do: 'pause', nodes: [3] },
        { atMs: 8_000, do: 'resume', nodes: [3] },
        { atMs: 6_000, do: 'partition', nodes: { part: 0.5 } },
        { atMs: 9_000, do: 'heal' },
        { atMs: 10_000, do: 'restart', nodes: { count: 1 } },
      ],
    }),
  ),
];

/** All that a state says, to be compared. */
function told(state: NetworkState): unknown {
  return state.nodes.map((node) => ({
    ...node,
    peers: [...node.peers].sort(([a], [b]) => a - b),
    holds: state.nodes.map((origin) => state.held(node.number, origin.number)),
    says: state.nodes.map((origin) => state.saidBy(node.number, origin.number)),
  }));
}

function folded(facts: readonly Fact[]): NetworkState {
  const state = new NetworkState();
  for (const fact of facts) state.apply(fact);
  return state;
}

function recorded(facts: readonly Fact[], bounds = SMALL): Timeline {
  const timeline = new Timeline(bounds);
  for (const fact of facts) timeline.add(fact, fact.time);
  return timeline;
}

describe('the state at a moment', () => {
  test('is that of all facts up to then played forward, to whatever moments one goes in whatever order', () => {
    const timeline = recorded(troubled);
    const end = troubled.at(-1)!.time;
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: end + 10, noNaN: true }), { maxLength: 6 }), (moments) => {
        for (const moment of moments) {
          expect(told(timeline.stateAt(moment))).toEqual(told(folded(troubled.filter(({ time }) => time <= moment))));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is the same later as it was when it was live, also where facts came out of order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 7, maxLength: 50 }), (jitter) => {
        const late = troubled.slice(0, 1_500).map((fact, i) => ({ fact, at: fact.time + jitter[i % jitter.length]! }));
        late.sort((a, b) => a.at - b.at);
        const timeline = new Timeline(SMALL);
        const seen: [number, unknown][] = [];
        late.forEach(({ fact, at }, index) => {
          const shownAt = timeline.add(fact, at);
          const next = late[index + 1]?.fact.time ?? Infinity;
          if (next > shownAt && index > seen.length * 100) seen.push([shownAt, told(timeline.head)]);
        });
        expect(seen.length).toBeGreaterThan(5);
        for (const [moment, then] of seen.reverse()) expect(told(timeline.stateAt(moment))).toEqual(then);
      }),
      { numRuns: 10 },
    );
  });

  test('is kept for as many facts as there is room for, and no more', () => {
    const timeline = recorded(troubled, { maxFacts: 1_000, segmentFacts: 100 });
    expect(timeline.size).toBeLessThanOrEqual(1_000);
    expect(timeline.size).toBeGreaterThan(850);
    const from = timeline.fromMs!;
    expect(from).toBeGreaterThan(troubled[0]!.time);
    expect(told(timeline.stateAt(from))).toEqual(told(folded(troubled.filter(({ time }) => time <= from))));
    expect(timeline.stateAt(from - 1).nodes).toEqual([]);
  });

  test('is not carried into the future by a node whose clock runs ahead', () => {
    const timeline = new Timeline(SMALL);
    const start = (node: string, time: number): RunEvent => ({ time, node, type: 'started' });
    expect(timeline.add(start('a:1', 1_000), 1_000)).toBe(1_000);
    expect(timeline.add(start('ahead:1', 3_600_000), 1_010)).toBe(1_010);
    expect(timeline.add(start('b:1', 1_020), 1_020)).toBe(1_020);
  });

  test('tells the facts between two moments, the first one out, the last one in', () => {
    const timeline = recorded(troubled);
    const between = [...timeline.between(4_000, 6_000)];
    expect(between).toEqual(troubled.filter(({ time }) => time > 4_000 && time <= 6_000));
    expect(between.length).toBeGreaterThan(100);
  });
});
