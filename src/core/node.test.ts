import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, rumorArbitrary } from '../../test/arbitraries.ts';
import {
  briefly,
  eventsOf,
  hear,
  link,
  makeNode,
  sendsOf,
  tableOf,
  publish,
  rumorOf,
  spreadBy,
  typesOf,
  heartbeatOf,
} from '../../test/talk.ts';
import type { Rumor } from './messages.ts';
import { MAX_HOPS, MAX_VERSION } from './parameters.ts';

const [A, B, C, D] = [addressOf(0), addressOf(1), addressOf(2), addressOf(3)];

describe('a rumor', () => {
  test('that is published goes to every peer with the whole TTL and one hop', () => {
    const node = makeNode(A, { parameters: { ttl: 7 } });
    link(node, B, C);
    const effects = publish(node, 'Emma');
    expect(briefly(effects)).toEqual(['7001 rumor', '7002 rumor']);
    expect(spreadBy(effects)).toMatchObject({ origin: A, version: 1, ttl: 7, hops: 1, payload: 'Emma' });
    expect(typesOf(effects)).toEqual(['published']);
    expect(node.snapshot().records).toMatchObject([{ origin: A, version: 1, hops: 0, via: A, payload: 'Emma' }]);
  });

  test('that is news is kept and passed on, one send shorter, but never to who brought it', () => {
    const node = makeNode(A);
    link(node, B, C, D);
    const effects = hear(node, B, rumorOf(B, 1, { ttl: 5, hops: 2 }));
    expect(briefly(effects)).toEqual(['7002 rumor', '7003 rumor']);
    expect(spreadBy(effects)).toMatchObject({ ttl: 4, hops: 3 });
    expect(node.snapshot().records).toMatchObject([{ origin: B, hops: 2, via: B }]);
  });

  test('seen before is a duplicate, also from another peer, and goes no further', () => {
    const node = makeNode(A);
    link(node, B, C);
    hear(node, B, rumorOf(D, 1));
    const again = hear(node, C, rumorOf(D, 1));
    expect(typesOf(again)).toEqual(['duplicate']);
    expect(sendsOf(again)).toEqual([]);
  });

  test('older than what is held is stale and goes no further', () => {
    const node = makeNode(A);
    link(node, B, C);
    hear(node, B, rumorOf(D, 2));
    const stale = hear(node, B, rumorOf(D, 1));
    expect(typesOf(stale)).toEqual(['stale']);
    expect(sendsOf(stale)).toEqual([]);
  });

  test('on its last send is kept but not passed on', () => {
    const node = makeNode(A);
    link(node, B, C);
    const effects = hear(node, B, rumorOf(D, 1, { ttl: 1 }));
    expect(sendsOf(effects)).toEqual([]);
    expect(eventsOf(effects)).toMatchObject([{ type: 'applied' }, { type: 'dropped', reason: 'ttl' }]);
  });

  test('whose uuid was forgotten is stale instead of duplicate, and goes no further', () => {
    const node = makeNode(A, { parameters: { maxSeen: 1 } });
    link(node, B, C);
    for (const origin of [C, D]) hear(node, B, rumorOf(origin, 1));
    const again = hear(node, B, rumorOf(C, 1));
    expect(sendsOf(again)).toEqual([]);
    expect(node.snapshot().seen).toBe(1);
  });

  test('of a new origin is dropped by a full table, and goes no further', () => {
    const node = makeNode(A, { parameters: { maxMembers: 1 } });
    link(node, B, C);
    hear(node, B, rumorOf(C, 1));
    const effects = hear(node, B, rumorOf(D, 1));
    expect(sendsOf(effects)).toEqual([]);
    expect(eventsOf(effects)).toMatchObject([{ type: 'dropped', reason: 'full' }]);
  });

  test('that repair brings is kept but not passed on, and that is no matter of its TTL', () => {
    const node = makeNode(A);
    link(node, B, C);
    const effects = hear(node, B, { type: 'delta', rumors: [rumorOf(D, 1)] });
    expect(sendsOf(effects)).toEqual([]);
    expect(typesOf(effects)).toEqual(['applied']);
  });

  test('counts no more hops than its bound', () => {
    const node = makeNode(A);
    link(node, B, C);
    expect(spreadBy(hear(node, B, rumorOf(D, 1, { hops: MAX_HOPS })))?.hops).toBe(MAX_HOPS);
  });

  test('may come without a type and without hops, as from a twenty-line client', () => {
    const node = makeNode(A);
    hear(node, D, { uuid: 'u', origin: D, version: 1, ttl: 1, payload: 'Emma' });
    expect(node.snapshot().records).toMatchObject([{ origin: D, hops: 1, payload: 'Emma' }]);
  });

  test('from itself is ignored', () => {
    expect(hear(makeNode(A), A, rumorOf(B, 1))).toEqual([]);
  });

  test('in any order, any number of times, leaves one table; no copy goes back or goes on twice', () => {
    const [teller, listener] = [addressOf(7), addressOf(8)];
    const told = fc.array(rumorArbitrary(3), { maxLength: 30 });
    const shuffled = (rumors: Rumor[]) => fc.shuffledSubarray([...rumors, ...rumors], { minLength: rumors.length * 2 });
    fc.assert(
      fc.property(
        told.chain((rumors) => fc.tuple(fc.constant(rumors), shuffled(rumors))),
        ([rumors, mixed]) => {
          const [one, other] = [makeNode(addressOf(9)), makeNode(addressOf(9))];
          link(other, teller, listener);
          for (const rumor of rumors) hear(one, teller, rumor);
          const copies = mixed.flatMap((rumor) => sendsOf(hear(other, teller, rumor)));
          expect(tableOf(other)).toEqual(tableOf(one));
          expect(copies.every(({ to }) => to === listener)).toBe(true);
          const uuids = copies.map(({ message }) => (message as Rumor).uuid);
          expect(new Set(uuids).size).toBe(uuids.length);
        },
      ),
    );
  });
});

