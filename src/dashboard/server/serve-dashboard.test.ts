import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FeedReader } from '../../../test/feed-reader.ts';
import { call, eventually, type Answer } from '../../../test/support.ts';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { ActionTarget, Deed, FeedAction } from '../feed.ts';
import type { FeedBounds } from './feed-hub.ts';
import { serveNetwork, serveRecording, type RunningDashboard } from './serve-dashboard.ts';
import { Refusal, type FeedItem, type ServedNetwork } from './served-network.ts';

const A = '127.0.0.1:7001';
const B = '127.0.0.1:7002';
const LONG = 'x'.repeat(50_000);

class FakeNetwork implements ServedNetwork {
  readonly name = 'a network of a test';
  readonly epochMs = 5;
  readonly latenessMs = 0;
  readonly done: string[] = [];
  private listener: ((item: FeedItem) => void) | undefined;

  constructor(readonly actions: readonly FeedAction[] = []) {}

  now(): number {
    return performance.now();
  }

  subscribe(listener: (item: FeedItem) => void): () => void {
    this.listener = listener;
    return () => (this.listener = undefined);
  }

  act(action: FeedAction, { nodes = [], text = '' }: ActionTarget): Promise<Deed> {
    if (nodes.includes(B)) return Promise.reject(new Refusal(`there is no node ${B}`));
    this.done.push(`${action} ${nodes.join(' ') || 'any'} ${text}`.trim());
    return Promise.resolve({ did: action, nodes });
  }

  tell(...events: object[]): void {
    for (const event of events)
      this.listener?.({ type: 'event', time: this.now(), event: { time: this.now(), node: A, ...event } as RunEvent });
  }
}

let folder: string;
let network: FakeNetwork;
let dashboard: RunningDashboard;
const readers: FeedReader[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gossip-dashboard-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'page', 'assets', 'a-1234.js'), 'export {};');
  writeFileSync(join(folder, 'secret'), 'secret');
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

async function serve(actions: readonly FeedAction[] = [], bounds: Partial<FeedBounds> = {}): Promise<void> {
  network = new FakeNetwork(actions);
  const listen = { host: '127.0.0.1', port: 0, pageDirectory: join(folder, 'page') };
  dashboard = await serveNetwork(network, listen, { everyMs: 5, ...bounds });
}

async function open(): Promise<FeedReader> {
  const reader = await FeedReader.open(dashboard.url);
  readers.push(reader);
  return reader;
}

const host = (): string => new URL(dashboard.url).host;

/** As our page does: the browser shows the cookie. */
async function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const cookie = `gossip-${new URL(dashboard.url).port}=${new URL(dashboard.url).searchParams.get('token')}`;
  return call(host(), method, path, { headers: { cookie, ...headers }, ...(body !== undefined && { body }) });
}

async function ownHeaders(): Promise<Record<string, string>> {
  const { token } = (await ask('GET', '/control')).json() as { token: string };
  return { origin: `http://${host()}`, 'content-type': 'application/json', 'x-gossip-token': token };
}

describe('the feed', () => {
  test('opens with where it comes from and what may be done, and goes on', async () => {
    await serve(['kill']);
    const page = await open();
    network.tell({ type: 'peerUp', peer: B });
    await eventually('the event', () => page.events.length === 1);
    const opened = { type: 'opened', source: 'live', name: 'a network of a test', epochMs: 5, actions: ['kill'] };
    expect(page.messages[0]).toMatchObject(opened);
    expect(page.events[0]).toMatchObject({ node: A, type: 'peerUp', peer: B });
  });

  test('has a past for a page that comes late, and tells two pages the same', async () => {
    await serve();
    const early = await open();
    network.tell({ type: 'peerUp', peer: B }, { type: 'peerDown', peer: B, reason: 'left' });
    await eventually('the events', () => early.events.length === 2);
    const late = await open();
    network.tell({ type: 'peerUp', peer: B });
    await eventually('three events each', () => early.events.length === 3 && late.events.length === 3);
    expect(late.events).toEqual(early.events);
  });

  test('goes on while nothing happens, so that a page’s clock does', async () => {
    await serve();
    const page = await open();
    const [beat] = await eventually('a beat', () => page.of('events').length > 0 && page.of('events'));
    expect(beat).toMatchObject({ events: [] });
  });

  test('is cut off from a page that does not keep up, and others go on', async () => {
    await serve([], { maxBytesBehind: 200_000 });
    const [slow, quick] = [await open(), await open()];
    slow.hang();
    // Beyond what the system takes for a reader who sleeps.
    for (let told = 0; told < 400; told += 2) {
      network.tell({ type: 'refused', from: B, reason: LONG }, { type: 'refused', from: B, reason: LONG });
      await eventually('the quick one has them', () => quick.events.length === told + 2);
    }
    slow.goOn();
    await eventually('the slow one is dropped', () => slow.isClosed);
    expect(slow.events.length).toBeLessThan(400);
    expect(quick.isClosed).toBe(false);
  }, 30_000);

  test('is for so many pages, and then for no more until one closes', async () => {
    await serve([], { maxPages: 2 });
    const first = await open();
    await open();
    expect(await ask('GET', '/feed')).toMatchObject({ status: 503 });
    first.close();
    await eventually('there is room', async () => {
      const page = await open();
      await eventually('an answer', () => page.isClosed || page.messages.length > 0);
      return page.of('opened').length === 1;
    });
  });
});

