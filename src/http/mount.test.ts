/** What a mounted node answers, what it leaves alone, and how it lives in a server that is another's. */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { call, eventually, gossip, nodesOfThisFile, portOf, send } from '../../test/support.ts';
import type { BookNodeOptions } from '../books/book-node.ts';
import type { Mountable } from './http-node.ts';
import type { ServedNode } from './http-server.ts';
import { Mount } from './mount.ts';
import type { RunningNode } from './running-node.ts';
import { WireBytes } from './wire-bytes.ts';

const start = nodesOfThisFile() as (options?: Partial<BookNodeOptions>) => Promise<RunningNode & Mountable>;

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const mine: Listener = (_, response) => void response.end('mine');

async function serve(port: number, listener: Listener, options: ServerOptions = {}): Promise<void> {
  const server = createServer(options, (request, response) => void listener(request, response));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
}

/** In a service that answers all else with "mine". */
async function mounted(
  options: Partial<BookNodeOptions> = {},
  own = mine,
  server?: ServerOptions,
): Promise<RunningNode & Mountable> {
  const port = await freePort();
  const node = await start({ port, listen: false, ...options });
  await serve(port, (request, response) => node.handler(request, response) || own(request, response), server);
  return node;
}

describe('of the paths of a service', () => {
  test.each([
    '/',
    '/state',
    '/events/',
    '/metrics',
    '/health',
    '/openapi.json',
    '/gossip/x',
    '/gossipy',
    '//peers',
    '/x/peers/',
  ])('%s is its own', async (path) => {
    const { self } = await mounted();
    expect(await call(self, 'GET', path)).toMatchObject({ status: 200, text: 'mine' });
  });

  test('/peers and /gossip are the node’s, with their answers to mistakes', async () => {
    const { self } = await mounted();
    for (const path of ['/peers', '/peers/', '/peers?of=me'])
      expect((await call(self, 'GET', path)).json()).toMatchObject({ self });
    expect(await call(self, 'HEAD', '/peers/')).toMatchObject({ status: 200, text: '' });
    expect(await call(self, 'GET', '/gossip')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await call(self, 'DELETE', '/peers/')).toMatchObject({ status: 405 });
    expect((await gossip(self, { from: '127.0.0.1:9', cluster: 'books', messages: [] })).json()).toEqual({
      cluster: 'books',
      messages: [],
    });
  });

  test('what it exposes, and routes that it was given, are the node’s as well', async () => {
    const answer = (body: unknown) => ({ body });
    const { self } = await mounted({ expose: ['/metrics'], routes: [{ method: 'POST', path: '/more', answer }] });
    expect((await call(self, 'GET', '/metrics')).text).toContain('gossip_peers');
    expect((await send(self, 'POST', '/more/', [1])).json()).toEqual({ body: [1] });
    expect((await call(self, 'GET', '/state')).text).toBe('mine');
  });

  test('middleware is told of those that are not the node’s, and of no others', async () => {
    const port = await freePort();
    const node = await start({ port, listen: false });
    await serve(port, (request, response) => node.handler(request, response, () => mine(request, response)));
    expect((await call(node.self, 'GET', '/')).text).toBe('mine');
    expect((await call(node.self, 'GET', '/peers')).json()).toMatchObject({ self: node.self });
  });
});

test('a server that listens everywhere opens the node to other machines only where somebody has said so', async () => {
  const otherMachine = { value: '10.9.8.7' };
  for (const insecure of [false, true]) {
    const port = await freePort();
    const node = await start({ port, listen: false, insecure });
    await serve(port, (request, response) => {
      Object.defineProperty(request.socket, 'remoteAddress', otherMachine);
      node.handler(request, response);
    });
    const answer = await call(node.self, 'GET', '/peers/');
    if (insecure) expect(answer.json()).toMatchObject({ self: node.self });
    else expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('another machine') as string });
  }
});

test('a body that was read before it is one clear answer, and is warned of once', async () => {
  const warnings: string[] = [];
  const port = await freePort();
  const node = await start({ port, listen: false, warn: (warning) => warnings.push(warning) });
  await serve(port, async (request, response) => {
    await text(request);
    node.handler(request, response);
  });
  const line = 'the body was read before the gossip handler got it: mount the handler before what reads bodies';
  for (let i = 0; i < 2; i++) {
    const answer = await gossip(node.self, { from: '127.0.0.1:9', messages: [] });
    expect(answer).toMatchObject({ status: 500, text: JSON.stringify({ error: line }) });
  }
  expect(warnings).toEqual([line]);
});

