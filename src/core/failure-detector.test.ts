import { describe, expect, test } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { briefly, eventsOf, hear, link, makeNode, sendsOf } from '../../test/talk.ts';
import type { Effect, Timer } from './boundary.ts';
import type { GossipNode } from './gossip-node.ts';
import { DEFAULT_PARAMETERS } from './parameters.ts';

const [A, B, C, D, E] = [0, 1, 2, 3, 4].map(addressOf) as [string, string, string, string, string];
const { suspicionMs, suspicionRefusedMs, probeTimeoutMs } = DEFAULT_PARAMETERS;
const silence = { type: 'probeReply', target: D, saw: 'silence' } as const;
const refused = { type: 'probeReply', target: D, saw: 'refused' } as const;
const alive = { type: 'probeReply', target: D, saw: 'alive' } as const;

/** A node with these peers, that knows D at version 1. */
function nodeWith(...peers: string[]): GossipNode {
  const node = makeNode(A, { parameters: { maxPeers: 8 } });
  link(node, ...peers);
  hear(node, B, { uuid: 'd1', origin: D, version: 1, ttl: 1, hops: 1, payload: 'Emma' });
  return node;
}

const lose = (node: GossipNode, peer: string, isRefused: boolean, now = 0) =>
  node.handle({ type: 'unreachable', peer, refused: isRefused }, now);
const fire = (node: GossipNode, timer: Timer, now: number) => node.handle({ type: 'timer', timer }, now);
const verdict = (target = D, inquiry = 1): Timer => ({ name: 'verdict', target, inquiry });
const claims = (effects: readonly Effect[]) =>
  eventsOf(effects).flatMap((e) =>
    e.type === 'published' && e.status !== undefined ? [`${e.origin} ${e.status}`] : [],
  );
const waits = (effects: readonly Effect[], name: Timer['name']) =>
  effects.flatMap((e) => (e.type === 'schedule' && e.timer.name === name ? [e.afterMs] : []));
const LATE_MS = 2001;
/** @returns when the next heartbeat is due */
function beat(node: GossipNode, now: number): number {
  return now + waits(fire(node, { name: 'heartbeat' }, now), 'heartbeat')[0]!;
}
/** Makes a node doubt itself this often: so many heartbeats come late. @returns when the next is due */
function doubting(node: GossipNode, times: number): number {
  let due = beat(node, 0);
  for (let i = 0; i < times; i++) due = beat(node, due + LATE_MS);
  expect(node.snapshot().doubt).toBe(times);
  return due;
}

describe('a peer that is lost', () => {
  test('is looked for by helpers before anybody is accused', () => {
    const effects = lose(nodeWith(B, C, D), D, true);
    expect(
      briefly(effects)
        .filter((send) => send.endsWith('probe'))
        .sort(),
    ).toEqual(['7001 probe', '7002 probe']);
    expect(claims(effects)).toEqual([]);
  });

  test('in silence is also pinged; one whose machine refused is not', () => {
    expect(briefly(lose(nodeWith(B, C, D), D, false))).toContain('7003 ping');
    expect(briefly(lose(nodeWith(B, C, D), D, true))).not.toContain('7003 ping');
  });

  test('is asked after by three helpers at most', () => {
    const helpers = [11, 12, 13, 14, 15].map(addressOf);
    const effects = lose(nodeWith(B, D, ...helpers), D, false);
    expect(briefly(effects).filter((send) => send.endsWith('probe'))).toHaveLength(3);
  });

  test('is looked into once at a time', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    expect(sendsOf(lose(node, D, true)).filter(({ message }) => message.type === 'probe')).toEqual([]);
    expect(node.snapshot().inquiries).toBe(1);
  });

  test('is cleared by one helper that sees it, whatever the others say', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    hear(node, B, alive);
    expect(claims(hear(node, C, refused))).toEqual([]);
    expect(claims(fire(node, verdict(), 5000))).toEqual([]);
    expect(node.snapshot().inquiries).toBe(0);
  });

  test('is cleared by its own answer', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    hear(node, D, { type: 'pong' });
    hear(node, B, silence);
    expect(claims([...hear(node, C, silence), ...fire(node, verdict(), 5000)])).toEqual([]);
  });

  test('is suspected when all helpers have looked in vain', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    expect(claims(hear(node, B, silence))).toEqual([]);
    expect(claims(hear(node, C, silence))).toEqual([`${D} suspect`]);
  });

  test('is suspected when time is up and one helper at least has answered', () => {
    const node = nodeWith(B, C, D);
    expect(waits(lose(node, D, false), 'verdict')).toEqual([2 * probeTimeoutMs]);
    hear(node, B, silence);
    expect(claims(fire(node, verdict(), 1000))).toEqual([`${D} suspect`]);
  });

  test('is suspected at once when it was refused and there is nobody to ask', () => {
    const node = makeNode(A);
    link(node, D);
    hear(node, D, { uuid: 'd1', origin: D, version: 1, ttl: 1, payload: 'Emma' });
    expect(waits(lose(node, D, true), 'verdict')).toEqual([0]);
    expect(claims(fire(node, verdict(), 0))).toEqual([`${D} suspect`]);
  });

  test('is not suspected by a verdict about an earlier inquiry', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    hear(node, D, { type: 'pong' });
    lose(node, D, true);
    expect(claims(fire(node, verdict(D, 1), 1000))).toEqual([]);
    expect(node.snapshot().inquiries).toBe(1);
  });
});

