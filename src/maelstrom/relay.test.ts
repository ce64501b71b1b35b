import { describe, expect, test } from 'vitest';
import { EffectQueue } from '../core/effects.ts';
import type { Rumor } from '../core/messages.ts';
import { Relay, RELAY_TTL, TURN_MS } from './relay.ts';

const NAMES = ['n0:1', 'n1:1', 'n2:1', 'n3:1'];
const RUMOR: Rumor = { uuid: 'u', origin: 'n1:1', version: 1, ttl: RELAY_TTL, hops: 1, key: '5', payload: 5 };

/** At `n1`, whose turn is the second. */
function relayAt(turn: number, down: readonly string[] = []) {
  const effects = new EffectQueue();
  effects.now = turn * TURN_MS;
  const relay = new Relay('n1:1', [...NAMES].reverse(), (member) => down.includes(member), effects);
  const sent = () =>
    effects.take().map((effect) => {
      const { to, message } = effect as { to: string; message: Rumor };
      return `${to.slice(0, 2)} ttl ${message.ttl}`;
    });
  return { relay, sent };
}

describe('a value goes', () => {
  test.each([
    [0, [], ['n0 ttl 2']],
    [2, [], ['n2 ttl 2']],
    [6, [], ['n2 ttl 2']],
    [2, ['n2:1'], ['n3 ttl 2']],
    [3, ['n3:1'], ['n0 ttl 2']],
  ])('in turn %i to whose turn it is, of those not in %j', (turn, down, expected) => {
    const { relay, sent } = relayAt(turn, down);
    relay.spread(RUMOR, 'n1:1');
    expect(sent()).toEqual(expected);
  });

  test('from whose turn it is to all others, for the last time', () => {
    const { relay, sent } = relayAt(1, ['n3:1']);
    relay.spread(RUMOR, 'n1:1');
    expect(sent()).toEqual(['n0 ttl 1', 'n2 ttl 1']);
  });

  test('from who was given it with a send to spare to all others, whatever its clock says', () => {
    const { relay, sent } = relayAt(2);
    relay.spread({ ...RUMOR, ttl: 1 }, 'n0:1');
    expect(sent()).toEqual(['n2 ttl 1', 'n3 ttl 1']);
  });

  test('to whose turn it is when repair has brought it', () => {
    const { relay, sent } = relayAt(2);
    relay.repaired('n0:1', { ...RUMOR, ttl: 1 });
    expect(sent()).toEqual(['n2 ttl 2']);
  });
});