describe('at its end', () => {
  test('its streams end, and the service’s own answers do not', async () => {
    const slow: ServerResponse[] = [];
    const own: Listener = (request, response) =>
      request.url === '/slow' ? void slow.push(response) : mine(request, response);
    const node = await mounted({ expose: ['/events'] }, own);
    const other = await start({ join: [node.self] });
    await eventually('a link', () => node.snapshot().peers.includes(other.self));
    const [events] = (await once(get(`http://${node.self}/events/`), 'response')) as [IncomingMessage];
    const cut = once(events.resume(), 'error');
    const answer = call(node.self, 'GET', '/slow');
    await eventually('the question', () => slow.length === 1);
    await node.stop();
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    slow[0]!.end('late');
    expect((await answer).text).toBe('late');
    expect(await call(node.self, 'GET', '/')).toMatchObject({ text: 'mine' });
    expect(await call(node.self, 'GET', '/peers/')).toMatchObject({ status: 404, headers: { connection: 'close' } });
  });

  test('nobody is waited for who is gone, or does not read', async () => {
    const routes = [{ method: 'GET', path: '/big', answer: () => ({ big: 'x'.repeat(1_000_000) }) }] as const;
    const node = await mounted({ routes });
    const request = 'GET /big HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(20);
    const gone = connect(portOf(node.self), '127.0.0.1').on('error', () => undefined);
    gone.write(request, () => gone.destroy());
    const stuck = connect(portOf(node.self), '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void stuck.destroy());
    stuck.write(request);
    await once(stuck, 'readable');
    await node.stop();
    await once(stuck.resume(), 'close');
  });

  test('it ends at once before its server listens', async () => {
    const node = await start({ port: await freePort(), listen: false });
    await node.stop();
  });
});

test('a server that ends each request after a time has its links replaced, and nothing is lost', async () => {
  const timeouts = { requestTimeout: 300, headersTimeout: 300, connectionsCheckingInterval: 50 };
  const parameters = { heartbeatMs: 500 };
  const seed = await start({ parameters });
  const node = await mounted({ parameters, join: [seed.self] }, mine, timeouts);
  let [opened, closed] = [0, 0];
  node.subscribe(({ type }) => {
    if (type === 'linkOpened') opened++;
    if (type === 'linkClosed') closed++;
  });
  await eventually('a stream', () => opened > 0);
  let told = 0;
  await eventually('it is cut and there is another', () => {
    seed.publish({ to: ++told }, `key-${told % 50}`);
    node.publish({ fro: told }, `key-${told % 50}`);
    return closed > 0 && opened > 1;
  });
  const has = (reader: RunningNode, of: RunningNode, payload: object) =>
    JSON.stringify(reader.record(of.self, `key-${told % 50}`)?.payload) === JSON.stringify(payload);
  await eventually('the newest, both ways', () => has(node, seed, { to: told }) && has(seed, node, { fro: told }));
  expect(seed.snapshot().records.filter(({ status }) => status !== 'alive')).toEqual([]);
});

describe('an address that does not lead to it is warned of, and it joins all the same', () => {
  async function warningAt(port: number): Promise<string> {
    const self = `127.0.0.1:${port}`;
    return new Promise((resolve) => {
      const node = { self, routes: [] } as unknown as ServedNode;
      let warning = '';
      const mount = new Mount(node, [], true, new WireBytes(), (line) => (warning = line));
      mount.beginWhenReached(() => resolve(warning.replace(self, 'SELF')), 30);
    });
  }
  const line = (problem: string) => `SELF does not lead to this node's handler (${problem}): it joins all the same`;

  test('nobody listens', async () => {
    expect(await warningAt(await freePort())).toBe(line('ECONNREFUSED'));
  });

  test('the handler is not mounted there', async () => {
    const port = await freePort();
    await serve(port, (_, response) => void response.writeHead(404).end());
    expect(await warningAt(port)).toBe(line('HTTP 404'));
  });

  test('another node is there', async () => {
    const { self } = await start();
    expect(await warningAt(portOf(self))).toBe(line('another node answers there'));
  });
});
