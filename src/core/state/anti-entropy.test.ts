import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, rumorsArbitrary } from '../../../test/arbitraries.ts';
import { briefly, converse, hear, makeNode, sendsOf, tableOf } from '../../../test/talk.ts';
import { compare, deltaOf, digestOf, wanted } from './anti-entropy.ts';
import type { GossipNode } from '../node.ts';
import type { Digest, Message, Rumor } from '../messages.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';
import { Table } from './table.ts';

const [A, B] = [addressOf(8), addressOf(9)];

function nodeWith(self: string, rumors: readonly Rumor[], maxDeltaRumors = 1000): GossipNode {
  const node = makeNode(self, { parameters: { maxDeltaRumors } });
  for (const [i, rumor] of rumors.entries()) hear(node, 'teller:1', { ...rumor, ttl: 1 }, i);
  return node;
}

function digest(node: GossipNode): Message {
  const table = new Table(1000);
  const told = sendsOf(hear(node, 'observer:1', { type: 'digest', entries: [] }))[0]?.message;
  if (told?.type === 'delta') for (const rumor of told.rumors) table.merge(rumor, 'teller:1', 1, 0);
  return digestIn(table);
}

function told(rumors: readonly Rumor[]): Table {
  const table = new Table(1000);
  for (const [i, rumor] of rumors.entries()) table.merge(rumor, rumor.origin, 1, i);
  return table;
}

/** A table small enough for one digest. */
function digestIn(table: Table): Digest {
  const digest = digestOf(table, DEFAULT_PARAMETERS);
  if (digest === undefined) throw new Error('too large for one digest');
  return digest;
}

