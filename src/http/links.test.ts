import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { call, eventually, gossip, nodesOfThisFile, portOf, partsOf } from '../../test/support.ts';
import { openStreamTo, streamPeer, type StreamPeer } from '../../test/stream-peer.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { BookNodeOptions } from '../books/book-node.ts';
import type { NodeOptions, RunningNode } from './running-node.ts';

const start = nodesOfThisFile();
const OTHER = '127.0.0.1:9';

/** A node, and all that happens to it. */
async function watched(options: Partial<BookNodeOptions> = {}): Promise<{ node: RunningNode; events: TraceEvent[] }> {
  const events: TraceEvent[] = [];
  const observe: NodeOptions['observe'] = (_self, subscribe) => void subscribe((event) => events.push(event));
  return { node: await start({ ...options, observe }), events };
}

function ofType<T extends TraceEvent['type']>(events: readonly TraceEvent[], type: T) {
  return events.filter((event): event is Extract<TraceEvent, { type: T }> => event.type === type);
}

/** The number of requests that a node has been asked, streams included. */
function requestsTo(node: RunningNode): () => number {
  let count = 0;
  partsOf(node).server.on('request', () => count++);
  return () => count;
}

/** A peer to which the node has opened a stream. */
async function linked(node: RunningNode, peer: StreamPeer) {
  await peer.askForLink(node.self);
  const stream = await eventually('a stream', () => peer.streams[0]?.isOpen && peer.streams[0]);
  await eventually('a peer', () => node.snapshot().peers.includes(peer.address));
  return stream;
}

function rumor(version: number, over: object = {}): object {
  return { uuid: `u-${version}`, origin: OTHER, version, ttl: 3, payload: { book: `Book ${version}` }, ...over };
}

describe('a link of two nodes', () => {
  test('is one stream, opened by the side that was asked for the link', async () => {
    const { node: seed, events: atSeed } = await watched();
    const { node: newcomer, events } = await watched({ join: [seed.self] });
    await eventually(
      'it streams',
      () => ofType(events, 'linkOpened').length > 0 && ofType(atSeed, 'linkOpened').length > 0,
    );
    expect(ofType(atSeed, 'linkOpened')).toMatchObject([{ peer: newcomer.self, openedBy: seed.self }]);
    expect(ofType(events, 'linkOpened')).toMatchObject([{ peer: seed.self, openedBy: seed.self }]);
  });

  test('carries updates both ways without another request', async () => {
    const { node: seed, events: atSeed } = await watched();
    const { node: newcomer, events } = await watched({ join: [seed.self] });
    await eventually(
      'it streams',
      () => ofType(events, 'linkOpened').length > 0 && ofType(atSeed, 'linkOpened').length > 0,
    );
    await eventually('both have compared', () =>
      [...events, ...atSeed].some((event) => event.type === 'received' && event.message === 'heartbeat'),
    );
    const counts = [requestsTo(seed), requestsTo(newcomer)];
    seed.publish({ book: 'Emma' });
    newcomer.publish({ book: 'Dune' });
    await eventually('both know both', () => seed.snapshot().records.length + newcomer.snapshot().records.length === 4);
    expect(counts.map((count) => count())).toEqual([0, 0]);
  });

  test('that is no more takes its stream with it', async () => {
    const { node: seed } = await watched();
    const { node: newcomer, events } = await watched({ join: [seed.self] });
    await eventually('it streams', () => ofType(events, 'linkOpened').length > 0);
    await seed.stop();
    await eventually('it is closed', () => ofType(events, 'linkClosed').length > 0);
    expect(newcomer.snapshot().peers).toEqual([]);
  });
});

