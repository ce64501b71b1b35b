import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { addressOf } from '../../test/arbitraries.ts';
import { converse, hear, link, makeNode, heartbeatOf } from '../../test/talk.ts';
import { fingerprintOf } from './state/fingerprint.ts';
import type { GossipNode } from './node.ts';
import type { Message, Rumor } from './messages.ts';
import { entryBytes, fitting, jsonBytes } from './message-bytes.ts';
import type { Parameters } from './parameters.ts';

// Hundreds of records on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const [A, B] = [addressOf(0), addressOf(1)];
/** What a node takes in one request, less what stands around its messages. */
const MAX_MESSAGE_BYTES = 65_536 - 400;
/** Any text: also what JSON escapes, halves of pairs, and what UTF-8 takes four bytes for. */
const textArbitrary = (maxLength: number) =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x1f }),
        fc.integer({ min: 0x20, max: 0x7ff }),
        fc.integer({ min: 0x800, max: 0xffff }),
        fc.integer({ min: 0xd800, max: 0xdfff }),
        fc.integer({ min: 0x10000, max: 0x10ffff }),
      ),
      { maxLength },
    )
    .map((points) => String.fromCodePoint(...points).slice(0, maxLength));
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

function record(key: string, payload: unknown = 'x', version = 1): Rumor {
  const { high, low } = fingerprintOf(key);
  const uuid = `u${version} ${high} ${low}`;
  return { uuid, origin: '10.0.0.1:7000', version, ttl: 1, hops: 1, key, payload: payload as string };
}

function holding(self: string, peer: string, rumors: readonly Rumor[], parameters: Partial<Parameters>): GossipNode {
  const node = makeNode(self, { strategy: 'plumtree', parameters: { ...parameters, heartbeatMs: 1000 } });
  for (const rumor of rumors) hear(node, 'teller:1', rumor, 0);
  link(node, peer);
  return node;
}

const contentsOf = (node: GossipNode) =>
  node
    .snapshot()
    .records.map(({ key = '', version, uuid }) => JSON.stringify([key, version, uuid]))
    .sort();

/** Lets both beat until their tables agree. @returns all that was said */
function repaired(ours: readonly Rumor[], theirs: readonly Rumor[], parameters: Partial<Parameters> = {}): Message[] {
  const [a, b] = [holding(A, B, ours, parameters), holding(B, A, theirs, parameters)];
  const said: Message[] = [];
  for (let beats = 0; beats < 400; beats++) {
    const speaker = beats % 2 === 0 ? a : b;
    said.push(...converse([a, b], speaker, { type: 'timer', timer: heartbeatOf(speaker) }, 20_000 + beats * 1000));
    if (contentsOf(a).join() === contentsOf(b).join()) return said;
  }
  throw new Error('they never agree');
}

/** What a message lists. */
function partsOf(message: Message): readonly unknown[] {
  if (message.type === 'delta') return message.rumors;
  if (message.type === 'digest' || message.type === 'iHave') return message.entries;
  return message.type === 'want' || message.type === 'graft' ? message.records : [];
}

describe('the bytes of a message', () => {
  test('are those of its JSON in UTF-8', () => {
    fc.assert(fc.property(textArbitrary(40), (text) => jsonBytes(text) === bytesOf(text)));
  });

  test('are never counted too few for an entry of a digest, its comma included', () => {
    fc.assert(
      fc.property(textArbitrary(64), fc.integer({ min: 1, max: 2 ** 53 - 1 }), (key, version) => {
        const named = [A, version, '01234567', key] as const;
        expect(entryBytes(named)).toBeGreaterThan(bytesOf(named));
        const claim = [A, version, 'suspect'] as const;
        expect(entryBytes(claim)).toBeGreaterThan(bytesOf(claim));
      }),
    );
  });

  test('bound what is chosen: the first that fit, at least one, at most so many', () => {
    expect(fitting([3, 3, 3], (n) => n, 6)).toEqual([3, 3]);
    expect(fitting([9, 1], (n) => n, 6)).toEqual([9]);
    expect(fitting([1, 1, 1], (n) => n, 6, 2)).toEqual([1, 1]);
    expect(fitting([], (n) => n, 6)).toEqual([]);
  });
});

describe('two tables', () => {
  const cjk = (i: number) => String.fromCharCode(0x4e00 + i).repeat(64);
  const control = (i: number) => String.fromCharCode(...Array.from({ length: 64 }, (_, n) => (i >> (n % 8)) & 15));

  test.each([
    ['300 keys of 64 characters of three bytes', 300, cjk],
    ['200 keys of control characters, six bytes each', 200, control],
    ['2000 of three bytes', 2000, (i: number) => cjk(i).slice(8) + String(i)],
  ])('with %s that differ in one record each agree, and no message is too large', (_, count, keyOf) => {
    const common = Array.from({ length: count }, (__, i) => record(keyOf(i)));
    const said = repaired([...common, record('mine')], [...common, record('theirs')]);
    for (const message of said) expect(bytesOf(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  });

  test('with nothing in common agree, and no want is too large', () => {
    const [ours, theirs] = [0, 1].map((side) => Array.from({ length: 300 }, (_, i) => record(cjk(2 * i + side))));
    for (const message of repaired(ours!, theirs!)) expect(bytesOf(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  });

  test('with the largest payloads, of three bytes a character, agree, and no message is too large', () => {
    const payload = '書'.repeat(4094);
    const ours = Array.from({ length: 20 }, (_, i) => record(cjk(i), payload));
    for (const message of repaired(ours, [])) expect(bytesOf(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  });

  test('of any text agree in messages of any size, each within the bound or of one record', () => {
    const recordsArbitrary = fc.uniqueArray(textArbitrary(64), { maxLength: 40 });
    const limits = fc.record({
      maxMessageBytes: fc.integer({ min: 1, max: 4000 }),
      maxDigestEntries: fc.integer({ min: 1, max: 20 }),
      maxDeltaRumors: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(recordsArbitrary, fc.nat(40), fc.nat(40), limits, (keys, from, to, parameters) => {
        const all = keys.map((key, i) => record(key, key, 1 + (i % 3)));
        const said = repaired(all.slice(0, to), all.slice(from), parameters);
        for (const message of said) {
          const parts = partsOf(message);
          if (parts.length > 1)
            expect(bytesOf(parts)).toBeLessThanOrEqual(parameters.maxMessageBytes + parts.length + 2);
        }
      }),
      { numRuns: 60 },
    );
  });
});
