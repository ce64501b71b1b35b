/** Links that stream under faults that take their time: proxies, a real process that stands still, slots that nobody uses. */
import { execFile } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { call, eventually } from '../support.ts';
import { openStreamTo } from '../stream-peer.ts';
import { allKnowAll, startNode } from './real-network.ts';

const toEnd: (() => void)[] = [];
afterEach(() => {
  for (const end of toEnd.splice(0)) end();
});

/** Others reach a node by 127.0.0.2: `pass` stands between the two connections. */
async function proxyFor(port: number, pass: (near: Socket, far: Socket) => void): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const end = (): void => void (near.destroy(), far.destroy());
    for (const socket of [near, far]) sockets.add(socket.on('error', end).once('close', end));
    pass(near, far);
  });
  toEnd.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.2', listening));
}

async function startBehindProxies(count: number, pass: (near: Socket, far: Socket) => void) {
  const ports = [await freePort(), await freePort(), await freePort()].slice(0, count);
  for (const port of ports) await proxyFor(port, pass);
  const [seed] = ports;
  return Promise.all(
    ports.map((port) =>
      startNode('-p', port, '--advertise', '127.0.0.2', ...(port === seed ? [] : ['-b', `127.0.0.2:${seed}`])),
    ),
  );
}

describe('a proxy between nodes', () => {
  test('that closes connections on which nothing is said for ten seconds cuts no link', async () => {
    const nodes = await startBehindProxies(3, (near, far) => {
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.setTimeout(10_000, () => socket.destroy());
    });
    const known = async (): Promise<boolean> => {
      const states = await Promise.all(nodes.map((node) => node.state()));
      const books = states.map((state) => JSON.stringify(state?.records.map((r) => [r.origin, r.payload.book]).sort()));
      return states.every((state) => state?.records.length === 3) && new Set(books).size === 1;
    };
    await eventually('all know all', known, 10_000);
    await sleep(12_000);
    await nodes[1]?.setFavorite('After a Long Silence');
    await eventually('all know it', known, 2000);
    const states = await Promise.all(nodes.map((node) => node.state()));
    expect(states.flatMap((state) => state?.records.map(({ status }) => status))).toEqual(Array(9).fill('alive'));
  }, 40_000);
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
    const { startNode } = await import(${JSON.stringify(pathToFileURL(resolve('dist/lib/index.mjs')).href)});
    const one = await startNode({ port: 0 });
    const nodes = await Promise.all(Array.from({ length: 5 }, () => startNode({ port: 0, bootstrap: [one.self] })));
    while (one.snapshot().peers.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([one, ...nodes].map((node) => node.stop()));
    const stoppedAt = Date.now();
    process.on('exit', () => console.log(Date.now() - stoppedAt));`;
  const args = ['--throw-deprecation', '--trace-warnings', '--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  expect([Number(stdout) < 1500, stderr]).toEqual([true, '']);
});
