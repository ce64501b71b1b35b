import { connect, type AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { call, eventually, gossip, nodesOfThisFile, portOf, send } from '../../test/support.ts';
import { decodeMessage } from './decoder.ts';
import { close, createServer, listen, type ServedNode } from './http-server.ts';
import { MESSAGE_SCHEMAS } from './schemas.ts';
import { validators } from './validators.ts';

const start = nodesOfThisFile();
const OTHER = '127.0.0.1:9';

function rumor(over: object = {}): object {
  return { uuid: 'u-1', origin: OTHER, version: 1, ttl: 3, payload: { book: 'Emma by Jane Austen' }, ...over };
}

describe('routes', () => {
  test.each(['/peers', '/state', '/health', '/metrics', '/openapi.json'])(
    'GET %s answers the same with and without the trailing slash',
    async (path) => {
      const node = await start();
      const [bare, slashed] = await Promise.all([call(node.self, 'GET', path), call(node.self, 'GET', `${path}/`)]);
      expect([bare.status, slashed.status]).toEqual([200, 200]);
      expect(slashed.type).toBe(bare.type);
    },
  );

  test('POST /gossip and PUT /favorite do without the trailing slash, too', async () => {
    const node = await start();
    expect((await send(node.self, 'POST', '/gossip', rumor())).status).toBe(200);
    expect((await send(node.self, 'PUT', '/favorite', { book: 'Emma' })).status).toBe(200);
  });

  test.each([
    ['GET', '/nowhere/', 404, undefined],
    ['GET', '/peers//', 404, undefined],
    ['DELETE', '/peers/', 405, 'GET, HEAD'],
    ['OPTIONS', '/favorite/', 405, 'PUT'],
    ['GET', '/gossip', 405, 'POST'],
  ])('%s %s is a %i', async (method, path, status, allow) => {
    const node = await start();
    const answer = await call(node.self, method, path);
    expect([answer.status, answer.headers['allow']]).toEqual([status, allow]);
    expect(answer.json()['error']).toMatch(/^[^\n]{5,200}$/);
  });

  test.each(['/peers/', '/state/', '/health/', '/metrics', '/openapi.json', '/events/'])(
    'HEAD %s answers like GET, without the body',
    async (path) => {
      const node = await start();
      const answer = await call(node.self, 'HEAD', path);
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(answer.type).toMatch(/^(?:application\/json|text\/)/);
    },
  );

  test('/peers/ tells this node and whom it talks to', async () => {
    const seed = await start();
    const node = await start({ join: [seed.self] });
    await eventually('a link', () => seed.snapshot().peers.length === 1);
    expect((await call(seed.self, 'GET', '/peers/')).json()).toEqual({
      self: seed.self,
      cluster: 'books',
      peers: [node.self],
    });
  });

  test('/peers/ tells no more peers than others read', async () => {
    const peers = Array.from({ length: 80 }, (_, i) => `127.0.0.1:${i + 1}`);
    const server = createServer({
      self: OTHER,
      cluster: 'books',
      routes: [],
      peers: () => peers,
    } as unknown as ServedNode);
    await listen(server, '127.0.0.1', 0);
    const answer = await call(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'GET', '/peers/');
    await close(server);
    expect(validators.peersReply(answer.json())).toBe(true);
    expect(answer.json()['peers']).toEqual(peers.slice(0, 64));
  });

  test('/state/ tells every record, with where it came from and how old it is', async () => {
    const node = await start({ books: ['Dune by Frank Herbert'] });
    await gossip(node.self, rumor({ version: 5, hops: 2 }));
    const state = (await call(node.self, 'GET', '/state/')).json();
    expect(state).toMatchObject({
      self: node.self,
      version: 1,
      records: [
        { origin: node.self, version: 1, payload: { book: 'Dune by Frank Herbert' }, hops: 0, via: node.self },
        { origin: OTHER, version: 5, uuid: 'u-1', status: 'alive', hops: 2, via: OTHER },
      ],
    });
    for (const { ageMs } of state['records'] as { ageMs: number }[]) expect(ageMs).toBeGreaterThanOrEqual(0);
  });

  test('/health/ tells that the node lives', async () => {
    const node = await start();
    expect((await call(node.self, 'GET', '/health/')).json()).toEqual({
      status: 'ok',
      self: node.self,
      cluster: 'books',
      peers: 0,
      uptimeMs: expect.any(Number) as number,
    });
  });
});

describe('/metrics', () => {
  const LINE = /^(?:# (?:HELP|TYPE) [a-z_:]\w* .+|[a-z_:]\w*(?:\{(?:\w+="[^"]*",?)*\})? -?(?:\d\S*|Nan|\+Inf))$/i;

  test('is Prometheus text with every counter and level of the node', async () => {
    const node = await start({ books: ['Dune'] });
    await gossip(node.self, rumor());
    const { text, type } = await call(node.self, 'GET', '/metrics');
    expect(type).toContain('text/plain');
    for (const line of text.trim().split('\n')) if (line !== '') expect(line).toMatch(LINE);
    const values = Object.fromEntries(
      text
        .split('\n')
        .filter((line) => line.startsWith('gossip_'))
        .map((line) => line.split(' ') as [string, string]),
    );
    const counted = [
      ...Object.keys(node.counters),
      'requests',
      'requestsDelayed',
      'waitingDropped',
      'connectionsRefused',
      'timersRefused',
      'notAllowed',
    ].map(snake);
    expect(Object.keys(values)).toEqual([
      ...counted.map((name) => `gossip_${name}_total`),
      ...[
        'peers',
        'lazy',
        'passive',
        'records',
        'members',
        'version',
        'seen',
        'grafting',
        'confirmations',
        'localHealthScore',
        'receipts',
        'waiting',
        'connections',
        'streams',
        'eventReaders',
        'guests',
        'addresses',
        'timers',
      ].map((name) => `gossip_${snake(name)}`),
    ]);
    expect(values).toMatchObject({ gossip_published_total: '1', gossip_applied_total: '1', gossip_records: '2' });
  });

  function snake(name: string): string {
    return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
});

describe('/openapi.json', () => {
  interface Schema {
    readonly anyOf?: readonly Schema[];
    readonly properties?: Readonly<Record<string, Schema & { const?: string; items?: Schema }>>;
    readonly examples?: readonly unknown[];
  }
  interface Operation {
    readonly requestBody?: { content: Record<string, { schema: Schema }> };
    readonly responses: Record<string, unknown>;
  }
  interface OpenApi {
    readonly openapi: string;
    readonly info: { readonly title: string; readonly version: string };
    readonly paths: Record<string, Record<string, Operation>>;
  }

  test('is an OpenAPI 3.1 document of every route and every message', async () => {
    const node = await start();
    const document = (await call(node.self, 'GET', '/openapi.json')).json() as unknown as OpenApi;
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(JSON.stringify(document)).not.toContain('"items":[');
    expect(document.info).toMatchObject({ title: 'gossip', version: expect.any(String) as string });
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { responses }]) => {
        expect(responses).toHaveProperty('200');
        return `${method} ${path}`;
      }),
    );
    expect(routes.sort()).toEqual(
      [
        ...['get /peers/', 'get /state/', 'get /keys/', 'get /health/', 'get /events/', 'get /metrics'],
        ...['post /gossip/', 'put /favorite/'],
      ].sort(),
    );
    const body = document.paths['/gossip/']?.['post']?.requestBody?.content['application/json']?.schema;
    const [envelope, bare] = body?.anyOf ?? [];
    const types = envelope?.properties?.['messages']?.items?.anyOf?.map(
      ({ properties }) => properties?.['type']?.const,
    );
    expect(types?.sort()).toEqual(Object.keys(MESSAGE_SCHEMAS).sort());
    expect(bare?.examples).not.toHaveLength(0);
    for (const example of bare?.examples ?? []) expect(decodeMessage(example)).toEqual({ message: example });
  });
});