describe('a version', () => {
  test('rises by one with every change, whatever its key', () => {
    const node = makeNode(A);
    publish(node, 'Emma');
    publish(node, 'happy', 'mood');
    publish(node, 'Persuasion');
    expect(node.snapshot().version).toBe(3);
    expect(node.snapshot().records.map(({ key, version }) => [key, version])).toEqual([
      [undefined, 3],
      ['mood', 2],
    ]);
  });

  test('goes on from what the last life remembered', () => {
    const node = makeNode(A, { version: 41 });
    publish(node, 'Emma');
    expect(node.snapshot().version).toBe(42);
  });

  test('stops at its bound, and nothing false is said of it', () => {
    const node = makeNode(A, { version: MAX_VERSION - 1 });
    publish(node, 'Emma');
    expect(publish(node, 'Persuasion')).toEqual([{ type: 'event', event: { type: 'unpublished', reason: 'version' } }]);
    expect(node.snapshot().version).toBe(MAX_VERSION);
    const heard = hear(node, B, rumorOf(A, MAX_VERSION, { uuid: 'zzz' }));
    expect(typesOf(heard)).not.toContain('refuted');
    expect(node.snapshot().records).toMatchObject([{ version: MAX_VERSION, uuid: 'zzz' }]);
  });
});

describe('a node that leaves', () => {
  test('says so to every peer, ends its links, and is silent from then on', () => {
    const node = makeNode(A);
    publish(node, 'Emma');
    link(node, B, C);
    const effects = node.handle({ type: 'leave' }, 0);
    expect(briefly(effects)).toEqual(['7001 rumor', '7002 rumor', '7001 disconnect', '7002 disconnect']);
    expect(spreadBy(effects)).toMatchObject({ origin: A, version: 2, status: 'left' });
    expect(hear(node, B, { type: 'join', request: 1 })).toEqual([]);
    expect(node.handle({ type: 'timer', timer: heartbeatOf(node) }, 1)).toEqual([]);
  });

  test('is in no view of one that hears of it, and its favourite stays visible', () => {
    const node = makeNode(A);
    link(node, B, C);
    hear(node, B, rumorOf(B, 1));
    const effects = hear(node, C, { uuid: 'bye', origin: B, version: 2, ttl: 3, status: 'left' });
    expect(node.snapshot()).toMatchObject({ peers: [C], passive: [], records: [{ origin: B, status: 'left' }] });
    expect(eventsOf(effects)).toContainEqual({ type: 'peerDown', peer: B, reason: 'left' });
    expect(eventsOf(effects)).toContainEqual({ type: 'status', origin: B, status: 'left', version: 2 });
  });
});

