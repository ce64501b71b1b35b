import { expect, test } from 'vitest';
import { parseScenario } from '../scenario/scenario-file.ts';
import { postponed } from './play-scenario.ts';

test('what comes after the last start comes later by as much as that was late; what comes before comes as it should', () => {
  const scenario = parseScenario({
    nodes: 10,
    join: { how: 'seed', everyMs: 100 },
    durationMs: 30_000,
    workload: {
      updates: { count: 2, startMs: 5000 },
      publish: [
        { atMs: 900, node: 1 },
        { atMs: 2000, node: 1 },
      ],
    },
    faults: [
      { atMs: 500, do: 'kill', nodes: [0] },
      { atMs: 6000, do: 'churn', killsPerSecond: 1, untilMs: 9000 },
    ],
  });
  const { durationMs, workload, faults } = postponed(scenario, 900, 250);
  expect(durationMs).toBe(30_250);
  expect(workload.updates.startMs).toBe(5250);
  expect(workload.publish.map(({ atMs }) => atMs)).toEqual([1150, 2250]);
  expect(faults).toMatchObject([{ atMs: 500 }, { atMs: 6250, untilMs: 9250 }]);
  expect(postponed(scenario, 900, 0)).toEqual(scenario);
});
