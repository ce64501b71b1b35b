import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { makeNode, sendsOf, heartbeatOf } from '../../../test/talk.ts';
import type { Address } from '../address.ts';
import type { Effect } from '../boundary.ts';

const [SELF, SEED, OTHER] = [0, 1, 2].map(addressOf) as [Address, Address, Address];
const ALIAS = 'localhost:7001';

function started(...contacts: Address[]) {
  const node = makeNode(SELF);
  node.handle({ type: 'start', contacts }, 0);
  return node;
}

/** Whom it asks for a link on so many beats, an hour apart. */
function askedOn(node: ReturnType<typeof makeNode>, beats: number): Set<Address> {
  const effects: Effect[] = [];
  for (let beat = 1; beat <= beats; beat++) {
    effects.push(...node.handle({ type: 'timer', timer: heartbeatOf(node) }, beat * 3_600_000));
  }
  return new Set(sendsOf(effects).flatMap(({ to, message }) => (message.type === 'neighbor' ? [to] : [])));
}

describe('a contact that calls itself by another name', () => {
  test('is asked for links under that name alone', () => {
    const node = started(ALIAS);
    node.handle({ type: 'named', contact: ALIAS, self: SEED }, 0);
    expect(askedOn(node, 20)).toEqual(new Set([SEED]));
  });

  test('and was asked for a link already is asked anew, under its name', () => {
    const node = started(ALIAS);
    expect(askedOn(node, 3)).toEqual(new Set([ALIAS]));
    const effects = node.handle({ type: 'named', contact: ALIAS, self: SEED }, 3 * 3_600_000);
    expect(sendsOf(effects)).toMatchObject([{ to: SEED, message: { type: 'neighbor', priority: 'high' } }]);
  });

  test('is asked for its peers under the name that it was given, which may lead to another node by then', () => {
    const node = started(ALIAS);
    node.handle({ type: 'named', contact: ALIAS, self: SEED }, 0);
    const effects = node.handle({ type: 'timer', timer: { name: 'join', attempt: 0 } }, 10_000);
    expect(sendsOf(effects)).toMatchObject([{ to: ALIAS, message: { type: 'getPeers' } }]);
    node.handle({ type: 'named', contact: ALIAS, self: OTHER }, 10_000);
    const hear = { type: 'message', from: OTHER, message: { type: 'peers', peers: [] } } as const;
    expect(sendsOf(node.handle(hear, 10_000))).toMatchObject([{ to: OTHER, message: { type: 'join' } }]);
  });

  test('and that name is our own is asked for no link', () => {
    const node = started(ALIAS);
    node.handle({ type: 'named', contact: ALIAS, self: SELF }, 0);
    expect(askedOn(node, 10)).toEqual(new Set());
  });

  test('is one with a contact that was given by its name', () => {
    const node = started(ALIAS, SEED);
    node.handle({ type: 'named', contact: ALIAS, self: SEED }, 0);
    expect(askedOn(node, 20)).toEqual(new Set([SEED]));
  });
});

test('only a contact is given another name', () => {
  const node = started(SEED);
  node.handle({ type: 'named', contact: ALIAS, self: OTHER }, 0);
  expect(askedOn(node, 20)).toEqual(new Set([SEED]));
});
