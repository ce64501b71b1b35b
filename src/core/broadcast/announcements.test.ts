import { describe, expect, test } from 'vitest';
import { briefly, sendsOf, timersOf } from '../../../test/talk.ts';
import { A, B, C, D, fedByB, graft, hear, nodeWith, O, P, prune, pushedTo, rumor, told } from '../../../test/trees.ts';
import type { GossipNode } from '../node.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

describe('an announcement that a peer makes first', () => {
  test('need not be made to that peer, unless it would have got the rumor much sooner from here', () => {
    const announcedTo = (heldForMs: number) => {
      const node = fedByB([B, C]);
      hear(node, C, prune(O));
      hear(node, B, rumor(), 30_000);
      hear(node, C, { type: 'iHave', entries: [[O, told, heldForMs]] }, 30_400);
      return briefly(node.handle({ type: 'timer', timer: { name: 'announce' } }, 30_600));
    };
    expect([announcedTo(400), announcedTo(360), announcedTo(340)]).toEqual([[], [], ['7002 iHave']]);
  });
});

describe('an announcement', () => {
  const announced = (node: GossipNode, from: string, heldForMs: number, now = 30_000) =>
    sendsOf(hear(node, from, { type: 'iHave', entries: [[O, told, heldForMs]] }, now));

  /** B brought the latest rumor at 10 s. */
  function slowlyFed(): GossipNode {
    const node = nodeWith([B, C, D]);
    hear(node, B, rumor(), 30_000);
    for (const peer of [C, D]) hear(node, peer, prune(O), 30_000);
    return node;
  }

  test('of what would have come much sooner makes its sender the parent, in place of the one before', () => {
    const node = slowlyFed();
    expect(announced(node, C, 500, 30_400)).toEqual([
      { to: B, message: prune(O) },
      { to: C, message: graft(O) },
    ]);
    expect(pushedTo(node, O, C)).toEqual([]);
  });

  test('of what would have come some milliseconds sooner changes nothing: that may be chance', () => {
    expect(announced(slowlyFed(), C, 405, 30_400)).toEqual([]);
  });

  test('has to beat a parent that is tried twice in a row: once may be chance', () => {
    const node = slowlyFed();
    const beats = (beaten: boolean, now: number) => {
      hear(node, B, rumor(), now);
      return announced(node, C, beaten ? 500 : 300, now + 400).length > 0;
    };
    expect([true, false, true, false].map((beaten, i) => beats(beaten, 31_000 + 1000 * i))).not.toContain(true);
    expect([true, true].map((beaten, i) => beats(beaten, 36_000 + 1000 * i))).toEqual([false, true]);
  });

  test('of an older rumor changes nothing', () => {
    const node = slowlyFed();
    hear(node, B, rumor(), 31_000);
    expect(sendsOf(hear(node, C, { type: 'iHave', entries: [[O, told - 1, 5000]] }, 31_100))).toEqual([]);
  });

  test('of a better time goes on to all others, children too, with the time that passed', () => {
    const node = slowlyFed();
    node.handle({ type: 'timer', timer: { name: 'announce' } }, 30_050);
    announced(node, C, 500, 30_400);
    const sends = sendsOf(node.handle({ type: 'timer', timer: { name: 'announce' } }, 31_000));
    expect(sends).toEqual([B, D].map((to) => ({ to, message: { type: 'iHave', entries: [[O, told, 1100]] } })));
  });

  test('of its parent tells a child that its own time is better, and makes no link lazy or eager', () => {
    const node = slowlyFed();
    expect(announced(node, B, 500, 30_400)).toEqual([]);
    // D would have brought it sooner than B did then, but not than B would now.
    expect(announced(node, D, 450, 30_400)).toEqual([]);
  });

  test('about ourselves changes nothing', () => {
    const node = nodeWith([B, C]);
    node.handle({ type: 'publish', payload: 'Emma' }, 30_000);
    expect(hear(node, B, { type: 'iHave', entries: [[A, 1, 60_000]] }, 30_001)).toEqual([]);
  });
});

describe('a lazy link', () => {
  test('is told of the rumor a little later, with all else of that moment, and for how long it has been here', () => {
    const node = fedByB([B, C, D]);
    hear(node, B, rumor({ origin: P }));
    for (const origin of [O, P]) hear(node, C, prune(origin));
    const effects = [rumor(), rumor({ origin: P })].flatMap((each, i) => hear(node, B, each, 25_000 + 100 * i));
    const timers = timersOf(effects, 'announce');
    expect(timers).toHaveLength(1);
    expect(Math.abs(timers[0]!.afterMs - DEFAULT_PARAMETERS.announceMs)).toBeLessThanOrEqual(150);
    const sends = sendsOf(node.handle({ type: 'timer', timer: { name: 'announce' } }, 25_600));
    const entries = [
      [O, told - 1, 600],
      [P, told, 500],
    ];
    expect(sends).toEqual([{ to: C, message: { type: 'iHave', entries } }]);
  });

  test('is told of the key, where the record has one', () => {
    const node = fedByB([B, C]);
    hear(node, C, prune(O));
    hear(node, B, rumor({ key: 'mood' }), 25_000);
    const sends = sendsOf(node.handle({ type: 'timer', timer: { name: 'announce' } }, 25_600));
    expect(sends).toEqual([{ to: C, message: { type: 'iHave', entries: [[O, told, 600, 'mood']] } }]);
  });

  test('that is lost is told of nothing any more', () => {
    const node = fedByB([B, C]);
    hear(node, C, prune(O));
    hear(node, B, rumor(), 25_000);
    hear(node, C, { type: 'disconnect' }, 25_100);
    expect(briefly(node.handle({ type: 'timer', timer: { name: 'announce' } }, 25_600))).toEqual([]);
  });
});