describe('nobody is accused', () => {
  test('of whom nothing is known', () => {
    const node = nodeWith(B, C, E);
    expect(briefly(lose(node, E, true))).not.toContain('7001 probe');
  });

  test('who has left', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    hear(node, B, { uuid: 'bye', origin: D, version: 2, ttl: 1, hops: 1, status: 'left' });
    hear(node, B, refused);
    expect(claims([...hear(node, C, refused), ...fire(node, verdict(), 5000)])).toEqual([]);
    expect(briefly(lose(node, D, true))).not.toContain('7001 probe');
  });

  test('who is this node itself', () => {
    const node = nodeWith(B, C);
    node.handle({ type: 'publish', payload: 'Emma' }, 0);
    expect(claims(lose(node, A, true))).toEqual([]);
    expect(sendsOf(hear(node, B, { type: 'probe', target: A })).map(({ message }) => message)).toEqual([
      { type: 'probeReply', target: A, saw: 'alive' },
    ]);
  });

  test('because a send failed to one that is neither a peer nor refused', () => {
    expect(briefly(lose(nodeWith(B, C), D, false))).toEqual([]);
  });
});

describe('a suspect', () => {
  const suspecting = (isRefused: boolean) => {
    const node = nodeWith(B, C, D);
    lose(node, D, isRefused);
    hear(node, B, isRefused ? refused : silence);
    return { node, effects: hear(node, C, isRefused ? refused : silence) };
  };
  const suspicion: Timer = { name: 'suspicion', origin: D, version: 1 };

  test('has a short time to refute when its machine refused, a long one when it was only silent', () => {
    expect(waits(suspecting(true).effects, 'suspicion')).toEqual([suspicionRefusedMs]);
    expect(waits(suspecting(false).effects, 'suspicion')).toEqual([suspicionMs]);
  });

  test('that did not refute is declared down, once', () => {
    const { node } = suspecting(true);
    expect(claims(fire(node, suspicion, 400))).toEqual([`${D} down`]);
    expect(claims(fire(node, suspicion, 800))).toEqual([]);
  });

  test('that went above the version is not', () => {
    const { node } = suspecting(true);
    hear(node, B, { uuid: 'd2', origin: D, version: 2, ttl: 1, hops: 1, payload: 'Emma' });
    expect(claims(fire(node, suspicion, 400))).toEqual([]);
    expect(node.snapshot().records.find(({ origin }) => origin === D)?.status).toBe('alive');
  });

  test('of somebody else is declared down by a witness, well after the accuser would have', () => {
    const node = nodeWith(B, C);
    const heard = hear(node, B, { uuid: 's', origin: D, version: 1, ttl: 1, hops: 1, status: 'suspect' });
    const [afterMs] = waits(heard, 'suspicion');
    expect(afterMs).toBeGreaterThanOrEqual(2 * suspicionMs);
    expect(afterMs).toBeLessThan(3 * suspicionMs);
    expect(claims(fire(node, suspicion, afterMs!))).toEqual([`${D} down`]);
  });

  test('that answers is told what is claimed of it, and refutes that', () => {
    const { node } = suspecting(false);
    const [told] = sendsOf(hear(node, D, { type: 'pong' }));
    expect(told).toMatchObject({ to: D, message: { origin: D, version: 1, status: 'suspect', ttl: 1 } });
    const accused = makeNode(D, { version: 1 });
    expect(eventsOf(hear(accused, A, told!.message))).toContainEqual(
      expect.objectContaining({ type: 'refuted', heard: 1, version: 2, status: 'suspect' }),
    );
  });
});

