import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message, Payload } from '../core/messages.ts';
import { MessageSizes } from './message-size.ts';

const address = fc.tuple(fc.domain(), fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}`);
const whole = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 53 - 1 }));
const addresses = fc.array(address, { maxLength: 5 });
const rumor = fc.record(
  {
    type: fc.constant('rumor' as const),
    uuid: fc.uuid(),
    origin: address,
    version: whole,
    ttl: whole,
    hops: whole,
    key: fc.string({ unit: 'binary' }),
    status: fc.constantFrom('suspect' as const, 'down' as const, 'left' as const),
    receipt: fc.boolean(),
    payload: fc.jsonValue() as fc.Arbitrary<Payload>,
  },
  { requiredKeys: ['uuid', 'origin', 'version', 'ttl'] },
);
const control: fc.Arbitrary<Message> = fc.oneof(
  fc.record(
    { type: fc.constant('heartbeat' as const), hash: fc.uuid(), until: whole },
    { requiredKeys: ['type', 'hash'] },
  ),
  fc.record({ type: fc.constant('shuffle' as const), sample: addresses }),
  fc.record({ type: fc.constant('receipt' as const), uuid: fc.uuid(), origin: address, holders: addresses }),
  fc.record({ type: fc.constant('peers' as const), peers: addresses }),
  fc.constant<Message>({ type: 'prune' }),
);

test('the size of a message is the length of its JSON', () => {
  const sizes = new MessageSizes();
  fc.assert(
    fc.property(fc.oneof(rumor, control), (message) => {
      expect([sizes.of(message), sizes.of(message)]).toEqual(Array(2).fill(JSON.stringify(message).length));
    }),
    { numRuns: 500 },
  );
});
