import { describe, expect, test } from 'vitest';
import { FLOOD, pointsOf, type Run } from '../bench/frontier-points.ts';

function run(setting: string, seed: number, measures: Run['measures'], coverage = 1): Run {
  return { nodes: 11, seed, setting, measures, coverage, isComplete: coverage === 1 };
}

const floods = [
  run(FLOOD, 1, { payloadPerUpdate: 40, deliveryTimeMsP50: 100, timeToAllMsP50: 200, bytesPerUpdate: 1000 }),
  run(FLOOD, 2, { payloadPerUpdate: 42, deliveryTimeMsP50: 200, timeToAllMsP50: 400, bytesPerUpdate: 1000 }),
];

/** The point of `setting` among those of these runs and the floods. */
function pointOf(setting: string, ...runs: readonly Run[]) {
  return pointsOf([...floods, ...runs]).find((point) => point.setting === setting);
}

describe('a point of the frontier', () => {
  test('has copies for each node but the origin, and times beside those of the flood of the same seed', () => {
    const tree = pointOf(
      'tree',
      run('tree', 1, { payloadPerUpdate: 10, deliveryTimeMsP50: 110, timeToAllMsP50: 300, bytesPerUpdate: 500 }),
      run('tree', 2, { payloadPerUpdate: 12, deliveryTimeMsP50: 260, timeToAllMsP50: 400, bytesPerUpdate: 700 }),
    );
    expect(tree).toMatchObject({ nodes: 11, seeds: 2, isComplete: true });
    expect(tree?.copies).toEqual({ mean: 1.1, least: 1, most: 1.2 });
    expect(tree?.time?.least).toBeCloseTo(1.1);
    expect(tree?.time?.most).toBeCloseTo(1.3);
    expect(tree?.last).toEqual({ mean: 1.25, least: 1, most: 1.5 });
    expect(tree?.bytes).toEqual({ mean: 0.6, least: 0.5, most: 0.7 });
  });

  test('of a flood is one', () => {
    const one = { mean: 1, least: 1, most: 1 };
    expect(pointOf(FLOOD)).toMatchObject({ time: one, last: one, bytes: one });
  });

  test('is incomplete, and has no last node, when under one seed one update missed somebody', () => {
    const push = pointOf(
      'push',
      run('push', 1, { payloadPerUpdate: 20, deliveryTimeMsP50: 150, timeToAllMsP50: 300 }),
      run('push', 2, { payloadPerUpdate: 20, deliveryTimeMsP50: 300, timeToAllMsP50: 600 }, 0.99),
    );
    expect(push).toMatchObject({ isComplete: false, time: { mean: 1.5 }, coverage: { least: 0.99, most: 1 } });
    expect(push).not.toHaveProperty('last');
  });

  test('has no time when under one seed most nodes are missed: what they hold later is a newer update', () => {
    const push = pointOf(
      'push',
      run('push', 1, { payloadPerUpdate: 8, deliveryTimeMsP50: 300 }, 0.6),
      run('push', 2, { payloadPerUpdate: 2, deliveryTimeMsP50: 20_100 }, 0.2),
    );
    expect(push).toMatchObject({ isComplete: false, copies: { mean: 0.5 }, coverage: { mean: 0.4 } });
    expect(push).not.toHaveProperty('time');
  });

  test('is of one size and one setting, and only of seeds of which there is a flood', () => {
    const points = pointsOf([
      ...floods,
      run('tree', 1, { payloadPerUpdate: 10 }),
      run('tree', 3, { payloadPerUpdate: 10 }),
      { ...run('tree', 1, { payloadPerUpdate: 100 }), nodes: 101 },
    ]);
    expect(points.map(({ nodes, setting, seeds }) => [nodes, setting, seeds])).toEqual([
      [11, FLOOD, 2],
      [11, 'tree', 1],
    ]);
  });
});
