import { describe, expect, test } from 'vitest';
import {
  A,
  B,
  C,
  D,
  LATE_MS,
  beat,
  claims,
  unhealthy,
  fire,
  lose,
  nodeWith,
  silence,
  timeout,
  waits,
} from '../../../test/accusations.ts';
import { eventsOf, hear, heartbeatOf, link, makeNode, sendsOf } from '../../../test/talk.ts';
import type { Timer } from '../boundary.ts';
import { READING_MS } from './failure-detector.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

const { suspicionMs, probeTimeoutMs } = DEFAULT_PARAMETERS;

describe('a node that was away itself', () => {
  test('distrusts itself when its timer is late, and accuses nobody of the silence meanwhile', () => {
    const node = makeNode(A, { parameters: { failedSendsAreReported: false } });
    link(node, B, C);
    const due = beat(node, 0);
    const effects = fire(node, heartbeatOf(node), due + 60_000);
    expect(eventsOf(effects).filter(({ type }) => type === 'peerDown')).toEqual([]);
    expect(node.snapshot().localHealthScore).toBeGreaterThan(0);
    expect(node.snapshot().peers).toEqual([B, C]);
  });

  test('reads what was said meanwhile before it calls anybody down', () => {
    const node = nodeWith(B, C, D);
    const due = beat(node, 0);
    lose(node, D, false, 100);
    for (const helper of [B, C]) hear(node, helper, { ...silence, request: 101 }, 200);
    const timer: Timer = { name: 'suspicion', origin: D, version: 1 };
    const late = fire(node, timer, due + LATE_MS);
    expect(sendsOf(late)).toEqual([]);
    expect(waits(late, timer.name)).toEqual([READING_MS]);
    expect(claims(fire(node, timer, due + LATE_MS + READING_MS))).toEqual([`${D} down`]);
  });

  test('distrusts itself, and accuses nobody, when not even the helpers answer', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    expect(claims(fire(node, timeout(), 1000))).toEqual([]);
    expect(node.snapshot()).toMatchObject({ localHealthScore: 1, confirmations: 0 });
  });

  test('distrusts itself when it is accused', () => {
    const node = nodeWith(B);
    node.handle({ type: 'publish', payload: 'Emma' }, 0);
    hear(node, B, { uuid: 's', origin: A, version: 1, ttl: 1, hops: 1, status: 'suspect' });
    expect(node.snapshot().localHealthScore).toBe(1);
  });

  test('is patient in proportion to its health score, up to ninefold', () => {
    for (const score of [1, 3, 8]) {
      const node = nodeWith(B, C, D);
      const now = unhealthy(node, score);
      expect(waits(lose(node, D, false, now), 'timeout')).toEqual([2 * probeTimeoutMs * (1 + score)]);
      const answer = { ...silence, request: now + 1 };
      hear(node, B, answer, now);
      expect(waits(hear(node, C, answer, now), 'suspicion')).toEqual([suspicionMs * (1 + score)]);
    }
  });

  test('has a score of eight at most, and one less with each heartbeat on time', () => {
    const node = nodeWith(B);
    let at = unhealthy(node, 8);
    at = beat(node, at + LATE_MS);
    expect(node.snapshot().localHealthScore).toBe(8);
    for (const score of [7, 6, 5, 4, 3, 2, 1, 0, 0]) {
      at = beat(node, at);
      expect(node.snapshot().localHealthScore).toBe(score);
    }
  });
});
