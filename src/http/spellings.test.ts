import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rumor } from '../core/messages.ts';
import { decodeMessage } from './decoder.ts';
import { readSpelling, spell, type Spelling } from './spellings.ts';

const RUMOR = { uuid: 'u-1', origin: '127.0.0.1:7001', version: 3, ttl: 7, payload: { book: 'Emma' } };

test.each<[string, object]>([
  ['ours', RUMOR],
  ['id', { id: 'u-1', origin: '127.0.0.1:7001', version: 3, ttl: 7, payload: { book: 'Emma' } }],
  ...['origin', 'originating_port', 'originatingPort', 'originator', 'port'].flatMap((name) =>
    [7001, '7001', '127.0.0.1:7001'].map(
      (port) =>
        [`${name} ${typeof port}`, { uuid: 'u-1', [name]: port, version: 3, ttl: 7, payload: { book: 'Emma' } }] as [
          string,
          object,
        ],
    ),
  ),
  ['TTL', { uuid: 'u-1', origin: 7001, version: 3, TTL: 7, payload: { book: 'Emma' } }],
  ['book, a string', { uuid: 'u-1', origin: 7001, version: 3, ttl: 7, book: 'Emma' }],
  ['book, an object', { uuid: 'u-1', origin: 7001, version: 3, ttl: 7, book: { book: 'Emma' } }],
  ['version in the payload', { uuid: 'u-1', port: 7001, ttl: 7, payload: { book: 'Emma', version: 3 } }],
  ['unknown fields', { ...RUMOR, sender: 7, sent_at: 'now' }],
])('a bare rumor is read: %s', (_, body) => {
  expect(decodeMessage(readSpelling(body).rumor)).toEqual({ message: RUMOR });
});

test('a version outside the payload leaves the one inside alone', () => {
  const body = { ...RUMOR, payload: { book: 'Emma', version: 9 } };
  expect(decodeMessage(readSpelling(body).rumor)).toEqual({ message: body });
});

const spellings = fc.record({
  uuid: fc.constantFrom('uuid', 'id'),
  origin: fc.constantFrom('origin', 'originating_port', 'originatingPort', 'originator', 'port'),
  originAs: fc.constantFrom('address', 'number', 'text'),
  ttl: fc.constantFrom('ttl', 'TTL'),
  payload: fc.constantFrom('payload', 'book'),
  versionIn: fc.constantFrom('message', 'payload'),
}) as fc.Arbitrary<Spelling>;

test('what is told in the spelling of a guest reads as what was to be told, and in that spelling', () => {
  const rumors = fc.record({
    uuid: fc.uuid(),
    origin: fc.constantFrom('127.0.0.1:7001', '10.0.0.1:7001', '[::1]:7001'),
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    ttl: fc.integer({ min: 1, max: 255 }),
    payload: fc.oneof(fc.record({ book: fc.string() }), fc.constant({ title: 'Emma' }), fc.constant(7)),
  }) as fc.Arbitrary<Rumor>;
  fc.assert(
    fc.property(rumors, fc.option(spellings, { nil: undefined }), (rumor, spelling) => {
      const body = JSON.parse(JSON.stringify(spell(rumor, spelling))) as object;
      expect(decodeMessage(readSpelling(body).rumor)).toEqual({ message: rumor });
    }),
  );
});

test('whose spelling is unknown is told both an origin and a port', () => {
  expect(spell(RUMOR, undefined)).toMatchObject({ origin: '127.0.0.1:7001', originating_port: 7001 });
});

test.each<[string, object]>([
  ['nothing', {}],
  ['no uuid', { origin: 7001, version: 3, ttl: 7, book: 'Emma' }],
  ['no origin', { uuid: 'u', version: 3, ttl: 7, book: 'Emma' }],
  ['a version that is not exact', { uuid: 'u', port: 7001, version: 2 ** 53, ttl: 7, book: 'Emma' }],
  ['no version', { uuid: 'u', port: 7001, ttl: 7, payload: { book: 'Emma' } }],
  ['a book that is too long', { uuid: 'u', port: 7001, version: 1, ttl: 7, book: 'x'.repeat(5000) }],
])('refused is %s', (_, body) => {
  expect(decodeMessage(readSpelling(body).rumor)).toHaveProperty('refused');
});
