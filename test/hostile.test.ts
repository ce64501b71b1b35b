/** Messages of the declared shape that no honest node would send, from anybody, in any order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Input } from '../src/core/boundary.ts';
import {
  isRumor,
  MAX_HELD_MS,
  type Announcement,
  type DigestEntry,
  type Message,
  type Rumor,
} from '../src/core/messages.ts';
import { DEFAULT_PARAMETERS, MAX_HOPS, MAX_TTL, MAX_VERSION, type Parameters } from '../src/core/parameters.ts';
import { addressOf, claimArbitrary } from './arbitraries.ts';
import { viewComplaint } from '../src/verify/view-checks.ts';
import { makeNode, sendsOf } from './talk.ts';
import { deepFreeze } from './virtual-network.ts';

const SELF = addressOf(0);
const PARAMETERS: Parameters = {
  ...DEFAULT_PARAMETERS,
  maxPeers: 3,
  maxPassive: 4,
  maxSeen: 8,
  maxMembers: 4,
  maxRecords: 4,
  maxDeltaRumors: 2,
};

/** The node under attack among them, and others with odd names. */
const address = fc.oneof(fc.nat(7).map(addressOf), fc.constantFrom('', 'no port', '__proto__', 'constructor:1'));
const addresses = fc.array(address, { maxLength: 12 });
const version = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(MAX_VERSION - 1, MAX_VERSION));
const key = fc.option(fc.constantFrom('', 'mood', '__proto__', 'a b'), { nil: undefined });

const rumor: fc.Arbitrary<Rumor> = fc
  .record({
    uuid: fc.oneof(
      fc.nat(9).map((n) => `u${n}`),
      fc.uuid(),
    ),
    origin: address,
    version,
    ttl: fc.integer({ min: 0, max: MAX_TTL }),
    hops: fc.option(fc.integer({ min: 0, max: MAX_HOPS }), { nil: undefined }),
    key,
    status: fc.option(claimArbitrary, { nil: undefined }),
    receipt: fc.option(fc.boolean(), { nil: undefined }),
    payload: fc.option(fc.jsonValue() as fc.Arbitrary<NonNullable<Rumor['payload']>>, { nil: undefined }),
  })
  .map((fields) => withoutUndefined(fields) as unknown as Rumor);

const digestEntry = fc
  .tuple(address, version, fc.constantFrom('suspect', 'down', 'left', '00000000', 'zz', ''), key)
  .map(([origin, v, check, k]): DigestEntry => (k === undefined ? [origin, v, check] : [origin, v, check, k]));

const announcement: fc.Arbitrary<Announcement> = fc
  .tuple(address, version, fc.constantFrom(0, 500, MAX_HELD_MS), key)
  .map(([origin, v, heldForMs, k]) => (k === undefined ? [origin, v, heldForMs] : [origin, v, heldForMs, k]));
/** Small ones, which a node may just have given. */
const request = fc.nat(8);

const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 6, arbitrary: rumor },
  fc.constantFrom<Message>({ type: 'getPeers' }, { type: 'join', request: 1 }, { type: 'disconnect' }),
  addresses.map((origins): Message => ({ type: 'prune', origins })),
  addresses.map((peers): Message => ({ type: 'peers', peers })),
  fc
    .tuple(fc.constantFrom('high', 'low'), request)
    .map(([priority, number]): Message => ({ type: 'neighbor', priority, request: number })),
  fc
    .tuple(fc.boolean(), request)
    .map(([accepted, number]): Message => ({ type: 'neighborReply', accepted, request: number })),
  addresses.map((sample): Message => ({ type: 'shuffle', sample })),
  addresses.map((sample): Message => ({ type: 'shuffleReply', sample })),
  fc.constantFrom('0000000000000000', 'ffffffffffffffff', '').map((hash): Message => ({ type: 'heartbeat', hash })),
  fc
    .integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    .map((until): Message => ({ type: 'heartbeat', hash: '0000000000000000', until })),
  fc
    .tuple(fc.array(digestEntry, { maxLength: 6 }), fc.option(fc.array(fc.nat(300)), { nil: undefined }))
    .map(([entries, buckets]): Message =>
      buckets ? { type: 'digest', entries, buckets } : { type: 'digest', entries },
    ),
  fc.array(announcement, { maxLength: 6 }).map((entries): Message => ({ type: 'iHave', entries })),
  fc
    .tuple(fc.constantFrom('u1', 'u2', 'u3'), address, addresses)
    .map(([uuid, origin, holders]): Message => ({ type: 'receipt', uuid, origin, holders })),
  fc.constantFrom<Message>({ type: 'prune' }, { type: 'graft', records: [] }),
  fc.tuple(fc.constantFrom('ping', 'pong'), request).map(([type, number]): Message => ({ type, request: number })),
  fc.constantFrom('', 'f'.repeat(2048), '0'.repeat(100)).map((buckets): Message => ({ type: 'summary', buckets })),
  fc.tuple(address, request).map(([target, number]): Message => ({ type: 'probe', target, request: number })),
  fc
    .tuple(address, fc.constantFrom<'alive' | 'refused' | 'silence'>('alive', 'refused', 'silence'), request)
    .map(([target, saw, number]): Message => ({ type: 'probeReply', target, saw, request: number })),
  fc.tuple(fc.array(fc.tuple(address, key), { maxLength: 6 }), addresses).map(([names, origins]): Message => ({
    type: 'graft',
    origins,
    records: names.map(([o, k]) => (k === undefined ? [o] : [o, k])),
  })),
  fc
    .tuple(fc.array(rumor, { maxLength: 4 }), fc.boolean())
    .map(([rumors, more]): Message => (more ? { type: 'delta', rumors, more } : { type: 'delta', rumors })),
  fc
    .array(fc.tuple(address, key), { maxLength: 6 })
    .map((names): Message => ({ type: 'want', records: names.map(([o, k]) => (k === undefined ? [o] : [o, k])) })),
);