describe('POST /gossip/', () => {
  test('takes an envelope of messages', async () => {
    const node = await start();
    const answer = await gossip(node.self, { from: OTHER, messages: [rumor(), rumor({ uuid: 'u-2', version: 2 })] });
    expect(answer.json()).toEqual({ cluster: 'books', messages: [] });
    expect(node.snapshot().records).toMatchObject([{ origin: OTHER, version: 2, uuid: 'u-2', via: OTHER }]);
  });

  test('takes bare ports for addresses, of the asker and in its messages', async () => {
    const node = await start({ guests: false });
    const origin = portOf(OTHER);
    const answer = await gossip(node.self, { from: String(origin), messages: [rumor({ origin })] });
    expect(answer.json()).toEqual({ cluster: 'books', messages: [] });
    expect((await gossip(node.self, rumor({ origin, version: 2, uuid: 'u-2' }))).status).toBe(200);
    expect(node.snapshot().records).toMatchObject([{ origin: OTHER, version: 2, via: OTHER }]);
  });

  test('takes a bare rumor as from its origin, and ignores fields it does not know', async () => {
    const node = await start();
    expect((await gossip(node.self, rumor({ mood: 'good' }))).json()).toEqual({
      status: 'ok',
      cluster: 'books',
      messages: [],
    });
    expect(node.snapshot().records).toMatchObject([{ origin: OTHER, via: OTHER, hops: 1 }]);
  });

  test('what the node wants to tell the asker rides in the answer', async () => {
    const node = await start({ books: ['Dune'] });
    const { messages } = (await gossip(node.self, { from: OTHER, messages: [{ type: 'join', request: 1 }] })).json();
    expect(messages).toMatchObject([
      { type: 'neighborReply', accepted: true, request: 1 },
      { type: 'graft', records: [] },
      { origin: node.self, version: 1 },
    ]);
    const empty = { type: 'digest', entries: [] };
    const answer = (await gossip(node.self, { from: OTHER, messages: [empty] })).json();
    expect(answer['messages']).toMatchObject([{ type: 'delta', rumors: [{ origin: node.self, ttl: 1 }] }]);
  });

  test('an answer given to one asker is not given again', async () => {
    const node = await start({ books: ['Dune'] });
    await gossip(node.self, { from: OTHER, messages: [{ type: 'digest', entries: [] }] });
    expect((await gossip(node.self, { from: OTHER, messages: [] })).json()).toEqual({
      cluster: 'books',
      messages: [],
    });
  });
});

