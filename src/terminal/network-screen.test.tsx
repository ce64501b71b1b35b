import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NetworkNode, NetworkState } from '../trace/views.ts';
import { addressOf, FakeNetworkView, START } from './fake-views.ts';
import { widthOf } from './fit-text.ts';
import { bar } from './bar.ts';
import { headlineText } from './network-lines.ts';
import { NetworkScreen } from './network-screen.tsx';
import { openScreen, type ScreenTester } from './screen-tester.tsx';

const SIZE = { columns: 80, rows: 24 };

function nodesOf(count: number, changes: (index: number) => Partial<NetworkNode> = () => ({})): NetworkNode[] {
  return Array.from({ length: count }, (_, index) => ({
    address: addressOf(index),
    phase: 'running',
    favorite: { book: `Book ${index}` },
    version: 1,
    knows: count,
    peers: 4,
    suspectedBy: 0,
    calledDownBy: 0,
    cpuPercent: 0.26,
    rssMiB: 58.4,
    ...changes(index),
  }));
}

function stateOf(nodes: NetworkNode[], complete: number, times: Partial<NetworkState> = {}): NetworkState {
  return { nodes, complete, updates: [], isPartitioned: false, listeningMs: 640, ...times };
}

describe('headlineText', () => {
  it('counts those that listen until all have', () => {
    const nodes = nodesOf(10, (index) => (index < 6 ? { phase: 'starting' } : {}));
    const { listeningMs: _, ...state } = stateOf(nodes, 0);
    expect(headlineText(state)).toBe('4 of 10 nodes listen, 0 know all favourites');
  });

  it('counts the nodes that know all', () => {
    expect(headlineText(stateOf(nodesOf(10), 8))).toBe('8 of 10 nodes know all favourites (all up in 640 ms)');
  });

  it('says how long the first time took', () => {
    expect(headlineText(stateOf(nodesOf(10), 10, { allKnowAllMs: 1_234 }))).toBe(
      'all 10 nodes know all favourites (all up in 640 ms, all known in 1.23 s)',
    );
  });

  it('expects nothing of nodes that do not run', () => {
    const nodes = nodesOf(10, (index) => (index < 2 ? { phase: index < 1 ? 'killed' : 'left' } : {}));
    expect(headlineText(stateOf(nodes, 8))).toContain('all 8 nodes know all favourites');
    const standing = nodesOf(12, (index) => (index === 5 ? { phase: 'paused', knows: 7 } : { knows: 11 }));
    expect(headlineText(stateOf(standing, 11))).toContain('all 11 nodes know all favourites');
    expect(
      headlineText(
        stateOf(
          nodesOf(2, () => ({ phase: 'killed' })),
          0,
        ),
      ),
    ).toBe('no node runs any more');
    expect(
      headlineText(
        stateOf(
          nodesOf(2, () => ({ phase: 'paused' })),
          0,
        ),
      ),
    ).toBe('all nodes stand still');
    expect(headlineText(stateOf([], 0))).toBe('no nodes yet');
  });
});

describe('bar', () => {
  it('is full only when all is there, and empty only when nothing is', () => {
    expect([0, 0.01, 0.5, 0.99, 1, 7].map((share) => bar(share, 4))).toEqual([
      '░░░░',
      '█░░░',
      '██░░',
      '███░',
      '████',
      '████',
    ]);
  });
});

