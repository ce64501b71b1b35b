import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { briefly, sendsOf, timersOf } from '../../../test/talk.ts';
import {
  A,
  B,
  C,
  D,
  E,
  fedByB,
  graft,
  hear,
  nodeWith,
  NOW,
  O,
  P,
  prune,
  pushedTo,
  rumor,
  told,
} from '../../../test/trees.ts';
import { YOUNG_MS } from './broadcast-trees.ts';
import { FIRST_ANNOUNCE_MS } from './plumtree.ts';
import type { GossipNode } from '../node.ts';
import type { Message, Rumor } from '../messages.ts';
import { seededRandom } from '../../http/seeded-random.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';
import { uuidV7 } from '../uuid.ts';

describe('a rumor', () => {
  test('goes to every peer while no tree is known, but not back', () => {
    expect(pushedTo(nodeWith([B, C, D]))).toEqual([C, D]);
  });

  test('does not go over a link that is lazy in the tree of its origin', () => {
    const node = fedByB([B, C, D]);
    hear(node, C, prune(O));
    expect(pushedTo(node)).toEqual([D]);
  });

  test('that is news and comes over a lazy link makes it eager: that peer is its parent now', () => {
    const node = fedByB([B, C]);
    hear(node, C, prune(O));
    hear(node, C, rumor());
    expect(pushedTo(node)).toEqual([C]);
  });
});

describe('each origin has a tree of its own', () => {
  test('that the prunes of others do not cut', () => {
    const node = fedByB([B, C, D]);
    hear(node, B, rumor({ origin: P }));
    hear(node, C, prune(P));
    expect([pushedTo(node, O), pushedTo(node, P)]).toEqual([[C, D], [D]]);
  });

  test('which begins as that of the origin heard of last', () => {
    const node = fedByB([B, C, D]);
    hear(node, C, prune(O));
    expect(pushedTo(node, P)).toEqual([D]);
    hear(node, D, prune(P));
    expect([pushedTo(node, 'q:1'), pushedTo(node, O)]).toEqual([[], [D]]);
  });

  test('but not as the tree of one that is gone, for nothing mends that any more', () => {
    const node = fedByB([B, C, D]);
    hear(node, C, prune(O));
    hear(node, B, { uuid: 'gone', origin: O, version: told, ttl: 9, status: 'down' });
    expect(pushedTo(node, 'q:1')).toEqual([C, D]);
  });

  test('whose first rumor is announced soon, for the tree was another one, and the next are gathered for long', () => {
    const node = nodeWith([B, C]);
    hear(node, C, { type: 'prune' });
    const announcedAfter = () => timersOf(hear(node, B, rumor()), 'announce').map(({ afterMs }) => afterMs);
    const [first] = announcedAfter();
    expect(first).toBeLessThanOrEqual(1.25 * FIRST_ANNOUNCE_MS);
    node.handle({ type: 'timer', timer: { name: 'announce' } }, first!);
    const [second] = announcedAfter();
    expect(second).toBeGreaterThanOrEqual(0.75 * DEFAULT_PARAMETERS.announceMs);
  });

  test('of so many at most: those that were not heard of for longest begin anew', () => {
    const node = nodeWith([B, C], { maxTrees: 2 });
    hear(node, B, rumor({ origin: P }));
    hear(node, C, prune(P));
    hear(node, B, rumor());
    hear(node, C, graft(O));
    expect(pushedTo(node, P)).toEqual([]);
    for (const origin of [O, 'q:1']) hear(node, B, rumor({ origin }));
    expect(pushedTo(node, P)).toEqual([C]);
  });
});

