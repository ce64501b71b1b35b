import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { B, C, D, E, F, JOIN, overlayOf } from '../../../test/single-overlay.ts';
import { briefly, eventsOf, sendsOf } from '../../../test/talk.ts';
import { MAX_LINK_REQUESTS } from './link-requests.ts';

describe('joining', () => {
  test('asks the contact alone, and keeps the peers it named in its passive view', () => {
    const { view, after } = overlayOf();
    const said = after(() => {
      view.join(B);
      view.remember([C, D]);
    });
    expect(briefly(said)).toEqual(['7001 join']);
    expect(view.peers).toEqual([]);
    expect(view.passiveView).toEqual([C, D]);
    expect(view.isIsolated).toBe(false);
  });

  test('lets a newcomer in', () => {
    const { view, after, link } = overlayOf();
    link(B, C, D, E);
    const said = sendsOf(after(() => view.onJoin(F, JOIN)));
    expect(said).toEqual([{ to: F, message: { type: 'neighborReply', accepted: true, request: 7 } }]);
    expect(view.peers).toEqual([B, C, D, E, F]);
  });

  test('of a full node drops one peer, which is told and kept in the passive view', () => {
    const { view, after, link } = overlayOf({ maxPeers: 2 });
    link(B, C);
    const said = after(() => view.onJoin(D, JOIN));
    const goodbye = sendsOf(said).find(({ message }) => message.type === 'disconnect')!;
    expect(goodbye.message).toEqual({ type: 'disconnect' });
    const dropped = goodbye.to;
    expect([B, C]).toContain(dropped);
    expect(view.peers).toEqual([dropped === B ? C : B, D]);
    expect(view.passiveView).toEqual([dropped]);
    expect(eventsOf(said)).toContainEqual({ type: 'peerDown', peer: dropped, reason: 'evicted' });
  });

  test('twice is answered twice and changes nothing more', () => {
    const { view, after, link } = overlayOf();
    link(B);
    expect(briefly(after(() => view.onJoin(B, JOIN)))).toEqual(['7001 neighborReply']);
    expect(view.peers).toEqual([B]);
  });
});

describe('a gap', () => {
  test('of those who declined is filled at a shuffle', () => {
    const { view, after, reply, link } = overlayOf({ maxPeers: 3 });
    link(B);
    expect(sendsOf(after(() => view.learn([C, D])))).toHaveLength(2);
    for (const peer of [C, D]) expect(after(() => reply(peer, false))).toEqual([]);
    expect(briefly(after(() => view.shuffle())).filter((line) => line.endsWith('neighbor'))).toHaveLength(2);
  });
});

