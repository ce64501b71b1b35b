/** A scenario with real processes: the faults happen, the network bears them, and what is told of it is true. */
import { describe, expect, test } from 'vitest';
import { ofType, playWhole } from '../processes/played-scenario.ts';

describe('a scenario with real processes', { timeout: 60_000 }, () => {
  test('kills, freezes, wakes and restarts them, and every update still reaches all', async () => {
    const { measured, events } = await playWhole({
      nodes: 8,
      durationMs: 22_000,
      // Over before anybody comes back: what a node tells first in a new life counts as no update.
      workload: { updates: { count: 10, startMs: 5000, everyMs: 800 } },
      faults: [
        { atMs: 7500, do: 'kill', nodes: [6, 7] },
        { atMs: 8500, do: 'pause', nodes: [5] },
        { atMs: 11_500, do: 'resume', nodes: [5] },
        { atMs: 12_500, do: 'restart', nodes: [6], remember: true },
        // Later: who comes back while another does hears that the other is dead, and says so.
        { atMs: 15_500, do: 'restart', nodes: [7], remember: false },
      ],
    } as { nodes: number });
    expect(measured).toMatchObject({ updates: 10, live: 8, coverage: { min: 1 }, falsePositives: 0 });
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(ofType(events, 'stopped').map(({ node, why }) => [node, why])).toEqual([
      ['n6', 'killed'],
      ['n7', 'killed'],
    ]);
    const moved = events.filter(({ type }) => type === 'paused' || type === 'resumed');
    expect(moved.map(({ node, type }) => [node, type])).toEqual([
      ['n5', 'paused'],
      ['n5', 'resumed'],
    ]);
    const [pausedAt = 0, resumedAt = 0] = moved.map(({ time }) => time);
    expect(events.filter(({ node, time }) => node === 'n5' && time > pausedAt && time < resumedAt)).toEqual([]);
    const told = (node: string, life: 0 | 1): number[] => {
      const restartedAt = ofType(events, 'started').filter((event) => event.node === node)[1]?.time ?? NaN;
      const own = ofType(events, 'published').filter((event) => event.node === node && event.status === undefined);
      return own.filter(({ time }) => time > restartedAt === (life === 1)).map(({ version }) => version);
    };
    expect(told('n6', 1)[0]).toBeGreaterThan(Math.max(...told('n6', 0)));
    expect(told('n7', 1)[0]).toBe(1);
  });

  test('cuts the network in two, and what was told meanwhile crosses once it is healed', async () => {
    const { measured, events } = await playWhole({
      nodes: 6,
      durationMs: 18_000,
      workload: {
        publish: [
          { atMs: 6500, node: 0 },
          { atMs: 6500, node: 5 },
        ],
      },
      faults: [
        { atMs: 6000, do: 'partition', nodes: [0, 1, 2] },
        { atMs: 9000, do: 'heal' },
      ],
    } as { nodes: number });
    expect(measured).toMatchObject({ updates: 2, coverage: { min: 1 } });
    const side = (node: string): boolean => node < 'n3';
    // 500 ms after the cut, and 2500 before it is healed.
    const published = ofType(events, 'published').slice(-2);
    const toldAt = published[0]?.time ?? NaN;
    const uuids = published.map(({ uuid }) => uuid);
    const crossing = ofType(events, 'applied').filter(
      ({ uuid, node, origin }) => uuids.includes(uuid) && side(node) !== side(origin),
    );
    expect(crossing).toHaveLength(6);
    for (const { time } of crossing) expect(time).toBeGreaterThan(toldAt + 2300);
    const lost = ofType(events, 'lost');
    expect(lost.length).toBeGreaterThan(0);
    for (const { node, to, reason, time } of lost) {
      expect([side(node) !== side(to), reason, time > toldAt - 700 && time < toldAt + 3000]).toEqual([
        true,
        'partition',
        true,
      ]);
    }
  });
});
