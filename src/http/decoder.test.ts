import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compiledValidators } from '../../scripts/compile-schemas.ts';
import type { Message, Payload } from '../core/messages.ts';
import { decodeMessage, checkPayload, explain, readAs } from './decoder.ts';
import { CHECKED_SCHEMAS, type CheckName } from './schemas.ts';
import { copiers, places, validators } from './validators.ts';

const A = '127.0.0.1:7001';
const HASH = '0123456789abcdef';
const RUMOR = { uuid: 'u-1', origin: A, version: 1, ttl: 1 };

/** Of each kind what is just let in, and what is just not. */
const SAMPLES: {
  readonly [name in CheckName]: { readonly good: readonly unknown[]; readonly bad: readonly unknown[] };
} = {
  rumor: {
    good: [
      RUMOR,
      { ...RUMOR, type: 'rumor', version: 2 ** 53 - 1, ttl: 255, hops: 255, key: '😀'.repeat(64), payload: null },
      { ...RUMOR, status: 'left', extra: true, uuid: '~'.repeat(64), origin: '[2001:db8::1]:7001' },
      { ...RUMOR, payload: [{ a: [1, 'x'] }] },
    ],
    bad: [
      ...['uuid', 'origin', 'version', 'ttl'].map((field) => ({ ...RUMOR, [field]: undefined })),
      ...[0, 2 ** 53, 1.5, NaN, '1'].map((version) => ({ ...RUMOR, version })),
      ...[0, 256].flatMap((n) => [
        { ...RUMOR, ttl: n },
        { ...RUMOR, hops: n },
      ]),
      ...['', '😀'.repeat(65)].map((key) => ({ ...RUMOR, key })),
      ...['', 'a b', 'u'.repeat(65)].map((uuid) => ({ ...RUMOR, uuid })),
      { ...RUMOR, status: 'alive' },
      { ...RUMOR, type: 'rumour' },
    ],
  },
  getPeers: { good: [{ type: 'getPeers' }], bad: [{}, { type: 'peers' }] },
  peers: {
    good: [
      { type: 'peers', peers: [] },
      { type: 'peers', peers: new Array(64).fill(A) },
    ],
    bad: [{ type: 'peers' }, { type: 'peers', peers: [70_001] }, { type: 'peers', peers: new Array(65).fill(A) }],
  },
  join: { good: [{ type: 'join', request: 0, extra: 1 }], bad: [{ type: 'Join', request: 0 }, { type: 'join' }] },
  neighbor: {
    good: [
      { type: 'neighbor', priority: 'high', request: 0 },
      { type: 'neighbor', priority: 'low', request: 2 ** 31 - 1 },
    ],
    bad: [
      { type: 'neighbor', request: 1 },
      { type: 'neighbor', priority: 'medium', request: 1 },
      { type: 'neighbor', priority: 'low' },
      { type: 'neighbor', priority: 'low', request: 2 ** 31 },
      { type: 'neighbor', priority: 'low', request: -1 },
      { type: 'neighbor', priority: 'low', request: 1.5 },
    ],
  },
  neighborReply: {
    good: [{ type: 'neighborReply', accepted: false, request: 1 }],
    bad: [
      { type: 'neighborReply', accepted: 'false', request: 1 },
      { type: 'neighborReply', request: 1 },
      { type: 'neighborReply', accepted: false },
    ],
  },
  disconnect: { good: [{ type: 'disconnect' }], bad: [{ type: 'leave' }] },
  shuffle: {
    good: [{ type: 'shuffle', sample: [A] }],
    bad: [{ type: 'shuffle' }, { type: 'shuffle', sample: [null] }],
  },
  shuffleReply: {
    good: [{ type: 'shuffleReply', sample: [] }],
    bad: [{ type: 'shuffleReply', sample: {} }],
  },
  heartbeat: {
    good: [{ type: 'heartbeat', hash: HASH }],
    bad: [
      { type: 'heartbeat', hash: HASH.toUpperCase() },
      { type: 'heartbeat', hash: `${HASH}\n` },
    ],
  },
  digest: {
    good: [
      {
        type: 'digest',
        entries: [
          [A, 1, '0123abcd'],
          [A, 2, 'left'],
          [A, 3, '0123abcd', 'mood'],
        ],
      },
      { type: 'digest', entries: new Array(2000).fill([A, 1, 'down']) },
    ],
    bad: [
      ...[[A], [A, 1], [A, 0, '0123abcd'], [A, 1, 'alive'], [A, 1, 'left', 'mood'], [A, 1, '0123abcd', ''], 7].map(
        (entry) => ({ type: 'digest', entries: [entry] }),
      ),
      { type: 'digest', entries: [[A, 1, '0123abcd', 'mood', 1]] },
      { type: 'digest', entries: new Array(2001).fill([A, 1, 'down']) },
    ],
  },
  delta: {
    good: [
      { type: 'delta', rumors: [] },
      { type: 'delta', rumors: [RUMOR], more: true },
    ],
    bad: [{ type: 'delta', rumors: [{ ...RUMOR, ttl: 0 }] }, { type: 'delta', rumors: [], more: 1 }, { type: 'delta' }],
  },
  prune: {
    good: [{ type: 'prune' }, { type: 'prune', origins: [] }, { type: 'prune', origins: [A] }],
    bad: [{}, { type: 'prune', origins: A }, { type: 'prune', origins: ['nobody'] }],
  },
  iHave: {
    good: [
      { type: 'iHave', entries: [] },
      {
        type: 'iHave',
        entries: [
          [A, 1, 0],
          [A, 2, 600, 'mood'],
        ],
      },
    ],
    bad: [
      { type: 'iHave' },
      { type: 'iHave', entries: [[A, 0, 600]] },
      { type: 'iHave', entries: [[A, 1]] },
      { type: 'iHave', entries: [[A, 1, -1]] },
      { type: 'iHave', entries: [[A, 1, 3_600_001]] },
    ],
  },
  graft: {
    good: [
      { type: 'graft', records: [] },
      { type: 'graft', origins: [A], records: [] },
      { type: 'graft', origins: [], records: [[A], [A, 'mood']] },
    ],
    bad: [{ type: 'graft' }, { type: 'graft', records: [[]] }, { type: 'graft', origins: ['nobody'], records: [] }],
  },
  receipt: {
    good: [
      { type: 'receipt', uuid: 'u', origin: A, holders: [] },
      { type: 'receipt', uuid: 'u', origin: A, holders: [A, A] },
    ],
    bad: [
      { type: 'receipt', uuid: 'u', origin: A },
      { type: 'receipt', origin: A, holders: [] },
      { type: 'receipt', uuid: 'u', holders: [] },
      { type: 'receipt', uuid: 'u', origin: A, holders: ['nobody'] },
      { type: 'receipt', uuid: 'u', origin: A, holders: Array.from({ length: 2001 }, () => A) },
    ],
  },
  ping: { good: [{ type: 'ping', request: 1 }], bad: [{ request: 1 }, { type: 'ping' }] },
  pong: { good: [{ type: 'pong', request: 1 }], bad: [{ request: 1 }, { type: 'pong' }] },
  probe: {
    good: [{ type: 'probe', target: A, request: 1 }],
    bad: [
      { type: 'probe', request: 1 },
      { type: 'probe', target: 'nobody', request: 1 },
      { type: 'probe', target: A },
    ],
  },
  probeReply: {
    good: [{ type: 'probeReply', target: A, saw: 'refused', request: 1 }],
    bad: [
      { type: 'probeReply', target: A, saw: 'nothing', request: 1 },
      { type: 'probeReply', saw: 'alive', request: 1 },
      { type: 'probeReply', target: A, saw: 'alive' },
    ],
  },
  summary: {
    good: [
      { type: 'summary', buckets: 'a'.repeat(2048) },
      { type: 'summary', buckets: 'a'.repeat(2048), until: 1 },
    ],
    bad: [
      { type: 'summary', buckets: 'a'.repeat(2047) },
      { type: 'summary', buckets: 'g'.repeat(2048) },
    ],
  },
  want: {
    good: [{ type: 'want', records: [[A], [A, 'mood']] }],
    bad: [
      { type: 'want', records: [[]] },
      { type: 'want', records: [[A, 'mood', 1]] },
      { type: 'want', records: [A] },
    ],
  },
  envelope: {
    good: [{ from: A, messages: [null, 7] }],
    bad: [{ from: 'x', messages: [] }, { messages: [] }, { from: A, messages: new Array(1001).fill(0) }],
  },
  handshake: {
    good: [
      { protocol: 1, from: A, features: [] },
      { protocol: 2, from: A, features: ['keepalive', 'other'], token: 't', proof: 'p' },
    ],
    bad: [
      { protocol: 1, from: A },
      { protocol: 0, from: A, features: [] },
      { protocol: 1, from: A, features: [7] },
    ],
  },
  reply: { good: [{ messages: [1] }], bad: [{}, { messages: 'x' }] },
  peersReply: {
    good: [{ self: A, peers: [A] }],
    bad: [{ self: A }, { peers: [] }, { self: A, peers: new Array(65).fill(A) }],
  },
  remembered: {
    good: [{ self: A, version: 0, records: [{ payload: 1 }, { key: 'k', payload: {} }], members: ['whatever'] }],
    bad: [
      { self: A, version: -1, records: [], members: [] },
      { self: A, version: 1, records: [], members: [1] },
      { self: A, version: 1, records: [{ key: '', payload: 1 }], members: [] },
    ],
  },
};