describe('an action', () => {
  test('is done when our own page asks for it', async () => {
    await serve(['kill', 'split', 'publish']);
    const headers = await ownHeaders();
    expect(await ask('POST', '/actions/kill', headers, JSON.stringify({ nodes: [A] }))).toMatchObject({
      ...{ status: 200, text: JSON.stringify({ did: 'kill', nodes: [A] }) },
    });
    expect(await ask('POST', '/actions/split', headers, '{}')).toMatchObject({ text: '{"did":"split","nodes":[]}' });
    await ask('POST', '/actions/publish', headers, JSON.stringify({ nodes: [A], text: 'Emma' }));
    expect(network.done).toEqual([`kill ${A}`, 'split any', `publish ${A} Emma`]);
  });

  test.each<[string, number, Record<string, string>, string?]>([
    ['no token', 403, { 'x-gossip-token': '' }],
    ['a wrong token', 403, { 'x-gossip-token': 'x'.repeat(43) }],
    ['another origin', 403, { origin: 'http://evil.example' }],
    ['another port of this machine', 403, { origin: 'http://localhost:1' }],
    ['another host, that was made to lead here', 403, { host: 'evil.example', origin: 'http://evil.example' }],
    ['another site, by the browser’s word', 403, { 'sec-fetch-site': 'cross-site' }],
    ['what a form can send', 415, { 'content-type': 'text/plain' }],
    ['no JSON', 400, {}, 'node=1'],
    ['a node that is none', 400, {}, '{"nodes":["http://evil.example/"]}'],
    ['more nodes than there are anywhere', 400, {}, JSON.stringify({ nodes: Array.from({ length: 1_025 }, () => A) })],
    ['a text that is too long', 400, {}, JSON.stringify({ text: 'x'.repeat(201) })],
    ['a body that is too long', 400, {}, `{"x":"${'x'.repeat(100_000)}"}`],
    ['a node that there is not', 409, {}, JSON.stringify({ nodes: [B] })],
  ])('is refused: %s', async (_name, status, headers, body = '{}') => {
    await serve(['kill']);
    const answer = await ask('POST', '/actions/kill', { ...(await ownHeaders()), ...headers }, body);
    expect(answer.status).toBe(status);
    expect(answer.json()['error']).toBeTypeOf('string');
    expect(network.done).toEqual([]);
  });

  test('is not done by a GET, nor one that is not offered', async () => {
    await serve(['kill']);
    const headers = await ownHeaders();
    expect((await ask('GET', '/actions/kill', headers)).status).toBe(405);
    expect((await ask('POST', '/actions/restart', headers, '{}')).status).toBe(404);
    expect((await ask('POST', '/actions/constructor', headers, '{}')).status).toBe(404);
    expect((await ask('OPTIONS', '/actions/kill', { origin: 'http://evil.example' })).status).toBe(405);
  });

  test('comes no oftener than a person presses', async () => {
    await serve(['publish']);
    const headers = await ownHeaders();
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask('POST', '/actions/publish', headers, '{}')));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    expect(network.done.length).toBeGreaterThanOrEqual(20);
  });

  test('has no token for another site, nor where nothing can be done', async () => {
    await serve(['kill']);
    for (const headers of [
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'same-site' },
      { host: 'evil.example' },
    ])
      expect((await ask('GET', '/control', headers)).text).not.toContain('token"');
    await dashboard.close();
    await serve();
    expect((await ask('GET', '/control')).json()).toEqual({ actions: [] });
  });

  test('is not offered to other machines', async () => {
    await serve();
    const listen = { host: '0.0.0.0', port: 0, pageDirectory: folder };
    await expect(serveNetwork(new FakeNetwork(['kill']), listen)).rejects.toThrow('to this machine only');
  });
});

