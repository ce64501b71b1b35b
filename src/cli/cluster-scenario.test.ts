import { describe, expect, test } from 'vitest';
import { clusterPlanOf } from './cluster-scenario.ts';

const OPTIONS = { basePort: 7000, json: false, tui: false };

describe('gossip cluster plays', () => {
  test('the brief without end where nothing else is said: ten nodes, one seed, a favourite each ten seconds', async () => {
    const { scenario, isEndless, isNetworkReal } = await clusterPlanOf(undefined, OPTIONS);
    expect([isEndless, isNetworkReal]).toEqual([true, true]);
    expect(scenario).toMatchObject({ nodes: 10, join: { how: 'seed', everyMs: 0 }, workload: { resampleMs: 10_000 } });
    expect(scenario.workload.updates.count).toBe(0);
  });

  test('updates to measure where they are asked for, or where nobody watches', async () => {
    for (const options of [
      { ...OPTIONS, json: true },
      { ...OPTIONS, updates: 10 },
    ]) {
      const { scenario, isEndless } = await clusterPlanOf(undefined, { ...options, nodes: 30, join: 'random' });
      expect(isEndless).toBe(false);
      expect(scenario).toMatchObject({ nodes: 30, join: { how: 'random' }, workload: { resampleMs: 0 } });
      expect(scenario.workload.updates.count).toBe(10);
    }
  });

  test('without an end also when it is recorded, with news as ever', async () => {
    const { scenario, isEndless } = await clusterPlanOf(undefined, { ...OPTIONS, record: 'x' });
    expect(isEndless).toBe(true);
    expect(scenario.workload).toMatchObject({ resampleMs: 10_000, updates: { count: 0 } });
  });

  test('a shipped scenario over the real network, unless it says what to put in between', async () => {
    const plain = await clusterPlanOf('kill-half', { ...OPTIONS, nodes: 12 });
    expect(plain).toMatchObject({ isNetworkReal: true, scenario: { nodes: 12 } });
    const regions = await clusterPlanOf('regions', OPTIONS);
    expect(regions).toMatchObject({ isNetworkReal: false, scenario: { network: { delay: { kind: 'regions' } } } });
    const lossy = await clusterPlanOf('lossy-network', OPTIONS);
    expect(lossy.scenario.network).toMatchObject({ loss: 0.1, delay: { kind: 'constant', ms: 0 } });
  });

  test.each([
    ['clock-drift', /faults\[0\]\.do: "drift"/],
    ['slow-node', /network\.serviceMs/],
    ['graph-tree', /join\.how: .*"graph"/],
  ])('not %s: it says by name what real processes cannot do', async (name, complaint) => {
    await expect(clusterPlanOf(name, OPTIONS)).rejects.toThrow(complaint);
  });

  test('no more processes than a machine bears, on no ports that there are not', async () => {
    await expect(clusterPlanOf(undefined, { ...OPTIONS, nodes: 501 })).rejects.toThrow(/at most 500/);
    await expect(clusterPlanOf(undefined, { ...OPTIONS, basePort: 65_530 })).rejects.toThrow(/beyond 65535/);
  });
});