const NO_OBJECTS = [null, undefined, 7, 'x', true, [], [RUMOR]];
const NAMES = Object.keys(CHECKED_SCHEMAS) as CheckName[];
const MESSAGE_NAMES = NAMES.slice(0, NAMES.indexOf('envelope'));

const source = Buffer.from(compiledValidators()).toString('base64');
const generated = (await import(/* @vite-ignore */ `data:text/javascript;base64,${source}`)) as {
  validators: typeof validators;
  copiers: typeof copiers;
  places: typeof places;
};

describe.each(NAMES)('of %s', (name) => {
  const { good, bad } = SAMPLES[name];

  test('good samples pass both validators, and bad ones neither', () => {
    const both = (value: unknown): boolean[] => [validators[name](value), generated.validators[name](value)];
    for (const value of good) expect(both(value), JSON.stringify(value)?.slice(0, 99)).toEqual([true, true]);
    for (const value of [...bad, ...NO_OBJECTS]) {
      expect(both(value), JSON.stringify(value)?.slice(0, 99)).toEqual([false, false]);
    }
  });

  test('both copiers keep what the schema names, and nothing else', () => {
    for (const value of good) {
      expect(generated.copiers[name](withFieldAdded(value, 1))).toEqual(withoutExtra(value));
      expect(copiers[name](withFieldAdded(value, 1))).toEqual(withoutExtra(value));
    }
  });

  test('both validators agree on samples with any field changed to anything', () => {
    const changed = fc
      .tuple(fc.constantFrom(...(good as object[])), fc.nat(20), fc.oneof(fc.anything(), fc.integer(), fc.string()))
      .map(([sample, index, value]) => {
        const keys = Object.keys(sample);
        return { ...sample, [keys[index % Math.max(1, keys.length)] ?? 'x']: value };
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.anything()), (value) => {
        expect(generated.validators[name](value)).toBe(validators[name](value));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a bare port in place of an address', () => {
  /** No sample has `A` where something else than an address belongs. */
  const short = (value: unknown, port: number | string): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(JSON.stringify(A), JSON.stringify(port)));
  const samples = (kind: 'good' | 'bad') =>
    NAMES.flatMap((name) => SAMPLES[name][kind].map((value) => [name, value] as const)).filter(([, value]) =>
      JSON.stringify(value).includes(JSON.stringify(A)),
    );

  test.each([7001, '7001'])('is read as 127.0.0.1:port in all that a node takes (%j)', (port) => {
    for (const [name, value] of samples('good')) {
      expect(readAs(name, short(value, port)), name).toEqual({ value: withoutExtra(value) });
    }
  });

  test.each([7001, '7001'])('lets nothing in that is refused with the whole address (%j)', (port) => {
    for (const [name, value] of samples('bad')) {
      expect(readAs(name, short(value, port)), JSON.stringify(value).slice(0, 99)).toHaveProperty('refused');
    }
  });

  test.each([0, 65_536, '07001', '70001'])('that is none (%j) is refused', (port) => {
    for (const [name, value] of samples('good')) {
      expect(readAs(name, short(value, port)), name).toHaveProperty('refused');
    }
  });

  test('is not what a refusal complains of', async () => {
    const decoded = decodeMessage({ ...RUMOR, origin: 7001, ttl: 256 });
    expect('refused' in decoded && (await explain(decoded.refused))).toBe('ttl: must be <= 255');
  });

  test('is looked for at the same places from source and in the build', () => {
    expect(generated.places).toEqual(places);
    expect(places).toMatchObject({
      rumor: [['origin']],
      delta: [['rumors', '*', 'origin']],
      digest: [['entries', '*', 0]],
      want: [['records', '*', 0]],
      shuffle: [['sample', '*']],
      ping: [],
    });
  });
});

/** Every object of a message with one more field; payloads are the origin's own business. */
function withFieldAdded(value: unknown, junk: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map((inner): unknown => withFieldAdded(inner, junk));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]: [string, unknown]) => [
    name,
    name === 'payload' ? inner : withFieldAdded(inner, junk),
  ]);
  return { constructor: junk, ...Object.fromEntries(fields), junk };
}

