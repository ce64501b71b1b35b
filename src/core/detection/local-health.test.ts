import { describe, expect, test } from 'vitest';
import {
  A,
  B,
  C,
  D,
  LATE_MS,
  beat,
  claims,
  doubting,
  fire,
  lose,
  nodeWith,
  refused,
  silence,
  verdict,
  waits,
} from '../../../test/inquiries.ts';
import { briefly, eventsOf, hear, link, makeNode, sendsOf } from '../../../test/talk.ts';
import type { Timer } from '../boundary.ts';
import { READING_MS } from './failure-detector.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

const { suspicionMs, probeTimeoutMs } = DEFAULT_PARAMETERS;

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

  test('reads what was said meanwhile before it looks again, or calls anybody down', () => {
    const refusing = nodeWith(B, C, D);
    const suspecting = nodeWith(B, C, D);
    for (const [node, saw] of [[refusing, refused] as const, [suspecting, silence] as const]) {
      const due = beat(node, 0);
      lose(node, D, saw === refused, 100);
      for (const helper of [B, C]) hear(node, helper, { ...saw, request: 101 }, 200);
      const timer: Timer =
        saw === refused
          ? { name: 'secondLook', target: D, inquiry: 102 }
          : { name: 'suspicion', origin: D, version: 1 };
      const late = fire(node, timer, due + LATE_MS);
      expect(sendsOf(late)).toEqual([]);
      expect(waits(late, timer.name)).toEqual([READING_MS]);
      const punctual = fire(node, timer, due + LATE_MS + READING_MS);
      if (saw === refused) expect(briefly(punctual)).toEqual(['7003 ping']);
      else expect(claims(punctual)).toEqual([`${D} down`]);
    }
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
      const answer = { ...silence, request: now + 1 };
      hear(node, B, answer, now);
      expect(waits(hear(node, C, answer, now), 'suspicion')).toEqual([suspicionMs * (1 + doubts)]);
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
