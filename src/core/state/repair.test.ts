import { describe, expect, test, vi } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import {
  bookOf,
  briefly,
  converse,
  hear,
  link,
  makeNode,
  sendsOf,
  tableOf,
  type NodeOptions,
  heartbeatOf,
} from '../../../test/talk.ts';
import type { GossipNode } from '../node.ts';
import type { DigestEntry, Message, Rumor } from '../messages.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

// Thousands of records on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const [A, B, C] = [addressOf(0), addressOf(1), addressOf(2)];
/** What a node takes in one request. */
const MAX_MESSAGE = 65_536;
const differing: Message = { type: 'heartbeat', hash: 'ffffffffffffffff' };
/** A node whose tables agreed with its peers' until now. */
function nodeWith(peers: readonly string[], options: NodeOptions = { strategy: 'plumtree' }): GossipNode {
  const node = makeNode(A, options);
  link(node, ...peers);
  for (const peer of peers) hear(node, peer, { type: 'heartbeat', hash: '0000000000000000' });
  return node;
}

describe('heartbeats that differ', () => {
  test('have the tables compared at once, and again after three more', () => {
    const node = nodeWith([B]);
    const answers = [1, 2, 3, 4, 5, 6, 7].map((i) => {
      hear(node, C, bookOf(i), 5000 + 1000 * i);
      return briefly(hear(node, B, differing, 5000 + 1000 * i));
    });
    const digest = ['7001 digest'];
    expect(answers).toEqual([digest, [], [], digest, [], [], digest]);
  });

  test('compare a table that is too large for one digest by its buckets', () => {
    const node = makeNode(A, { parameters: { maxDigestEntries: 3 } });
    link(node, B);
    for (let i = 0; i < 4; i++) hear(node, C, bookOf(i));
    const [summary] = sendsOf(hear(node, B, differing));
    expect(summary?.message.type === 'summary' && summary.message.buckets).toMatch(/^[0-9a-f]{2048}$/);
  });
});

describe('two large tables', () => {
  /** Lets B beat until A agrees. @returns how often it took, and all that was said */
  function repaired(a: GossipNode, b: GossipNode): { beats: number; said: Message[] } {
    const said: Message[] = [];
    for (let beats = 0; beats < 200; beats++) {
      const now = 10_000 + beats * 1000;
      const before = said.length;
      said.push(...converse([a, b], b, { type: 'timer', timer: heartbeatOf(b) }, now));
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
    const beat = sendsOf(node.handle({ type: 'timer', timer: heartbeatOf(node) }, now + 700)).find(
      ({ to }) => to === probe,
    );
    hear(node, probe, { type: 'disconnect' }, now + 700);
    return beat?.message.type === 'heartbeat' ? beat.message.hash : 'none';
  }

  function holding(self: string, peer: string, rumors: readonly Rumor[]): GossipNode {
    const node = makeNode(self, { strategy: 'plumtree', parameters: { heartbeatMs: 1000, maxPeers: 2 } });
    for (const [i, rumor] of rumors.entries()) hear(node, 'teller:1', rumor, i);
    link(node, peer);
    return node;
  }

  const SIZE = 3000;
  const all = Array.from({ length: SIZE }, (_, i) => bookOf(i));

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
      all.map((rumor, i) => (i % 777 === 0 ? bookOf(i, 2) : rumor)),
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
    const gone: Rumor = { uuid: 'gone', origin: bookOf(1).origin, version: 1, ttl: 1, status: 'down' };
    hear(node, B, bookOf(1), 0);
    hear(node, gone.origin, { type: 'pong', request: 0 }, 0);
    for (const rumor of [gone, bookOf(2)]) hear(node, B, rumor, 0);
    expect(node.snapshot().records.map(({ uuid }) => uuid)).toEqual(['u1/1']);
    node.handle({ type: 'timer', timer: heartbeatOf(node) }, 10_000);
    hear(node, B, bookOf(2), 11_000);
    expect(node.snapshot().records.map(({ uuid }) => uuid)).toEqual(['u2/1']);
  });

  test('is taken again when it was reaped meanwhile', () => {
    const node = makeNode(A, { parameters: { reapAfterMs: 9000 } });
    const down: Rumor = { uuid: 'down', origin: bookOf(1).origin, version: 1, ttl: 1, status: 'down' };
    for (const rumor of [bookOf(1), down]) hear(node, B, rumor, 0);
    node.handle({ type: 'timer', timer: heartbeatOf(node) }, 10_000);
    expect(tableOf(node)).toEqual([]);
    hear(node, B, { type: 'delta', rumors: [bookOf(1)] }, 11_000);
    expect(tableOf(node)).toHaveLength(1);
  });
});

