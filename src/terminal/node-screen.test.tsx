import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, FakeNodeView, recordOf, START } from './fake-views.ts';
import { widthOf } from './fit-text.ts';
import { NodeScreen } from './node-screen.tsx';
import { openScreen, type ScreenTester } from './screen-tester.tsx';

const SIZE = { columns: 80, rows: 24 };
const records = (count: number) => Array.from({ length: count }, (_, index) => recordOf(index));

describe('NodeScreen', () => {
  let view: FakeNodeView;
  let screen: ScreenTester;
  const open = async (count: number, size = SIZE, mode: 'color' | 'plain' = 'color') => {
    view = new FakeNodeView(records(count));
    screen = await openScreen(
      (props) => <NodeScreen view={view} resample={() => view.resample()} {...props} />,
      size,
      mode,
    );
  };
  const row = (port: string): string => screen.lines().find((line) => new RegExp(`^. ${port} `).test(line)) ?? '';
  const nodesShown = (): string[] => screen.lines().flatMap((line) => /^. (:7\d{3}) /.exec(line)?.[1] ?? []);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    screen.close();
    vi.useRealTimers();
  });

  it('shows ten records whole at 80x24, within its bounds', async () => {
    await open(10);
    expect(screen.lines()).toHaveLength(24);
    expect(Math.max(...screen.lines().map(widthOf))).toBeLessThanOrEqual(80);
    expect(nodesShown()).toEqual(view.records.map(({ origin }) => origin.replace('127.0.0.1', '')));
    expect(row(':7003')).toMatch(/^ {2}:7003 {2}Book 2 +3 +0s +1 {2}:7003 {2}alive/);
    expect(screen.line('▸')).toMatch(/^▸ :7001 {2}Book 0 .*self/);
    expect(screen.lines()[1]).toContain('2  :7002 :7003');
  });

  it('says in the place of the peers that others cannot reach this node, while signs of it are fresh', async () => {
    await open(3);
    view.emit({ type: 'contested', times: 4, status: 'down' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(screen.lines()[1]).toContain('others cannot reach this node at its address');
    view.time += 600_000;
    view.emit({ type: 'peerUp', peer: addressOf(1) });
    await vi.advanceTimersByTimeAsync(1000);
    expect(screen.lines()[1]).toContain('2  :7002 :7003');
  });

  it('scrolls through a hundred records and says where it is', async () => {
    await open(100);
    expect(screen.lines().at(-1)).toContain('1–12 of 100');
    await screen.press('\u001b[6~');
    expect(nodesShown()[0]).toBe(':7012');
    await screen.press('\u001b[F');
    expect(screen.lines().at(-1)).toContain('89–100 of 100');
    expect(nodesShown().at(-1)).toBe(':7100');
    await screen.press('jjkk');
    expect(nodesShown()[0]).toBe(':7087');
    await screen.press('g');
    expect(nodesShown()[0]).toBe(':7001');
    expect(Math.max(...screen.frames.flatMap((frame) => frame.split('\n').length))).toBe(24);
  });

  it('keeps its place in the list when records go', async () => {
    await open(100);
    await screen.press('\u001b[F');
    view.records = records(20);
    await screen.pass(1000);
    expect(screen.lines().at(-1)).toContain('9–20 of 20');
  });

  it('cycles through the orders and names the one in use', async () => {
    await open(3);
    view.records = [
      recordOf(0, { payload: { book: 'b' }, version: 1, receivedAt: START - 9_000 }),
      recordOf(1, { payload: { book: 'c' }, version: 2, receivedAt: START }),
      recordOf(2, { payload: { book: 'A' }, version: 9, receivedAt: START - 5_000, status: 'down' }),
    ];
    await screen.pass(1000);
    const seen = [];
    for (let press = 0; press < 6; press++) {
      await screen.press('s');
      seen.push(`${/sort: (\w+)/.exec(screen.lines().at(-1)!)?.[1]} ${nodesShown().join('')}`);
    }
    expect(seen).toEqual([
      'age :7002:7003:7001',
      'version :7003:7002:7001',
      'favourite :7003:7001:7002',
      'hops :7002:7003:7001',
      'status :7003:7001:7002',
      'node :7001:7002:7003',
    ]);
  });

  it('lets rows fade with age', async () => {
    await open(2);
    const styleOf = (): string => /^(?:\u001b\[([\d;]+)m)? {2}:7002/m.exec(screen.raw())?.[1] ?? 'none';
    const seen = [styleOf()];
    for (const age of [3_000, 8_000, 30_000]) {
      view.time = START + age;
      await screen.pass(1000);
      seen.push(styleOf());
    }
    expect(seen).toEqual(['1;32', '32', 'none', '2']);
    expect(row(':7002')).toContain('30s');
  });

  it('tells a status by a mark and a word, not by colour alone', async () => {
    await open(4, SIZE, 'plain');
    view.records = [
      recordOf(0),
      recordOf(1, { status: 'suspect' }),
      recordOf(2, { status: 'down' }),
      recordOf(3, { status: 'left' }),
    ];
    await screen.pass(1000);
    expect(screen.raw()).not.toMatch(/\u001b\[[\d;]*(3\d|9\d)m/);
    expect(row(':7002')).toMatch(/^\? .* suspect/);
    expect(row(':7003')).toMatch(/^× .* down/);
    expect(row(':7004')).toMatch(/^‹ .* left/);
    expect(screen.lines()[0]).toContain('1 alive, 1 suspect, 1 down, 1 left');
  });

  it('stands still while paused, computes nothing, and says afterwards what is missing', async () => {
    await open(2);
    await screen.press('p');
    const before = { snapshots: view.snapshots, frames: screen.frames.length };
    expect(screen.lines()[0]).toContain('PAUSED');
    view.time += 60_000;
    view.emit({ type: 'peerUp', peer: addressOf(9) });
    await screen.press('r');
    await screen.pass(60_000);
    expect({ snapshots: view.snapshots, frames: screen.frames.length }).toEqual(before);
    expect(view.listenerCount).toBe(0);
    expect(view.resamples).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    await screen.press('p');
    expect(screen.line('paused for')).toContain('1m00s');
    expect(view.listenerCount).toBe(1);
  });

  it('takes no order that comes together with the key that pauses it', async () => {
    await open(2);
    await screen.press('pr');
    expect(view.resamples).toBe(0);
    await screen.press('pr');
    expect(view.resamples).toBe(1);
  });

  it('draws no more than five times a second under a storm of messages', async () => {
    await open(10);
    await screen.pass(300);
    const before = screen.frames.length;
    for (let burst = 0; burst < 100; burst++) {
      for (let message = 0; message < 10; message++) {
        view.emit({ type: 'applied', uuid: 'u', origin: addressOf(3), version: 4, via: addressOf(1), hops: 2 });
      }
      await screen.pass(10);
    }
    expect(screen.frames.length - before).toBeLessThanOrEqual(6);
    expect(screen.lines().join('\n')).toMatch(/applied 1,000/);
  });

  it('tells the last messages, newest first', async () => {
    await open(3);
    view.emit({ type: 'peerDown', peer: addressOf(2), reason: 'unreachable' });
    view.time += 2_000;
    view.emit({
      ...{ type: 'applied', uuid: 'u', origin: addressOf(1), version: 7, via: addressOf(2), hops: 3 },
      payload: { book: 'Dune' },
    });
    await screen.pass(1000);
    const at = screen.lines().findIndex((line) => line.includes('last messages'));
    expect(screen.lines().slice(at + 1, at + 3)).toEqual([
      '    0s  applied     :7002 v7 via :7003, 3 hops: Dune',
      '    2s  peer down   :7003 cannot be reached',
    ]);
  });

  it('says in words that there is nothing yet', async () => {
    view = new FakeNodeView([]);
    view.peers = [];
    screen = await openScreen((props) => <NodeScreen view={view} resample={() => view.resample()} {...props} />, SIZE);
    const text = screen.lines().join('\n');
    expect(text).toContain('no peers yet; start another node:  gossip -p 7002 -b 7001');
    expect(text).toContain('no records yet');
    expect(text).toContain('nothing heard yet');
  });

  it('keeps its columns, and the terminal, whatever a title holds', async () => {
    await open(5);
    view.records = [
      '紅樓夢 by 曹雪芹',
      '👨‍👩‍👧 🌹',
      'x\u001b[2J\u009b1m\u202e\r\ny',
      'e\u0301'.repeat(60),
      '書'.repeat(200),
    ].map((book, index) => recordOf(index, { payload: { book }, version: 77 }));
    await screen.pass(1000);
    for (const line of screen.lines().filter((each) => / 77 /.test(each))) {
      expect(widthOf(line.slice(0, line.indexOf(' 77 ')))).toBe(47);
    }
    expect(screen.lines()).toHaveLength(24);
    // Only our own styling is left of all control characters.
    expect(screen.raw().replace(/\u001b\[[\d;]*m/g, '')).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  it('follows the terminal down to any size', async () => {
    await open(100);
    for (const [columns, rows] of [
      [120, 40],
      [60, 15],
      [40, 10],
      [20, 4],
      [3, 1],
      [1, 1],
      [80, 24],
    ] as const) {
      screen.resize({ columns, rows });
      expect(screen.lines().length).toBe(rows);
      expect(Math.max(...screen.lines().map(widthOf))).toBeLessThanOrEqual(columns);
    }
    screen.resize({ columns: 40, rows: 10 });
    expect(nodesShown()).toHaveLength(6);
  });

  it('asks the node for a new favourite on r', async () => {
    await open(2);
    await screen.press('r');
    expect(view.resamples).toBe(1);
  });

  it('shows help over the table, and scrolls it where it does not fit', async () => {
    await open(10);
    await screen.press('?');
    expect(screen.line('Ctrl-C')).toContain('quit');
    expect(nodesShown()).toEqual([]);
    expect(screen.lines()).toHaveLength(24);
    screen.resize({ columns: 40, rows: 10 });
    const top = screen.lines()[2];
    await screen.press('j');
    expect(screen.lines()[1]).toBe(top);
    await screen.press('?');
    expect(nodesShown()).not.toEqual([]);
  });

  it('lets go of the node when it closes', async () => {
    await open(2);
    expect(view.listenerCount).toBe(1);
    await screen.press('q');
    expect(view.listenerCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
