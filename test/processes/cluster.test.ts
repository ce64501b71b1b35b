import { describe, expect, test } from 'vitest';
import { call, eventually } from '../support.ts';
import { freePort, listen } from '../free-port.ts';
import { converged, NODES, startCluster } from './five-processes.ts';
import { childrenOf, gossip, isAlive } from './real-network.ts';

function answers(port: number): Promise<boolean> {
  return call(`127.0.0.1:${port}`, 'GET', '/health/').then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function noneAnswers(port: number, count = NODES): Promise<boolean> {
  const ports = Array.from({ length: count }, (_, i) => port + i);
  return !(await Promise.all(ports.map(answers))).includes(true);
}

describe('gossip cluster without a terminal', () => {
  test('prints who likes what once all know all, and ends all with SIGINT', async () => {
    const started = await startCluster('--seed', 1);
    const [first, ...table] = await converged(started);
    expect(first).toMatch(
      /^all 5 nodes know all 5 favourites \((?:\d+ ms|\d+(?:\.\d+)? s) after the first was started\)$/,
    );
    expect(table).toHaveLength(NODES);
    for (const [i, line] of table.entries())
      expect(line).toMatch(new RegExp(`^127.0.0.1:${started.port + i}  v1 +\\S`));
    const { code, stderr } = await started.cluster.kill('SIGINT');
    expect([code, stderr]).toEqual([0, `starting 5 nodes from the seed 127.0.0.1:${started.port} …\n`]);
    expect(await noneAnswers(started.port)).toBe(true);
  });

  test('ends all with SIGTERM, also while they start', async () => {
    const { cluster, port } = await startCluster();
    await eventually('the first one answers', () => answers(port), 15_000);
    expect((await cluster.kill('SIGTERM')).code).toBe(0);
    expect(await noneAnswers(port)).toBe(true);
  });

  test('leaves no process within three seconds of its own SIGKILL', async () => {
    const started = await startCluster();
    await converged(started);
    await started.cluster.kill('SIGKILL');
    await eventually('all are gone', () => noneAnswers(started.port), 3000);
  });

  test('leaves no process when it is killed while they start', async () => {
    const { cluster, port } = await startCluster();
    await eventually('they are being started', () => cluster.stderr.includes('starting'), 15_000);
    const { pid } = cluster;
    const children = await eventually('children', () => childrenOf(pid).length === NODES && childrenOf(pid));
    await cluster.kill('SIGKILL');
    await eventually('all are gone', () => !children.some(isAlive), 8000);
    expect(await noneAnswers(port)).toBe(true);
  });

  test('a taken port is one line and exit code 2, and leaves no process', async () => {
    const port = await freePort(NODES);
    const [taken] = await listen(port + 2);
    const { code, stdout, stderr } = await gossip('cluster', '-n', NODES, '--base-port', port).ended;
    const [progress, line, ...rest] = stderr.trimEnd().split('\n');
    expect([code, stdout, rest]).toEqual([2, '', []]);
    expect(progress).toMatch(/^starting 5 nodes/);
    expect(line).toBe(`gossip: port ${port + 2} on 127.0.0.1 is taken`);
    await taken?.close();
    expect(await noneAnswers(port)).toBe(true);
  });

  test('a node that dies is one line and exit code 1, and ends the rest', async () => {
    const started = await startCluster();
    await converged(started);
    const [victim] = childrenOf(started.cluster.pid);
    process.kill(victim as number, 'SIGKILL');
    const { code, stderr } = await started.cluster.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/\ngossip: the node at 127\.0\.0\.1:\d+ ended \(SIGKILL\)\n$/);
    expect(await noneAnswers(started.port)).toBe(true);
  });

  test('ends all when the reader of its output goes away', async () => {
    const port = await freePort(NODES);
    const cluster = gossip('cluster', '-n', NODES, '--base-port', port, '--resample-ms', 200);
    cluster.child.stdout?.destroy();
    expect((await cluster.ended).code).toBe(0);
    expect(await noneAnswers(port)).toBe(true);
  });
});
