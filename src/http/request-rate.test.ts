/** However a peer treats connections, and whatever it answers: so many requests a second it is sent, and no more. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { call, eventually, gossip, nodesOfThisFile } from '../../test/support.ts';
import type { Address } from '../core/address.ts';
import { MAX_REQUESTS_A_SECOND, REQUEST_BURST } from './pace.ts';

const start = nodesOfThisFile();
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
});

/** A peer that writes its answers byte by byte as told, and counts what it is asked. */
async function peer(answer: (body: string) => string, after: (socket: Socket) => void) {
  const asked = { posts: 0, gets: 0 };
  let self = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.setEncoding('latin1').on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += String(chunk);
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const headers = text.indexOf('\r\n\r\n');
      if (headers < 0 || text.length < headers + 4 + length) return;
      const isPost = text.startsWith('POST');
      text = text.slice(headers + 4 + length);
      asked[isPost ? 'posts' : 'gets']++;
      socket.write(answer(isPost ? '{"messages":[]}' : JSON.stringify({ self, peers: [] })));
      after(socket);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  self = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { self, asked };
}

const TYPE = 'Content-Type: application/json';
const length = (body: string): string => `Content-Length: ${body.length}`;
const end = (socket: Socket): void => void socket.end();
const stay = (): void => undefined;

async function linked(to: Address) {
  const node = await start();
  await gossip(node.self, { from: to, messages: [{ type: 'join', request: 1 }] });
  await eventually('a link', () => node.snapshot().peers.includes(to));
  return node;
}

describe('a peer is hardly asked while all is quiet, and stays one, if it', () => {
  const ways: [string, (body: string) => string][] = [
    ['speaks HTTP/1.0', (body) => `HTTP/1.0 200 OK\r\n${TYPE}\r\n${length(body)}\r\n\r\n${body}`],
    ['ends its answers with the connection', (body) => `HTTP/1.0 200 OK\r\n${TYPE}\r\n\r\n${body}`],
    ['says that it closes', (body) => `HTTP/1.1 200 OK\r\nConnection: close\r\n${length(body)}\r\n\r\n${body}`],
    ['closes without a word', (body) => `HTTP/1.1 200 OK\r\n${TYPE}\r\n${length(body)}\r\n\r\n${body}`],
  ];

  async function twoSecondsOf(answer: (body: string) => string) {
    const { self, asked } = await peer(answer, end);
    const node = await linked(self);
    await sleep(2000);
    return { self, posts: asked.posts, peers: node.snapshot().peers, unreachable: node.counters.unreachable };
  }

  const seen = new Map<string, Awaited<ReturnType<typeof twoSecondsOf>>>();
  // The same two seconds do for all: each peer has a node of its own.
  beforeAll(async () => {
    await Promise.all(ways.map(async ([how, answer]) => seen.set(how, await twoSecondsOf(answer))));
  });

  test.each(ways)('%s', (how) => {
    const { self, posts, peers, unreachable } = seen.get(how)!;
    expect(posts).toBeLessThan(20);
    expect(peers).toEqual([self]);
    expect(unreachable).toBe(0);
  });

  test('asks on a connection of its own each time', async () => {
    const { self, asked } = await peer((body) => `HTTP/1.1 200 OK\r\n${length(body)}\r\n\r\n${body}`, stay);
    const node = await linked(self);
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const body = JSON.stringify({ from: self, messages: [] });
    for (let i = 0; i < 100; i++) await call(node.self, 'POST', '/gossip/', { body, headers });
    await sleep(200);
    expect(asked.posts).toBeLessThan(10);
  });
});

test('a peer that closes as it dies is looked at once', async () => {
  const { self, asked } = await peer((body) => `HTTP/1.1 200 OK\r\n${length(body)}\r\n\r\n${body}`, stay);
  const node = await linked(self);
  await eventually('a request', () => asked.posts > 0);
  await sleep(50);
  servers.pop()?.close();
  for (const socket of sockets) socket.destroy();
  await eventually('it is missed', () => node.snapshot().peers.length === 0, 400);
});

test('a peer whose every answer calls for another request gets no more than so many a second, and a metric tells', async () => {
  const warnings: string[] = [];
  const { self, asked } = await peer((body) => {
    const text = body.replace('[]}', '[{"type":"ping","request":1}]}');
    return `HTTP/1.1 200 OK\r\n${length(text)}\r\n\r\n${text}`;
  }, stay);
  const node = await start({ warn: (warning) => warnings.push(warning) });
  await gossip(node.self, { from: self, messages: [{ type: 'join', request: 1 }] });
  const began = performance.now();
  await sleep(3000);
  const seconds = (performance.now() - began) / 1000;
  expect(asked.posts).toBeGreaterThan(REQUEST_BURST);
  expect(asked.posts).toBeLessThanOrEqual(1.1 * (REQUEST_BURST + MAX_REQUESTS_A_SECOND * seconds) + 5);
  const metrics = (await call(node.self, 'GET', '/metrics')).text;
  expect(Number(/^gossip_requests_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(REQUEST_BURST);
  expect(Number(/^gossip_requests_delayed_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(50);
  expect(warnings).toEqual([expect.stringContaining(self)]);
});
