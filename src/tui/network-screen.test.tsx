import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NetworkNode } from '../trace/views.ts';
import { addressOf, FakeNetworkView, START } from './fake-views.ts';
import { widthOf } from './fit-text.ts';
import { bar, headlineText } from './network-lines.ts';
import { NetworkScreen } from './network-screen.tsx';
import { openScreen, type ScreenTester } from './screen-tester.tsx';

const SIZE = { columns: 80, rows: 24 };

function nodesOf(count: number, changes: (index: number) => Partial<NetworkNode> = () => ({})): NetworkNode[] {
  return Array.from({ length: count }, (_, index) => ({
    address: addressOf(index),
    phase: 'running',
    favorite: `Book ${index}`,
    version: 1,
    knows: count,
    peers: 4,
    ...changes(index),
  }));
}

describe('headlineText', () => {
  it('counts the nodes that know all', () => {
    expect(headlineText({ nodes: nodesOf(10), complete: 8 })).toBe('8 of 10 nodes know all 10 favourites');
  });

  it('says how long the first time took', () => {
    expect(headlineText({ nodes: nodesOf(10), complete: 10, allKnowAllMs: 1_234 })).toBe(
      'all 10 nodes know all favourites (first after 1.2 s)',
    );
  });

  it('expects nothing of nodes that have exited', () => {
    const nodes = nodesOf(10, (index) => (index < 2 ? { phase: 'exited' } : {}));
    expect(headlineText({ nodes, complete: 8 })).toBe('all 8 nodes know all favourites');
    expect(headlineText({ nodes: nodesOf(2, () => ({ phase: 'exited' })), complete: 0 })).toBe('all nodes have exited');
    expect(headlineText({ nodes: [], complete: 0 })).toBe('no nodes yet');
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
    expect(screen.line(':7004 ')).toMatch(/^ {2}:7004 {2}running {3}Book 3 +1 {2}████░░░░░░ {2}4\/10 +4$/);
    expect(screen.line(':7010 ')).toContain('██████████ 10/10');
  });

  it('scrolls through a hundred nodes', async () => {
    await open(nodesOf(100));
    const position = (): string | undefined => /[\d–]+ of 100/.exec(screen.lines().at(-1)!)?.[0];
    expect(position()).toBe('1–13 of 100');
    await screen.press('\u001b[F');
    expect(position()).toBe('88–100 of 100');
    expect(screen.line(':7100 ')).not.toBe('');
  });

  it('marks nodes that start and nodes that have exited', async () => {
    const starting: NetworkNode = { address: addressOf(0), phase: 'starting', version: 0, knows: 0, peers: 0 };
    await open([starting, ...nodesOf(2, () => ({ phase: 'exited' })).slice(1)]);
    expect(screen.line(':7001 ').trimEnd()).toBe('… :7001  starting');
    expect(screen.line(':7002 ')).toMatch(/^× :7002 {2}exited/);
    expect(screen.lines()[0]).toContain('2 nodes: 1 starting, 1 exited');
  });

  it('follows the network, and stands still while paused', async () => {
    await open(nodesOf(3));
    view.complete = 2;
    await screen.pass(1000);
    expect(screen.lines()[1]).toContain('2 of 3 nodes know all 3 favourites');
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
    expect(screen.lines()[2]).toContain('rumors 1.0/s  control 2.0/s');
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
    expect(screen.line(':7002 ')).toContain('████ 100/100');
  });
});
