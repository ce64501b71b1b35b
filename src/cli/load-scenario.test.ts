import { describe, expect, test } from 'vitest';
import { loadScenario, shippedScenarios, withOptions } from './load-scenario.ts';

describe('options', () => {
  test('come before what the file says, and leave the rest of it', () => {
    const file = { nodes: 5, parameters: { ttl: 3, maxPeers: 7 }, workload: { updates: { count: 1, everyMs: 9 } } };
    expect(withOptions(file, { nodes: 6, ttl: 4, fanout: 2, updates: 8, durationMs: 99, seed: 3 })).toEqual({
      nodes: 6,
      seed: 3,
      durationMs: 99,
      parameters: { ttl: 4, maxPeers: 7, fanout: 2 },
      workload: { updates: { count: 8, everyMs: 9 } },
    });
  });

  test('leave what is no object for the check to complain of', () => {
    expect(withOptions([], { nodes: 6 })).toEqual([]);
    expect(withOptions({ parameters: 7, workload: null }, { ttl: 4, updates: 1 })).toEqual({
      parameters: 7,
      workload: null,
    });
  });

  test('change nothing that is worked out from what they do not say', async () => {
    const { durationMs, nodes } = await loadScenario(undefined, { nodes: 10 });
    expect([nodes, durationMs]).toEqual([10, 39_180]);
  });
});

test('a shipped scenario is found by its name', async () => {
  expect((await loadScenario('kill-half', {})).name).toBe('kill-half');
  expect((await shippedScenarios()).map(({ name }) => name)).toContain('kill-half');
});

test.each(['../kill-half', 'kill-half.json', 'package'])('%s is no name of one', async (name) => {
  await expect(loadScenario(name, {})).rejects.toThrow(/^(cannot read|no file and no scenario)/);
});
