import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FeedReader } from '../feed-reader.ts';
import { freePort, listen } from '../free-port.ts';
import { call, eventually, type Answer } from '../support.ts';
import { dashboardOf, open, reachable, told, type Dashboard } from './dashboard-process.ts';
import { childrenOf, gossip, isAlive, startChain, temporaryDirectory } from './real-network.ts';

function act({ url }: Dashboard, action: string, headers: Record<string, string>, body: object = {}): Promise<Answer> {
  const { host, search } = new URL(url);
  return call(host, 'POST', `/actions/${action}${search}`, { headers, body: JSON.stringify(body) });
}

async function ownHeaders({ url }: Dashboard): Promise<Record<string, string>> {
  const { host, origin, search } = new URL(url);
  // Where nothing is allowed there is no token: then a made-up one.
  const { token = 'none' } = (await call(host, 'GET', `/control${search}`)).json() as { token?: string };
  return { origin, 'content-type': 'application/json', 'x-gossip-token': token };
}

describe('gossip dashboard --connect', () => {
  test('finds all nodes from one, tells what happens to them, and a page that comes late what happened', async () => {
    const nodes = await startChain(4);
    const dashboard = await dashboardOf('--connect', nodes[0]?.port ?? 0);
    const page = await open(dashboard);
    const addresses = nodes.map(({ address }) => address).sort();
    await eventually('all are reached', () => reachable(page).length === 4, 15_000);
    expect(reachable(page).sort()).toEqual(addresses);

    await nodes[3]?.setFavorite('Emma by Jane Austen');
    const isEmma = (event: { type: string; payload?: unknown }): boolean =>
      event.type === 'applied' && JSON.stringify(event.payload).includes('Emma');
    const tellers = (reader: FeedReader): string[] => reader.events.filter(isEmma).map(({ node }) => node);
    await eventually('the three others have it', () => tellers(page).length === 3);
    const late = await open(dashboard);
    await eventually('the late page knows it', () => tellers(late).length === 3);
    expect(tellers(late).sort()).toEqual(addresses.filter((address) => address !== nodes[3]?.address));
    expect(
      late
        .of('snapshot')
        .map(({ node }) => node)
        .sort(),
    ).toEqual(addresses);
    expect(late.of('snapshot')).toEqual(page.of('snapshot'));
  });

  test('gives a node another favourite only where it was asked to allow that', async () => {
    const [node] = await startChain(1);
    const watching = await dashboardOf('--connect', node?.port ?? 0);
    expect((await act(watching, 'publish', await ownHeaders(watching))).status).toBe(403);
    const allowed = await dashboardOf('--connect', node?.port ?? 0, '--allow-publish');
    const page = await open(allowed);
    await eventually('it is reached', () => reachable(page).length === 1, 15_000);
    const before = await node?.favorite();
    await eventually('another favourite', async () => {
      expect((await act(allowed, 'publish', await ownHeaders(allowed), { nodes: [node!.address] })).status).toBe(200);
      return (await node?.favorite()) !== before;
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends at once and cleanly with %s, pages or not', async (signal) => {
    const [node] = await startChain(1);
    const dashboard = await dashboardOf('--connect', node?.port ?? 0);
    const page = await open(dashboard);
    await eventually('the page is open', () => page.messages.length > 0);
    const startedAt = Date.now();
    const { code, stdout, stderr } = await dashboard.process.kill(signal);
    expect([code, stdout, stderr]).toEqual([0, `dashboard: ${dashboard.url}\n`, '']);
    expect(Date.now() - startedAt).toBeLessThan(2000);
    await eventually('the page sees it', () => page.isClosed);
  });
});

test('the address that is printed opens it, and no other', async () => {
  const [node] = await startChain(1);
  const { url } = await dashboardOf('--connect', node?.port ?? 0);
  const { host, search } = new URL(url);
  for (const path of ['/', '/feed', '/control']) expect((await call(host, 'GET', path)).status).toBe(403);
  const { headers } = await call(host, 'GET', `/${search}`, { headers: { accept: 'text/html' } });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
  const page = await call(host, 'GET', '/', { headers: { cookie: cookie.split(';')[0] ?? '' } });
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('<script')]);
});

