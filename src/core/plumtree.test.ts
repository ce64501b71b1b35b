import { describe, expect, test } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { seededRandom } from '../node/seeded-random.ts';
import { briefly, hear, link, makeNode, sendsOf } from '../../test/talk.ts';
import type { Effect } from './boundary.ts';
import type { GossipNode } from './gossip-node.ts';
import type { Message, Rumor } from './messages.ts';
import { uuidV7 } from './uuid.ts';

const [A, B, C, D, E] = [0, 1, 2, 3, 4].map(addressOf) as [string, string, string, string, string];
let told = 0;

function rumor(fields: Partial<Rumor> = {}): Rumor {
  const version = ++told;
  return { uuid: `u${version}`, origin: 'o:1', version, ttl: 9, hops: 1, payload: 'Emma', ...fields };
}

function nodeWith(...peers: string[]): GossipNode {
  const node = makeNode(A, { strategy: 'plumtree' });
  link(node, ...peers);
  return node;
}

describe('a rumor', () => {
  test('goes to every peer while all links are eager, but not back', () => {
    const node = nodeWith(B, C, D);
    expect(briefly(hear(node, B, rumor()))).toEqual(['7002 rumor', '7003 rumor']);
  });

  test('does not go over a lazy link', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'prune' });
    expect(node.snapshot().lazy).toEqual([C]);
    expect(briefly(hear(node, B, rumor()))).toEqual(['7003 rumor']);
    expect(briefly(node.handle({ type: 'publish', payload: 'Emma' }, 0))).toEqual(['7001 rumor', '7003 rumor']);
  });

  test('that is news and comes over a lazy link makes it eager: that peer is upstream now', () => {
    const node = nodeWith(B, C);
    hear(node, C, { type: 'prune' });
    hear(node, C, rumor());
    expect(node.snapshot().lazy).toEqual([]);
  });
});

describe('a copy of what another eager link brought', () => {
  test('prunes its link on both sides', () => {
    const node = nodeWith(B, C);
    const twice = rumor();
    hear(node, B, twice);
    expect(briefly(hear(node, C, twice))).toEqual(['7002 prune']);
    expect(node.snapshot().lazy).toEqual([C]);
  });

  test('is answered each time, because a prune may be lost', () => {
    const node = nodeWith(B, C);
    const twice = rumor();
    for (const from of [B, C]) hear(node, from, twice);
    expect(briefly(hear(node, C, twice))).toEqual(['7002 prune']);
  });

  test('prunes its link when the rumor is our own', () => {
    const node = nodeWith(B, C);
    node.handle({ type: 'publish', payload: 'Emma' }, 0);
    const [own] = node.snapshot().records;
    const { uuid, version } = own!;
    expect(briefly(hear(node, B, rumor({ uuid, version, origin: A })))).toEqual(['7001 prune']);
  });
});

