import { describe, expect, test, vi } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { briefly, converse, hear, link, makeNode, sendsOf, tableOf, type NodeOptions } from '../../test/talk.ts';
import type { Effect } from './boundary.ts';
import type { GossipNode } from './gossip-node.ts';
import type { DigestEntry, Graft, Message, Rumor } from './messages.ts';
import { DEFAULT_PARAMETERS } from './parameters.ts';

// Thousands of records on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const [A, B, C] = [addressOf(0), addressOf(1), addressOf(2)];
const { graftAfterMs, announceMs, maxAnnounced, ttl } = DEFAULT_PARAMETERS;
/** What a node takes in one request. */
const MAX_MESSAGE = 65_536;
const differing: Message = { type: 'heartbeat', hash: 'ffffffffffffffff' };
const rumorOf = (i: number, version = 1, fields: Partial<Rumor> = {}): Rumor => ({
  uuid: `u${i}/${version}`,
  origin: `10.0.${i >> 8}.${i & 255}:7000`,
  version,
  ttl: 1,
  hops: 1,
  payload: { book: `Book ${i}, edition ${version}` },
  ...fields,
});
const entryOf = (i: number, version = 1): DigestEntry => [rumorOf(i).origin, version, 'not ours'];

/** A node whose tables agreed with its peers' until now. */
function nodeWith(peers: readonly string[], options: NodeOptions = { strategy: 'plumtree' }): GossipNode {
  const node = makeNode(A, options);
  link(node, ...peers);
  for (const peer of peers) hear(node, peer, { type: 'heartbeat', hash: '0000000000000000' });
  return node;
}

const graftTimers = (effects: readonly Effect[]) =>
  effects.flatMap((e) => (e.type === 'schedule' && e.timer.name === 'graft' ? [e] : []));

describe('heartbeats that differ', () => {
  test('announce what was learned lately, and ask for the same', () => {
    const node = nodeWith([B]);
    hear(node, C, rumorOf(1), 5000);
    expect(sendsOf(hear(node, B, differing, 5500))).toEqual([
      { to: B, message: { type: 'iHave', entries: [[rumorOf(1).origin, 1, expect.any(String)]], answer: true } },
    ]);
  });

  test('announce nothing older than announceMs, and the newest of a burst', () => {
    const node = nodeWith([B]);
    for (let i = 0; i < maxAnnounced + 10; i++) hear(node, C, rumorOf(i), 5000);
    expect(sendsOf(hear(node, B, differing, 5000 + announceMs + 1))).toEqual([
      { to: B, message: { type: 'iHave', entries: [], answer: true } },
    ]);
    const [told] = sendsOf(hear(nodeAfterBurst(), B, differing, 5001));
    if (told?.message.type !== 'iHave') throw new Error('announces nothing');
    expect(told.message.entries).toHaveLength(maxAnnounced);
    expect(told.message.entries.at(-1)![0]).toBe(rumorOf(maxAnnounced + 9).origin);
  });

  test('announce the latest, however long ago their origins were first heard of', () => {
    const node = nodeWith([B]);
    const count = 3 * maxAnnounced;
    for (let i = 0; i < count; i++) hear(node, C, rumorOf(i), 0);
    // Of each origin something newer, the first origins last.
    for (let i = 0; i < count; i++) hear(node, C, rumorOf(count - 1 - i, 2), 10_000 + i);
    const [told] = sendsOf(hear(node, B, differing, 10_000 + count));
    if (told?.message.type !== 'iHave') throw new Error('announces nothing');
    const latest = Array.from({ length: maxAnnounced }, (_, i) => rumorOf(maxAnnounced - 1 - i).origin);
    expect(told.message.entries.map(([origin, version]) => [origin, version])).toEqual(
      latest.map((origin) => [origin, 2]),
    );
  });

  function nodeAfterBurst(): GossipNode {
    const node = nodeWith([B]);
    for (let i = 0; i < maxAnnounced + 10; i++) hear(node, C, rumorOf(i), 5000);
    return node;
  }

  test('three times in a row lead to a digest, and to another after three more', () => {
    const node = nodeWith([B]);
    const answers = [1, 2, 3, 4, 5, 6].map((i) => {
      hear(node, C, rumorOf(i), 5000 + 1000 * i);
      return briefly(hear(node, B, differing, 5000 + 1000 * i));
    });
    expect(answers).toEqual(
      ['iHave', 'iHave', 'digest', 'iHave', 'iHave', 'digest'].map((message) => [`7001 ${message}`]),
    );
  });

  test('compare a table that is too large for one digest by its buckets', () => {
    const node = makeNode(A, { parameters: { maxDigestEntries: 3 } });
    link(node, B);
    for (let i = 0; i < 4; i++) hear(node, C, rumorOf(i));
    const [summary] = sendsOf(hear(node, B, differing));
    expect(summary?.message.type === 'summary' && summary.message.buckets).toMatch(/^[0-9a-f]{2048}$/);
  });
});

