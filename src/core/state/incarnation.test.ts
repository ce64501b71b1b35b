import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, rumorArbitrary } from '../../../test/arbitraries.ts';
import {
  briefly,
  eventsOf,
  hear,
  link,
  makeNode,
  sendsOf,
  publish,
  rumorOf,
  spreadBy,
  typesOf,
} from '../../../test/talk.ts';
import type { Effect } from '../boundary.ts';
import { isRumor, type Rumor } from '../messages.ts';
import { MAX_VERSION } from '../parameters.ts';

const [A, B, C, D] = [addressOf(0), addressOf(1), addressOf(2), addressOf(3)];

describe('a node that hears of itself', () => {
  test('at a version it did not send goes above it, and says again what it likes now', () => {
    const node = makeNode(A);
    publish(node, 'Emma');
    link(node, B);
    const effects = hear(node, B, rumorOf(A, 7, { payload: 'Persuasion' }));
    expect(spreadBy(effects)).toMatchObject({ origin: A, version: 8, payload: 'Emma' });
    expect(eventsOf(effects)).toContainEqual({ type: 'refuted', heard: 7, version: 8, status: 'alive' });
  });

  test('before it has said anything takes over what it liked', () => {
    const node = makeNode(A);
    hear(node, B, rumorOf(A, 7, { payload: 'Persuasion' }));
    expect(node.snapshot().records).toMatchObject([{ version: 8, payload: 'Persuasion' }]);
  });

  test('below the version it remembers takes over what it had said, without a word', () => {
    const node = makeNode(A, { version: 9 });
    link(node, B);
    const effects = hear(node, B, rumorOf(A, 7, { ttl: 1, payload: 'Persuasion' }));
    expect(sendsOf(effects)).toEqual([]);
    expect(node.snapshot()).toMatchObject({ version: 9, records: [{ version: 7, payload: 'Persuasion' }] });
  });

  test('does not take what it said under a key for its favourite', () => {
    const node = makeNode(A);
    hear(node, B, rumorOf(A, 7, { key: 'mood', payload: 'happy' }));
    expect(node.snapshot().records).toMatchObject([{ key: 'mood', version: 8, payload: 'happy' }]);
  });

  test('does not let an earlier life overrule what this one said under a key', () => {
    const node = makeNode(A);
    publish(node, 'sad', 'mood');
    hear(node, B, rumorOf(A, 7, { key: 'mood', payload: 'happy' }));
    expect(node.snapshot().records).toMatchObject([{ key: 'mood', version: 8, payload: 'sad' }]);
  });

  test.each(['suspect', 'down', 'left'] as const)('accused to be %s goes above the accusation', (status) => {
    const node = makeNode(A);
    publish(node, 'Emma');
    const effects = hear(node, B, { uuid: 'accusation', origin: A, version: 1, ttl: 3, status });
    expect(node.snapshot()).toMatchObject({ version: 2, records: [{ version: 2, payload: 'Emma', status: 'alive' }] });
    expect(eventsOf(effects)).toContainEqual({ type: 'refuted', heard: 1, version: 2, status });
  });

  test('that has only keyed records goes above an accusation with the newest of these, and with nothing else', () => {
    const node = makeNode(A);
    link(node, B);
    publish(node, 'happy', 'mood');
    publish(node, 'rain', 'weather');
    const effects = hear(node, B, { uuid: 'accusation', origin: A, version: 2, ttl: 3, status: 'down' });
    expect(spreadBy(effects)).toMatchObject({ key: 'weather', version: 3, payload: 'rain' });
    expect(node.snapshot().records.map(({ key, version, status }) => [key, version, status])).toEqual([
      ['mood', 1, 'alive'],
      ['weather', 3, 'alive'],
    ]);
    expect(spreadBy(hear(node, C, { type: 'join', request: 1 }))).toMatchObject({ key: 'weather', version: 3 });
  });

  test('that has nothing to say makes nothing up, and refutes the claim with the first that it says', () => {
    const node = makeNode(A);
    link(node, B);
    const effects = hear(node, B, { uuid: 'accusation', origin: A, version: 4, ttl: 3, status: 'suspect' });
    expect(briefly(effects)).toEqual([]);
    expect(effects.filter(({ type }) => type === 'schedule')).toEqual([]);
    expect(node.snapshot()).toMatchObject({ version: 4, records: [] });
    expect(spreadBy(publish(node, 'Emma'))).toMatchObject({ version: 5, payload: 'Emma' });
    expect(node.snapshot().records).toMatchObject([{ version: 5, status: 'alive' }]);
  });

  test.each([undefined, 'mood'])(
    'that forgot all says again what it hears that it had said, once accused (%s)',
    (key) => {
      const node = makeNode(A);
      link(node, B);
      hear(node, B, { uuid: 'accusation', origin: A, version: 7, ttl: 3, status: 'down' });
      const named = key === undefined ? {} : { key };
      const effects = hear(node, B, { type: 'delta', rumors: [rumorOf(A, 7, { ...named, payload: 'Persuasion' })] });
      expect(spreadBy(effects)).toMatchObject({ ...named, version: 8, payload: 'Persuasion' });
      expect(node.snapshot().records).toMatchObject([{ version: 8, payload: 'Persuasion', status: 'alive' }]);
    },
  );

  test('never publishes what it did not say, nor another life of it, whatever it hears of itself', () => {
    const heardArbitrary = fc.array(rumorArbitrary(1), { maxLength: 12 });
    const saidArbitrary = fc.array(fc.tuple(fc.nat(12), fc.constantFrom(undefined, 'mood')), { maxLength: 3 });
    fc.assert(
      fc.property(heardArbitrary, saidArbitrary, (heard, said) => {
        const node = makeNode(A);
        link(node, B);
        const known = new Map<string, unknown>();
        const published: Rumor[] = [];
        const take = (effects: readonly Effect[]) => {
          for (const { message } of sendsOf(effects)) if (isRumor(message)) published.push(message);
        };
        for (const [at, rumor] of heard.entries()) {
          for (const [when, key] of said) if (when === at) take(publish(node, `mine ${key}`, key));
          for (const [when, key] of said) if (when === at) known.set(`mine ${key}`, key);
          if (rumor.status === undefined) known.set(rumor.payload as string, rumor.key);
          take(hear(node, B, { ...rumor, ttl: 1 }));
        }
        for (const { payload, key } of published) expect([...known]).toContainEqual([payload, key]);
        const { records } = node.snapshot();
        if (published.length > 0) expect(records.every(({ status }) => status === 'alive')).toBe(true);
      }),
    );
  });

  test('is refuted over new links, too, for as long as the accuser waits: it may be at the other end of one', () => {
    const node = makeNode(A);
    link(node, B);
    publish(node, 'Emma');
    hear(node, B, rumorOf(A, 1, { status: 'suspect', uuid: 'accusation' }), 1000);
    const toldAt = (peer: string, now: number) => spreadBy(hear(node, peer, { type: 'join', request: 1 }, now));
    expect(toldAt(C, 1050)).toMatchObject({ origin: A, version: 2, payload: 'Emma' });
    expect(toldAt(D, 1100)).toMatchObject({ origin: A, version: 2 });
    hear(node, D, { type: 'disconnect' }, 5000);
    toldAt(D, 5000);
    hear(node, D, { type: 'disconnect' }, 5001);
    expect(toldAt(D, 5001)).toBeUndefined();
  });

  test('accused at an older version does not rise', () => {
    const node = makeNode(A);
    publish(node, 'Emma');
    publish(node, 'Persuasion');
    const effects = hear(node, B, { uuid: 'accusation', origin: A, version: 1, ttl: 3, status: 'down' });
    expect(typesOf(effects)).toEqual(['stale']);
    expect(node.snapshot().version).toBe(2);
  });

  test('in its own words, come back after their uuid was forgotten, does not rise', () => {
    const node = makeNode(A, { parameters: { maxSeen: 1 } });
    link(node, B);
    const own = spreadBy(publish(node, 'Emma'))!;
    hear(node, B, rumorOf(D, 1));
    expect(typesOf(hear(node, B, own))).toEqual(['stale']);
    expect(node.snapshot().version).toBe(1);
  });
});

