/** A hundred real processes: `npm run test:cluster`. What it takes is in CONTRIBUTING.md. */
import { describe, expect, test } from 'vitest';
import type { ClusterMeasured } from '../../src/cluster/measure-cluster.ts';
import { freePort } from '../free-port.ts';
import { gossip } from '../processes/real-network.ts';

async function measure(...args: (string | number)[]): Promise<ClusterMeasured> {
  const port = await freePort(100);
  const { code, stdout, stderr } = await gossip('cluster', ...args, '--base-port', port, '--json').ended;
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^starting \d+ nodes/)]);
  return JSON.parse(stdout) as ClusterMeasured;
}

describe('a hundred processes', { timeout: 180_000 }, () => {
  test('come to know all of each other, and every update reaches all along a tree', async () => {
    const measured = await measure('-n', 100, '--updates', 20, '--duration', '75s', '--seed', 1);
    expect(measured).toMatchObject({ updates: 20, live: 100, coverage: { min: 1 }, falsePositives: 0 });
    expect(measured.joinedMs).toBeLessThan(60_000);
    // The first updates still prune the tree that joining has left.
    expect(measured.redundancy).toBeLessThan(1);
  });

  test('of which half are killed go on: every later update reaches all who are left', async () => {
    const measured = await measure('kill-half');
    expect(measured).toMatchObject({ live: 50, coverage: { min: 1 }, falsePositives: 0 });
    expect(measured.detectionMs?.max).toBeLessThan(30_000);
  });

  test('of which ten are killed all say so', async () => {
    const measured = await measure('kill-ten');
    expect(measured).toMatchObject({ live: 90, coverage: { min: 1 }, falsePositives: 0 });
    expect(measured.detectionMs?.max).toBeLessThan(15_000);
  });

  test('of which ten come back having forgotten everything are all believed again', async () => {
    const measured = await measure('restart-without-memory');
    expect(measured).toMatchObject({ live: 100, coverage: { min: 1 } });
  });

  test('cut in two find each other again', async () => {
    const measured = await measure('partition-and-heal', '-n', 60);
    expect(measured).toMatchObject({ live: 60, coverage: { min: 1 } });
    expect(measured.deliveryTimeMs?.max).toBeGreaterThan(29_000);
  });

  test('that come and go for half a minute all know all in the end', async () => {
    expect(await measure('churn')).toMatchObject({ live: 100, coverage: { min: 1 } });
  });
});