describe('news that may still be on its way', () => {
  const NOW = 1_767_225_600_000;
  const until = NOW - 1000;

  /** Holds `old`, and `young`, which nobody else can be expected to hold yet. */
  function settlingNode(parameters = {}): GossipNode {
    const node = nodeWith([B], { strategy: 'flood', parameters: { settleMs: 1000, ...parameters } });
    node.handle({ type: 'publish', payload: 1, key: 'old' }, NOW - 2000);
    node.handle({ type: 'publish', payload: 2, key: 'young' }, NOW - 500);
    return node;
  }
  const settledBeat: Message = { ...differing, until };

  test('is named in no digest', () => {
    const [told] = sendsOf(hear(settlingNode(), B, settledBeat, NOW));
    expect(told?.message).toMatchObject({ type: 'digest', until });
    expect(told?.message.type === 'digest' && told.message.entries.map(([, , , key]) => key)).toEqual(['old']);
  });

  test('nor counted in the summary of a large table', () => {
    const node = settlingNode({ maxDigestEntries: 1 });
    const [first] = sendsOf(hear(node, B, settledBeat, NOW));
    node.handle({ type: 'publish', payload: 3, key: 'younger' }, NOW);
    for (let i = 0; i < 2; i++) hear(node, B, settledBeat, NOW);
    const [second] = sendsOf(hear(node, B, settledBeat, NOW));
    expect(first?.message).toMatchObject({ type: 'summary', until });
    expect(second).toEqual(first);
  });

  test('nor named in the digest that answers such a summary', () => {
    const node = settlingNode();
    const summary: Message = { type: 'summary', buckets: 'ffffffff'.repeat(256), until };
    const [told] = sendsOf(hear(node, B, summary, NOW));
    expect(told?.message.type === 'digest' && told.message.entries.map(([, , , key]) => key)).toEqual(['old']);
    expect(told?.message).toMatchObject({ until });
  });

  test('nor given to one that lacks it: it comes by its own way, and is passed on then', () => {
    const [told] = sendsOf(hear(settlingNode(), B, { type: 'digest', entries: [], until }, NOW));
    expect(told?.message.type === 'delta' && told.message.rumors.map(({ key }) => key)).toEqual(['old']);
  });

  test('but to one that has just joined, who names no time', () => {
    const [told] = sendsOf(hear(settlingNode(), B, { type: 'digest', entries: [] }, NOW));
    expect(told?.message.type === 'delta' && told.message.rumors.map(({ key }) => key)).toEqual(['old', 'young']);
  });

  test('by our own clock, too: that of the other side may be ahead', () => {
    const [told] = sendsOf(hear(settlingNode(), B, { ...differing, until: NOW + 5000 }, NOW));
    expect(told?.message).toMatchObject({ type: 'digest', until });
  });

  test('is asked for when the other side says that it is settled there', () => {
    const entries: DigestEntry[] = [['10.9.9.9:1', 1, 'theirs', 'k']];
    const sends = sendsOf(hear(settlingNode(), B, { type: 'digest', entries, until }, NOW));
    expect(sends.map(({ message }) => message.type)).toEqual(['delta', 'want']);
  });
});
