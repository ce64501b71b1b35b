/** Links that stream under faults that take their time: restarts, slots that nobody uses. A proxy that cuts the silent: test/cluster. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { call, eventually } from '../support.ts';
import { openStreamTo } from '../stream-peer.ts';
import { allKnowAll, startNode } from './real-network.ts';

const toEnd: (() => void)[] = [];
afterEach(() => {
  for (const end of toEnd.splice(0)) end();
});

test('a node that is restarted on its port at once takes part again within seconds', async () => {
  const seed = await startNode();
  const nodes = [seed, await startNode('-b', seed.port), await startNode('-b', seed.port)];
  await allKnowAll(nodes);
  const [, old] = nodes;
  await old?.process.kill('SIGKILL');
  const again = await startNode('-p', old?.port ?? 0, '-b', seed.port);
  const all = [seed, again, nodes[2]!];
  await again.setFavorite('Frankenstein');
  await seed.setFavorite('Dracula');
  await allKnowAll(all, 3000);
});

test('connections that never send a first line use up no slots for ever', async () => {
  const node = await startNode();
  const head =
    'POST /gossip/ HTTP/1.1\r\nhost: here\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n';
  for (let i = 0; i < 500; i++) {
    const socket = connect(node.port, '127.0.0.1').on('error', () => undefined);
    toEnd.push(() => socket.destroy());
    socket.write(head);
  }
  const open = async (): Promise<number | undefined> => {
    const { response, stream } = await openStreamTo(node.address, {
      protocol: 1,
      from: '127.0.0.1:9',
      features: [],
    });
    stream.cut();
    return response.statusCode;
  };
  await eventually('the slots are taken', async () => (await open()) === 503);
  expect((await call(node.address, 'GET', '/health/')).status).toBe(200);
  await eventually('there is room again', async () => (await open()) === 200, 8000);
});

test('a process ends by itself once its nodes have stopped', async () => {
  const script = `
    const { createGossip } = await import(${JSON.stringify(pathToFileURL(resolve('dist/lib/index.mjs')).href)});
    const one = await createGossip({ port: 0 });
    const nodes = await Promise.all(Array.from({ length: 5 }, () => createGossip({ port: 0, join: [one.address] })));
    while (one.node.snapshot().peers.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([one, ...nodes].map((node) => node.close()));
    const stoppedAt = Date.now();
    process.on('exit', () => console.log(Date.now() - stoppedAt));`;
  const args = ['--throw-deprecation', '--trace-warnings', '--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  expect([Number(stdout) < 1500, stderr]).toEqual([true, '']);
});