describe('an announcement', () => {
  test('of what is lacking is waited for a moment, then fetched; the link becomes eager', () => {
    const node = nodeWith([B, C]);
    hear(node, B, { type: 'prune' });
    const [timer] = graftTimers(hear(node, B, { type: 'iHave', entries: [entryOf(1)], answer: false }, 5000));
    expect(timer).toMatchObject({ afterMs: graftAfterMs, timer: { peer: B, entries: [entryOf(1)] } });
    const effects = node.handle({ type: 'timer', timer: timer!.timer }, 5000 + graftAfterMs);
    expect(sendsOf(effects)).toEqual([{ to: B, message: { type: 'graft', records: [[rumorOf(1).origin]] } }]);
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('of what came meanwhile by itself is not fetched', () => {
    const node = nodeWith([B, C]);
    const ours = digestEntryHeldBy(B);
    const [timer] = graftTimers(hear(node, B, { type: 'iHave', entries: [ours], answer: false }, 5000));
    hear(node, C, rumorOf(1), 5100);
    expect(briefly(node.handle({ type: 'timer', timer: timer!.timer }, 5200))).toEqual([]);
  });

  test('by two peers is fetched from the first only, and again later if that failed', () => {
    const node = nodeWith([B, C]);
    const timers = [B, C].flatMap((peer) =>
      graftTimers(hear(node, peer, { type: 'iHave', entries: [entryOf(1)], answer: false }, 5000)),
    );
    const fire = (at: number) => timers.map(({ timer }) => briefly(node.handle({ type: 'timer', timer }, at)));
    expect(fire(5200)).toEqual([['7001 graft'], []]);
    expect(node.snapshot().grafting).toBe(1);
    expect(fire(5200 + 2 * graftAfterMs + 1)).toEqual([['7001 graft'], []]);
  });

  test('of nothing, where nothing was learned lately either, is answered with a comparison', () => {
    const node = nodeWith([B]);
    hear(node, C, rumorOf(1), 5000);
    const nothing: Message = { type: 'iHave', entries: [], answer: true };
    expect(briefly(hear(node, B, nothing, 5000 + announceMs))).toEqual(['7001 iHave']);
    expect(briefly(hear(node, B, nothing, 5001 + announceMs))).toEqual(['7001 digest']);
  });

  test('of what is known starts nothing', () => {
    const node = nodeWith([B]);
    hear(node, B, rumorOf(1, 5));
    expect(hear(node, B, { type: 'iHave', entries: [entryOf(1, 4)], answer: false })).toEqual([]);
  });

  test('that asks for the same is answered with what the other did not name', () => {
    const node = nodeWith([B]);
    for (const i of [1, 2]) hear(node, C, rumorOf(i), 5000);
    const [told] = sendsOf(hear(node, B, differing, 5000));
    if (told?.message.type !== 'iHave') throw new Error('announces nothing');
    const [first, second] = told.message.entries;
    const answer = sendsOf(hear(node, B, { type: 'iHave', entries: [first!], answer: true }, 5001));
    expect(answer).toEqual([{ to: B, message: { type: 'iHave', entries: [second], answer: false } }]);
    expect(sendsOf(hear(node, B, { type: 'iHave', entries: [first!, second!], answer: true }, 5002))).toEqual([]);
  });

  function digestEntryHeldBy(peer: string): DigestEntry {
    const node = makeNode(A);
    link(node, peer);
    hear(node, peer, rumorOf(1));
    const [digest] = sendsOf(hear(node, peer, differing)).map(({ message }) => message);
    if (digest?.type !== 'digest') throw new Error('no digest');
    return digest.entries[0]!;
  }
});

describe('a graft', () => {
  const graft = (...records: Graft['records'][number][]): Graft => ({ type: 'graft', records });

  test('is answered with the rumors, as if they had been pushed: one hop further, and on their way', () => {
    const node = nodeWith([B]);
    hear(node, C, rumorOf(1, 1, { ttl: ttl - 2, hops: 3 }));
    expect(sendsOf(hear(node, B, graft([rumorOf(1).origin])))).toMatchObject([
      { to: B, message: { uuid: 'u1/1', ttl: ttl - 3, hops: 4 } },
    ]);
  });

  test('of what is not held is answered with nothing', () => {
    expect(sendsOf(hear(nodeWith([B]), B, graft(['nobody:1'], ['nobody:1', 'mood'])))).toEqual([]);
  });

  test('is answered with no more than one delta may hold', () => {
    const node = nodeWith([B], { parameters: { maxDeltaRumors: 3 } });
    for (let i = 0; i < 9; i++) hear(node, C, rumorOf(i));
    const records = Array.from({ length: 9 }, (_, i) => [rumorOf(i).origin] as const);
    expect(sendsOf(hear(node, B, graft(...records)))).toHaveLength(3);
  });
});

describe('announcements without end', () => {
  const flood = (i: number): Message => ({
    type: 'iHave',
    entries: Array.from({ length: 200 }, (_, n) => entryOf(200 * i + n)),
    answer: false,
  });

  test('schedule a bounded number of grafts, and as many again when these have been', () => {
    const node = nodeWith([B]);
    const timers = Array.from({ length: 300 }, (_, i) => graftTimers(hear(node, B, flood(i)))).flat();
    expect(timers).toHaveLength(64);
    for (const { timer } of timers) node.handle({ type: 'timer', timer }, graftAfterMs);
    expect(node.snapshot().grafting).toBeLessThanOrEqual(4096);
    expect(graftTimers(hear(node, B, flood(0), 10_000))).toHaveLength(1);
  });

  test('of very long names are asked for in messages of a bounded size', () => {
    const key = '書'.repeat(64);
    const entries = Array.from({ length: 600 }, (_, i): DigestEntry => [rumorOf(i).origin, 1, 'not ours', key]);
    const node = nodeWith([B]);
    const [graft] = graftTimers(hear(node, B, { type: 'iHave', entries, answer: false }));
    const [sent] = sendsOf(node.handle({ type: 'timer', timer: graft!.timer }, graftAfterMs));
    expect(sent?.message.type).toBe('graft');
    expect(Buffer.byteLength(JSON.stringify(sent?.message))).toBeLessThan(MAX_MESSAGE);
  });
});

describe('two large tables', () => {
  /** Lets B beat until A agrees. @returns how often it took, and all that was said */
  function repaired(a: GossipNode, b: GossipNode): { beats: number; said: Message[] } {
    const said: Message[] = [];
    for (let beats = 0; beats < 200; beats++) {
      const now = 10_000 + beats * 1000;
      const before = said.length;
      said.push(...converse([a, b], b, { type: 'timer', timer: { name: 'heartbeat' } }, now));
      const [beat] = said.slice(before);
      if (said.length === before + 1 && beat?.type === 'heartbeat' && hashOf(a, now) === beat.hash) {
        return { beats, said };
      }
    }
    throw new Error('they never agree');
  }

  function hashOf(node: GossipNode, now: number): string {
    const probe = 'observer:1';
    hear(node, probe, { type: 'neighbor', priority: 'high', request: 0 }, now);
    const beat = sendsOf(node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, now + 700)).find(
      ({ to }) => to === probe,
    );
    hear(node, probe, { type: 'disconnect' }, now + 700);
    return beat?.message.type === 'heartbeat' ? beat.message.hash : 'none';
  }

  function holding(self: string, peer: string, rumors: readonly Rumor[]): GossipNode {
    const node = makeNode(self, { strategy: 'plumtree', parameters: { heartbeatMs: 1000 } });
    for (const [i, rumor] of rumors.entries()) hear(node, 'teller:1', rumor, i);
    link(node, peer);
    return node;
  }

  const SIZE = 3000;
  const all = Array.from({ length: SIZE }, (_, i) => rumorOf(i));

  test.each([
    ['few places', (i: number) => i % 1000 === 0, 10],
    ['many places', (i: number) => i % 2 === 0, 200],
    ['all places', () => true, 200],
  ])('that differ in %s agree after finitely many bounded messages', (_, isMissing, maxBeats) => {
    const a = holding(
      A,
      B,
      all.filter((__, i) => !isMissing(i)),
    );
    const b = holding(
      B,
      A,
      all.map((rumor, i) => (i % 777 === 0 ? rumorOf(i, 2) : rumor)),
    );
    const { beats, said } = repaired(a, b);
    expect(beats).toBeLessThan(maxBeats);
    expect(a.snapshot().records).toHaveLength(SIZE);
    expect(said.length).toBeLessThan(3 * SIZE);
    for (const message of said) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(MAX_MESSAGE);
  });

  test('get each piece oldest first', () => {
    const a = holding(A, B, []);
    const b = holding(B, A, all);
    const { said } = repaired(a, b);
    const deltas = said.filter((message) => message.type === 'delta');
    expect(deltas.length).toBeGreaterThan(SIZE / DEFAULT_PARAMETERS.maxDeltaRumors / 2);
    for (const { rumors } of deltas) {
      const ages = rumors.map(({ origin }) => all.findIndex((rumor) => rumor.origin === origin));
      expect(ages).toEqual(ages.toSorted((x, y) => x - y));
    }
  });
});

describe('what was seen before', () => {
  test('is taken again when it found no room the first time', () => {
    const node = makeNode(A, { parameters: { maxMembers: 1, reapAfterMs: 9000 } });
    const gone: Rumor = { uuid: 'gone', origin: rumorOf(1).origin, version: 1, ttl: 1, status: 'down' };
    hear(node, B, rumorOf(1), 0);
    hear(node, gone.origin, { type: 'pong', request: 0 }, 0);
    for (const rumor of [gone, rumorOf(2)]) hear(node, B, rumor, 0);
    expect(node.snapshot().records.map(({ uuid }) => uuid)).toEqual(['u1/1']);
    node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, 10_000);
    hear(node, B, rumorOf(2), 11_000);
    expect(node.snapshot().records.map(({ uuid }) => uuid)).toEqual(['u2/1']);
  });

  test('is taken again when it was reaped meanwhile', () => {
    const node = makeNode(A, { parameters: { reapAfterMs: 9000 } });
    const down: Rumor = { uuid: 'down', origin: rumorOf(1).origin, version: 1, ttl: 1, status: 'down' };
    for (const rumor of [rumorOf(1), down]) hear(node, B, rumor, 0);
    node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, 10_000);
    expect(tableOf(node)).toEqual([]);
    hear(node, B, { type: 'delta', rumors: [rumorOf(1)] }, 11_000);
    expect(tableOf(node)).toHaveLength(1);
  });
});