describe('a node at the greatest version', () => {
  const exhausted = () => {
    const node = makeNode(A, { version: MAX_VERSION });
    link(node, B);
    return node;
  };

  test.each([undefined, 'mood'])('tells nothing new, and says so (%s)', (key) => {
    const node = exhausted();
    const effects = publish(node, 'Emma', key);
    const named = key === undefined ? {} : { key };
    expect(eventsOf(effects)).toEqual([{ type: 'unpublished', reason: 'version', ...named }]);
    expect(sendsOf(effects)).toEqual([]);
    expect(node.snapshot()).toMatchObject({ version: MAX_VERSION, records: [] });
  });

  test('says goodbye all the same, and is believed', () => {
    const goodbye = spreadBy(exhausted().handle({ type: 'leave' }, 0))!;
    expect(goodbye).toMatchObject({ version: MAX_VERSION, status: 'left' });
    const other = makeNode(B);
    hear(other, C, rumorOf(A, MAX_VERSION));
    hear(other, C, goodbye);
    expect(other.snapshot().records).toMatchObject([{ origin: A, status: 'left' }]);
  });

  test('takes an accusation as it stands, and does not accuse itself further', () => {
    const node = exhausted();
    const effects = hear(node, C, { uuid: 'x', origin: A, version: MAX_VERSION, ttl: 3, status: 'suspect' });
    expect(effects.filter(({ type }) => type === 'schedule')).toEqual([]);
  });
});