describe('a request for a link', () => {
  test('is granted while there is room, declined when there is none', () => {
    const { view, after, link } = overlayOf({ maxPeers: 2 });
    link(B);
    const answer = (peer: string) =>
      sendsOf(after(() => view.onNeighbor(peer, { type: 'neighbor', priority: 'low', request: 7 })));
    expect(answer(C)).toEqual([{ to: C, message: { type: 'neighborReply', accepted: true, request: 7 } }]);
    expect(answer(D)).toEqual([{ to: D, message: { type: 'neighborReply', accepted: false, request: 7 } }]);
    expect(answer(C)).toEqual([{ to: C, message: { type: 'neighborReply', accepted: true, request: 7 } }]);
    expect(view.peers).toEqual([B, C]);
  });

  test('with high priority cannot be declined', () => {
    const { view, after, link } = overlayOf({ maxPeers: 2 });
    link(B, C);
    after(() => view.onNeighbor(D, { type: 'neighbor', priority: 'high', request: 7 }));
    expect(view.peers).toHaveLength(2);
    expect(view.peers).toContain(D);
  });

  test('has high priority from one without peers only', () => {
    const { view, after, link } = overlayOf();
    expect(sendsOf(after(() => view.learn([B])))[0]?.message).toMatchObject({ type: 'neighbor', priority: 'high' });
    link(C);
    expect(sendsOf(after(() => view.learn([D])))[0]?.message).toMatchObject({ type: 'neighbor', priority: 'low' });
  });

  test('that crosses one the other way makes one link, and no goodbye', () => {
    const { view, after, reply } = overlayOf();
    after(() => view.learn([B]));
    after(() => view.onNeighbor(B, { type: 'neighbor', priority: 'high', request: 7 }));
    expect(after(() => reply(B, true))).toEqual([]);
    expect(view.peers).toEqual([B]);
  });

  test('that was declined is not made again before the next shuffle; another is asked instead', () => {
    const { view, after, reply } = overlayOf({ maxPeers: 1 });
    const asked = sendsOf(after(() => view.learn([B, C])))[0]!.to;
    const other = asked === B ? C : B;
    const decline = (peer: string) => sendsOf(after(() => reply(peer, false)));
    expect(decline(asked).map(({ to }) => to)).toEqual([other]);
    expect(decline(other)).toEqual([]);
    expect(view.isIsolated).toBe(true);
    expect(sendsOf(after(() => view.shuffle()))).toMatchObject([{ message: { type: 'neighbor' } }]);
  });

  test('that nobody answers is given up and another made', () => {
    const { view, after } = overlayOf({ maxPeers: 1 });
    const effects = after(() => view.learn([B, C]));
    const timer = effects.flatMap((effect) => (effect.type === 'schedule' ? [effect.timer] : []))[0];
    if (timer?.name !== 'timeout') throw new Error('no timeout');
    const asked = sendsOf(effects)[0]!.to;
    const said = sendsOf(after(() => view.timedOut(timer.request)));
    expect(said).toMatchObject([{ to: asked === B ? C : B, message: { type: 'neighbor' } }]);
    expect(after(() => view.timedOut(timer.request))).toEqual([]);
  });

  test('granted too late, or never made, is answered with a goodbye', () => {
    const { view, after, reply } = overlayOf();
    expect(briefly(after(() => reply(B, true)))).toEqual(['7001 disconnect']);
    expect(view.peers).toEqual([]);
  });

  test('granted when the room is gone is answered with a goodbye', () => {
    const { view, after, reply, link } = overlayOf({ maxPeers: 1 });
    after(() => view.learn([B]));
    link(C);
    expect(briefly(after(() => reply(B, true)))).toEqual(['7001 disconnect']);
    expect(view.peers).toEqual([C]);
  });
});

describe('a reply', () => {
  test('that comes too late settles nothing that was asked since', () => {
    const { view, after, reply, at } = overlayOf({ maxPeers: 1 });
    const [first] = sendsOf(after(() => view.learn([B])));
    if (first?.message.type !== 'neighbor') throw new Error('no request');
    const { request } = first.message;
    at(2000);
    after(() => view.timedOut(request));
    expect(sendsOf(after(() => view.shuffle()))).toMatchObject([{ to: B, message: { request: request + 1 } }]);
    for (const accepted of [false, true]) {
      expect(after(() => view.onNeighborReply(B, { type: 'neighborReply', accepted, request }))).toEqual([]);
    }
    expect(view.peers).toEqual([]);
    expect(view.isIsolated).toBe(false);
    after(() => reply(B, true));
    expect(view.peers).toEqual([B]);
  });

  test('that nobody asked for changes nothing', () => {
    const { view, after } = overlayOf();
    after(() => view.remember([B]));
    expect(after(() => view.onNeighborReply(B, { type: 'neighborReply', accepted: false, request: 1 }))).toEqual([]);
    // It was not noted as one that declines.
    expect(sendsOf(after(() => view.learn([])))).toMatchObject([{ to: B }]);
  });

  test('is waited for from a bounded number at one time', () => {
    const { view, after } = overlayOf();
    const members = Array.from({ length: 200 }, (_, i) => addressOf(100 + i));
    const said = after(() => members.forEach((member) => view.meet(member)));
    expect(sendsOf(said)).toHaveLength(MAX_LINK_REQUESTS);
    expect(said.filter(({ type }) => type === 'schedule')).toHaveLength(MAX_LINK_REQUESTS);
    after(() => view.timedOut(1));
    expect(sendsOf(after(() => view.meet(members[199]!)))).toHaveLength(1);
  });
});

