/** What outsiders make a node send elsewhere is a small multiple of what it costs them; measured on real sockets. */
import { networkInterfaces } from 'node:os';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, gossip, nodesOfThisFile } from '../../test/support.ts';
import { openStreamTo } from '../../test/stream-peer.ts';
import type { Address } from '../core/address.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { RunningNode } from './running-node.ts';

const start = nodesOfThisFile();
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** As `docs/security.md` states them. */
const MOST_BYTES = 12;
const MOST_CONNECTIONS = 4;
/** What is repeated comes within it, but for what waits for a time-out. */
const WATCHED_MS = 1200;
const RECORDS = 300;

const json = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** Those who know nothing of gossip, or pretend to know. */
const VICTIMS: readonly [string, (request: string) => string | undefined][] = [
  [
    'lists something, and refuses the rest',
    (request) =>
      request.startsWith('GET') ? json('200 OK', '[]') : json('400 Bad Request', '{"error":"what is this"}'),
  ],
  ['says nothing', () => undefined],
  ['has no such page', () => json('404 Not Found', '{"error":"not found"}')],
  ['refuses like an older node', () => json('400 Bad Request', '{"error":"what is this"}')],
  ['is in trouble', () => json('503 Service Unavailable', '{}')],
];

/** At every address of loopback, so that there can be many of it. */
async function victim(answer: (request: string) => string | undefined) {
  const seen = { connections: 0, bytes: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    seen.connections++;
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        seen.bytes += chunk.length;
        const reply = answer(chunk.toString());
        if (reply !== undefined) socket.write(reply);
      });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, at: (i: number): Address => `127.0.${1 + (i >> 8)}.${i & 255}:${port}` };
}

