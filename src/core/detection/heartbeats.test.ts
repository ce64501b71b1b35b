import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import {
  beat,
  beatsAfter,
  briefly,
  hear,
  link,
  makeNode,
  sendsOf,
  settle,
  heartbeatOf,
  timersOf,
} from '../../../test/talk.ts';
import { VirtualNetwork } from '../../../test/virtual-network.ts';
import type { Address } from '../address.ts';
import type { Effect, Timer } from '../boundary.ts';
import type { GossipNode } from '../node.ts';
import type { Message } from '../messages.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

const [A, B, C, D] = [0, 1, 2, 3].map(addressOf) as [Address, Address, Address, Address];
const { heartbeatMinMs } = DEFAULT_PARAMETERS;
const PERIODS = 100;
const EMPTY_HASH = '0000000000000000';
const differing: Message = { type: 'heartbeat', hash: 'ffffffffffffffff' };
const agreeing: Message = { type: 'heartbeat', hash: EMPTY_HASH };

function heartbeatsSent(network: VirtualNetwork, since: number): number {
  return network.trace.filter((e) => e.time >= since && e.type === 'sent' && e.message === 'heartbeat').length;
}

/** Without the questions to members that are no peers. */
function heartbeatsToPeers(network: VirtualNetwork, since: number): number {
  const isPeer = (node: Address, to: Address) => network.snapshot(node).peers.includes(to);
  return network.trace.filter(
    (e) => e.time >= since && e.type === 'sent' && e.message === 'heartbeat' && isPeer(e.node, e.to),
  ).length;
}

