import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { makeNode, sendsOf } from '../../../test/talk.ts';
import { VirtualNetwork } from '../../../test/virtual-network.ts';
import type { Address } from '../address.ts';
import { MAX_CONTACTS } from './bootstrap.ts';
import type { Effect } from '../boundary.ts';

const [A, B, C, D] = [0, 1, 2, 3].map(addressOf) as [Address, Address, Address, Address];

describe('a node that is alone', () => {
  test.each([
    ['its only contact', [B]],
    ['one of three contacts', [C, B, D]],
  ])('has joined within three seconds after %s came up, however late', (_, contacts) => {
    for (const lateMs of [1000, 10_000, 61_000, 600_500]) {
      for (const refusedAfterMs of [1, 1500]) {
        const network = new VirtualNetwork({
          seed: lateMs,
          parameters: { failedSendsAreReported: true },
          refusedAfterMs,
        });
        network.start(A, contacts);
        network.runFor(lateMs);
        network.start(B);
        network.runFor(3000);
        expect(network.snapshot(A).peers).toEqual([B]);
      }
    }
  });

  test('has one timer for its search, and asks a few contacts at a time', () => {
    const node = makeNode(A);
    const contacts = Array.from({ length: 500 }, (_, i) => addressOf(100 + i));
    let effects: readonly Effect[] = node.handle({ type: 'start', contacts }, 0);
    const asked = new Set<Address>();
    for (let now = 0, i = 0; i < 300; i++) {
      const searches = effects.filter((effect) => effect.type === 'schedule' && effect.timer.name === 'join');
      expect(searches).toHaveLength(1);
      const sends = sendsOf(effects).filter(({ message }) => message.type === 'getPeers');
      expect(sends.length).toBeLessThanOrEqual(3);
      for (const { to } of sends) asked.add(to);
      const [search] = searches;
      if (search?.type !== 'schedule') throw new Error('no search');
      expect(search.afterMs).toBeLessThanOrEqual(2000);
      now += search.afterMs;
      effects = node.handle({ type: 'timer', timer: search.timer }, now);
    }
    expect([...asked].sort()).toEqual(contacts.slice(0, MAX_CONTACTS).sort());
  });
});
