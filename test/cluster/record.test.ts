/** A record that goes on until Ctrl-C. What it measures takes half a minute to come. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { converged, NODES, startCluster } from '../processes/five-processes.ts';
import { gossip, temporaryDirectory } from '../processes/real-network.ts';
import { eventually } from '../support.ts';

test('gossip cluster --record goes on until Ctrl-C, in a file that grows, and then says what was measured and what opens it', async () => {
  const record = join(temporaryDirectory(), 'trace.jsonl');
  const { cluster, port } = await startCluster('--record', record, '--resample-ms', 500);
  expect(await converged({ cluster, port })).toHaveLength(NODES + 1);
  const size = (): number => statSync(record).size;
  const before = await eventually('some of it', () => size() > 0 && size(), 15_000);
  await eventually('it grows', () => size() > before, 15_000);
  // Measured is what was published ten seconds after the start, and ten before the end.
  await eventually('news to measure', () => /"time":2[89]\d{3}\.?\d*,/.test(readFileSync(record, 'utf8')), 50_000);
  const { code, stdout } = await cluster.kill('SIGINT');
  expect(code).toBe(0);
  const summary = stdout.slice(stdout.indexOf('cluster: '));
  expect(summary).toMatch(/^cluster: 5 nodes, plumtree, seed \d+; \d+ updates in \S+ s\n/);
  expect(summary).toMatch(/coverage +100 %/);
  expect(summary).toMatch(/\nrecorded in .+trace\.jsonl: [\d,]+ events, \d+\.\d [kM]B\n/);
  expect(summary.endsWith(`\n  gossip dashboard ${record}\n  gossip trace ${record}\n`)).toBe(true);
  const trace = await gossip('trace', record).ended;
  expect([trace.code, trace.stderr]).toEqual([0, '']);
}, 90_000);