describe('gossip dashboard FILE', () => {
  test('shows what the simulator recorded', async () => {
    const file = join(temporaryDirectory(), 'trace.jsonl');
    expect((await gossip('sim', 'first-rumor', '--trace', file).ended).code).toBe(0);
    const page = await open(await dashboardOf(file));
    await eventually('its end', () => page.of('ended').length === 1, 15_000);
    expect(page.of('opened').at(-1)).toMatchObject({ source: 'recording', name: 'trace.jsonl', actions: [] });
    expect(page.events.some(({ type }) => type === 'applied')).toBe(true);
  });

  test('says in one line why not, with exit code 2', async () => {
    const folder = temporaryDirectory();
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'no trace\n');
    const [taken] = await listen(0);
    for (const [args, line] of [
      [[], /what is to be shown\? --connect PORT/],
      [['--connect', 'nowhere'], /not an address/],
      [[text, '--connect', 7001], /not both/],
      [['/nowhere'], /cannot read \/nowhere: there is no such file or folder$/m],
      [[folder], /is not a file/],
      [[text, '--port', 0], /notes\.txt has no line that is an event of a trace/],
      [['--connect', 7001, '--port', taken?.port ?? 0], /port \d+ on 127\.0\.0\.1 is taken/],
      [['--connect', 7001, '--host', '192.0.2.1'], /can be reached from other machines.* --insecure$/m],
      [['--connect', 7001, '--host', '192.0.2.1', '--insecure'], /is not an address of this machine/],
      [['--connect', 7001, '--host', '0.0.0.0', '--insecure', '--allow-publish'], /to this machine only/],
    ] as const) {
      const { code, stderr } = await gossip('dashboard', ...args).ended;
      expect([code, stderr]).toEqual([2, expect.stringMatching(line) as string]);
      expect(stderr).toMatch(/^gossip: [^\n]+\n$/);
    }
    await taken?.close();
  }, 60_000);
});

describe('gossip cluster --dashboard', () => {
  test('shows its processes and does to them what its page asks for, and nobody else', async () => {
    const port = await freePort(5);
    const args = ['cluster', '-n', 5, '--base-port', port, '--resample-ms', 0, '--dashboard', await freePort()];
    const dashboard = await told(gossip(...args));
    const page = await open(dashboard);
    const actions = ['publish', 'kill', 'pause', 'resume', 'restart', 'split', 'heal'];
    await eventually('it is open', () => page.of('opened').length > 0);
    expect(page.of('opened')[0]).toMatchObject({ source: 'live', name: 'a cluster of 5 nodes', actions });
    const count = (type: string): number => page.events.filter((event) => event.type === type).length;
    await eventually('all have started', () => count('started') === 5, 30_000);

    const headers = await ownHeaders(dashboard);
    const victim = `127.0.0.1:${port + 2}`;
    for (const forged of [
      { ...headers, origin: 'http://evil.example' },
      { ...headers, host: 'evil.example', origin: 'http://evil.example' },
      { ...headers, 'x-gossip-token': '' },
      { ...headers, 'content-type': 'text/plain' },
    ])
      expect((await act(dashboard, 'kill', forged, { nodes: [victim] })).status).toBeGreaterThanOrEqual(403);
    expect((await act(dashboard, 'kill', headers, { nodes: [victim] })).status).toBe(200);
    await eventually('it is killed', () => count('stopped') === 1);
    expect(page.events.find(({ type }) => type === 'stopped')).toMatchObject({ node: victim, why: 'killed' });
    expect(await act(dashboard, 'kill', headers, { nodes: [victim] })).toMatchObject({
      ...{ status: 409, text: JSON.stringify({ error: `${victim} does not run` }) },
    });
    const restarted = await act(dashboard, 'restart', headers, { nodes: [victim] });
    expect(restarted).toMatchObject({ status: 200, text: JSON.stringify({ did: 'restart', nodes: [victim] }) });
    await eventually('it is started again', () => count('started') === 6, 15_000);
    expect((await act(dashboard, 'kill', headers, { nodes: ['127.0.0.1:1'] })).status).toBe(409);

    const children = childrenOf(dashboard.process.pid);
    expect(children).toHaveLength(5);
    expect((await dashboard.process.kill('SIGINT')).code).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });
});
