import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message, Rumor } from '../core/messages.ts';
import { Outbox } from './outbox.ts';

const PLENTY = 1_000_000;

function rumor(origin: string, version: number, over: Partial<Rumor> = {}): Rumor {
  return { uuid: `${origin} ${version}`, origin, version, ttl: 3, ...over };
}

function outboxOf(...messages: Message[]): Outbox {
  const outbox = new Outbox();
  for (const message of messages) outbox.put(message);
  return outbox;
}

describe('an outbox', () => {
  test('holds the newest rumor of an origin, in the place of the older one', () => {
    const outbox = outboxOf(rumor('a:1', 1), rumor('b:1', 1), rumor('a:1', 3), rumor('a:1', 2));
    expect(outbox.take(PLENTY).messages).toEqual([rumor('a:1', 3), rumor('b:1', 1)]);
    expect(outbox.isEmpty).toBe(true);
  });

  test('holds the copy of a rumor that goes further', () => {
    const outbox = outboxOf(rumor('a:1', 1, { ttl: 9 }), rumor('a:1', 1, { ttl: 1 }));
    expect(outbox.take(PLENTY).messages).toEqual([rumor('a:1', 1, { ttl: 9 })]);
  });

  test('holds every receipt, because one adds to another', () => {
    const receipts: Message[] = ['b:1', 'c:1'].map((holder) => ({
      ...{ type: 'receipt', uuid: 'u', origin: 'a:1' },
      holders: [holder],
    }));
    expect(outboxOf(...receipts).take(PLENTY).messages).toEqual(receipts);
  });

  test('keeps apart an origin’s keys, and a claim about it', () => {
    const messages = [rumor('a:1', 1), rumor('a:1', 2, { key: 'mood' }), rumor('a:1', 1, { status: 'down' })];
    expect(outboxOf(...messages).take(PLENTY).messages).toEqual(messages);
  });

  test('tells of links what was said last, last', () => {
    const yes: Message = { type: 'neighborReply', accepted: true, request: 1 };
    const outbox = outboxOf(yes, { type: 'disconnect' }, yes);
    expect(outbox.take(PLENTY).messages).toEqual([{ type: 'disconnect' }, yes]);
  });

  test('holds every delta, because one adds to another', () => {
    const deltas: Message[] = ['a:1', 'b:1'].map((origin) => ({ type: 'delta', rumors: [rumor(origin, 1)] }));
    expect(outboxOf(...deltas).take(PLENTY).messages).toEqual(deltas);
  });

  test('hands out no more bytes than asked for, oldest first, and the rest later', () => {
    const all = Array.from({ length: 50 }, (_, i) => rumor(`é${i}:1`, 1));
    const outbox = outboxOf(...all);
    const taken: Message[] = [];
    while (!outbox.isEmpty) {
      const { messages, parts } = outbox.take(500);
      expect(parts.map((part) => JSON.parse(part) as unknown)).toEqual(messages);
      expect(Buffer.byteLength(parts.join())).toBeLessThanOrEqual(500);
      taken.push(...messages);
    }
    expect(taken).toEqual(all);
  });

  test('throws away what could never be sent, and only that, and tells of it', () => {
    const outbox = outboxOf(rumor('a:1', 1, { payload: 'x'.repeat(600) }), rumor('b:1', 1));
    const thrownAway: unknown[] = [];
    const { messages } = outbox.take(500, ({ type = 'rumor' }, bytes) => thrownAway.push([type, bytes > 600]));
    expect(messages).toEqual([rumor('b:1', 1)]);
    expect(thrownAway).toEqual([['rumor', true]]);
    expect(outbox.isEmpty).toBe(true);
  });

  test('never holds more than one entry per origin and kind', () => {
    const message: fc.Arbitrary<Message> = fc.oneof(
      fc
        .record({ origin: fc.constantFrom('a:1', 'b:1', 'c:1'), version: fc.integer({ min: 1, max: 9 }) })
        .map(({ origin, version }) => rumor(origin, version)),
      fc.constantFrom('prune', 'disconnect', 'getPeers').map((type) => ({ type })),
      fc.constant<Message>({ type: 'heartbeat', hash: '0'.repeat(16) }),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const outbox = outboxOf(...messages);
        expect(outbox.size).toBeLessThanOrEqual(7);
        for (const taken of outbox.take(PLENTY).messages) {
          if (!('version' in taken)) continue;
          const versions = messages.map((m) => ('version' in m && m.origin === taken.origin ? m.version : 0));
          expect(taken.version).toBe(Math.max(...versions));
        }
      }),
    );
  });

  test('is empty once cleared', () => {
    const outbox = outboxOf(rumor('a:1', 1));
    outbox.clear();
    expect([outbox.size, outbox.take(PLENTY).messages]).toEqual([0, []]);
  });
});
