/** Guests: pushed to in their own spelling, never sent an envelope; and who makes them up does not get far. */
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { eventually, gossip, nodesOfThisFile, portOf } from '../../test/support.ts';
import { peer } from '../../test/transport-fixture.ts';
import { MAX_QUESTIONS, MAX_QUESTIONS_A_SECOND } from './guests.ts';

const start = nodesOfThisFile();

type Reply = readonly [status: number, text: string] | 'none';

/** Answers like a guest, and writes down what it is told. */
async function guest(peers: unknown = [], reply: Reply = [200, '{"ok":true}']) {
  const told: Record<string, unknown>[] = [];
  let asked = 0;
  const address = await peer((request: IncomingMessage, response) => {
    if (request.method === 'GET') {
      asked++;
      response.end(JSON.stringify(peers));
    } else {
      void json(request).then((body) => {
        told.push(body as Record<string, unknown>);
        if (reply === 'none') response.destroy();
        else response.writeHead(reply[0]).end(reply[1]);
      });
    }
  });
  return { address, port: portOf(address), told, asked: () => asked };
}

describe('a guest', () => {
  test('that posts about itself is told the whole table and then every update, in its own spelling', async () => {
    const node = await start();
    node.publish({ book: 'Emma' });
    const it = await guest();
    const body = { id: 'u-1', port: it.port, version: 1_700_000_000_000_000, TTL: 7, book: 'Dune' };
    const answer = await gossip(node.self, body);
    expect(answer.json()).toMatchObject({ status: 'ok', messages: [] });
    const ours = { port: portOf(node.self), TTL: 32, id: expect.any(String) as string };
    await eventually('the table', () => it.told.length === 1);
    expect(it.told).toEqual([{ ...ours, version: 1, book: 'Emma' }]);
    node.publish({ book: 'Ulysses' });
    await eventually('the update', () => it.told.length === 2);
    expect(it.told[1]).toEqual({ ...ours, version: 2, book: 'Ulysses' });
    expect(node.snapshot()).toMatchObject({ peers: [] });
  });

  test.each([
    ['a list', (port: number) => [port]],
    ['peers', (port: number) => ({ peers: [String(port)] })],
  ])('is a way into the network: its /peers/ is %s', async (_, peersOf) => {
    const node = await start();
    node.publish({ book: 'Emma' });
    const it = await guest(peersOf(portOf(node.self)));
    const newcomer = await start({ join: [it.address] });
    newcomer.publish({ book: 'Dune' });
    await eventually('a link', () => node.snapshot().peers.includes(newcomer.self));
    await eventually('both spellings', () =>
      it.told.some(({ origin, originating_port: port }) => origin === newcomer.self && port === portOf(newcomer.self)),
    );
    expect(it.told.filter((body) => 'messages' in body)).toEqual([]);
  });

  test('is no guest of a node that takes none', async () => {
    const node = await start({ guests: false });
    const it = await guest();
    expect((await gossip(node.self, { uuid: 'u-1', port: it.port, version: 1, ttl: 7, book: 'Dune' })).status).toBe(
      400,
    );
    const ours = { uuid: 'u-1', origin: it.address, version: 1, ttl: 7, payload: { book: 'Dune' } };
    expect((await gossip(node.self, ours)).json()).toEqual({ cluster: 'books', messages: [] });
    expect(it.asked()).toBe(0);
  });
});

test.each<[string, Reply]>([
  ['refused like by a node of an older dialect', [400, '{"error":"no uuid"}']],
  ['refused in other words', [422, '{"detail":"no uuid"}']],
  ['nothing to it', [200, '{"ok":true}']],
  ['an error within it', [500, 'KeyError: uuid']],
  ['not answered', 'none'],
])('the first envelope to the guest of another node is the last, where it is %s', async (_, reply) => {
  const node = await start();
  const it = await guest([], reply);
  const helper = '127.0.0.1:9';
  const alive = { uuid: 'u-1', origin: it.address, version: 1, ttl: 7, payload: { book: 'Dune' } };
  await gossip(node.self, { from: helper, messages: [alive, { type: 'probe', target: it.address, request: 1 }] });
  await eventually('it is known for a guest', () => it.asked() > 0);
  // HTTP repeats a request whose connection broke off.
  const times = reply === 'none' ? 2 : 1;
  expect(it.told).toEqual(new Array(times).fill(it.told[0]));
  expect(it.told[0]).toMatchObject({ messages: [{ type: 'ping' }] });
  const before = it.asked();
  await gossip(node.self, { from: helper, messages: [{ type: 'probe', target: it.address, request: 2 }] });
  await eventually('a look instead of a ping', () => it.asked() > before);
  expect(it.told).toHaveLength(times);
});

test('whoever names others in bare rumors has few of them asked: few at once, few in a second, none twice', async () => {
  const node = await start();
  let open = 0;
  let most = 0;
  let asked = 0;
  const victim = await peer((request, response) => {
    // The node may also want a link to what it takes for a member: that is a POST.
    if (request.method !== 'GET') return void response.writeHead(404).end('{}');
    asked++;
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      response.writeHead(404).end('{}');
    }, 20);
  });
  const post = (i: number) => ({
    uuid: `u-${i}`,
    origin: `${i % 2 === 0 ? 'localhost' : '127.0.0.1'}:${portOf(victim)}`,
    version: i + 1,
    ttl: 7,
    payload: i,
  });
  const began = performance.now();
  for (let i = 0; i < 200; i++) await gossip(node.self, post(i));
  const seconds = Math.ceil((performance.now() - began) / 1000) + 1;
  // Each question is two requests: with and without the slash.
  expect(asked).toBeLessThanOrEqual(2 * MAX_QUESTIONS_A_SECOND * seconds);
  expect(asked).toBeLessThanOrEqual(2 * 2 * seconds);
  expect(most).toBeLessThanOrEqual(MAX_QUESTIONS);
  expect(asked).toBeGreaterThan(0);
});
