import { describe, expect, test } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { briefly, hear, link, makeNode, sendsOf } from '../../test/talk.ts';
import { VirtualNetwork } from '../../test/virtual-network.ts';
import type { GossipNode } from './gossip-node.ts';
import type { Message } from './messages.ts';

const [A, B, C] = [addressOf(0), addressOf(1), addressOf(2)];
const PERIODS = 100;
const EMPTY_HASH = '0000000000000000';
const differing: Message = { type: 'heartbeat', hash: 'ffffffffffffffff' };
const agreeing: Message = { type: 'heartbeat', hash: EMPTY_HASH };

function heartbeatsSent(network: VirtualNetwork, since: number): number {
  return network.trace.filter((e) => e.time >= since && e.type === 'sent' && e.message === 'heartbeat').length;
}

/** A transport that says what it could not deliver. */
const HTTP = { failedSendsAreReported: true };

describe('heartbeats', () => {
  test.each([1, 2, 3, 4, 5])('cost a link in agreement one message a period, not two (seed %i)', (seed) => {
    const network = new VirtualNetwork({ seed, parameters: HTTP, delayMs: { min: 1, max: 20 } });
    network.start(A);
    network.start(B, [A]);
    network.runFor(5000);
    const since = network.now;
    network.runFor(PERIODS * network.parameters.heartbeatMs);
    const sent = heartbeatsSent(network, since);
    expect(sent).toBeGreaterThanOrEqual(PERIODS * 0.95);
    expect(sent).toBeLessThanOrEqual(PERIODS * 1.15);
  });

  test('cost a whole network one message a link and period', () => {
    const network = new VirtualNetwork({
      seed: 1,
      parameters: { ...HTTP, maxPeers: 4 },
      delayMs: { min: 1, max: 20 },
    });
    network.start(A);
    for (let i = 1; i < 12; i++) network.start(addressOf(i), [A]);
    network.runFor(30_000);
    const links = network.live.reduce((sum, node) => sum + network.snapshot(node).peers.length, 0) / 2;
    const since = network.now;
    network.runFor(PERIODS * network.parameters.heartbeatMs);
    expect(heartbeatsSent(network, since) / PERIODS / links).toBeLessThan(1.15);
    const other = new Set(
      network.trace.flatMap((e) =>
        e.time >= since && e.type === 'sent' && e.message !== 'heartbeat' ? [e.message] : [],
      ),
    );
    for (const message of ['digest', 'delta', 'want', 'rumor', 'getPeers', 'join'] as const)
      expect(other).not.toContain(message);
  });

  test('skip a peer that spoke in the last half period', () => {
    const node = makeNode(A);
    link(node, B, C);
    hear(node, B, agreeing, 600);
    expect(briefly(node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, 1200))).toEqual(['7002 heartbeat']);
  });

  test('repeat for ever, jittered by a tenth', () => {
    const node = makeNode(A);
    for (let i = 0; i < 50; i++) {
      const [again] = node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, i * 2000);
      if (again?.type !== 'schedule') throw new Error('no next heartbeat');
      expect(again.timer).toEqual({ name: 'heartbeat' });
      expect(Math.abs(again.afterMs - 2000)).toBeLessThanOrEqual(200);
    }
  });

  test('speak first on a link that this side asked for, and only there', () => {
    const asker = makeNode(A);
    asker.handle({ type: 'start', contacts: [B] }, 0);
    hear(asker, B, { type: 'peers', peers: [] });
    expect(briefly(hear(asker, B, { type: 'neighborReply', accepted: true }))).toEqual(['7001 heartbeat']);
    const asked = makeNode(B);
    expect(briefly(hear(asked, A, { type: 'join' }))).toEqual(['7000 neighborReply']);
  });
});

describe('a difference', () => {
  test('on a new link is repaired at the first heartbeat', () => {
    const node = makeNode(A);
    link(node, B);
    expect(briefly(hear(node, B, differing))).toEqual(['7001 digest']);
  });

  test('on a link that the other side makes anew is repaired at its first heartbeat', () => {
    const node = makeNode(A);
    link(node, B);
    hear(node, B, agreeing);
    hear(node, B, { type: 'join' });
    expect(briefly(hear(node, B, differing))).toEqual(['7001 digest']);
  });

  test('on an old link is given three heartbeats to go by itself', () => {
    const node = makeNode(A);
    link(node, B);
    hear(node, B, agreeing);
    expect(briefly(hear(node, B, differing))).toEqual([]);
    expect(briefly(hear(node, B, agreeing))).toEqual([]);
    expect(briefly(hear(node, B, differing))).toEqual([]);
    expect(briefly(hear(node, B, differing))).toEqual([]);
    expect(briefly(hear(node, B, differing))).toEqual(['7001 digest']);
    expect(briefly(hear(node, B, differing))).toEqual([]);
  });
});