describe('while a node is young', () => {
  const young = (node: GossipNode, from: string, message: Message) => hear(node, from, message, YOUNG_MS - 1);

  test('one shared tree serves all origins', () => {
    const node = nodeWith([B, C, D]);
    young(node, B, rumor());
    young(node, C, prune(O));
    expect(node.snapshot().lazy).toEqual([C]);
    const sends = sendsOf(young(node, B, rumor({ origin: P })));
    expect(sends.filter(({ message }) => message.type === undefined).map(({ to }) => to)).toEqual([D]);
  });

  test('a new link is eager in it', () => {
    const node = nodeWith([B, C]);
    young(node, B, rumor());
    young(node, C, prune(O));
    young(node, C, { type: 'neighbor', priority: 'high', request: 1 });
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('of copies only those of the latest rumor prune: others under way find other links superfluous', () => {
    const node = nodeWith([B, C]);
    const [first, second] = [rumor(), rumor({ origin: P })];
    for (const each of [first, second]) young(node, B, each);
    expect([first, second].map((each) => briefly(young(node, C, each)))).toEqual([[], ['7002 prune']]);
  });

  test('the first tree that an origin gets later begins as the shared one, and the next as that', () => {
    const node = nodeWith([B, C, D]);
    young(node, B, rumor());
    young(node, C, prune(O));
    expect(pushedTo(node, P)).toEqual([D]);
    hear(node, C, graft(P));
    expect([pushedTo(node, P), pushedTo(node, O)]).toEqual([
      [C, D],
      [C, D],
    ]);
  });
});

describe('a copy of what another peer brought', () => {
  test('prunes its link in the tree of that origin, on both sides', () => {
    const node = nodeWith([B, C]);
    const twice = rumor();
    hear(node, B, twice);
    expect(sendsOf(hear(node, C, twice))).toEqual([{ to: C, message: prune(O) }]);
    expect(pushedTo(node)).toEqual([]);
  });

  test('is answered each time, because a prune may be lost', () => {
    const node = nodeWith([B, C]);
    const twice = rumor();
    for (const from of [B, C]) hear(node, from, twice);
    expect(briefly(hear(node, C, twice))).toEqual(['7002 prune']);
  });

  test('prunes its link when the rumor is our own', () => {
    const node = nodeWith([B, C]);
    node.handle({ type: 'publish', payload: 'Emma' }, NOW);
    const { uuid, version } = node.snapshot().records[0]!;
    expect(briefly(hear(node, B, rumor({ uuid, version, origin: A })))).toEqual(['7001 prune']);
  });
});

describe('a copy does not prune its link', () => {
  test('when the same peer brought the first: the transport delivered twice', () => {
    const node = nodeWith([B, C]);
    const twice = rumor();
    hear(node, B, twice);
    expect(briefly(hear(node, B, twice))).toEqual([]);
  });

  test('when repair brought the first: the copy comes from the parent', () => {
    const node = nodeWith([B, C]);
    const twice = rumor();
    hear(node, B, { type: 'delta', rumors: [twice] });
    expect(briefly(hear(node, C, twice))).toEqual([]);
  });

  test('when the one that brought the first is no peer any more', () => {
    const node = nodeWith([B, C]);
    const twice = rumor();
    hear(node, B, twice);
    hear(node, B, { type: 'disconnect' });
    expect(briefly(hear(node, C, twice))).toEqual([]);
  });

  test('when it comes from one that is no peer', () => {
    const node = nodeWith([B]);
    const twice = rumor();
    hear(node, B, twice);
    expect(briefly(hear(node, D, twice))).toEqual([]);
  });

  test('when a newer one has come meanwhile', () => {
    const node = nodeWith([B, C]);
    const twice = rumor();
    for (const each of [twice, rumor()]) hear(node, B, each);
    expect(briefly(hear(node, C, twice))).toEqual([]);
  });
});

describe('what a comparison of tables brought', () => {
  const NOW = 1_767_225_600_000;
  const createdAt = (ms: number) => rumor({ uuid: uuidV7(ms, seededRandom(1)) });
  const announcedBy = (rumors: readonly Rumor[]) => {
    const node = nodeWith([B, C]);
    hear(node, B, { type: 'delta', rumors }, NOW);
    return sendsOf(node.handle({ type: 'timer', timer: { name: 'announce' } }, NOW + 600));
  };

  test('is announced to all others while it is young: its push would go no further', () => {
    expect(announcedBy([createdAt(NOW - 100)])).toEqual([
      { to: C, message: { type: 'iHave', entries: [[O, told, 600]] } },
    ]);
  });

  test('is not, once it has had time to come to all', () => {
    expect(announcedBy([createdAt(NOW - DEFAULT_PARAMETERS.settleMs)])).toEqual([]);
  });
});

describe('a link', () => {
  const mended = (node: GossipNode) =>
    sendsOf(node.handle({ type: 'timer', timer: { name: 'announce' } }, NOW)).filter(
      ({ message }) => message.type === 'graft',
    );

  test('that is new disturbs no tree that has a parent', () => {
    const node = fedByB([B, C]);
    hear(node, D, { type: 'neighbor', priority: 'high', request: 1 });
    expect(pushedTo(node)).toEqual([C]);
  });

  test('that is new and the only one brings all: its other side is asked to push in all trees', () => {
    const node = fedByB([B]);
    hear(node, B, { type: 'disconnect' });
    const sends = sendsOf(hear(node, C, { type: 'neighbor', priority: 'high', request: 1 }));
    expect(sends).toContainEqual({ to: C, message: { type: 'graft', records: [] } });
    expect(pushedTo(node, O, D)).toEqual([C]);
  });

  test('that is made anew by its other side, who has forgotten it, is asked to push again', () => {
    const node = fedByB([B, C]);
    hear(node, B, { type: 'neighbor', priority: 'high', request: 1 });
    expect(mended(node)).toEqual([B, C].map((to) => ({ to, message: graft(O) })));
  });

  test('that is lost and led to the parent has all others asked to push, in those trees alone, and once', () => {
    const node = fedByB([B, C, D]);
    hear(node, C, rumor({ origin: P }));
    for (const origin of [O, P]) hear(node, D, prune(origin));
    hear(node, B, { type: 'disconnect' });
    expect(mended(node)).toEqual([C, D].map((to) => ({ to, message: graft(O) })));
    expect(mended(node)).toEqual([]);
  });

  test('that comes while a tree has no parent is asked, too', () => {
    const node = fedByB([B, C]);
    hear(node, B, { type: 'disconnect' });
    hear(node, E, { type: 'neighbor', priority: 'high', request: 1 });
    expect(mended(node)).toEqual([C, E].map((to) => ({ to, message: graft(O) })));
  });

  test('that is lost and led to no parent changes nothing', () => {
    const node = fedByB([B, C, D]);
    hear(node, C, { type: 'disconnect' });
    expect(mended(node)).toEqual([]);
  });

  test('over which a push comes after all, though we had it pruned, is asked to go on: it is the parent again', () => {
    const node = fedByB([B, C]);
    hear(node, C, prune(O));
    expect(sendsOf(hear(node, C, rumor()))).toContainEqual({ to: C, message: graft(O) });
  });
});

describe('names that a peer made up', () => {
  test('take no place among the trees', () => {
    const node = nodeWith([B, C], { maxTrees: 2 });
    hear(node, B, rumor());
    hear(node, C, prune(O));
    for (let i = 0; i < 10; i++) {
      hear(node, B, prune(`made-up:${2 * i + 1}`));
      hear(node, B, graft(`made-up:${2 * i + 2}`));
    }
    expect(pushedTo(node)).toEqual([]);
  });

  test('and who is no peer changes no tree', () => {
    const node = fedByB([B, C]);
    hear(node, D, prune(O));
    hear(node, D, graft(O));
    expect(node.snapshot().lazy).toEqual([]);
  });
});

describe('the links outside of the tree', () => {
  test('are links, whoever prunes, grafts, comes and goes', () => {
    const node = fedByB([B, C]);
    for (let i = 0; i < 500; i++) {
      const other = addressOf(i % 40);
      if (other === A) continue;
      if (i % 3 === 0) hear(node, other, { type: 'neighbor', priority: 'high', request: 1 }, i);
      hear(node, other, i % 7 === 0 ? { type: 'disconnect' } : prune(O), i);
      if (i % 11 === 0) hear(node, other, rumor(), i);
      const { lazy, peers } = node.snapshot();
      expect(lazy.filter((peer) => !peers.includes(peer))).toEqual([]);
    }
  });
});

describe('a claim', () => {
  const claim = (): Rumor => {
    const { payload: _, ...facts } = rumor();
    return { ...facts, status: 'down' };
  };

  test('is flooded: the tree may be what a death just broke', () => {
    const node = fedByB([B, C, D]);
    hear(node, C, prune(O));
    expect(briefly(hear(node, B, claim()))).toEqual(['7002 rumor', '7003 rumor']);
  });

  test('and its copies change no tree', () => {
    const node = fedByB([B, C, D]);
    const twice = claim();
    hear(node, C, twice);
    expect(briefly(hear(node, B, twice))).toEqual([]);
    expect(node.snapshot().lazy).toEqual([]);
  });
});

describe('a goodbye', () => {
  test('goes over lazy links too: nobody can repair it later', () => {
    const node = fedByB([B, C]);
    node.handle({ type: 'publish', payload: 'Emma' }, NOW);
    for (const peer of [B, C]) hear(node, peer, prune(A));
    expect(briefly(node.handle({ type: 'leave' }, NOW))).toEqual([
      '7001 rumor',
      '7002 rumor',
      '7001 disconnect',
      '7002 disconnect',
    ]);
  });
});
