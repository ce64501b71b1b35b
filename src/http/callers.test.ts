import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { call, nodesOfThisFile } from '../../test/support.ts';
import { checkCaller, type Callers, type MemberCheck } from './callers.ts';
import { ROUTES } from './http-server.ts';

const start = nodesOfThisFile();

/** Who shows a card is a member. */
const members: MemberCheck = {
  outsiderReason: ({ headers }) => (headers['card'] === undefined ? 'no card' : undefined),
  speakerReason: () => undefined,
};

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
  readonly at?: string;
}

function isLetIn(
  callers: Callers,
  { method = 'GET', headers = {}, from = '10.0.0.9', at = '10.0.0.7' }: Asked,
  check?: MemberCheck,
) {
  const socket = { remoteAddress: from, localAddress: at };
  const request = { method, headers: { host: '10.0.0.7:7000', ...headers }, socket } as unknown as IncomingMessage;
  try {
    checkCaller(callers, { ownHosts: ['box.example', '0.0.0.0'], members: check }, request);
    return true;
  } catch {
    return false;
  }
}

const HERE = { from: '127.0.0.1', at: '127.0.0.1', headers: { host: 'localhost:7000' } };
const CARD = { card: 'x' };

describe('where members can be told from outsiders', () => {
  test.each<[who: string, asked: Asked, routes: readonly Callers[]]>([
    ['an outsider', {}, ['anyone']],
    ['a member', { headers: CARD }, ['anyone', 'members', 'members and this machine']],
    ['somebody at this machine', HERE, ['anyone', 'members and this machine', 'this machine']],
    [
      'somebody at this machine, by its address',
      { from: '10.0.0.7' },
      ['anyone', 'members and this machine', 'this machine'],
    ],
    ['a proxy at this machine', { ...HERE, headers: { ...HERE.headers, 'x-forwarded-for': '10.0.0.9' } }, ['anyone']],
    ['a site that had its name resolved to here', { ...HERE, headers: { host: 'evil.example' } }, ['anyone']],
    ['another site', { ...HERE, headers: { ...HERE.headers, 'sec-fetch-site': 'cross-site' } }, ['anyone']],
    [
      'another site, that changes something',
      { ...HERE, method: 'PUT', headers: { origin: 'http://evil.example' } },
      [],
    ],
  ])('%s', (_who, asked, routes) => {
    const all: Callers[] = ['anyone', 'members', 'members and this machine', 'this machine'];
    expect(all.filter((callers) => isLetIn(callers, asked, members))).toEqual(routes);
  });
});

describe('where nothing tells members from outsiders', () => {
  test.each<[who: string, asked: Asked, routes: readonly Callers[]]>([
    ['anybody', {}, ['anyone', 'members', 'members and this machine']],
    [
      'anybody, by the name of the node',
      { headers: { host: 'BOX.example' } },
      ['anyone', 'members', 'members and this machine'],
    ],
    ['a node that knows it by another name', { headers: { host: 'seed:7000' } }, ['anyone', 'members']],
    [
      'a site that had its name resolved to here',
      { ...HERE, headers: { host: 'evil.example:7000' } },
      ['anyone', 'members'],
    ],
    [
      'it, with a post',
      { ...HERE, method: 'POST', headers: { host: 'evil.example', origin: 'http://evil.example' } },
      ['anyone'],
    ],
    ['another site', { headers: { 'sec-fetch-site': 'same-site' } }, ['anyone']],
  ])('%s', (_who, asked, routes) => {
    const all: Callers[] = ['anyone', 'members', 'members and this machine', 'this machine'];
    expect(all.filter((callers) => isLetIn(callers, asked))).toEqual(routes);
  });
});

const FOREIGN = { host: 'evil.example' };
const PAGE = { origin: 'http://evil.example', 'content-type': 'application/json' };
const RUMOR = JSON.stringify({ uuid: 'u', origin: '127.0.0.1:9', version: 1, ttl: 1, payload: { book: 'Emma' } });

describe('every route of a node', () => {
  test('is listed with its callers in docs/protocol.md', () => {
    const doc = readFileSync('docs/protocol.md', 'utf8');
    const rows = [...doc.matchAll(/^\| `(?:GET|POST) (\/[^` ]*?)\/?` +\| ([^|]*?) +\|/gm)].map(([, path, who]) => [
      path,
      who,
    ]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries([...ROUTES].map(([path, { callers }]) => [path, callers])),
    );
  });

  test.each<[string, string, Record<string, string>, number, string?]>([
    ['GET', '/health/', FOREIGN, 200],
    ['GET', '/openapi.json', FOREIGN, 200],
    ['GET', '/peers/', FOREIGN, 200],
    ['GET', '/peers/', { 'sec-fetch-site': 'cross-site' }, 403],
    ['GET', '/state/', FOREIGN, 403],
    ['GET', '/state/', { 'sec-fetch-site': 'cross-site' }, 403],
    ['GET', '/events/', FOREIGN, 403],
    ['HEAD', '/events/', FOREIGN, 403],
    ['GET', '/metrics', FOREIGN, 403],
    ['POST', '/gossip/', PAGE, 403, RUMOR],
    ['POST', '/gossip/', { ...PAGE, ...FOREIGN }, 403, RUMOR],
    ['POST', '/gossip/', { ...PAGE, 'content-type': 'application/x-ndjson' }, 403, '{}'],
    ['PUT', '/favorite/', PAGE, 403, '{"book": "Emma"}'],
    ['PUT', '/favorite/', { 'content-type': 'application/json', ...FOREIGN }, 403, '{"book": "Emma"}'],
    [
      'PUT',
      '/favorite/',
      { 'content-type': 'application/json', 'sec-fetch-site': 'same-site' },
      403,
      '{"book": "Emma"}',
    ],
  ])('answers %s %s with %j by %i', async (method, path, headers, status, body) => {
    const node = await start();
    const answer = await call(node.self, method, path, { headers, ...(body !== undefined && { body }) });
    expect(answer.status).toBe(status);
    expect(node.snapshot().records).toEqual([]);
  });

  test('of a service refuses what another site would change', async () => {
    const told: unknown[] = [];
    const route = { method: 'PUT', path: '/mine', answer: (body: unknown) => ({ told: told.push(body) }) } as const;
    const node = await start({ routes: [route] });
    const put = (headers: object) =>
      call(node.self, 'PUT', '/mine', { body: '1', headers: { 'content-type': 'application/json', ...headers } });
    expect((await put({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await put({ origin: `http://${node.self}`, host: node.self })).status).toBe(200);
    expect(told).toEqual([1]);
  });
});