describe('NetworkScreen', () => {
  let view: FakeNetworkView;
  let screen: ScreenTester;
  const open = async (nodes: NetworkNode[], size = SIZE) => {
    view = new FakeNetworkView(nodes);
    screen = await openScreen((props) => <NetworkScreen view={view} {...props} />, size);
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    screen.close();
    vi.useRealTimers();
  });

  it('shows ten nodes whole at 80x24, within its bounds', async () => {
    await open(nodesOf(10, (index) => (index === 3 ? { knows: 4 } : {})));
    expect(screen.lines()).toHaveLength(24);
    expect(Math.max(...screen.lines().map(widthOf))).toBeLessThanOrEqual(80);
    expect(screen.line(':7004 ')).toMatch(/^ {2}:7004 {2}running {6}Book 3 +1 {2}██░░ {2}4\/10 +4 {2}0\.3% {3}58$/);
    expect(screen.line(':7010 ')).toContain('████ 10/10');
  });

  it('scrolls through a hundred nodes', async () => {
    await open(nodesOf(100));
    const position = (): string | undefined => /[\d–]+ of 100/.exec(screen.lines().at(-1)!)?.[0];
    expect(position()).toBe('1–12 of 100');
    await screen.press('\u001b[F');
    expect(position()).toBe('89–100 of 100');
    expect(screen.line(':7100 ')).not.toBe('');
  });

  it('says of each process what it does, and how many others accuse it', async () => {
    await open([
      ...nodesOf(1, () => ({ phase: 'starting', version: 0, knows: 0 })),
      ...nodesOf(2, () => ({ phase: 'killed', calledDownBy: 2 })).slice(1),
      ...nodesOf(3, () => ({ phase: 'paused', suspectedBy: 1, calledDownBy: 1 })).slice(2),
    ]);
    expect(screen.line(':7001 ')).toMatch(/^▸ :7001 {2}starting /);
    expect(screen.line(':7002 ')).toMatch(/^ {2}:7002 {2}killed ×2 /);
    expect(screen.line(':7003 ')).toMatch(/^ {2}:7003 {2}paused ×1 \?1 /);
    expect(screen.lines()[0]).toContain('3 nodes: 1 starting, 1 paused, 1 killed');
  });

  it('counts the nodes that can be reached, and says of the others what they do', async () => {
    await open(nodesOf(12, (index) => (index === 5 ? { phase: 'paused', knows: 7 } : { knows: 11 })));
    view.complete = 11;
    view.updates = [
      { number: 75, origin: addressOf(1), version: 2, payload: {}, publishedAt: 0, lastAt: 90, holders: 11 },
    ];
    await screen.pass(1000);
    expect(screen.lines()[0]).toContain('12 nodes: 11 running, 1 paused');
    expect(screen.lines()[1]).toContain('all 11 nodes know all favourites');
    expect(screen.lines()[2]).toContain('100 %');
    expect(screen.lines()[3]).toMatch(/11\/11 in 90 ms/);
    expect(screen.line(':7006 ')).toMatch(/ 7\/11 /);
  });

  it('keeps the selected node in view', async () => {
    await open(nodesOf(100));
    const selected = (): string | undefined => /▸ (:\d+)/.exec(screen.lines().join('\n'))?.[1];
    await screen.press('jj');
    expect(selected()).toBe(':7003');
    await screen.press('\u001b[6~');
    expect(selected()).toBe(':7014');
    await screen.press('G');
    expect(selected()).toBe(':7100');
    await screen.press('\u001b[5~');
    expect(selected()).toBe(':7089');
    await screen.press('\u001b[H');
    expect([selected(), screen.line(':7001 ')]).toEqual([':7001', expect.stringContaining('▸')]);
  });

  it('has the selected node, or with Shift any, suffer what its key says', async () => {
    await open(nodesOf(5));
    await screen.press('j');
    await screen.press('xzrn');
    await screen.press('XZRN/');
    const names = ['kill', 'pauseOrResume', 'restart', 'publish'];
    expect(view.orders).toEqual([
      ...names.map((name) => [name, addressOf(1)]),
      ...names.map((name) => [name, undefined]),
      ['split', undefined],
    ]);
  });

  it('has each of several keys that come at once act on what the one before it left', async () => {
    await open(nodesOf(100));
    await screen.press('\u001b[B\u001b[Bxjx');
    expect(view.orders).toEqual([
      ['kill', addressOf(2)],
      ['kill', addressOf(3)],
    ]);
    await screen.press('?\u001b[B\u001b[B?x');
    await screen.press('Gx');
    expect(view.orders.slice(2)).toEqual([
      ['kill', addressOf(3)],
      ['kill', addressOf(99)],
    ]);
    await screen.press('vvv\u001b[H\u001b[6~x');
    expect(view.orders.at(-1)).toEqual(['kill', addressOf(16)]);
  });

  it('does nothing more once it is told to quit', async () => {
    await open(nodesOf(5));
    await screen.press('qx');
    expect(view.orders).toEqual([]);
  });

  it('does nothing to anybody where there is nobody', async () => {
    await open([]);
    await screen.press('xzrn');
    expect(view.orders).toEqual([]);
  });

  it('says where it is shown in a browser, too', async () => {
    await open(nodesOf(5));
    expect(screen.lines()[0]).not.toContain('http://');
    view.dashboardUrl = 'http://127.0.0.1:8080/?token=ABCDEFGHIJKLMNOP';
    await screen.pass(1000);
    expect(screen.lines()[0]).toMatch(/ http:\/\/127\.0\.0\.1:8080\/\?token=ABCDEFGHIJKLMNOP *$/);
  });

  it('says that the network is split, and how to heal it', async () => {
    await open(nodesOf(5));
    expect(screen.lines().at(-1)).toContain('/ split');
    view.isPartitioned = true;
    await screen.pass(1000);
    expect(screen.lines()[0]).toContain('SPLIT IN TWO');
    expect(screen.lines().at(-1)).toContain('/ heal');
  });

  it('shows how far updates have come, newest first', async () => {
    await open(nodesOf(10));
    const update = { version: 2, publishedAt: START, lastAt: START + 73 };
    view.updates = [
      { ...update, number: 75, origin: addressOf(3), payload: { book: 'Dune' }, holders: 5 },
      { ...update, number: 74, origin: addressOf(2), payload: { book: 'Emma' }, holders: 10 },
    ];
    await screen.pass(1000);
    expect(screen.lines()[3]).toMatch(/^ newest █{10}░{10} {2}5\/10 so far 73 ms +#75 +:7004\/2 +Dune$/);
    await screen.press('v');
    expect(screen.line('Emma')).toMatch(/^ █{10} 10\/10 in 73 ms +#74 +:7003\/2 +Emma$/);
  });

  it('shows what happened to the selected node, and to the next one that is selected', async () => {
    await open(nodesOf(3));
    view.emit({ type: 'peerUp', time: START, node: addressOf(0), peer: addressOf(2) });
    view.emit({ type: 'status', time: START, node: addressOf(2), origin: addressOf(1), status: 'down', version: 1 });
    await screen.pass(1000);
    await screen.press('vv');
    expect(screen.lines().join('\n')).toContain('last events of :7001');
    expect(screen.lines().join('\n')).toContain('peer up');
    expect(screen.lines().join('\n')).not.toContain('is down');
    await screen.press('j');
    expect(screen.lines().join('\n')).toContain('last events of :7002');
    expect(screen.line('is down')).toContain(':7003');
    expect(screen.lines().join('\n')).not.toContain('peer up');
  });

  it('gives a long table the whole screen, and skips that view where there is no more of the table', async () => {
    await open(nodesOf(100));
    await screen.press('vvv');
    expect(screen.lines().join('\n')).not.toMatch(/last (?:updates|events)/);
    await screen.press('v');
    expect(screen.lines().join('\n')).toMatch(/last events ─/);
    view.nodes = nodesOf(3);
    await screen.pass(1000);
    await screen.press('vvv');
    expect(screen.lines().join('\n')).toMatch(/last events ─/);
  });

  it('folds what repeats into one line with a count', async () => {
    await open(nodesOf(3));
    for (let index = 0; index < 7; index++) {
      view.emit({ type: 'refused', time: START, node: addressOf(1), from: 'a:1', reason: 'no JSON' });
    }
    view.emit({ type: 'refused', time: START, node: addressOf(0), from: 'a:1', reason: 'no JSON' });
    await screen.pass(1000);
    const at = screen.lines().findIndex((line) => line.includes('last events'));
    expect(screen.lines()[at + 1]).not.toContain('×');
    expect(screen.lines()[at + 2]).toMatch(/:7002 +refused +input from a:1: no JSON +×7 *$/);
    expect(screen.lines()[at + 3]).toBe('');
  });

  it('follows the network, and stands still while paused', async () => {
    await open(nodesOf(3));
    view.complete = 2;
    await screen.pass(1000);
    expect(screen.lines()[1]).toContain('2 of 3 nodes know all favourites');
    await screen.press('p');
    view.complete = 3;
    await screen.pass(10_000);
    expect(screen.lines()[0]).toContain('PAUSED');
    expect(screen.lines()[1]).toContain('2 of 3');
    await screen.press('p');
    expect(screen.lines()[1]).toContain('all 3 nodes know all favourites');
  });

  it('tells what changes at which node, and not what every node does with every rumor', async () => {
    await open(nodesOf(3));
    const facts = { uuid: 'u', origin: addressOf(1), version: 2 };
    view.emit({ type: 'published', time: START, node: addressOf(1), ...facts, payload: { book: 'Dune' } });
    view.emit({ type: 'applied', time: START, node: addressOf(2), ...facts, via: addressOf(1), hops: 1 });
    view.emit({ type: 'status', time: START, node: addressOf(0), origin: addressOf(2), status: 'down', version: 1 });
    await screen.pass(1000);
    const at = screen.lines().findIndex((line) => line.includes('last events'));
    expect(screen.lines().slice(at + 1, at + 4)).toEqual([
      '    0s  :7001   down        :7003 is down at v1',
      '    0s  :7002   published   v2 Dune',
      '',
    ]);
  });

  it('measures the traffic of all nodes', async () => {
    await open(nodesOf(2));
    const sent = { type: 'sent', node: addressOf(0), to: addressOf(1) } as const;
    for (let second = 1; second <= 10; second++) {
      view.time = START + second * 1000;
      view.emit({
        ...sent,
        time: view.time,
        message: 'rumor',
        ...{ uuid: 'u', origin: 'a:1', version: 1, ttl: 1, hops: 1 },
      });
      view.emit({ ...sent, time: view.time, message: 'heartbeat' });
      view.emit({ ...sent, time: view.time, message: 'heartbeat' });
      await screen.pass(1000);
    }
    expect(screen.lines()[2]).toContain('rumors 1.0/s, control 2.0/s');
  });

  it('follows the terminal down to any size', async () => {
    await open(nodesOf(100));
    for (const [columns, rows] of [
      [120, 40],
      [40, 10],
      [10, 3],
      [1, 1],
    ] as const) {
      screen.resize({ columns, rows });
      expect(screen.lines().length).toBe(rows);
      expect(Math.max(...screen.lines().map(widthOf))).toBeLessThanOrEqual(columns);
    }
    screen.resize({ columns: 40, rows: 10 });
    expect(screen.line(':7002 ')).toMatch(/^ {2}:7002 {2}running +Book 1/);
  });
});