test.each([
  ['one of long ago is asked again', 0, true],
  ['one of just now is not', 48, false],
])('of those that were dropped a bounded number is remembered: %s', (_, index, isAsked) => {
  const { view, after, link } = overlayOf({ maxPeers: 1, maxPassive: 4 });
  const newcomers = Array.from({ length: 50 }, (_, i) => addressOf(100 + i));
  link(...newcomers);
  for (const address of [...view.passiveView]) after(() => view.remove(address, 'left'));
  view.remember([newcomers[index]!]);
  const said = sendsOf(after(() => view.remove(newcomers[49]!, 'left')));
  expect(said.map(({ to }) => to)).toEqual(isAsked ? [newcomers[index]] : []);
});

describe('a lost peer', () => {
  test('that stopped answering is replaced from the passive view', () => {
    const { view, after, reply, link } = overlayOf({ maxPeers: 2 });
    link(B, C);
    after(() => view.learn([D]));
    const said = after(() => view.remove(B, 'unreachable'));
    expect(briefly(said)).toEqual(['7003 neighbor']);
    expect(view.peers).toEqual([C]);
    after(() => reply(D, true));
    expect(view.peers).toEqual([C, D]);
    expect(view.passiveView).toEqual([]);
  });

  test('that said goodbye to the link stays in the passive view, and is not asked again at once', () => {
    const { view, after, link } = overlayOf();
    link(B, C);
    expect(briefly(after(() => view.onDisconnect(B)))).toEqual([]);
    expect(view.passiveView).toEqual([B]);
    expect(after(() => view.onDisconnect(B))).toEqual([]);
  });

  test('is tried again with backoff and high priority, until it answers', () => {
    const { view, after, reply, link, at } = overlayOf();
    link(B);
    after(() => view.remove(B, 'unreachable'));
    const triesIn = (fromMs: number, ms: number): number => {
      let tries = 0;
      for (let now = fromMs; now < fromMs + ms; now += 500) {
        at(now);
        const said = sendsOf(after(() => view.reconnect()));
        if (said.length === 0) continue;
        expect(said).toMatchObject([{ to: B, message: { type: 'neighbor', priority: 'high' } }]);
        tries++;
        after(() => view.remove(B, 'unreachable'));
      }
      return tries;
    };
    expect(triesIn(0, 1000)).toBeGreaterThan(0);
    expect(triesIn(1000, 120_000)).toBeLessThan(9);
    // By now it has its turn every minute.
    expect(triesIn(121_000, 600_000)).toBeGreaterThanOrEqual(7);
    at(800_000);
    after(() => view.reconnect());
    after(() => reply(B, true));
    expect(view.peers).toEqual([B]);
    after(() => view.onDisconnect(B));
    expect(sendsOf(after(() => view.shuffle())).filter(({ to }) => to === B)).toHaveLength(1);
  });

  test('that is found again is let in over others', () => {
    const { view, after, reply, link } = overlayOf({ maxPeers: 2 });
    link(B);
    after(() => view.remove(B, 'unreachable'));
    link(C, D);
    after(() => view.reconnect());
    const said = after(() => reply(B, true));
    expect(briefly(said).some((line) => line.endsWith('disconnect'))).toBe(true);
    expect(view.peers).toHaveLength(2);
    expect(view.peers).toContain(B);
  });

  test('that left is not looked for', () => {
    const { view, after, link } = overlayOf();
    link(B);
    after(() => view.remove(B, 'left'));
    expect(sendsOf(after(() => view.reconnect()))).toEqual([]);
  });
});