describe('an exchange', () => {
  test('brings any two tables to agreement with one digest', () => {
    fc.assert(
      fc.property(rumorsArbitrary(), rumorsArbitrary(), (x, y) => {
        const [a, b] = [nodeWith(A, x), nodeWith(B, y)];
        const expected = tableOf(nodeWith(A, [...x, ...y]));
        const said = converse([a, b], a, { type: 'message', from: B, message: digest(b) });
        expect(tableOf(a)).toEqual(expected);
        expect(tableOf(b)).toEqual(expected);
        expect(said.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('brings them to agreement also in bounded pieces, and always ends', () => {
    fc.assert(
      fc.property(rumorsArbitrary(), rumorsArbitrary(), fc.integer({ min: 1, max: 4 }), (x, y, max) => {
        const [a, b] = [nodeWith(A, x, max), nodeWith(B, y, max)];
        const said = converse([a, b], a, { type: 'message', from: B, message: digest(nodeWith(B, y)) }, 1000);
        const all = digestIn(told([...x, ...y]));
        for (const node of [a, b]) expect(briefly(hear(node, 'observer:1', all, 2000))).toEqual([]);
        const pieces = said.flatMap((message) => (message.type === 'delta' ? [message.rumors.length] : []));
        expect(Math.max(0, ...pieces)).toBeLessThanOrEqual(max);
        expect(said.length).toBeLessThanOrEqual(3 * (x.length + y.length) + 3);
      }),
    );
  });

  test('of tables that agree says nothing', () => {
    fc.assert(
      fc.property(rumorsArbitrary(), (rumors) => {
        expect(compare(told(rumors), digestIn(told(rumors)))).toEqual({ theyLack: [], weLack: [] });
      }),
    );
  });

  test('grows in proportion to the difference, not with its square or worse', () => {
    const lengths = [8, 16, 32].map((count) => {
      const rumors = (side: string) =>
        Array.from({ length: count }, (_, i) => ({
          uuid: `${side}${i}`,
          origin: `${side}:${i}`,
          version: 1,
          ttl: 1,
          payload: i,
        }));
      const [a, b] = [nodeWith(A, rumors('x'), 1), nodeWith(B, rumors('y'), 1)];
      return converse([a, b], a, { type: 'message', from: B, message: digest(nodeWith(B, rumors('y'))) }).length;
    });
    expect(lengths[1]! / lengths[0]!).toBeLessThan(2.1);
    expect(lengths[2]! / lengths[1]!).toBeLessThan(2.1);
  });

  test('ends when the other side can take nothing', () => {
    const rumors = Array.from({ length: 5 }, (_, i) => ({
      uuid: `u${i}`,
      origin: `o:${i}`,
      version: 1,
      ttl: 1,
      payload: i,
    }));
    const a = nodeWith(A, rumors, 2);
    const b = makeNode(B, { parameters: { maxMembers: 1 } });
    hear(b, 'teller:1', { uuid: 'b', origin: 'other:1', version: 1, ttl: 1, payload: 0 });
    const said = converse([a, b], a, { type: 'message', from: B, message: { type: 'digest', entries: [] } });
    expect(said.map(({ type }) => type)).toEqual(['delta']);
  });
});

describe('a delta', () => {
  test('is the oldest first, on their last send, one hop further', () => {
    const rumors = [3, 1, 2].map((i) => ({ uuid: `u${i}`, origin: `o:${i}`, version: 1, ttl: 9, payload: i }));
    const table = new Table(10);
    for (const [i, at] of [30, 10, 20].entries()) table.merge(rumors[i]!, 'teller:1', 4, at);
    const delta = deltaOf([...table.records()], { ...DEFAULT_PARAMETERS, maxDeltaRumors: 2 });
    expect(delta.rumors.map(({ uuid, ttl, hops }) => [uuid, ttl, hops])).toEqual([
      ['u1', 1, 5],
      ['u2', 1, 5],
    ]);
    expect(delta.more).toBe(true);
    expect(deltaOf([...table.records()], { ...DEFAULT_PARAMETERS, maxDeltaRumors: 3 }).more).toBeUndefined();
  });

  test('of which there is more: what is old news is answered with the newer', () => {
    const node = nodeWith(A, [{ uuid: 'new', origin: 'o:1', version: 2, ttl: 1, payload: 2 }]);
    const old = { uuid: 'old', origin: 'o:1', version: 1, ttl: 1, payload: 1 };
    const answers = sendsOf(hear(node, B, { type: 'delta', rumors: [old], more: true }));
    expect(answers.map(({ message }) => message)).toMatchObject([
      { type: 'delta', rumors: [{ uuid: 'new' }] },
      { type: 'digest', entries: [['o:1', 2, expect.any(String)]] },
    ]);
    expect(briefly(hear(node, B, { type: 'delta', rumors: [old] }))).toEqual([]);
  });

  test('that brings nothing new is not continued', () => {
    const rumor = { uuid: 'u', origin: 'o:1', version: 1, ttl: 1, payload: 1 };
    const node = makeNode(A);
    expect(sendsOf(hear(node, B, { type: 'delta', rumors: [rumor], more: true }))).toMatchObject([
      { message: { type: 'digest' } },
    ]);
    expect(sendsOf(hear(node, B, { type: 'delta', rumors: [rumor], more: true }))).toEqual([]);
  });
});

describe('what is asked for', () => {
  const rumors: Rumor[] = [
    { uuid: 'f', origin: 'o:1', version: 1, ttl: 1, payload: 'favourite' },
    { uuid: 'k', origin: 'o:1', version: 2, ttl: 1, payload: 'mood', key: 'mood' },
    { uuid: 'c', origin: 'o:1', version: 2, ttl: 1, status: 'down' },
  ];

  test('by origin is the favourite and the claim, by key the keyed record, each once', () => {
    const uuids = (...records: (readonly [string] | readonly [string, string])[]) =>
      wanted(told(rumors), { type: 'want', records }).map(({ rumor }) => rumor.uuid);
    expect(uuids(['o:1'])).toEqual(['f', 'c']);
    expect(uuids(['o:1', 'mood'])).toEqual(['k']);
    expect(uuids(['o:1'], ['o:1'], ['o:1', 'mood'])).toEqual(['f', 'c', 'k']);
    expect(uuids(['unknown:1'], ['o:1', 'other'])).toEqual([]);
  });

  test('leaves out what is not news: a claim that our content refutes', () => {
    const theirs: Digest = { type: 'digest', entries: [['o:1', 1, 'down']] };
    expect(compare(told([rumors[0]!]), theirs).weLack).toEqual([['o:1']]);
    expect(compare(told([{ ...rumors[0]!, version: 2 }]), theirs).weLack).toEqual([]);
  });

  test('a claim that the other side has refuted is not pushed on it', () => {
    const newer = told([{ uuid: 'n', origin: 'o:1', version: 3, ttl: 1, payload: 'newer' }, rumors[1]!]);
    expect(compare(told(rumors), digestIn(newer)).theyLack).toEqual([]);
  });
});

describe('a claim that is dormant here', () => {
  const content: Rumor = { uuid: 'f', origin: 'o:1', version: 1, ttl: 1, payload: 'favourite' };
  const claim: Rumor = { uuid: 'c', origin: 'o:1', version: 1, ttl: 1, status: 'down' };
  const asleep = told([content, claim]);
  asleep.reap(3000, 6000);

  test('is told to who holds its origin for alive, and nothing is asked for', () => {
    const { theyLack, weLack } = compare(asleep, digestIn(told([content])));
    expect(theyLack.map(({ rumor }) => rumor.uuid)).toEqual(['c']);
    expect(weLack).toEqual([]);
  });

  test('is not told to who knows it, nor to who has forgotten its origin', () => {
    expect(compare(asleep, digestIn(told([content, claim])))).toEqual({ theyLack: [], weLack: [] });
    expect(compare(asleep, digestIn(told([])))).toEqual({ theyLack: [], weLack: [] });
  });
});
