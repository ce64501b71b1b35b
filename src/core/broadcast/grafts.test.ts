import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { bookOf, briefly, hear, link, makeNode, sendsOf, timersOf, type NodeOptions } from '../../../test/talk.ts';
import type { GossipNode } from '../node.ts';
import type { Announcement, Graft, Message } from '../messages.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

const [A, B, C] = [addressOf(0), addressOf(1), addressOf(2)];
const { graftAfterMs, ttl } = DEFAULT_PARAMETERS;
/** What a node takes in one request. */
const MAX_MESSAGE = 65_536;

const entryOf = (i: number, version = 1, heldForMs = 0): Announcement => [bookOf(i).origin, version, heldForMs];
const iHave = (...entries: Announcement[]): Message => ({ type: 'iHave', entries });

function nodeWith(peers: readonly string[], options: NodeOptions = {}): GossipNode {
  const node = makeNode(A, { strategy: 'plumtree', ...options });
  link(node, ...peers);
  return node;
}

describe('an announcement', () => {
  test('of what is lacking is waited for a moment, then fetched', () => {
    const node = nodeWith([B, C]);
    const [timer] = timersOf(hear(node, B, iHave(entryOf(1)), 5000), 'graft');
    expect(timer).toMatchObject({ afterMs: graftAfterMs, timer: { peer: B, entries: [entryOf(1)] } });
    const effects = node.handle({ type: 'timer', timer: timer!.timer }, 5000 + graftAfterMs);
    const graft: Graft = { type: 'graft', origins: [], records: [[bookOf(1).origin]] };
    expect(sendsOf(effects)).toEqual([{ to: B, message: graft }]);
  });

  test('of what its sender has held for that long already is fetched at once', () => {
    const [timer] = timersOf(hear(nodeWith([B]), B, iHave(entryOf(1, 1, 5000)), 5000), 'graft');
    expect(timer?.afterMs).toBe(0);
  });

  test('of what came meanwhile by itself is not fetched', () => {
    const node = nodeWith([B, C]);
    const [timer] = timersOf(hear(node, B, iHave(entryOf(1)), 5000), 'graft');
    hear(node, C, bookOf(1), 5050);
    expect(briefly(node.handle({ type: 'timer', timer: timer!.timer }, 5100))).toEqual([]);
  });

  test('by two peers is fetched from the first, and from the second when that brings nothing', () => {
    const node = nodeWith([B, C]);
    const timers = [B, C].flatMap((peer) => timersOf(hear(node, peer, iHave(entryOf(1)), 5000), 'graft'));
    const fired = timers.map(({ timer }) => node.handle({ type: 'timer', timer }, 5100));
    expect(fired.map(briefly)).toEqual([['7001 graft'], []]);
    expect(node.snapshot().grafting).toBe(1);
    const again = fired.flatMap((effects) => timersOf(effects, 'graft'));
    expect(again.map(({ timer }) => timer.peer)).toEqual([B, C]);
    const { timer, afterMs } = again[1]!;
    expect(briefly(node.handle({ type: 'timer', timer }, 5100 + afterMs))).toEqual(['7002 graft']);
  });

  test('is fetched three times at most: what then lacks is left to heartbeats', () => {
    const node = nodeWith([B]);
    let [next] = timersOf(hear(node, B, iHave(entryOf(1)), 0), 'graft');
    const asked: string[] = [];
    for (let now = 0; next !== undefined;) {
      now += next.afterMs;
      const effects = node.handle({ type: 'timer', timer: next.timer }, now);
      asked.push(...briefly(effects));
      [next] = timersOf(effects, 'graft');
    }
    expect(asked).toEqual(['7001 graft', '7001 graft', '7001 graft']);
  });

  test('of what is known starts nothing', () => {
    const node = nodeWith([B]);
    hear(node, B, bookOf(1, 5));
    expect(hear(node, B, iHave(entryOf(1, 4)))).toEqual([]);
  });
});

describe('a graft', () => {
  const graft = (...records: Graft['records'][number][]): Graft => ({ type: 'graft', origins: [], records });

  test('is answered with the rumors, as if they had been pushed: one hop further, and on their way', () => {
    const node = nodeWith([B]);
    hear(node, C, bookOf(1, 1, { ttl: ttl - 2, hops: 3 }));
    expect(sendsOf(hear(node, B, graft([bookOf(1).origin])))).toMatchObject([
      { to: B, message: { uuid: 'u1/1', ttl: ttl - 3, hops: 4 } },
    ]);
  });

  test('of what is not held is answered with nothing', () => {
    expect(sendsOf(hear(nodeWith([B]), B, graft(['nobody:1'], ['nobody:1', 'mood'])))).toEqual([]);
  });

  test('is answered with no more than one delta may hold', () => {
    const node = nodeWith([B], { parameters: { maxDeltaRumors: 3 } });
    for (let i = 0; i < 9; i++) hear(node, C, bookOf(i));
    const records = Array.from({ length: 9 }, (_, i) => [bookOf(i).origin] as const);
    expect(sendsOf(hear(node, B, graft(...records)))).toHaveLength(3);
  });
});

describe('announcements without end', () => {
  const flood = (i: number) => iHave(...Array.from({ length: 200 }, (_, n) => entryOf(200 * i + n)));

  test('schedule a bounded number of grafts, and ask for a bounded number of records', () => {
    const node = nodeWith([B]);
    const timers = Array.from({ length: 300 }, (_, i) => timersOf(hear(node, B, flood(i)), 'graft')).flat();
    expect(timers).toHaveLength(64);
    const again = timers.flatMap(({ timer }) => timersOf(node.handle({ type: 'timer', timer }, graftAfterMs), 'graft'));
    expect(again.length).toBeLessThanOrEqual(64);
    expect(node.snapshot().grafting).toBeLessThanOrEqual(4096);
  });

  test('of very long names are asked for in messages of a bounded size', () => {
    const key = '書'.repeat(64);
    const entries = Array.from({ length: 600 }, (_, i): Announcement => [bookOf(i).origin, 1, 0, key]);
    const node = nodeWith([B]);
    const [graft] = timersOf(hear(node, B, iHave(...entries)), 'graft');
    const [sent] = sendsOf(node.handle({ type: 'timer', timer: graft!.timer }, graftAfterMs));
    expect(sent?.message.type).toBe('graft');
    expect(Buffer.byteLength(JSON.stringify(sent?.message))).toBeLessThan(MAX_MESSAGE);
  });
});