describe('a search for peers', () => {
  const start = (contacts: string[]) => {
    const node = makeNode(A);
    return { node, effects: node.handle({ type: 'start', contacts }, 0) };
  };

  test('begins with the contact, and one at a time', () => {
    const { node, effects } = start([A, B]);
    expect(briefly(effects)).toEqual(['7001 getPeers']);
    expect(briefly(node.handle({ type: 'unreachable', peer: B, refused: true }, 1))).toEqual([]);
  });

  test('waits longer each time, within its bound, and never gives up', () => {
    const { node, effects } = start([B]);
    const waits: number[] = [];
    let next = effects;
    for (let i = 0; i < 12; i++) {
      const join = next.flatMap((effect) =>
        effect.type === 'schedule' && effect.timer.name === 'join' ? [effect] : [],
      );
      expect(join).toHaveLength(1);
      waits.push(join[0]!.afterMs);
      next = node.handle({ type: 'timer', timer: join[0]!.timer }, i);
      expect(briefly(next)).toEqual(['7001 getPeers']);
    }
    expect(waits[0]).toBeLessThanOrEqual(250 * 1.25);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1600 * 1.25);
    expect(Math.min(...waits.slice(6))).toBeGreaterThanOrEqual(1600 * 0.75);
  });

  test('joins through the first that answers, keeps its peers in passive, and ignores the others', () => {
    const { node } = start([B, C]);
    expect(briefly(hear(node, B, { type: 'peers', peers: [D] }))).toEqual(['7001 join']);
    expect(node.snapshot().passive).toEqual([D]);
    expect(briefly(hear(node, C, { type: 'peers', peers: [D] }))).toEqual([]);
  });

  test('begins again when the last peer is lost, also among members it only heard of', () => {
    const { node } = start([]);
    link(node, B);
    hear(node, B, rumorOf(D, 1));
    node.handle({ type: 'timer', timer: { name: 'join', attempt: 1 } }, 1);
    expect(briefly(node.handle({ type: 'unreachable', peer: B, refused: true }, 1))).toEqual(['7003 getPeers']);
  });

  test('takes up the link that another believes to have with it', () => {
    const { node } = start([]);
    expect(briefly(hear(node, B, { type: 'heartbeat', hash: '' }))).toEqual(['7001 neighbor']);
    hear(node, B, { type: 'neighborReply', accepted: true, request: 1 });
    expect(node.snapshot().peers).toEqual([B]);
    expect(briefly(hear(node, C, { type: 'heartbeat', hash: '' }))).toEqual(['7002 disconnect']);
  });

  test('goes on for a contact that left: a seed comes back without knowing anybody', () => {
    const { node } = start([B]);
    link(node, B, C);
    hear(node, C, { uuid: 'bye', origin: B, version: 2, ttl: 1, status: 'left' });
    const effects = node.handle({ type: 'timer', timer: heartbeatOf(node) }, 1000);
    expect(sendsOf(effects)).toContainEqual(
      expect.objectContaining({
        to: B,
        message: expect.objectContaining({ type: 'neighbor', priority: 'high' }) as unknown,
      }),
    );
  });

  test('a question for peers is answered with the active view', () => {
    const node = makeNode(A);
    link(node, B, C);
    expect(sendsOf(hear(node, D, { type: 'getPeers' }))).toEqual([
      { to: D, message: { type: 'peers', peers: [B, C] } },
    ]);
  });
});
