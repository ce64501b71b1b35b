/** A dead member's port may be taken over by anything: nobody of the network listens there then, and nothing merges. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { call, eventually, gossip, nodesOfThisFile, portOf, partsOf } from '../../test/support.ts';
import type { Address } from '../core/address.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { RunningNode } from './running-node.ts';

const start = nodesOfThisFile();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Ends without a goodbye, as a killed process does. */
async function kill(node: RunningNode): Promise<void> {
  const { driver, sender, server } = partsOf(node);
  driver.stop();
  server.close();
  await sender.close(0);
}

async function network(size: number, cluster?: string): Promise<RunningNode[]> {
  const options = { books: ['Dune'], ...(cluster === undefined ? {} : { cluster }) };
  const nodes: RunningNode[] = [];
  while (nodes.length < size) {
    const join = nodes.slice(0, 1).map(({ self }) => self);
    // Not a port that the system gives to connections: when the node is dead, one of them could have it.
    nodes.push(await start({ ...options, port: await freePort(), join }));
  }
  await eventually('all know all', () => nodes.every((node) => node.snapshot().records.length === size));
  return nodes;
}

function statusOf(node: RunningNode, origin: Address): string | undefined {
  return node.snapshot().records.find((record) => record.origin === origin)?.status;
}

function expectDropped(survivors: readonly RunningNode[], dead: Address): Promise<true> {
  return eventually('it is down for all, and nobody’s peer', () =>
    survivors.every((node) => statusOf(node, dead) === 'down' && !node.snapshot().peers.includes(dead)),
  );
}

describe('a dead member’s port that is taken over', () => {
  test.each<[string, RequestListener]>([
    [
      'a web server',
      (_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>'),
    ],
    ['another service', (_, response) => response.writeHead(404).end('{"error":"Not Found"}')],
    ['a service that answers {}', (_, response) => response.end('{}')],
    ['a service that answers nothing', (_, response) => response.writeHead(204).end()],
  ])('by %s is no peer any more', async (_name, listener) => {
    const nodes = await network(4);
    const dead = nodes.pop()!;
    await kill(dead);
    const server = createServer(listener);
    servers.push(server.listen(portOf(dead.self), '127.0.0.1'));
    await expectDropped(nodes, dead.self);
  });

  test('by a node of another network merges nothing', async () => {
    const [books, films] = [await network(3), await network(2, 'films')];
    const dead = books.pop()!;
    await kill(dead);
    const port = portOf(dead.self);
    const taker = await start({ port, cluster: 'films', join: [films[0]!.self], books: ['Metropolis'] });
    await expectDropped(books, dead.self);
    await eventually('it has joined its own', () => films.every((node) => node.snapshot().records.length === 3));
    const told = (node: RunningNode): string => JSON.stringify(node.snapshot().records.map(({ payload }) => payload));
    for (const node of books) expect(told(node)).not.toContain('Metropolis');
    const theirs = books.map(({ self }) => self);
    for (const { snapshot } of [...films, taker].map((node) => ({ snapshot: node.snapshot() }))) {
      const known = [...snapshot.peers, ...snapshot.passive, ...snapshot.records.map(({ origin }) => origin)];
      expect(known.filter((address) => theirs.includes(address))).toEqual([]);
    }
  }, 15_000);
});

describe('a node of another network', () => {
  const refusal = /^this node is of the network "films", and you are of "books"$/;

  test.each([
    ['by name', { cluster: 'books' }],
    ['by the default, which no name means', {}],
  ])('is refused %s, with both names', async (_name, more) => {
    const node = await start({ cluster: 'films' });
    const events: TraceEvent[] = [];
    node.subscribe((event) => events.push(event));
    const answer = await gossip(node.self, { from: '127.0.0.1:9', messages: [{ type: 'join' }], ...more });
    expect(answer.status).toBe(403);
    expect(answer.json()).toEqual({ error: expect.stringMatching(refusal) as string, cluster: 'films' });
    expect(events).toMatchObject([{ type: 'refused', reason: expect.stringMatching(refusal) as string, count: 1 }]);
    expect(node.snapshot()).toMatchObject({ records: [], peers: [], passive: [] });
  });

  test('is not joined, and a warning says both names', async () => {
    const seed = await start({ cluster: 'films', books: ['Metropolis'] });
    const warnings: string[] = [];
    const node = await start({ join: [seed.self], books: ['Dune'], warn: (text) => warnings.push(text) });
    await eventually('a warning', () => warnings.length > 0);
    expect(warnings).toEqual([`${seed.self} is of the network "films", and this node of "books"`]);
    await eventually('several tries', () => node.counters.unreachable > 2);
    expect([seed, node].map((each) => each.snapshot().records.length)).toEqual([1, 1]);
  });

  test('may hand in a bare rumor, as a program that knows of no names does', async () => {
    const node = await start({ cluster: 'films' });
    const rumor = { uuid: 'u-1', origin: '127.0.0.1:9', version: 1, ttl: 3, payload: { book: 'Emma' } };
    expect((await gossip(node.self, rumor)).status).toBe(200);
  });
});

test('the name of the network stands in /peers/, /health/ and answers', async () => {
  const node = await start({ cluster: 'films' });
  const told = async (path: string) => (await call(node.self, 'GET', path)).json()['cluster'];
  const answer = await gossip(node.self, { from: '127.0.0.1:9', messages: [], cluster: 'films' });
  expect([await told('/peers/'), await told('/health/'), answer.json()]).toEqual([
    'films',
    'films',
    { cluster: 'films', messages: [] },
  ]);
});

test.each(['', ' ', 'a b', 'é', 'x'.repeat(65), 7])('"%s" is no name of a network', async (cluster) => {
  await expect(start({ cluster: cluster as string })).rejects.toThrow(
    /^cluster: expected 1 to 64 visible ASCII characters, got /,
  );
});
