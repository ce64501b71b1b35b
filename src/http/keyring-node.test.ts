/** Nodes with a keyring, over real sockets: who is let in, what is told to others, and what becomes of links that somebody meddles with. */
import { describe, expect, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { keyringFile } from '../../test/keyrings.ts';
import { meddlingProxy, type Meddle } from '../../test/meddling-proxy.ts';
import { call, eventually, nodesOfThisFile } from '../../test/support.ts';
import { newKeyText } from '../keyring/cluster-key.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { KeyringGuard } from './keyring-guard.ts';
import type { RunningNode } from './running-node.ts';

const startNode = nodesOfThisFile();

const JSON_HEADERS = { 'content-type': 'application/json' };
const RUMOR = { uuid: 'forged', origin: '127.0.0.1:9', version: 1, ttl: 3, payload: { book: 'Forged' } };

function eventsOf(node: RunningNode): TraceEvent[] {
  const events: TraceEvent[] = [];
  node.subscribe((event) => events.push(event));
  return events;
}

const knows = (node: RunningNode, other: RunningNode, book: string): boolean =>
  JSON.stringify(node.record(other.self)?.payload) === JSON.stringify({ book });

describe('nodes with a keyring', () => {
  test('agree, over links that stream; one without a key, or with another, learns nothing and is learnt by nobody', async () => {
    const keyring = keyringFile();
    const first = await startNode({ keyring });
    const nodes = [
      first,
      await startNode({ keyring, join: [first.self] }),
      await startNode({ keyring, join: [first.self] }),
    ];
    const outsiders = [
      await startNode({ join: [first.self], warn: () => undefined }),
      await startNode({ keyring: { keys: [newKeyText()] }, join: [first.self], warn: () => undefined }),
    ];
    const events = eventsOf(first);
    const refused = eventsOf(first);
    const members = [...nodes, ...outsiders];
    for (const [i, node] of members.entries()) node.publish({ book: `Book ${i}` });
    await eventually('the three know each other', () =>
      nodes.every((node) => nodes.every((other, i) => knows(node, other, `Book ${i}`))),
    );
    await eventually('the first has a link that streams', () => events.some(({ type }) => type === 'linkOpened'));
    await eventually('the others were refused', () => refused.some(({ type }) => type === 'refused'));
    for (const outsider of outsiders) {
      expect(outsider.snapshot().records.map(({ origin }) => origin)).toEqual([outsider.self]);
      for (const node of nodes) {
        expect(node.record(outsider.self)).toBeUndefined();
        expect(node.snapshot().peers).not.toContain(outsider.self);
      }
    }
  });

  test('answer 401 to what nobody has signed, and nothing is changed by it', async () => {
    const node = await startNode({ keyring: keyringFile() });
    const envelope = JSON.stringify({ from: '127.0.0.1:9', messages: [RUMOR, { type: 'join', request: 1 }] });
    const before = JSON.stringify(node.snapshot());
    const answers = [
      await call(node.self, 'GET', '/peers/'),
      await call(node.self, 'GET', '/keys/'),
      await call(node.self, 'POST', '/gossip/', { body: envelope, headers: JSON_HEADERS }),
      await call(node.self, 'POST', '/gossip/', { body: JSON.stringify(RUMOR), headers: JSON_HEADERS }),
      await call(node.self, 'POST', '/gossip/', {
        body: '{"protocol":1,"from":"127.0.0.1:9","features":[]}\n',
        headers: { 'content-type': 'application/x-ndjson' },
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.json()).toEqual({
        error: 'this network has a keyring: a request must be signed by one of its keys',
      });
      expect(answer.headers['accept-signature']).toContain('hmac-sha256');
    }
    expect(JSON.stringify(node.snapshot())).toBe(before);
  });

  test('tell who signs which keys they hold, by their ids, and never the keys', async () => {
    const text = newKeyText();
    const node = await startNode({ keyring: keyringFile([text]) });
    const guard = new KeyringGuard({ keys: [text] }, { self: () => '127.0.0.1:9' });
    const signed = guard.request('GET', node.self, '/keys/', '');
    const answer = await call(node.self, 'GET', '/keys/', { headers: signed.headers as Record<string, string> });
    expect(answer.json()).toMatchObject({ self: node.self, keys: guard.keyIds });
    expect(answer.text + (await call(node.self, 'GET', '/state/')).text).not.toContain(text.slice(0, 20));
  });

  test('tell other machines what they hold only where that is signed, and this machine all the same', async () => {
    const text = newKeyText();
    const node = await startNode({ keyring: { keys: [text] } });
    const guard = new KeyringGuard({ keys: [text] }, { self: () => '127.0.0.1:9' });
    const elsewhere = { 'x-forwarded-for': '10.0.0.9' };
    for (const path of ['/state/', '/metrics']) {
      const { headers } = guard.request('GET', node.self, path, '');
      expect((await call(node.self, 'GET', path, { headers: elsewhere })).status).toBe(401);
      const signed = { ...elsewhere, ...headers } as Record<string, string>;
      expect((await call(node.self, 'GET', path, { headers: signed })).status).toBe(200);
      expect((await call(node.self, 'GET', path)).status).toBe(200);
    }
    expect((await call(node.self, 'GET', '/health/', { headers: elsewhere })).status).toBe(200);
  });

  test('take no request that was recorded, whatever connection it comes on', async () => {
    const text = newKeyText();
    const [node, other] = [
      await startNode({ keyring: { keys: [text] } }),
      await startNode({ keyring: { keys: [text] } }),
    ];
    const guard = new KeyringGuard({ keys: [text] }, { self: () => '127.0.0.1:9' });
    const body = JSON.stringify({ from: '127.0.0.1:9', messages: [RUMOR] });
    const signed = guard.request('POST', node.self, '/gossip/', body);
    const headers = { ...JSON_HEADERS, ...signed.headers } as Record<string, string>;
    const send = (to: string) => call(to, 'POST', '/gossip/', { body, headers: { ...headers, host: node.self } });
    expect((await send(node.self)).status).toBe(200);
    expect(await send(node.self)).toMatchObject({
      status: 401,
      text: expect.stringContaining('taken before') as string,
    });
    expect((await send(other.self)).text).toContain(`@authority: this node is ${other.self}`);
  });
});

/** What a line becomes on its way, once; a chunk of HTTP is a line or more. */
const MEDDLING: Readonly<Record<string, () => Meddle>> = {
  changed: () => once((chunk) => [Buffer.from(chunk.toString('latin1').replace('"book"', '"look"'), 'latin1')]),
  'said again': () => once((chunk) => [chunk, chunk]),
  'left out': () => once(() => []),
  'put in': () => once((chunk) => [Buffer.from(`4\r\n{}{}\r\n`), chunk]),
  moved: () => {
    let held: Buffer | undefined;
    let isDone = false;
    return (chunk, isLink) => {
      if (!isLink || isDone) return [chunk];
      if (held === undefined) {
        held = chunk;
        return [];
      }
      isDone = true;
      return [chunk, held];
    };
  },
};

/** Meddles with the first chunk of a link that tells of a book. */
function once(change: (chunk: Buffer) => readonly Buffer[]): Meddle {
  let isDone = false;
  return (chunk, isLink) => {
    if (!isLink || isDone || !chunk.includes('"book"')) return [chunk];
    isDone = true;
    return change(chunk);
  };
}

/** What is lost with a link is repaired by the heartbeats, and these are lines that show a gap. */
const SOON = { heartbeatMs: 100, heartbeatMinMs: 50, settleMs: 100 };

describe('a link that somebody meddles with', () => {
  test.each(Object.entries(MEDDLING))(
    'ends when a line is %s, says so, and all is learnt all the same',
    async (_, meddling) => {
      const keyring = { keys: [newKeyText()] };
      const hosts = ['127.0.0.2', '127.0.0.3'] as const;
      const ports = [await freePort(), await freePort()] as const;
      const proxies = [await meddlingProxy(hosts[0], ports[0]), await meddlingProxy(hosts[1], ports[1])];
      const options = { keyring, parameters: SOON };
      const a = await startNode({ ...options, port: ports[0], advertise: hosts[0] });
      const b = await startNode({ ...options, port: ports[1], advertise: hosts[1], join: [a.self] });
      const events = [...[a, b].map(eventsOf)];
      await eventually('they have a link', () =>
        events.every((each) => each.some(({ type }) => type === 'linkOpened')),
      );
      for (const proxy of proxies) proxy.meddle = meddling();
      const refusals = () =>
        events.flat().filter((event) => event.type === 'refused' && event.reason.includes('not the next'));
      for (let i = 0; i < 4; i++) {
        // Whoever has opened the link says something on it.
        for (const node of [a, b]) node.publish({ book: `${i} of ${node.self}` });
        await eventually('it is found', () => refusals().length > 0, 400).catch(() => undefined);
      }
      expect(refusals().length).toBeGreaterThan(0);
      const ends = events.flat().filter((event) => event.type === 'linkClosed');
      expect(ends.map(({ reason }) => reason)).toContain('a line is not the next one that the other side has sealed');
      await eventually('they agree', () => knows(a, b, `3 of ${b.self}`) && knows(b, a, `3 of ${a.self}`));
    },
  );
});

test('a link that was opened by a key ends when that is removed', async () => {
  const [old, next] = [newKeyText(), newKeyText()];
  const keyrings = [{ keys: [old, next] }, { keys: [old, next] }];
  const a = await startNode({ keyring: keyrings[0]! });
  const b = await startNode({ keyring: keyrings[1]!, join: [a.self] });
  const events = [a, b].map(eventsOf);
  await eventually('they have a link', () => events.every((each) => each.some(({ type }) => type === 'linkOpened')));
  for (const keyring of keyrings) keyring.keys = [next];
  // It looks once a second.
  await eventually('the link has ended', () => {
    a.publish({ book: `${Math.random()}` });
    return events.flat().some((event) => event.type === 'linkClosed' && event.reason.includes('removed'));
  });
  a.publish({ book: 'Last' });
  await eventually('all goes on with the other key', () => knows(b, a, 'Last'));
});