/** @returns how many bytes it took to ask, and how many came back */
async function ask(node: RunningNode, body: unknown): Promise<{ cost: number; answered: number }> {
  const text = JSON.stringify(body);
  const request = `POST /gossip/ HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  const socket = connect(Number(node.self.split(':').at(-1)), '127.0.0.1');
  sockets.add(socket);
  let answered = 0;
  socket.on('data', (chunk: Buffer) => (answered += chunk.length));
  socket.write(request);
  await new Promise((resolve) => socket.once('data', resolve));
  return { cost: Buffer.byteLength(request), answered };
}

/** A node whose table is worth asking for. */
async function full(options: Parameters<typeof start>[0] = {}): Promise<RunningNode> {
  const node = await start(options);
  for (let first = 0; first < RECORDS; first += 100) {
    const rumors = Array.from({ length: 100 }, (_, i) => ({
      uuid: `r-${first + i}`,
      origin: `127.200.0.1:${1 + first + i}`,
      version: 1,
      ttl: 1,
      payload: 'x'.repeat(200),
    }));
    await gossip(node.self, { from: '127.0.0.1:9', messages: [{ type: 'delta', rumors }] });
  }
  return node;
}

const MESSAGES: readonly [string, (victim: Address) => object][] = [
  ['a probe', (target) => ({ from: '127.0.0.1:9', messages: [{ type: 'probe', target, request: 1 }] })],
  ['a join', (from) => ({ from, token: 'x', messages: [{ type: 'join', request: 1 }] })],
  ['a join without a token', (from) => ({ from, messages: [{ type: 'join', request: 1 }] })],
  ['a request for a link', (from) => ({ from, messages: [{ type: 'neighbor', priority: 'high', request: 1 }] })],
  ['a digest', (from) => ({ from, messages: [{ type: 'digest', entries: [] }] })],
  ['a summary', (from) => ({ from, messages: [{ type: 'summary', buckets: '0'.repeat(2048) }] })],
  [
    'a heartbeat',
    (from) => ({ from, messages: [{ type: 'heartbeat', hash: '0'.repeat(16), until: Date.now() - 8000 }] }),
  ],
  ['a shuffle', (address) => ({ from: '127.0.0.1:9', messages: [{ type: 'shuffle', sample: [address] }] })],
  ['a graft', (from) => ({ from, messages: [{ type: 'graft', records: [] }] })],
  ['the first rumor of a guest', (origin) => ({ uuid: `u-${origin}`, origin, version: 1, ttl: 7, payload: 'x' })],
  [
    'a rumor that asks who holds it',
    (origin) => ({
      from: '127.0.0.1:9',
      messages: [{ uuid: `u-${origin}`, origin, version: 1, ttl: 7, payload: 'x', receipt: true }],
    }),
  ],
  [
    'an accusation',
    (origin) => ({
      from: '127.0.0.1:9',
      messages: [{ uuid: `u-${origin}`, origin, version: 1, ttl: 7, status: 'down' }],
    }),
  ],
];

describe('one message in the name of a host that knows nothing of it makes a node send it little, over few connections:', () => {
  test.concurrent.each(MESSAGES)('%s', async (_, body) => {
    const node = await full();
    const measured = await Promise.all(
      VICTIMS.map(async ([how, answer]) => {
        const { seen, at } = await victim(answer);
        const { cost } = await ask(node, body(at(1)));
        return { how, cost, seen };
      }),
    );
    await sleep(WATCHED_MS);
    const tooMuch = measured.filter(
      ({ cost, seen }) => seen.bytes > MOST_BYTES * cost || seen.connections > MOST_CONNECTIONS,
    );
    expect(tooMuch).toEqual([]);
  });
});

describe('whoever does not show that it reads its address', () => {
  test('has one address looked at for a request, however many it names', async () => {
    const node = await start();
    const { seen, at } = await victim(() => undefined);
    const messages = Array.from({ length: 900 }, (_, i) => ({ type: 'probe', target: at(i), request: i }));
    const answer = await gossip(node.self, { from: '127.0.0.1:9', messages });
    expect(answer.json()['errors']).toContainEqual({ index: 1, error: 'more than one probe in a batch' });
    await eventually('a look', () => seen.connections > 0);
    await sleep(100);
    expect(seen.connections).toBe(1);
  });

  test('and none for a line of a stream', async () => {
    const node = await start();
    const { seen, at } = await victim(() => undefined);
    const { stream } = await openStreamTo(node.self, { protocol: 1, from: '127.0.0.1:9', features: [] });
    stream.say({ type: 'probe', target: at(1), request: 1 });
    stream.say({ type: 'ping', request: 2 });
    await eventually('the answer to what came after it', () => stream.messages.length > 0);
    expect([seen.connections, node.counters.refused]).toEqual([0, 1]);
  });

  test('is answered on its own connection alone, though it speaks for a peer, and there with one body', async () => {
    const node = await full();
    const peer = await start({ join: [node.self] });
    await eventually('the table', () => peer.snapshot().records.length >= RECORDS);
    await eventually('a stream', () => node.snapshot().peers.includes(peer.self));
    let told = 0;
    node.subscribe((event) => {
      if (event.type === 'sent' && event.to === peer.self && event.message === 'delta') told++;
    });
    const received: string[] = [];
    peer.subscribe((event) => event.type === 'received' && received.push(event.message));
    const { answered } = await ask(node, { from: peer.self, messages: [{ type: 'digest', entries: [] }] });
    expect(told).toBe(1);
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(MAX_BODY_BYTES + 1000);
    await sleep(50);
    expect(received).not.toContain('delta');
  });
});

const outer = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test.skipIf(outer === undefined)('nobody makes another machine a guest', async () => {
  const node = await full({ allow: ['0.0.0.0/0'] });
  const { seen, at } = await victim(() => json('200 OK', '[]'));
  const origin = `${outer}:${at(1).split(':')[1]}`;
  await ask(node, { uuid: 'u-1', origin, version: 1, ttl: 7, payload: 'x' });
  await eventually('it is asked who it is', () => seen.bytes > 0);
  await sleep(200);
  expect(seen.bytes).toBeLessThan(1000);
});