describe('a copy does not prune its link', () => {
  test('when the same peer brought the first: the transport delivered twice', () => {
    const node = nodeWith(B, C);
    const twice = rumor();
    hear(node, B, twice);
    expect(briefly(hear(node, B, twice))).toEqual([]);
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('when repair brought the first over a lazy link: then nobody else pushes to us', () => {
    const node = nodeWith(B, C);
    hear(node, B, { type: 'prune' });
    const twice = rumor();
    hear(node, B, { type: 'delta', rumors: [twice] });
    expect(briefly(hear(node, C, twice))).toEqual([]);
    expect(node.snapshot().lazy).toEqual([B]);
  });

  test('when the one that brought the first is no peer any more', () => {
    const node = nodeWith(B, C);
    const twice = rumor();
    hear(node, B, twice);
    hear(node, B, { type: 'disconnect' });
    expect(briefly(hear(node, C, twice))).toEqual([]);
  });

  test('when it comes from one that is no peer', () => {
    const node = nodeWith(B);
    const twice = rumor();
    hear(node, B, twice);
    expect(briefly(hear(node, D, twice))).toEqual([]);
  });
});

describe('of rumors created within one second', () => {
  const random = seededRandom(1);
  const NOW = 6000;
  const createdAt = (ms: number) => rumor({ uuid: uuidV7(ms, random), origin: `o:${ms}` });
  const copyOf = (node: GossipNode, twice: Rumor) => briefly(hear(node, C, twice, NOW));

  test('the first decides: copies of the others prune no link', () => {
    const node = nodeWith(B, C);
    const [first, second] = [createdAt(5000), createdAt(5300)] as const;
    for (const one of [first, second]) hear(node, B, one, NOW);
    expect(copyOf(node, second)).toEqual([]);
    expect(copyOf(node, first)).toEqual(['7002 prune']);
  });

  test('the first decides also where it came later', () => {
    const node = nodeWith(B, C);
    const [first, second] = [createdAt(5000), createdAt(5300)] as const;
    for (const one of [second, first]) hear(node, B, one, NOW);
    expect(copyOf(node, second)).toEqual([]);
    expect(copyOf(node, first)).toEqual(['7002 prune']);
  });

  test('none decides any more once one of the next second has come', () => {
    const node = nodeWith(B, C);
    const [former, next] = [createdAt(5300), createdAt(6000)] as const;
    for (const one of [former, next]) hear(node, B, one, NOW);
    expect(copyOf(node, former)).toEqual([]);
    expect(copyOf(node, next)).toEqual(['7002 prune']);
  });
});

describe('a link', () => {
  test('is eager when it is new, and again when it is made anew', () => {
    const node = nodeWith(B, C);
    hear(node, B, { type: 'prune' });
    link(node, B);
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('is eager again after a graft from its other side', () => {
    const node = nodeWith(B, C);
    hear(node, B, { type: 'prune' });
    expect(briefly(hear(node, B, { type: 'graft', records: [] }))).toEqual([]);
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('that is lost and was eager makes all others eager, and says so to them', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'prune' });
    expect(briefly(hear(node, B, { type: 'disconnect' }))).toContain('7002 graft');
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('that a newcomer was put into goes on through the newcomer', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'prune' });
    expect(briefly(hear(node, B, { type: 'disconnect', instead: E }))).toEqual(['7004 neighbor']);
    expect(node.snapshot().lazy).toEqual([C]);
    hear(node, E, { type: 'neighborReply', accepted: true, request: 1 });
    expect(briefly(hear(node, D, rumor()))).toEqual(['7004 rumor']);
  });

  test('that is lost and was lazy changes nothing', () => {
    const node = nodeWith(B, C, D);
    for (const peer of [C, D]) hear(node, peer, { type: 'prune' });
    expect(briefly(hear(node, C, { type: 'disconnect' }))).not.toContain('7003 graft');
    expect(node.snapshot().lazy).toEqual([D]);
  });

  test("that is a node's last eager one is made up for by another when it is pruned", () => {
    const node = nodeWith(B, C);
    hear(node, C, { type: 'prune' });
    expect(briefly(hear(node, B, { type: 'prune' }))).toEqual(['7002 graft']);
    expect(node.snapshot().lazy).toEqual([B]);
  });

  test('that is the only one is taken up again when it is pruned: two copies crossed on it', () => {
    const node = nodeWith(B);
    expect(briefly(hear(node, B, { type: 'prune' }))).toEqual(['7001 graft']);
    expect(node.snapshot().lazy).toEqual([]);
  });

  test('is not lazy for one that is no peer', () => {
    const node = nodeWith(B);
    hear(node, D, { type: 'prune' });
    expect(node.snapshot().lazy).toEqual([]);
  });
});

describe('the links outside of the tree', () => {
  test('are links, whoever prunes, grafts, comes and goes', () => {
    const node = nodeWith(B, C);
    for (let i = 0; i < 500; i++) {
      const other = addressOf(i % 40);
      if (other === A) continue;
      if (i % 3 === 0) hear(node, other, { type: 'neighbor', priority: 'high', request: 1 }, i);
      hear(node, other, { type: i % 7 === 0 ? 'disconnect' : 'prune' }, i);
      const { lazy, peers } = node.snapshot();
      expect(lazy.filter((peer) => !peers.includes(peer))).toEqual([]);
    }
  });
});

describe('a claim', () => {
  const claim = (): Rumor => {
    const { payload: _, ...told } = rumor();
    return { ...told, status: 'down' };
  };

  test('is flooded: the tree may be what a death just broke', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'prune' });
    expect(briefly(hear(node, B, claim()))).toEqual(['7002 rumor', '7003 rumor']);
  });

  test('and its copies change no tree', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'prune' });
    const twice = claim();
    hear(node, C, twice);
    expect(briefly(hear(node, B, twice))).toEqual([]);
    expect(node.snapshot().lazy).toEqual([C]);
  });
});