describe('who may open a stream', () => {
  test('whoever shows the token that was sent to its address is told what is meant for it', async () => {
    const { node } = await watched({ books: ['Dune'] });
    const peer = await streamPeer((it, request, response) => {
      // Takes none, so that it gets the token and no stream.
      void textOf(request).then(() => undefined);
      it.streams.length = 0;
      response.writeHead(415).end('{"error":"no"}');
    });
    await peer.askForLink(node.self);
    node.publish({ book: 'Emma' });
    const token = await eventually('its token', () => peer.posts.at(-1)?.token);
    const { response, stream } = await openStreamTo(node.self, {
      protocol: 1,
      from: peer.address,
      features: [],
      token: 'another',
      proof: token,
    });
    expect(response.statusCode).toBe(200);
    node.publish({ book: 'Ulysses' });
    await eventually('the update', () => stream.messages.some(({ version }) => version === 3));
  });

  test('whoever shows another token is refused', async () => {
    const node = await start();
    const { response } = await openStreamTo(node.self, { protocol: 1, from: OTHER, features: [], proof: 'guessed' });
    expect(response.statusCode).toBe(403);
    expect(JSON.parse(await bodyOf(response))).toEqual({
      error: `proof: not the token that this node gave to ${OTHER}`,
    });
  });

  test('whoever shows none is answered, but told nothing else, and takes nothing from the peer that it claims to be', async () => {
    const { node, events } = await watched({ books: ['Dune'] });
    const peer = await streamPeer();
    const own = await linked(node, peer);
    const { response, stream } = await openStreamTo(node.self, { protocol: 1, from: peer.address, features: [] });
    expect(response.statusCode).toBe(200);
    expect(stream.handshake).toBeUndefined();
    stream.say({ type: 'digest', entries: [] });
    node.publish({ book: 'Emma' });
    await eventually('its own stream gets the update', () => own.messages.some(({ version }) => version === 2));
    await eventually('and this one the answer', () => stream.messages.length > 0);
    expect(stream.messages).toMatchObject([{ type: 'delta' }]);
    expect(own.messages.filter(({ type }) => type === 'delta')).toEqual([]);
    expect(stream.handshake).toEqual({ protocol: 1, from: node.self, cluster: 'books', features: ['keepalive'] });
    expect(ofType(events, 'linkClosed')).toEqual([]);
  });

  test('one without a token is answered like by requests that follow each other', async () => {
    const node = await start({ books: ['Dune'] });
    const { stream } = await openStreamTo(node.self, { protocol: 1, from: OTHER, features: [] });
    stream.say({ type: 'ping', request: 1 });
    await eventually('a pong', () => stream.messages.length === 1);
    stream.say({ type: 'digest', entries: [] });
    await eventually('a delta', () => stream.messages.length === 2);
    node.publish({ book: 'Emma' });
    stream.say({ type: 'ping', request: 2 });
    await eventually('another pong', () => stream.messages.length === 3);
    expect(stream.messages).toMatchObject([{ type: 'pong' }, { type: 'delta' }, { type: 'pong' }]);
  });

  test('a stream may name bare ports, in its first line and after it', async () => {
    const node = await start();
    const { stream } = await openStreamTo(node.self, { protocol: 1, from: portOf(OTHER), features: [] });
    stream.say(rumor(1, { origin: '10' }), { type: 'ping', request: 1 });
    await eventually('a pong', () => stream.messages.length === 1);
    expect(node.snapshot().records).toMatchObject([{ origin: '127.0.0.1:10', via: OTHER }]);
  });

  test.each([
    ['no JSON', 'hello\n', 400, /JSON/],
    ['no handshake', { hello: 1 }, 400, /first line/],
    ['another protocol', { protocol: 99, from: OTHER, features: [] }, 400, /protocol/],
    ['nothing but a megabyte', Buffer.alloc(1 << 20, 'x'), 400, /too long/],
  ])('a first line that is %s is refused', async (_name, handshake, status, error) => {
    const node = await start();
    const { response } = await openStreamTo(node.self, handshake);
    expect(response.statusCode).toBe(status);
    expect(JSON.parse(await bodyOf(response))).toMatchObject({ error: expect.stringMatching(error) as string });
  });

  test('a node does not open a stream to itself', async () => {
    const node = await start();
    for (const from of [node.self, portOf(node.self)]) {
      const { response } = await openStreamTo(node.self, { protocol: 1, from, features: [] });
      expect(response.statusCode).toBe(400);
    }
  });

  test('of more streams than one machine may have, the others are refused, and the node goes on', async () => {
    const node = await start();
    const all = await Promise.all(
      Array.from({ length: 150 }, (_, i) =>
        openStreamTo(node.self, { protocol: 1, from: `127.0.0.1:${i + 1}`, features: [] }),
      ),
    );
    expect(all.filter(({ response }) => response.statusCode === 503)).toHaveLength(150 - 128);
    for (const { stream } of all) stream.cut();
    await eventually('there is room again', async () => {
      const { response, stream } = await openStreamTo(node.self, { protocol: 1, from: OTHER, features: [] });
      stream.cut();
      return response.statusCode === 200;
    });
    expect((await call(node.self, 'GET', '/health/')).status).toBe(200);
  });
});