describe('PUT /favorite/', () => {
  test('sets the favourite and answers with its version', async () => {
    const node = await start({ books: ['Dune'] });
    const answer = await send(node.self, 'PUT', '/favorite/', { book: 'Emma by Jane Austen' });
    expect(answer.json()).toEqual({ self: node.self, version: 2, book: 'Emma by Jane Austen' });
    expect(node.snapshot().records).toMatchObject([{ version: 2, payload: { book: 'Emma by Jane Austen' } }]);
  });

  test.each(['localhost', '127.0.0.1', '[::1]', '127.9.9.9:80'])('works with Host: %s', async (host) => {
    const node = await start();
    const headers = { host, 'content-type': 'application/json' };
    expect((await call(node.self, 'PUT', '/favorite/', { headers, body: '{"book":"Emma"}' })).status).toBe(200);
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '10.0.0.1'])(
    'refuses Host: %s, as a page of another site would send',
    async (host) => {
      const node = await start();
      const headers = { host, 'content-type': 'application/json' };
      const answer = await call(node.self, 'PUT', '/favorite/', { headers, body: '{"book":"Emma"}' });
      expect(answer.status).toBe(403);
      expect(answer.json()).toEqual({ error: 'a favourite is set from this machine only' });
      expect(node.snapshot().version).toBe(0);
    },
  );

  test.each([{}, { book: '' }, { book: 7 }, { book: 'x'.repeat(501) }, [], null, 'Emma'])(
    'refuses %j',
    async (body) => {
      const node = await start();
      const answer = await send(node.self, 'PUT', '/favorite/', body);
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual({ error: 'expected {"book": "1 to 500 characters"}' });
    },
  );
});

describe('what is no request', () => {
  test.each([
    ['garbage', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*\{"error":"this is not HTTP"\}$/s],
    ['a TLS greeting', Buffer.from('160301010001', 'hex'), /^HTTP\/1\.1 400 /],
    ['huge headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 .*\{"error":"/s],
    [
      'a bad URL',
      'GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*\{"error":"[^"]+"\}$/s,
    ],
    [
      'a favourite without a Host',
      'PUT /favorite/ HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"book":"x"}',
      /^HTTP\/1\.1 403 /,
    ],
    ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n', /^$/],
  ])('%s is refused, and the node goes on', async (_name, bytes, answered) => {
    const node = await start();
    const socket = connect(portOf(node.self), '127.0.0.1', () => socket.write(bytes));
    expect(await readAll(socket)).toMatch(answered);
    expect((await call(node.self, 'GET', '/health/')).status).toBe(200);
  });
});