describe('the page', () => {
  test('comes with what keeps others out', async () => {
    await serve();
    const page = await ask('GET', '/');
    expect([page.status, page.text]).toEqual([200, '<!doctype html><title>page</title>']);
    const response = await fetch(dashboard.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const asset = await ask('GET', '/assets/a-1234.js');
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  test('is all that there is', async () => {
    await serve();
    for (const path of ['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/nothing', '/assets/../../secret']) {
      const answer = await ask('GET', path);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await ask('PUT', '/')).status).toBe(405);
    expect((await ask('GET', '/', { host: 'evil.example' })).status).toBe(403);
  });
});

describe('whoever does not know the address that was printed', () => {
  const HTML = { accept: 'text/html,*/*' };

  test.each<[string, Record<string, string>]>([
    ['shows no token', { cookie: '' }],
    ['shows another', { cookie: `gossip-1=x; gossip-0=${'x'.repeat(16)}` }],
  ])('is told where it is, and nothing else, if it %s', async (_name, headers) => {
    await serve(['kill']);
    for (const path of ['/', '/index.html', '/assets/a-1234.js', '/feed', '/control', '/?token=', '/?token=x']) {
      const answer = await ask('GET', path, headers);
      expect([path, answer.status, answer.json()['error']]).toEqual([path, 403, expect.stringMatching(/was printed/)]);
    }
    const own = { origin: `http://${host()}`, 'content-type': 'application/json' };
    expect((await ask('POST', '/actions/kill', { ...own, ...headers }, '{}')).status).toBe(403);
    const page = await ask('GET', '/', { ...headers, ...HTML });
    expect([page.status, page.type]).toEqual([403, 'text/html; charset=utf-8']);
    expect(page.text).toMatch(/Open the address that was printed/);
    expect(network.done).toEqual([]);
  });

  test('cannot guess it, and has no cookie of another dashboard', async () => {
    await serve();
    const [first] = [dashboard.url];
    expect(new URL(first).searchParams.get('token')).toMatch(/^[\w-]{16}$/);
    await dashboard.close();
    await serve();
    const { search } = new URL(first);
    expect((await ask('GET', `/${search}`, { cookie: '' })).status).toBe(403);
  });

  test('is let in by that address, which the browser then no longer shows', async () => {
    await serve();
    const { search } = new URL(dashboard.url);
    const answer = await ask('GET', `/${search}&x="<y>"`, { cookie: '', ...HTML });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^gossip-\d+=[\w-]{16}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(answer.text).toContain('content="0; url=/?x=%22%3Cy%3E%22"');
    expect(answer.text).not.toContain(new URL(dashboard.url).searchParams.get('token'));
    const [cookie = ''] = (answer.headers['set-cookie'] ?? [])[0]?.split(';') ?? [];
    expect((await ask('GET', '/', { cookie: `other=1; ${cookie}` })).text).toContain('<title>page</title>');
  });
});

describe('a recorded trace', () => {
  const line = (time: number): string => JSON.stringify({ time, node: A, type: 'peerUp', peer: B });

  async function show(text: string, maxBytes = 1e9): Promise<Awaited<ReturnType<typeof serveRecording>>> {
    writeFileSync(join(folder, 'trace.jsonl'), text);
    const listen = { host: '127.0.0.1', port: 0, pageDirectory: join(folder, 'page') };
    const shown = await serveRecording(join(folder, 'trace.jsonl'), listen, { maxBytes });
    dashboard = shown;
    return shown;
  }

  test('is told from its beginning to its end', async () => {
    const { read } = await show([line(10), line(20), line(30)].join('\n'));
    expect(await read).toEqual({ events: 3, kept: 3, strange: 0 });
    const page = await open();
    await eventually('its end', () => page.of('ended').length === 1);
    const opened = { type: 'opened', source: 'recording', name: 'trace.jsonl', actions: [], fromMs: 10, untilMs: 30 };
    expect(page.messages[0]).toEqual(opened);
    expect(page.events.map(({ time }) => time)).toEqual([10, 20, 30]);
  });

  test('is told to a page that was open before it was read, too', async () => {
    const { read } = await show(Array.from({ length: 20_000 }, (_, i) => line(i)).join('\n'));
    const page = await open();
    await read;
    await eventually('its end', () => page.of('ended').length === 1);
    expect(page.of('opened').at(-1)).toMatchObject({ fromMs: 0, untilMs: 19_999 });
    const last = page.messages.lastIndexOf(page.of('opened').at(-1)!);
    const after = page.messages.slice(last).flatMap((message) => (message.type === 'events' ? message.events : []));
    expect(after).toHaveLength(20_000);
  });

  test('leaves out what is no event, and says how much that was', async () => {
    const { read } = await show(['nonsense', line(1), '', '{"time":2}', 'x'.repeat(100_000), line(2)].join('\n'));
    expect(await read).toEqual({ events: 2, kept: 2, strange: 3 });
  });

  test('that is too large is told from later on, with the state until then', async () => {
    const { read } = await show(Array.from({ length: 5000 }, (_, i) => line(i)).join('\n'), 100_000);
    const { events, kept } = await read;
    expect(events).toBe(5000);
    expect(kept).toBeLessThan(2000);
    const page = await open();
    await eventually('its end', () => page.of('ended').length === 1);
    expect(page.messages[1]).toMatchObject({ type: 'snapshot', node: A, peers: [B] });
    expect(page.events).toHaveLength(kept);
    expect(page.of('opened')[0]?.fromMs).toBe(4999 - kept);
  });

  test('without an event is a failure in words', async () => {
    const { read } = await show('nothing\n');
    await expect(read).rejects.toThrow('trace.jsonl has no line that is an event of a trace');
    const page = await open();
    await eventually('the words', () => page.of('failed').length === 1);
  });
});