describe('a goodbye', () => {
  test('goes over lazy links too: nobody can repair it later', () => {
    const node = nodeWith(B, C);
    for (const peer of [B, C]) hear(node, peer, { type: 'prune' });
    expect(briefly(node.handle({ type: 'leave' }, 0))).toEqual([
      '7001 rumor',
      '7002 rumor',
      '7001 disconnect',
      '7002 disconnect',
    ]);
  });
});

describe('a tree that is deeper than it need be', () => {
  const NEWS = 'v1';
  /** B brought the latest news after so many sends; C is a link outside of the tree. */
  function deepNode(hops: number): GossipNode {
    const node = nodeWith(B, C);
    hear(node, C, { type: 'prune' });
    hear(node, B, rumor({ uuid: NEWS, hops }), 0);
    return node;
  }
  const heartbeatOf = (node: GossipNode, hops: number, uuid = NEWS) =>
    ({ type: 'heartbeat', hash: hashOf(node), depth: [uuid, hops] }) as const;
  const hashOf = (node: GossipNode): string => {
    const said = sendsOf(node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, 1));
    const heartbeat = said.find(({ message }) => message.type === 'heartbeat')?.message;
    return heartbeat?.type === 'heartbeat' ? heartbeat.hash : '';
  };

  test('takes a link in over which the news would have come three sends sooner, for the one that brought it', () => {
    const node = deepNode(9);
    expect(briefly(hear(node, C, heartbeatOf(node, 5), 2))).toEqual(['7002 graft', '7001 prune']);
    expect(node.snapshot().lazy).toEqual([B]);
  });

  test.each([
    ['for two sends', 6, NEWS, C],
    ['by what is said of other news', 0, 'v0', C],
    ['by a peer that is in it already', 0, NEWS, B],
  ])('is not changed %s', (_, hops, uuid, from) => {
    const node = deepNode(9);
    expect(hear(node, from, heartbeatOf(node, hops, uuid), 2)).toEqual([]);
    expect(node.snapshot().lazy).toEqual([C]);
  });

  test('is not changed while news is under way', () => {
    const node = deepNode(9);
    hear(node, C, { ...heartbeatOf(node, 0), hash: 'ffffffffffffffff' }, 2);
    expect(node.snapshot().lazy).toEqual([C]);
  });

  test('is not looked after when a peer leaves it for a shorter way: nothing was cut', () => {
    const isLookedAfter = (prune: Message): boolean => {
      const node = nodeWith(B, C, D);
      const beats = (effects: readonly Effect[]) =>
        effects.some((effect) => effect.type === 'schedule' && effect.timer.name === 'heartbeat');
      hear(node, B, rumor(), 0);
      for (let now = 0; now < 60_000; now += 5000) node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, now);
      hear(node, C, prune, 55_100);
      return beats(hear(node, B, rumor(), 55_100));
    };
    expect(isLookedAfter({ type: 'prune' })).toBe(true);
    expect(isLookedAfter({ type: 'prune', instead: D })).toBe(false);
  });

  test('is told of over links outside of it, as long as the news is young', () => {
    const node = deepNode(9);
    const depths = (now: number) =>
      sendsOf(node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, now)).flatMap(({ to, message }) =>
        message.type === 'heartbeat' ? [[to, message.depth]] : [],
      );
    expect(depths(1000)).toEqual([
      [B, undefined],
      [C, [NEWS, 9]],
    ]);
    expect(depths(20_000)).toEqual([
      [B, undefined],
      [C, undefined],
    ]);
  });
});