describe('a helper', () => {
  const probed = (...peers: string[]) => {
    const node = nodeWith(...peers);
    const effects = hear(node, B, { type: 'probe', target: D });
    return { node, effects };
  };
  const says = (effects: readonly Effect[]) =>
    sendsOf(effects).flatMap(({ to, message }) => (message.type === 'probeReply' ? [`${to} ${message.saw}`] : []));

  test('pings the target and reports its answer', () => {
    const { node, effects } = probed(B, C);
    expect(briefly(effects)).toEqual(['7003 ping']);
    expect(says(hear(node, D, { type: 'pong' }))).toEqual([`${B} alive`]);
  });

  test('reports a refused connection, or silence when its time is up, and only once', () => {
    expect(says(lose(probed(B, C).node, D, true))).toEqual([`${B} refused`]);
    const { node, effects } = probed(B, C);
    expect(waits(effects, 'probeTimeout')).toEqual([probeTimeoutMs]);
    const timeout: Timer = { name: 'probeTimeout', target: D, asker: B };
    expect(says(fire(node, timeout, 500))).toEqual([`${B} silence`]);
    expect(says([...fire(node, timeout, 600), ...hear(node, D, { type: 'pong' })])).toEqual([]);
  });

  test('reports to everybody that asked', () => {
    const { node } = probed(B, C);
    hear(node, C, { type: 'probe', target: D });
    expect(says(hear(node, D, { type: 'pong' }))).toEqual([`${B} alive`, `${C} alive`]);
  });

  test('does not start an inquiry of its own', () => {
    const { node } = probed(B, C, D);
    const effects = lose(node, D, true);
    expect(briefly(effects)).not.toContain('7002 probe');
    expect(node.snapshot().inquiries).toBe(0);
  });

  test('has a bounded number of errands', () => {
    const node = nodeWith(B);
    for (let i = 0; i < 200; i++) hear(node, B, { type: 'probe', target: addressOf(100 + i) });
    expect(node.snapshot().inquiries).toBe(DEFAULT_PARAMETERS.maxErrands);
  });
});

describe('a node that was away itself', () => {
  test('doubts itself when its timer is late, and accuses nobody of the silence meanwhile', () => {
    const node = makeNode(A, { parameters: { failedSendsAreReported: false } });
    link(node, B, C);
    const due = beat(node, 0);
    const effects = fire(node, { name: 'heartbeat' }, due + 60_000);
    expect(eventsOf(effects).filter(({ type }) => type === 'peerDown')).toEqual([]);
    expect(node.snapshot().doubt).toBeGreaterThan(0);
    expect(node.snapshot().peers).toEqual([B, C]);
  });

  test('reads what was said meanwhile before it calls anybody down', () => {
    const node = nodeWith(B, C, D);
    const due = beat(node, 0);
    hear(node, B, { type: 'probeReply', target: D, saw: 'refused' }, 100);
    lose(node, D, true, 100);
    for (const helper of [B, C]) hear(node, helper, { type: 'probeReply', target: D, saw: 'refused' }, 200);
    const { version } = node.snapshot().records.find(({ origin }) => origin === D)!;
    const suspicion: Timer = { name: 'suspicion', origin: D, version };
    const late = fire(node, suspicion, due + LATE_MS);
    expect(claims(late)).toEqual([]);
    expect(waits(late, 'suspicion')).toEqual([suspicionRefusedMs]);
    expect(claims(fire(node, suspicion, due + LATE_MS + suspicionRefusedMs))).toEqual([`${D} down`]);
  });

  test('doubts itself, and accuses nobody, when not even the helpers answer', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    expect(claims(fire(node, verdict(), 1000))).toEqual([]);
    expect(node.snapshot()).toMatchObject({ doubt: 1, inquiries: 0 });
  });

  test('doubts itself when it is accused', () => {
    const node = nodeWith(B);
    node.handle({ type: 'publish', payload: 'Emma' }, 0);
    hear(node, B, { uuid: 's', origin: A, version: 1, ttl: 1, hops: 1, status: 'suspect' });
    expect(node.snapshot().doubt).toBe(1);
  });

  test('is patient in proportion to its doubts, up to ninefold', () => {
    for (const doubts of [1, 3, 8]) {
      const node = nodeWith(B, C, D);
      const now = doubting(node, doubts);
      expect(waits(lose(node, D, false, now), 'verdict')).toEqual([2 * probeTimeoutMs * (1 + doubts)]);
      hear(node, B, silence, now);
      expect(waits(hear(node, C, silence, now), 'suspicion')).toEqual([suspicionMs * (1 + doubts)]);
    }
  });

  test('doubts itself no more than eightfold, and one less with each heartbeat on time', () => {
    const node = nodeWith(B);
    let at = doubting(node, 8);
    at = beat(node, at + LATE_MS);
    expect(node.snapshot().doubt).toBe(8);
    for (const doubt of [7, 6, 5, 4, 3, 2, 1, 0, 0]) {
      at = beat(node, at);
      expect(node.snapshot().doubt).toBe(doubt);
    }
  });
});