describe('when both sides open a stream at once, that of the lower address stays', () => {
  /** A node and a peer of it: the system hands out ports as it likes, mostly upwards, so both are drawn anew. */
  async function pairOf(isPeerLower: boolean, held: IncomingMessage[]) {
    for (let tries = 0; tries < 200; tries++) {
      const before = await streamPeer((_it, request) => void held.push(request));
      const { node } = await watched();
      const after = await streamPeer((_it, request) => void held.push(request));
      const peer = [before, after].find(({ address }) => address < node.self === isPeerLower);
      if (peer !== undefined) return { node, peer };
    }
    throw new Error('200 pairs in vain');
  }

  /** Its stream to us is left without an answer; then we open one to it. */
  async function crossing(isPeerLower: boolean) {
    const held: IncomingMessage[] = [];
    const { node, peer } = await pairOf(isPeerLower, held);
    await peer.askForLink(node.self);
    const request = await eventually('the node opens one', () => held[0]);
    const first = await eventually('its handshake', () => firstLineOf(request));
    const handshake = { protocol: 1, from: peer.address, features: [], token: 'its-token', proof: first.token };
    const { response } = await openStreamTo(node.self, handshake);
    return { node, request, response };
  }

  test('ours is refused where the node is the lower one', async () => {
    const { request, response } = await crossing(false);
    expect(response.statusCode).toBe(409);
    expect(request.destroyed).toBe(false);
  });

  test('its own is given up where we are', async () => {
    const { node, request, response } = await crossing(true);
    expect(response.statusCode).toBe(200);
    await eventually('it gives up', () => request.destroyed);
    expect(node.snapshot().peers).toHaveLength(1);
  });
});

describe('a peer that takes no streams', () => {
  test.each([
    [
      'refuses them',
      (response: { writeHead(status: number): { end(text: string): void } }) =>
        response.writeHead(415).end('{"error":"no"}'),
    ],
    [
      'answers with a page',
      (response: { writeHead(status: number): { end(text: string): void } }) => response.writeHead(200).end('<html>'),
    ],
  ])('because it %s is posted to, and remains a peer', async (_name, answer) => {
    const { node, events } = await watched();
    const peer = await streamPeer((_it, request, response) => {
      request.resume();
      answer(response);
    });
    await peer.askForLink(node.self);
    node.publish({ book: 'Emma' });
    await eventually('a post', () => peer.posts.some(({ messages }) => messages.some(({ version }) => version === 1)));
    expect(node.snapshot().peers).toEqual([peer.address]);
    expect(ofType(events, 'unreachable')).toEqual([]);
  });
});

