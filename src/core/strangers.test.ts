import { expect, test } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { briefly, hear, link, makeNode } from '../../test/talk.ts';
import type { GossipNode } from './gossip-node.ts';

const PEERS = [1, 2, 3, 4].map(addressOf);
const STRANGERS = [11, 12, 13, 14, 15, 16, 17, 18].map(addressOf);

/** A node that knows the strangers, and all of its peers but the last, by name. */
function nodeAmongStrangers(failedSendsAreReported = true): GossipNode {
  const node = makeNode(addressOf(0), { parameters: { failedSendsAreReported } });
  link(node, ...PEERS);
  for (const origin of [...PEERS.slice(0, -1), ...STRANGERS]) {
    hear(node, PEERS[0]!, { uuid: origin, origin, version: 1, ttl: 1, hops: 1, payload: 'Emma' });
  }
  for (const peer of PEERS) hear(node, peer, { type: 'pong' }, 9000);
  return node;
}

/** Whom it pings on so many beats; eight last until it has been quiet for long. */
function pings(node: GossipNode, beats = 8): string[] {
  const sends: string[] = [];
  let now = 10_000;
  for (let i = 0; i < beats; i++) {
    const effects = node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, now);
    sends.push(...briefly(effects).filter((send) => send.endsWith(' ping')));
    const next = effects.find((effect) => effect.type === 'schedule' && effect.timer.name === 'heartbeat');
    now += next?.type === 'schedule' ? next.afterMs : 0;
  }
  return sends;
}

test('who has lost a peer looks for two random members when things have calmed down, once', () => {
  const node = nodeAmongStrangers();
  expect(pings(node)).toEqual([]);
  for (const peer of PEERS.slice(0, 2)) node.handle({ type: 'unreachable', peer, refused: true }, 9000);
  const first = node.handle({ type: 'timer', timer: { name: 'heartbeat' } }, 9500);
  expect(briefly(first).filter((send) => send.endsWith('ping'))).toEqual([]);
  const found = pings(node);
  expect(found).toHaveLength(4);
  expect(new Set(found).size).toBe(4);
  expect(pings(node)).toEqual([]);
});

test('where failed sends are not reported, others are asked to look, too', () => {
  const node = nodeAmongStrangers(false);
  node.handle({ type: 'unreachable', peer: PEERS[3]!, refused: false }, 9000);
  expect(pings(node, 3)).toHaveLength(2);
  expect(node.snapshot().inquiries).toBe(2);
});