describe('a heartbeat from one that is no peer', () => {
  test('is answered with a goodbye, so that a one-sided link ends', () => {
    const node = makeNode(A);
    link(node, C);
    expect(sendsOf(hear(node, B, agreeing))).toEqual([{ to: B, message: { type: 'disconnect' } }]);
  });
});

describe('where failed sends are not reported', () => {
  const build = (size: number, failedSendsAreReported: boolean) => {
    const network = new VirtualNetwork({
      seed: size,
      refusedAfterMs: Infinity,
      parameters: { failedSendsAreReported, maxPeers: 8, heartbeatMs: 1000, silenceMs: 5000 },
      delayMs: { min: 1, max: 20 },
    });
    network.start(A);
    for (let i = 1; i < size; i++) network.start(addressOf(i), [A]);
    for (let i = 0; i < size; i++) network.publish(addressOf(i), i);
    network.runFor(20_000);
    return network;
  };

  test.each([2, 5, 8])('a peer among %i that falls silent is let go after silenceMs and a heartbeat or two', (size) => {
    const network = build(size, false);
    expect(network.snapshot(A).peers).toContain(B);
    network.crash(B);
    network.runFor(network.parameters.silenceMs - 2000);
    expect(network.snapshot(A).peers).toContain(B);
    network.runFor(2000 + 2 * network.parameters.heartbeatMs + 1000);
    expect(network.live.filter((node) => network.snapshot(node).peers.includes(B))).toEqual([]);
  });

  test('both sides of an idle link speak, so that nobody is let go for long', () => {
    const network = build(6, false);
    const since = network.trace.length;
    network.runFor(60_000);
    expect(network.trace.slice(since).filter(({ type }) => type === 'peerDown')).toEqual([]);
  });

  test('silence is not watched where they are', () => {
    const network = build(2, true);
    network.crash(B);
    network.runFor(60_000);
    expect(network.snapshot(A).peers).toEqual([B]);
  });
});

describe('with settleMs', () => {
  const SETTLE_MS = 1000;
  const NOW = 1_767_225_600_000;
  const makeSettling = () => makeNode(A, { parameters: { settleMs: SETTLE_MS } });
  const beatOf = (node: GossipNode, now: number) => {
    const sends = sendsOf(node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, now));
    return sends.find(({ message }) => message.type === 'heartbeat')?.message;
  };

  test('a heartbeat names the time that it speaks about, and leaves out what is younger', () => {
    const node = makeSettling();
    link(node, B);
    node.handle({ type: 'publish', payload: 1, key: '1' }, NOW);
    expect(beatOf(node, NOW + SETTLE_MS - 1)).toEqual({ type: 'heartbeat', hash: EMPTY_HASH, until: NOW - 1 });
    const settled = beatOf(node, NOW + 3 * SETTLE_MS);
    expect(settled).toMatchObject({ until: NOW + 2 * SETTLE_MS });
    expect(settled).not.toMatchObject({ hash: EMPTY_HASH });
  });

  test('news on its way is no difference: what counts is the time that the other side named', () => {
    const node = makeSettling();
    link(node, B);
    node.handle({ type: 'publish', payload: 1, key: '1' }, NOW);
    expect(briefly(hear(node, B, { ...agreeing, until: NOW - 1 }, NOW + 5000))).toEqual([]);
    expect(briefly(hear(node, B, { ...agreeing, until: NOW }, NOW + 5000))).toEqual(['7001 digest']);
  });

  test('it does not name a time before all times', () => {
    const node = makeNode(A, { parameters: { settleMs: 5000 } });
    link(node, B);
    expect(beatOf(node, 2000)).toMatchObject({ until: 0 });
  });

  test('without it a heartbeat speaks of everything, and names no time', () => {
    const node = makeNode(A);
    link(node, B);
    expect(beatOf(node, NOW)).toEqual({ type: 'heartbeat', hash: EMPTY_HASH });
  });
});
