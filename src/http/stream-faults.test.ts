/** What those who read and write badly, break off or overload do to a node whose links stream. */
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { eventually, nodesOfThisFile, portOf, partsOf } from '../../test/support.ts';
import { openStreamTo, streamPeer } from '../../test/stream-peer.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { RunningNode } from './running-node.ts';

const start = nodesOfThisFile();
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection whose bytes are ours to choose. */
function wire(node: RunningNode): Socket {
  const socket = connect(portOf(node.self), '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

const HEAD =
  'POST /gossip/ HTTP/1.1\r\nhost: here\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n';

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function guestLine(port = 9): string {
  return `${JSON.stringify({ protocol: 1, from: `127.0.0.1:${port}`, features: [] })}\n`;
}

/** What a node has written and nobody has taken. */
function backlogOf(node: RunningNode): () => number {
  const held = new Set<Socket>();
  partsOf(node).server.on('connection', (socket: Socket) => held.add(socket));
  return () => [...held].reduce((bytes, socket) => bytes + socket.writableLength, 0);
}

test('who asks again and again and reads no answer is not listened to, so nothing piles up', async () => {
  const node = await start();
  for (let i = 0; i < 60; i++) node.publish({ text: 'x'.repeat(4000) }, `key-${i}`);
  const backlog = backlogOf(node);
  let asked = 0;
  node.subscribe((event) => void (event.type === 'received' && event.message === 'digest' && asked++));
  const socket = wire(node);
  socket.write(HEAD + chunk(guestLine()));
  socket.pause();
  const question = chunk('{"type":"digest","entries":[]}\n');
  for (let i = 0; i < 500; i++) {
    socket.write(question);
    if (i % 10 === 0) await sleep(2);
  }
  await sleep(100);
  expect(backlog()).toBeLessThan(4 * MAX_BODY_BYTES);
  expect(asked).toBeLessThan(500);
  socket.resume();
  await eventually('it is listened to again', () => asked === 500);
});

test('who says all and ends its half gets every answer, and then the end', async () => {
  const node = await start({ books: ['Dune'] });
  const socket = wire(node);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.write(
    HEAD + chunk(guestLine()) + chunk('{"type":"ping","request":1}\n') + chunk('{"type":"digest","entries":[]}\n'),
  );
  socket.write('0\r\n\r\n');
  await eventually('the end', () => answer.endsWith('0\r\n\r\n'));
  expect(answer).toContain('"pong"');
  expect(answer).toContain('Dune');
});

test('a node that stops while streams are being opened has none afterwards', async () => {
  const node = await start();
  const opened: string[] = [];
  node.subscribe(({ type }) => void (type === 'linkOpened' && opened.push(type)));
  for (let i = 0; i < 20; i++) wire(node).write(HEAD);
  const peer = await streamPeer((_it, request) => void request.resume());
  await peer.askForLink(node.self);
  await sleep(50);
  const stopping = node.stop();
  for (const socket of sockets) socket.resume().write(chunk(guestLine()));
  await stopping;
  await eventually('all are over', () => sockets.every((socket) => socket.destroyed));
  expect(opened).toEqual([]);
});

test('what waits for a peer whose stream breaks off goes out even where it was looked for just now', async () => {
  const node = await start({ parameters: { heartbeatMs: 60_000, heartbeatMinMs: 60_000 } });
  const peer = await streamPeer();
  await peer.askForLink(node.self);
  const first = await eventually('a stream', () => peer.streams[0]?.isOpen && peer.streams[0]);
  await eventually('a peer', () => node.snapshot().peers.includes(peer.address));
  first.cut();
  const { token: proof } = await eventually('it is looked for', () => peer.posts.at(-1));
  const handshake = { protocol: 1, from: peer.address, features: [], token: 'its-token', proof };
  const { stream } = await openStreamTo(node.self, handshake);
  await eventually('it is open', () => stream.handshake);
  stream.input.socket.pause();
  const isFull = (): boolean => partsOf(node).sender.waiting > 0;
  for (let round = 0; round < 100 && !isFull(); round++) {
    for (let i = 0; i < 60; i++) node.publish({ text: 'x'.repeat(4000) }, `key-${i}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(isFull()).toBe(true);
  node.publish({ text: 'the last' });
  const { version: last } = node.snapshot();
  await sleep(20);
  const isTold = (): boolean => peer.posts.some(({ messages }) => messages.some(({ version }) => version === last));
  expect(isTold()).toBe(false);
  stream.cut();
  await eventually('the last is posted', isTold, 900);
});

test('who cuts off what it posts is counted among the refused, and warned of by nobody', async () => {
  const warnings: string[] = [];
  const node = await start({ warn: (warning) => warnings.push(warning) });
  const socket = wire(node);
  socket.write(
    'POST /gossip/ HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"from"',
  );
  await sleep(20);
  socket.resetAndDestroy();
  await eventually('it is counted', () => node.counters.refused === 1);
  expect(warnings).toEqual([]);
});

describe('a proxy that gathers', () => {
  const proxies: Server[] = [];
  afterEach(() => {
    for (const proxy of proxies.splice(0)) proxy.close().closeAllConnections();
  });

  /** Others reach that port by 127.0.0.2. */
  async function proxyFor(port: number, gathered: 'requests' | 'answers'): Promise<void> {
    const proxy = createServer((asked, answer) => {
      const { url: path = '', method = '', headers } = asked;
      const onward = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
      const end = (): void => void (onward.destroy(), answer.destroy());
      onward.on('error', end).on('response', (response: IncomingMessage) => {
        const { 'transfer-encoding': _, ...rest } = response.headers;
        const pass = (body: Buffer): unknown => answer.writeHead(response.statusCode ?? 0, rest).end(body);
        buffer(response).then(pass, end);
      });
      asked.on('error', end);
      answer.on('close', () => onward.destroy());
      if (gathered === 'answers') asked.pipe(onward);
      else buffer(asked).then((body) => onward.end(body), end);
    });
    proxies.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.2', resolve));
  }

  test.each(['requests', 'answers'] as const)(
    '%s loses and delays nothing, and cuts nobody off',
    async (gathered) => {
      const nodes: RunningNode[] = [];
      const failures: unknown[] = [];
      for (let i = 0; i < 3; i++) {
        const port = await freePort();
        await proxyFor(port, gathered);
        const join = nodes.slice(0, 1).map(({ self }) => self);
        const node = await start({ port, advertise: '127.0.0.2', join });
        node.subscribe((event) => void (event.type === 'unreachable' && failures.push(event)));
        node.publish({ text: 'first' });
        nodes.push(node);
      }
      const know = (version: number): boolean =>
        nodes.every((node) => {
          const { records } = node.snapshot();
          return records.length === 3 && records.every((record) => record.version === version);
        });
      await eventually('all know all', () => know(1), 3000);
      for (const node of nodes) node.publish({ text: 'second' });
      await eventually('all know all again', () => know(2), 2500);
      expect(failures).toEqual([]);
    },
    10_000,
  );
});
