import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { call, eventually, gossip, nodesOfThisFile, partsOf, portOf } from '../../test/support.ts';
import type { RunningNode } from './running-node.ts';
import type { Address } from '../core/address.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { MAX_EVENT_READERS } from './limits.ts';

const start = nodesOfThisFile();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

async function read(node: Address): Promise<{ status: number; type: string; events: () => TraceEvent[] }> {
  const abort = new AbortController();
  endings.push(() => abort.abort());
  const asked = get(`http://${node}/events/`, { signal: abort.signal }).on('error', () => undefined);
  const [body] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  body.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  body.on('error', () => undefined);
  const events = (): TraceEvent[] =>
    text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => block.startsWith('data: '))
      .map((block) => JSON.parse(block.slice('data: '.length)) as TraceEvent);
  return { status: body.statusCode ?? 0, type: String(body.headers['content-type']), events };
}

function rawReader(node: Address, requests = 1): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(portOf(node), '127.0.0.1', () => {
      socket.write('GET /events/ HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(requests));
      socket.once('readable', () => resolve(socket));
    });
    socket.on('error', () => undefined);
    endings.push(() => socket.destroy());
  });
}

async function readersFit(node: Address, count: number): Promise<boolean> {
  const readers = await Promise.all(Array.from({ length: count }, () => read(node)));
  return readers.every(({ status }) => status === 200);
}

test('a reader is told of what is published and applied, in order, stamped with node and time', async () => {
  const node = await start();
  const reader = await read(node.self);
  expect(reader.type).toBe('text/event-stream; charset=utf-8');
  node.publish({ book: 'Emma by Jane Austen' });
  await gossip(node.self, { uuid: 'u-1', origin: '127.0.0.1:9', version: 4, ttl: 1, payload: { book: 'Dune' } });
  await eventually('events', () => reader.events().some(({ type }) => type === 'applied'));
  const events = reader.events().filter(({ type }) => type === 'published' || type === 'applied');
  expect(events).toMatchObject([
    { type: 'published', node: node.self, origin: node.self, version: 1, payload: { book: 'Emma by Jane Austen' } },
    { type: 'applied', node: node.self, origin: '127.0.0.1:9', version: 4, via: '127.0.0.1:9', hops: 1 },
  ]);
  for (const { time } of events) expect(Math.abs(time - Date.now())).toBeLessThan(60_000);
});

test('one reader too many gets a 503, and a place is free when one leaves', async () => {
  const node = await start();
  expect(await readersFit(node.self, MAX_EVENT_READERS)).toBe(true);
  const refused = await call(node.self, 'GET', '/events/');
  expect(refused.status).toBe(503);
  expect(refused.json()).toEqual({ error: 'already 32 readers of /events/' });
  endings.pop()?.();
  await eventually('a free place', async () => (await read(node.self)).status === 200);
});

test('requests pipelined on one connection free their places when it closes', async () => {
  const node = await start();
  const socket = await rawReader(node.self, MAX_EVENT_READERS);
  await eventually('all places are taken', async () => (await read(node.self)).status === 503);
  socket.destroy();
  await eventually('all places are free', async () => {
    const fit = await readersFit(node.self, MAX_EVENT_READERS);
    for (const end of endings.splice(0)) end();
    return fit;
  });
});

test('a reader that does not read is cut off, and the others go on', async () => {
  const node = await start();
  const slow = await rawReader(node.self);
  slow.pause();
  const quick = await read(node.self);
  const book = 'x'.repeat(4000);
  const published = async (): Promise<boolean> => {
    for (let i = 0; i < 200; i++) node.publish({ book });
    await new Promise((resolve) => setImmediate(resolve));
    return slow.destroyed || slow.closed || (await connectionsOf(node)) === 1;
  };
  await eventually('it is cut off', published, 12_000);
  await eventually('the other one has all', () => quick.events().at(-1)?.type === 'published');
  const { version } = node.snapshot();
  await eventually('the newest', () => quick.events().some((event) => 'version' in event && event.version === version));
}, 20_000);

test('a stopped node ends the streams of its readers', async () => {
  const node = await start();
  const socket = await rawReader(node.self);
  const closed = new Promise((resolve) => socket.resume().once('close', resolve));
  await node.stop();
  await closed;
});

/** How many sockets the node's server holds; counted from inside, because a cut socket may still be read from. */
function connectionsOf(node: RunningNode): Promise<number> {
  const { server } = partsOf(node);
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
