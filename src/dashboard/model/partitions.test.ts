import { describe, expect, test } from 'vitest';
import { parseScenario, simulate } from '../../sim/simulate.ts';
import { FeedModel } from './feed-model.ts';

/** Split at 6 s into the first ten and the others, healed at 12 s. */
const SIDE = Array.from({ length: 10 }, (_, node) => node);
const run = [
  ...simulate(
    parseScenario({
      nodes: 24,
      seed: 5,
      durationMs: 20_000,
      workload: { updates: { count: 10, startMs: 3_000, everyMs: 1_000 } },
      faults: [
        { atMs: 6_000, do: 'partition', nodes: SIDE },
        { atMs: 12_000, do: 'heal' },
      ],
    }),
  ),
];
const told = new FeedModel();
told.receive({ type: 'opened', source: 'recording', name: '', actions: [], fromMs: 0 });
told.receive({ type: 'events', events: run, nowMs: 20_000 });

describe('a partition, by what is lost and what is delivered', () => {
  test('begins with the first loss and ends with the first delivery across', () => {
    const [span, ...others] = told.partitions.spans;
    expect(others).toEqual([]);
    expect(span!.fromMs).toBeGreaterThanOrEqual(6_000);
    expect(span!.fromMs).toBeLessThan(6_500);
    expect(span!.untilMs).toBeGreaterThanOrEqual(12_000);
    expect(told.partitions.isSplit).toBe(false);
  });

  test('has the sides that were cut, no node on the wrong one', () => {
    const sides = told.partitions.sidesAt(11_000, told.timeline)!;
    expect(sides.size).toBe(24);
    const sideOf = (node: number): number | undefined => sides.get(`n${node}:7000`);
    for (let node = 0; node < 24; node++) expect([node, sideOf(node) === sideOf(0)]).toEqual([node, node < 10]);
  });

  test('is not there before it and after it', () => {
    expect(told.partitions.sidesAt(5_900, told.timeline)).toBeUndefined();
    expect(told.partitions.sidesAt(19_000, told.timeline)).toBeUndefined();
  });

  test('shows live what it shows when that moment is played again', () => {
    const live = new FeedModel();
    live.receive({ type: 'opened', source: 'live', name: '', actions: [], fromMs: 0 });
    live.receive({ type: 'events', events: run.filter(({ time }) => time <= 8_000), nowMs: 8_000 });
    const shown = live.partitions.sidesAt(8_000, live.timeline);
    expect(live.partitions.isSplit).toBe(true);
    expect(told.partitions.sidesAt(8_000, told.timeline)).toEqual(shown);
  });

  test('is over when that is known', () => {
    const live = new FeedModel();
    live.receive({ type: 'opened', source: 'live', name: '', actions: [], fromMs: 0 });
    live.receive({ type: 'events', events: run.filter(({ time }) => time <= 8_000), nowMs: 8_000 });
    live.partitions.heal(8_000);
    expect(live.partitions.isSplit).toBe(false);
    expect(live.partitions.sidesAt(8_000, live.timeline)).toBeUndefined();
  });
});
