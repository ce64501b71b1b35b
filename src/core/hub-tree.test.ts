import { describe, expect, test } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { briefly, hear, link, makeNode, sendsOf } from '../../test/talk.ts';
import type { GossipNode } from './gossip-node.ts';
import type { Rumor } from './messages.ts';

/** In the order of their names: A is the hub wherever it is a peer. */
const [A, B, C, D, E] = [addressOf(0), addressOf(1), addressOf(2), addressOf(3), addressOf(4)];
const graftOfNothing = { type: 'graft', records: [] } as const;
let told = 0;

function rumor(): Rumor {
  const version = ++told;
  return { uuid: `u${version}`, origin: 'o:1', version, ttl: 9, hops: 1, payload: 'Emma' };
}

function nodeWith(self: string, ...peers: string[]): GossipNode {
  const node = makeNode(self, { strategy: 'hub' });
  link(node, ...peers);
  return node;
}

/** Whom a node tells its own news. */
function toldBy(node: GossipNode): string[] {
  return sendsOf(node.handle({ type: 'publish', payload: 'Emma' }, 0)).map(({ to }) => to);
}

const linkUp = (node: GossipNode, peer: string) =>
  briefly(hear(node, peer, { type: 'neighbor', priority: 'high', request: 0 }));

describe('a parent', () => {
  test('is the lowest-named peer, and is asked to push', () => {
    const node = nodeWith(C);
    expect(linkUp(node, B)).toEqual(['7001 neighborReply', '7001 graft']);
    expect(toldBy(node)).toEqual([B]);
  });

  test('gives way to a lower one, and is told so', () => {
    const node = nodeWith(C, B);
    expect(linkUp(node, A)).toEqual(['7000 neighborReply', '7000 graft', '7001 prune']);
    expect(toldBy(node)).toEqual([A]);
    expect(node.snapshot().lazy).toEqual([B]);
  });

  test('stays when a peer comes that is lower than us but not than it; that one is told not to push', () => {
    const node = nodeWith(C, A);
    expect(linkUp(node, B)).toEqual(['7001 neighborReply', '7001 prune']);
    expect(toldBy(node)).toEqual([A]);
  });

  test('is asked again when its link is made anew: it may have forgotten', () => {
    expect(linkUp(nodeWith(C, A), A)).toEqual(['7000 neighborReply', '7000 graft']);
  });

  test('that is lost is followed by the lowest that is left', () => {
    const node = nodeWith(D, A, B, C);
    expect(briefly(hear(node, A, { type: 'disconnect' }))).toContain('7001 graft');
    expect(toldBy(node)).toEqual([B]);
  });

  test('that prunes is asked again: without one we would hear of nothing', () => {
    const node = nodeWith(C, A);
    expect(sendsOf(hear(node, A, { type: 'prune' }))).toEqual([{ to: A, message: graftOfNothing }]);
    expect(toldBy(node)).toEqual([A]);
  });

  test('is none where all peers have higher names', () => {
    const node = nodeWith(A);
    expect(linkUp(node, B)).toEqual(['7001 neighborReply']);
  });
});

describe('a peer with a higher name', () => {
  test('is told everything from the first, in case it chooses us', () => {
    const node = nodeWith(B, C, D);
    expect(toldBy(node)).toEqual([C, D]);
  });

  test('is told nothing more once it says that it has another parent, until it grafts', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'prune' });
    expect(toldBy(node)).toEqual([D]);
    expect(node.snapshot().lazy).toEqual([C]);
    hear(node, C, graftOfNothing);
    expect(toldBy(node)).toEqual([C, D]);
  });

  test('is forgotten with its link', () => {
    const node = nodeWith(B, C, D);
    hear(node, C, { type: 'disconnect' });
    expect(toldBy(node)).toEqual([D]);
  });
});

describe('news', () => {
  test('goes to the parent and to the children, but not back', () => {
    const node = nodeWith(C, A, B, D, E);
    expect(briefly(hear(node, D, rumor()))).toEqual(['7000 rumor', '7004 rumor']);
    expect(briefly(hear(node, A, rumor()))).toEqual(['7003 rumor', '7004 rumor']);
  });

  test('over a link outside the tree goes on in the tree', () => {
    const node = nodeWith(C, A, B);
    expect(briefly(hear(node, B, rumor()))).toEqual(['7000 rumor']);
  });
});

describe('a copy', () => {
  test('from a lower name that is not our parent ends the pushing, both ways', () => {
    const node = nodeWith(C, A, B);
    hear(node, B, graftOfNothing);
    const twice = rumor();
    hear(node, A, twice);
    expect(briefly(hear(node, B, twice))).toEqual(['7001 prune']);
    expect(toldBy(node)).toEqual([A]);
  });

  test.each([
    ['from the parent', A],
    ['from a higher name, which may be a child', D],
    ['from one that is no peer', E],
  ])('%s changes nothing', (_name, from) => {
    const node = nodeWith(C, A, B, D);
    const twice = rumor();
    hear(node, B, twice);
    expect(briefly(hear(node, from, twice))).toEqual([]);
    expect(toldBy(node)).toEqual([A, D]);
  });
});

describe('a graft', () => {
  test('joins two trees over a link that neither had chosen', () => {
    const node = nodeWith(C, A, B);
    hear(node, B, graftOfNothing);
    expect(toldBy(node)).toEqual([A, B]);
  });

  test('from one that is no peer is not remembered', () => {
    const node = nodeWith(C, A);
    hear(node, E, graftOfNothing);
    expect(toldBy(node)).toEqual([A]);
  });
});