const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('message' as const), from: address, message }) },
  fc.record({ type: fc.constant('unreachable' as const), peer: address, refused: fc.boolean() }),
  fc.record({ type: fc.constant('publish' as const), payload: fc.constant('Emma') }),
  fc.record({
    type: fc.constant('publish' as const),
    payload: fc.constant('Emma'),
    receiptWithinMs: fc.constantFrom(-1, 0, 5000, Number.MAX_SAFE_INTEGER),
  }),
  addresses.map((contacts): Input => ({ type: 'start', contacts })),
  fc
    .oneof(
      fc.nat(30).map((beat) => ({ name: 'heartbeat' as const, beat })),
      fc.nat(2000).map((attempt) => ({ name: 'join' as const, attempt })),
      fc.nat(30).map((number) => ({ name: 'timeout' as const, request: number })),
      fc.tuple(address, version).map(([origin, v]) => ({ name: 'suspicion' as const, origin, version: v })),
      fc
        .tuple(fc.integer({ min: 1, max: 7 }).map(addressOf), fc.array(announcement, { maxLength: 4 }))
        .map(([peer, entries]) => ({ name: 'graft' as const, peer, entries, tries: 1 })),
      fc.constant({ name: 'announce' as const }),
      fc
        .tuple(fc.constantFrom('u1', 'u2'), fc.nat(3))
        .map(([uuid, turn]) => ({ name: 'receipt' as const, uuid, turn })),
    )
    .map((timer): Input => ({ type: 'timer', timer })),
);

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

test('nothing that anybody says makes a node throw, break its invariants, or answer without bound', () => {
  const script = fc.array(fc.tuple(input, fc.nat(3000)), { maxLength: 60 });
  fc.assert(
    fc.property(script, fc.integer(), (inputs, seed) => {
      const node = makeNode(SELF, { parameters: PARAMETERS, seed });
      let now = 0;
      let lastVersion = 0;
      for (const [next, passed] of inputs) {
        now += passed;
        const effects = node.handle(deepFreeze(next), now);
        const snapshot = node.snapshot();
        expect(viewComplaint(snapshot, PARAMETERS)).toBeUndefined();
        expect(snapshot.version).toBeGreaterThanOrEqual(lastVersion);
        expect(snapshot.version).toBeLessThanOrEqual(MAX_VERSION);
        lastVersion = snapshot.version;
        const sends = sendsOf(effects);
        expect(sends.filter(({ to }) => to === SELF)).toEqual([]);
        expect(sends.length).toBeLessThanOrEqual(60);
        for (const { message: said } of sends) {
          if (said.type === 'delta')
            expect(said.rumors.length).toBeLessThanOrEqual(2 * PARAMETERS.maxMembers + PARAMETERS.maxRecords + 2);
          if (isRumor(said)) expect(said.ttl).toBeLessThanOrEqual(MAX_TTL);
        }
        for (const effect of effects) if (effect.type === 'schedule') expect(effect.afterMs).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 1000 },
  );
});

test('the same words in the same order are answered with the same words', () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 30 }), fc.integer(), (inputs, seed) => {
      const answers = () => {
        const node = makeNode(SELF, { parameters: PARAMETERS, seed });
        return inputs.map((next, i) => node.handle(deepFreeze(next), i * 100));
      };
      expect(answers()).toEqual(answers());
    }),
  );
});