/** Samples have a field too many where that is let in. */
function withoutExtra(message: unknown): unknown {
  const { extra: _, ...rest } = message as { extra?: unknown };
  return rest;
}

describe('the decoder', () => {
  test.each(MESSAGE_NAMES)('lets in every good %s as it is', (name) => {
    for (const message of SAMPLES[name].good) {
      expect(decodeMessage(message)).toEqual({ message: withoutExtra(message) });
    }
  });

  test.each(MESSAGE_NAMES)('refuses every bad %s with one line', async (name) => {
    for (const value of [...SAMPLES[name].bad, ...NO_OBJECTS]) {
      const decoded = decodeMessage(value);
      if (!('refused' in decoded)) throw new Error(`let in ${JSON.stringify(value)}`);
      expect(await explain(decoded.refused)).toMatch(/^[^\n]{5,200}$/);
    }
  });

  test.each(MESSAGE_NAMES)('keeps only the fields that a %s has, at every level', (name) => {
    for (const message of SAMPLES[name].good) {
      const junk = 'x'.repeat(1000);
      expect(decodeMessage(withFieldAdded(message, junk))).toEqual({ message: withoutExtra(message) });
    }
  });

  test('takes a message without a type for a rumor', () => {
    expect(decodeMessage(RUMOR)).toEqual({ message: RUMOR });
    expect(decodeMessage({})).toMatchObject({ refused: { schema: 'rumor' } });
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', ''])('knows no message type "%s"', (type) => {
    expect(decodeMessage({ type })).toEqual({ refused: { error: `unknown message type "${type}"` } });
  });

  test('says which field of a message broke which rule', async () => {
    const reason = async (value: unknown): Promise<string> => {
      const decoded = decodeMessage(value);
      return 'refused' in decoded ? explain(decoded.refused) : 'let in';
    };
    expect(await reason({ ...RUMOR, ttl: 256 })).toBe('ttl: must be <= 255');
    expect(await reason({ ...RUMOR, origin: 'me' })).toBe('origin: expected "host:port"');
    expect(await reason({ type: 'delta', rumors: [RUMOR, { ...RUMOR, version: 0 }] })).toBe(
      'rumors.1.version: must be >= 1',
    );
  });

  test('lets a payload have 4096 characters of JSON and 16 levels, and no more', () => {
    const levels = (count: number): Message => JSON.parse('['.repeat(count) + ']'.repeat(count)) as Message;
    expect(checkPayload('x'.repeat(4094))).toBeUndefined();
    expect(checkPayload('x'.repeat(4095))).toBe('payload must be at most 4096 characters of JSON');
    expect(checkPayload(levels(16) as never)).toBeUndefined();
    expect(checkPayload(levels(17) as never)).toBe('payload must be at most 16 levels deep');
  });

  test.each(['{"__proto__":{}}', '[{"a":{"__proto__":1}}]', '{"constructor":{"prototype":{}}}'])(
    'lets no payload in that other nodes would refuse a whole body for: %s',
    (payload) => {
      expect(checkPayload(JSON.parse(payload) as Payload)).toMatch(/^payload must not have a key __proto__ or/);
      expect(decodeMessage({ ...RUMOR, payload: JSON.parse(payload) as unknown })).toHaveProperty('refused');
    },
  );
});
