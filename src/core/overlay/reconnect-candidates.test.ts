import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { addressOf } from '../../../test/arbitraries.ts';
import { makeNode, hear, link, sendsOf, heartbeatOf } from '../../../test/talk.ts';
import { VirtualNetwork } from '../../../test/virtual-network.ts';
import { seededRandom } from '../../http/seeded-random.ts';
import { islandsOf } from '../../verify/network-facts.ts';
import type { Address } from '../address.ts';
import { MAX_CONTACTS } from './bootstrap.ts';
import type { Effect } from '../boundary.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';
import { MAX_CANDIDATES, MAX_LONG_LOST, ReconnectCandidates } from './reconnect-candidates.ts';

const [A, B, C] = [0, 1, 2].map(addressOf) as [Address, Address, Address];
const { reapAfterMs } = DEFAULT_PARAMETERS;
const WEEK = 168 * reapAfterMs;
const candidatesOf = (): ReconnectCandidates => new ReconnectCandidates(DEFAULT_PARAMETERS, seededRandom(1));

/** Tries whoever has a turn, in vain, on a beat every five seconds. @returns how often each was tried */
function triesIn(candidates: ReconnectCandidates, fromMs: number, toMs: number): Map<Address, number> {
  const tries = new Map<Address, number>();
  for (let now = fromMs; now < toMs; now += 5000) {
    const next = candidates.next(now);
    if (next === undefined) continue;
    candidates.tried(next, now);
    candidates.add(next, now);
    tries.set(next, (tries.get(next) ?? 0) + 1);
  }
  return tries;
}

describe('a member that died', () => {
  test('is asked for a link less and less often, and after it was forgotten hardly ever', () => {
    const node = makeNode(A);
    link(node, B, C);
    hear(node, B, { uuid: 'c', origin: C, version: 1, ttl: 1, payload: null });
    hear(node, B, { uuid: 'c is down', origin: C, version: 1, ttl: 1, status: 'down' });
    node.handle({ type: 'unreachable', peer: C, refused: true }, 0);
    const requests = { before: 0, after: 0 };
    let isReaped = false;
    let beats = 0;
    for (let now = 0; beats < 2000; now += 5000) {
      const effects: Effect[] = node.handle({ type: 'timer', timer: heartbeatOf(node) }, now);
      isReaped ||= effects.some((e) => e.type === 'event' && e.event.type === 'reaped');
      if (isReaped) beats++;
      for (const { to, message } of sendsOf(effects)) {
        if (message.type !== 'neighbor' || to !== C) continue;
        expect(message.priority).toBe('high');
        requests[isReaped ? 'after' : 'before']++;
        node.handle({ type: 'unreachable', peer: C, refused: true }, now);
      }
      for (const effect of effects) {
        if (effect.type === 'schedule' && effect.timer.name === 'timeout') {
          node.handle({ type: 'timer', timer: effect.timer }, now + effect.afterMs);
        }
      }
    }
    expect(requests.before).toBeGreaterThan(30);
    expect(requests.before).toBeLessThan(100);
    expect(requests.after).toBeGreaterThan(5);
    expect(requests.after).toBeLessThan(30);
  });

  test('is given up after a week', () => {
    const candidates = candidatesOf();
    candidates.add(B, 0);
    candidates.reaped(B, reapAfterMs);
    expect(triesIn(candidates, WEEK - reapAfterMs, WEEK).get(B)).toBeGreaterThan(3);
    expect(triesIn(candidates, WEEK + reapAfterMs, WEEK + 5 * reapAfterMs)).toEqual(new Map());
    expect(candidates.size).toBe(0);
  });

  test('and is one of the contacts is never given up', () => {
    const candidates = candidatesOf();
    candidates.setContacts([B], 0);
    expect(triesIn(candidates, 2 * WEEK, 2 * WEEK + 2 * reapAfterMs).get(B)).toBeGreaterThan(6);
  });

  test('and is one of the contacts is tried again when others found out about it, and the table has forgotten it', () => {
    const candidates = candidatesOf();
    candidates.setContacts([B], 0);
    candidates.delete(B);
    candidates.reaped(B, reapAfterMs);
    candidates.reaped(C, reapAfterMs);
    expect([...triesIn(candidates, reapAfterMs, 3 * reapAfterMs).keys()]).toEqual([B]);
  });
});

test('of those that were lost lately, and of the long lost, only so many are kept, but every contact', () => {
  const contacts = Array.from({ length: MAX_CONTACTS }, (_, i) => addressOf(1000 + i));
  const action = fc.record({
    what: fc.constantFrom('add' as const, 'reaped' as const, 'delete' as const, 'next' as const),
    index: fc.nat(200),
    afterMs: fc.nat(reapAfterMs / 10),
  });
  fc.assert(
    fc.property(fc.array(action, { minLength: 100, maxLength: 400 }), (actions) => {
      const candidates = candidatesOf();
      candidates.setContacts(contacts, 0);
      let now = 0;
      for (const { what, index, afterMs } of actions) {
        now += afterMs;
        if (what === 'next') candidates.next(now);
        else candidates[what](addressOf(index), now);
        expect(candidates.size).toBeLessThanOrEqual(MAX_CANDIDATES + MAX_LONG_LOST + MAX_CONTACTS);
        expect(contacts.every((contact) => candidates.has(contact))).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('two halves find each other after a partition that outlasted the reaping time, though their contact is long dead', () => {
  for (const seed of [1, 2, 3]) {
    const network = new VirtualNetwork({
      seed,
      parameters: { failedSendsAreReported: true, reapAfterMs: 60_000 },
      timeoutMs: 4000,
      delayMs: { min: 1, max: 20 },
    });
    const nodes = Array.from({ length: 11 }, (_, i) => addressOf(i));
    for (const node of nodes) network.start(node, node === A ? [] : [A]);
    for (const node of nodes) network.publish(node, node);
    network.runFor(20_000);
    network.crash(A);
    network.runFor(150_000);
    network.partition(nodes.slice(1, 6), nodes.slice(6));
    network.runFor(400_000);
    expect(network.snapshot(nodes[1]!).records).toHaveLength(5);
    network.heal();
    network.runFor(60_000);
    expect(islandsOf(network)).toBe(1);
    expect(nodes.slice(1).map((node) => network.snapshot(node).records.length)).toEqual(Array(10).fill(10));
  }
});