describe('a stream that ends', () => {
  test('because its peer has died is known at once', async () => {
    const { node, events } = await watched();
    const peer = await streamPeer();
    await linked(node, peer);
    const diedAt = performance.now();
    peer.die();
    await eventually('it is known', () => node.snapshot().peers.length === 0);
    expect(performance.now() - diedAt).toBeLessThan(1000);
    // Once when the stream ended, and once by a confirmation probe, since there is nobody to ask.
    for (const event of ofType(events, 'unreachable')) {
      expect(event).toMatchObject({ peer: peer.address, reason: 'ECONNREFUSED' });
    }
    expect(ofType(events, 'unreachable')).not.toEqual([]);
  });

  test('in the middle of a line is opened again, and no update is lost', async () => {
    const { node } = await watched();
    const peer = await streamPeer();
    const stream = await linked(node, peer);
    stream.say('{"uuid":"u-1","ori');
    stream.cut();
    await eventually('the next one or a request', () => peer.streams.length > 1 || peer.posts.length > 0);
    node.publish({ book: 'Emma' });
    const isToldOf = ({ version }: Record<string, unknown>): boolean => version === 1;
    await eventually(
      'the update',
      () =>
        peer.streams.some(({ messages }) => messages.some(isToldOf)) ||
        peer.posts.some(({ messages }) => messages.some(isToldOf)),
    );
    expect(node.snapshot().peers).toEqual([peer.address]);
  });

  test('again and again is not opened a hundred times', async () => {
    const { node } = await watched();
    let opened = 0;
    const peer = await streamPeer((it, request, response) => {
      opened++;
      it.takeStream(request, response);
      setTimeout(() => request.socket.destroy(), 20);
    });
    await peer.askForLink(node.self);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(5);
    expect(node.snapshot().peers).toEqual([peer.address]);
  });
});

describe('a line', () => {
  test.each([
    ['no JSON', 'EHLO example.org\n'],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 10])],
    ['a megabyte without an end', 'x'.repeat(1 << 20)],
    ['longer than a message may be', `"${'x'.repeat(MAX_BODY_BYTES)}"\n`],
  ])('that is %s ends the stream, and changes nothing', async (_name, line) => {
    const { node } = await watched({ books: ['Dune'] });
    const { stream } = await openStreamTo(node.self, { protocol: 1, from: OTHER, features: [] });
    await eventually('it is open', () => stream.handshake);
    stream.output.write(line);
    await eventually('it is over', () => stream.isOver);
    expect(node.snapshot().records).toHaveLength(1);
    expect((await gossip(node.self, rumor(1))).status).toBe(200);
  });

  test('that is no message is skipped and counted, and those around it are heard', async () => {
    const { node } = await watched();
    const peer = await streamPeer();
    const stream = await linked(node, peer);
    stream.say(rumor(1), { type: 'fly' }, 7, rumor(2, { origin: '127.0.0.1:8' }));
    await eventually('both are known', () => node.snapshot().records.length === 2);
    await eventually('two are counted', () => node.counters.refused === 2);
  });

  test('cut into pieces is one line', async () => {
    const { node } = await watched();
    const peer = await streamPeer();
    const stream = await linked(node, peer);
    const text = JSON.stringify(rumor(1, { payload: { book: 'Éloge 📚' } }));
    for (const byte of Buffer.from(`${text}\n`)) {
      stream.output.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually('it is known', () => node.snapshot().records.length === 1);
    expect(node.snapshot().records).toMatchObject([{ payload: { book: 'Éloge 📚' } }]);
  });
});

async function bodyOf(response: IncomingMessage): Promise<string> {
  return typeof response.readableEncoding === 'string' ? collected(response) : textOf(response);
}

async function collected(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk as string;
  return text;
}

const firstLines = new WeakMap<IncomingMessage, { text: string }>();
function firstLineOf(request: IncomingMessage): { token: string } | undefined {
  let held = firstLines.get(request);
  if (held === undefined) {
    const read = (held = { text: '' });
    firstLines.set(request, held);
    request.setEncoding('utf8').on('data', (text: string) => (read.text += text));
  }
  const end = held.text.indexOf('\n');
  return end < 0 ? undefined : (JSON.parse(held.text.slice(0, end)) as { token: string });
}