describe('with settleMs', () => {
  const SETTLE_MS = 1000;
  const NOW = 1_767_225_600_000;

  /** Holds `old`, and `young`, which nobody else can be expected to hold at `NOW`. */
  function settlingNode(parameters = {}): GossipNode {
    const node = nodeWith([B], { strategy: 'hub', parameters: { settleMs: SETTLE_MS, ...parameters } });
    node.handle({ type: 'publish', payload: 1, key: 'old' }, NOW - 2 * SETTLE_MS);
    node.handle({ type: 'publish', payload: 2, key: 'young' }, NOW - SETTLE_MS / 2);
    return node;
  }
  const settledBeat: Message = { ...differing, until: NOW - SETTLE_MS };

  test('each heartbeat that differs compares the tables at once; from the second on pushing fails, so it announces too', () => {
    const node = settlingNode();
    const answers = [1, 2, 3].map(() => briefly(hear(node, B, settledBeat, NOW)));
    expect(answers).toEqual([['7001 digest'], ['7001 digest', '7001 iHave'], ['7001 digest', '7001 iHave']]);
  });

  test('a digest does not name what is young', () => {
    const [told] = sendsOf(hear(settlingNode(), B, settledBeat, NOW));
    expect(told?.message.type === 'digest' && told.message.entries.map(([, , , key]) => key)).toEqual(['old']);
  });

  test('a summary of a large table does not, either', () => {
    const node = settlingNode({ maxDigestEntries: 1 });
    const [first] = sendsOf(hear(node, B, settledBeat, NOW));
    node.handle({ type: 'publish', payload: 3, key: 'younger' }, NOW);
    const [second] = sendsOf(hear(node, B, settledBeat, NOW));
    expect(first?.message.type).toBe('summary');
    expect(second).toEqual(first);
  });

  test('what is young is not given to one that lacks it: it comes by its own way, and is passed on then', () => {
    const [told] = sendsOf(hear(settlingNode(), B, { type: 'digest', entries: [] }, NOW));
    expect(told?.message.type === 'delta' && told.message.rumors.map(({ key }) => key)).toEqual(['old']);
  });

  test('what is young here is asked for when the other side says that it is settled there', () => {
    const entries: DigestEntry[] = [['10.9.9.9:1', 1, 'theirs', 'k']];
    const sends = sendsOf(hear(settlingNode(), B, { type: 'digest', entries }, NOW));
    expect(sends.map(({ message }) => message.type)).toEqual(['delta', 'want']);
  });
});