const lose = (node: GossipNode, peer: Address, now: number) =>
  node.handle({ type: 'unreachable', peer, refused: true }, now);

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
    const perLink = [1, 2, 3, 4].map((seed) => {
      const network = new VirtualNetwork({
        seed,
        parameters: { ...HTTP, maxPeers: 4 },
        delayMs: { min: 1, max: 20 },
      });
      network.start(A);
      for (let i = 1; i < 12; i++) network.start(addressOf(i), [A]);
      network.runFor(30_000);
      const links = network.live.reduce((sum, node) => sum + network.snapshot(node).peers.length, 0) / 2;
      const since = network.now;
      network.runFor(PERIODS * network.parameters.heartbeatMs);
      const sent = new Set(network.trace.flatMap((e) => (e.time >= since && e.type === 'sent' ? [e.message] : [])));
      for (const message of ['digest', 'delta', 'want', 'rumor', 'getPeers', 'join'] as const)
        expect(sent).not.toContain(message);
      return heartbeatsToPeers(network, since) / PERIODS / links;
    });
    expect(perLink.reduce((sum, ratio) => sum + ratio, 0) / perLink.length).toBeLessThan(1.15);
  });

  test('skip a peer that spoke in the last half period', () => {
    const node = makeNode(A);
    link(node, B, C);
    hear(node, B, agreeing, 1000);
    expect(briefly(node.handle({ type: 'timer', timer: heartbeatOf(node) }, 1200))).toEqual(['7002 heartbeat']);
  });

  test('double their period up to heartbeatMs, for ever, jittered by a tenth', () => {
    const node = makeNode(A, { parameters: { heartbeatMs: 5000, heartbeatMinMs: 500 } });
    let now = 0;
    for (const periodMs of [1000, 2000, 4000, 5000, 5000, 5000, 5000]) {
      const [next] = beatsAfter(beat(node, now));
      expect(Math.abs(next! - periodMs)).toBeLessThanOrEqual(periodMs / 10);
      now += next!;
    }
  });

  test.each([
    ['a peer is lost', (node: GossipNode, now: number) => lose(node, B, now)],
    [
      'a peer is won',
      (node: GossipNode, now: number) => hear(node, D, { type: 'neighbor', priority: 'high', request: 0 }, now),
    ],
    [
      'a peer disagrees twice in a row',
      (node: GossipNode, now: number) => [0, 1, 2].flatMap(() => hear(node, B, differing, now)),
    ],
  ])('come soon again when %s, and the one that was due does nothing', (_, disturb) => {
    const node = makeNode(A);
    link(node, B, C);
    const due = settle(node);
    const planned = heartbeatOf(node);
    const [soon] = beatsAfter(disturb(node, due - 3000));
    expect(Math.abs(soon! - heartbeatMinMs)).toBeLessThanOrEqual(heartbeatMinMs / 10);
    const [next] = beatsAfter(beat(node, due - 3000 + soon!));
    expect(Math.abs(next! - 2 * heartbeatMinMs)).toBeLessThanOrEqual(heartbeatMinMs / 5);
    const [third] = beatsAfter(beat(node, due - 3000 + soon! + next!));
    expect(third).toBeGreaterThan(due - (due - 3000 + soon! + next!));
    expect(node.handle({ type: 'timer', timer: planned }, due)).toEqual([]);
  });

  test('go on when a timer comes early, as where clocks drift or timers round', () => {
    const node = makeNode(A);
    link(node, B);
    let [now, effects] = [0, beat(node, 0)];
    for (let i = 0; i < 20; i++) {
      const [next] = beatsAfter(effects);
      expect(next).toBeGreaterThan(0);
      now += Math.floor(next! * 0.9);
      effects = beat(node, now);
    }
    lose(node, B, now - 3000);
    expect(beatsAfter(beat(node, now - 3000 + heartbeatMinMs / 2))).not.toEqual([]);
  });

  test('come soon after news that may have missed somebody, and not after each of many', () => {
    const node = makeNode(A, { strategy: 'random' });
    link(node, B, C);
    const now = settle(node) - 4000;
    const news = (i: number, at: number) =>
      hear(node, C, { uuid: `u${i}`, origin: D, version: i, ttl: 3, payload: i }, at);
    expect([1, 2, 3].map((i) => beatsAfter(news(i, now + 10 * i)).length)).toEqual([1, 0, 0]);
  });

  test('speak first on a link that this side asked for, and only there', () => {
    const asker = makeNode(A);
    asker.handle({ type: 'start', contacts: [B] }, 0);
    hear(asker, B, { type: 'peers', peers: [] });
    expect(briefly(hear(asker, B, { type: 'neighborReply', accepted: true, request: 1 }))).toEqual(['7001 heartbeat']);
    hear(asker, C, { type: 'neighborReply', accepted: true, request: 1 });
    const asked = makeNode(B);
    expect(briefly(hear(asked, A, { type: 'join', request: 1 }))).toEqual(['7000 neighborReply']);
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
    hear(node, B, { type: 'join', request: 1 });
    expect(briefly(hear(node, B, differing))).toEqual(['7001 digest']);
  });

  test('on an old link is compared at once, and while it lasts at every third heartbeat', () => {
    const node = makeNode(A);
    link(node, B);
    const said = [agreeing, differing, agreeing, differing, differing, differing, differing].map(
      (heartbeat) => briefly(hear(node, B, heartbeat)).length,
    );
    expect(said).toEqual([0, 1, 0, 1, 0, 0, 1]);
  });

  test('on several new links is compared over each, once', () => {
    const node = makeNode(A);
    link(node, B, C);
    expect(briefly(hear(node, B, differing, 0))).toEqual(['7001 digest']);
    expect(briefly(hear(node, C, differing, 10))).toEqual(['7002 digest']);
  });

  test('on a new link is looked for in everything by a node that has just come, whatever the other side speaks of', () => {
    const node = makeNode(A);
    node.handle({ type: 'start', contacts: [] }, 0);
    link(node, B, C);
    expect(sendsOf(hear(node, B, { ...differing, until: 10 }, 100))).toEqual([
      { to: B, message: { type: 'digest', entries: [] } },
    ]);
    hear(node, C, { ...agreeing, until: 10 }, 120);
    expect(sendsOf(beat(node, 200))).toEqual([{ to: C, message: agreeing }]);
  });

  test('on a new link is looked for once, by one side', () => {
    const node = makeNode(A);
    link(node, B);
    hear(node, B, { type: 'digest', entries: [] }, 100);
    expect(sendsOf(beat(node, 5000))).toEqual([{ to: B, message: { ...agreeing, until: 2000 } }]);
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
    const { silenceMs, heartbeatMs } = network.parameters;
    network.runFor(silenceMs + 2 * heartbeatMs + 1000);
    const heard = network.trace.findLast((e) => e.type === 'received' && e.node === A && e.from === B);
    const letGo = network.trace.find((e) => e.type === 'peerDown' && e.node === A && e.peer === B);
    expect(letGo!.time - heard!.time).toBeGreaterThan(silenceMs);
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

describe('news on its way', () => {
  const SETTLE_MS = 1000;
  const NOW = 1_767_225_600_000;
  /** B has agreed with it, and was told all at first, long ago. */
  const makeSettling = (settleMs = SETTLE_MS) => {
    const node = makeNode(A, { parameters: { settleMs } });
    link(node, B);
    hear(node, B, agreeing);
    return node;
  };
  const beatOf = (node: GossipNode, now: number) => {
    const sends = sendsOf(node.handle({ type: 'timer', timer: heartbeatOf(node) }, now));
    return sends.find(({ message }) => message.type === 'heartbeat')?.message;
  };

  test('a heartbeat names the time that it speaks about, and leaves out what is younger', () => {
    const node = makeSettling();
    node.handle({ type: 'publish', payload: 1, key: '1' }, NOW);
    expect(beatOf(node, NOW + SETTLE_MS - 1)).toEqual({ type: 'heartbeat', hash: EMPTY_HASH, until: NOW - 1 });
    const settled = beatOf(node, NOW + 3 * SETTLE_MS);
    expect(settled).toMatchObject({ until: NOW + 2 * SETTLE_MS });
    expect(settled).not.toMatchObject({ hash: EMPTY_HASH });
  });

  test('news on its way is no difference: what counts is the time that the other side named', () => {
    const node = makeSettling();
    node.handle({ type: 'publish', payload: 1, key: '1' }, NOW);
    expect(briefly(hear(node, B, { ...agreeing, until: NOW - 1 }, NOW + 5000))).toEqual([]);
    expect(briefly(hear(node, B, { ...agreeing, until: NOW }, NOW + 5000))).toEqual(['7001 digest']);
  });

  test('it does not name a time before all times', () => {
    expect(beatOf(makeSettling(5000), 5000)).toMatchObject({ until: 0 });
  });

  test('over a new link all is spoken of first', () => {
    const node = makeSettling();
    hear(node, B, { type: 'disconnect' }, NOW);
    hear(node, C, { type: 'neighbor', priority: 'high', request: 1 }, NOW + 9000);
    expect(beatOf(node, NOW + 9500)).toEqual({ type: 'heartbeat', hash: EMPTY_HASH });
  });

  test('have a handful of timers, however often a link comes or goes', () => {
    for (const seed of [1, 2, 3]) {
      const node = makeNode(A, { seed });
      const due: { readonly at: number; readonly timer: Timer }[] = [];
      const note = (effects: readonly Effect[], now: number) => {
        for (const { afterMs, timer } of timersOf(effects, 'heartbeat')) due.push({ at: now + afterMs, timer });
      };
      note(node.handle({ type: 'start', contacts: [] }, 0), 0);
      let most = 0;
      for (let now = 0; now < 60_000; now++) {
        for (const fired of due.filter(({ at }) => at <= now)) {
          due.splice(due.indexOf(fired), 1);
          note(node.handle({ type: 'timer', timer: fired.timer }, now), now);
        }
        // Long quiet, then busy, again and again.
        if (now % 20_000 < 12_000) continue;
        note(hear(node, B, { type: 'neighbor', priority: 'high', request: 1 }, now), now);
        note(hear(node, B, { type: 'disconnect' }, now), now);
        most = Math.max(most, due.length);
      }
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(6);
    }
  });
});
