import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { briefly, hear, link, makeNode, sendsOf } from '../../../test/talk.ts';

const A = addressOf(0);
const PEERS = [1, 2, 3, 4, 5, 6, 7].map(addressOf);
const rumor = { uuid: 'u', origin: 'o:1', version: 1, ttl: 9, hops: 1, payload: 'Emma' };

function nodeWith(fanout: number, peers: readonly string[] = PEERS, seed = 1) {
  const node = makeNode(A, { strategy: 'random', parameters: { fanout, maxPeers: 8 }, seed });
  link(node, ...peers);
  return node;
}

describe('a first copy', () => {
  test('goes to fanout distinct peers, and never back', () => {
    for (let seed = 0; seed < 50; seed++) {
      const to = sendsOf(hear(nodeWith(3, PEERS, seed), PEERS[0]!, rumor)).map((send) => send.to);
      expect(new Set(to).size).toBe(3);
      expect(to).not.toContain(PEERS[0]);
    }
  });

  test('goes to all others when there are fewer than fanout', () => {
    expect(briefly(hear(nodeWith(5, PEERS.slice(0, 3)), PEERS[0]!, rumor)).sort()).toEqual([
      '7002 rumor',
      '7003 rumor',
    ]);
  });

  test('goes nowhere with fanout 0', () => {
    expect(sendsOf(hear(nodeWith(0), PEERS[0]!, rumor))).toEqual([]);
  });

  test('reaches each peer equally often: 4000 draws of 2 out of 6, within five sigma', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      for (const { to } of sendsOf(hear(nodeWith(2, PEERS, seed), PEERS[0]!, rumor))) {
        counts.set(to, (counts.get(to) ?? 0) + 1);
      }
    }
    const sigma = Math.sqrt(2000 * (1 / 3) * (2 / 3));
    for (const peer of PEERS.slice(1)) expect(Math.abs(counts.get(peer)! - 2000 / 3)).toBeLessThan(5 * sigma);
  });
});

describe('a second copy', () => {
  test('goes nowhere and changes no link', () => {
    const node = nodeWith(3);
    hear(node, PEERS[0]!, rumor);
    expect(sendsOf(hear(node, PEERS[1]!, rumor))).toEqual([]);
    expect(node.snapshot().lazy).toEqual([]);
  });
});
