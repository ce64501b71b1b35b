/** Links on which nothing is said for so long that somebody between the nodes would cut them. */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { startNode } from '../processes/real-network.ts';
import { eventually } from '../support.ts';

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
