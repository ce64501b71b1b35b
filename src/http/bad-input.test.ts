import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, eventually, gossip, nodesOfThisFile, portOf } from '../../test/support.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { RunningNode } from './running-node.ts';
import { decodeMessage } from './decoder.ts';

const start = nodesOfThisFile();
const OTHER = '127.0.0.1:9';
const GOOD = { uuid: 'u-1', origin: OTHER, version: 1, ttl: 3, payload: { book: 'Emma by Jane Austen' } };

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels));
}

function deep(before: string, after: string): string {
  return before + '['.repeat(25_000) + ']'.repeat(25_000) + after;
}

function tableOf(node: RunningNode): string {
  const { version, records } = node.snapshot();
  return JSON.stringify([version, records]);
}

const BAD_RUMORS: readonly (readonly [string, object])[] = [
  ...[-1, 0, 1.5, 1e300, 2 ** 53, '1', null, true, [1]].map((version) => ['version', { version }] as const),
  ...[-1, 0, 1.5, 256, 1e300, '3', null, undefined].map((ttl) => ['ttl', { ttl }] as const),
  ...[-1, 0, 1.5, 256, '3', null].map((hops) => ['hops', { hops }] as const),
  ...[
    '',
    'x',
    '07001',
    '127.0.0.1',
    '127.0.0.1:',
    ':7001',
    'a b:1',
    'a:123456',
    'http://a:1',
    'a:1/',
    65_536,
    null,
    {},
  ].map((origin) => ['origin', { origin }] as const),
  ...['127.0.0.1:0', '127.0.0.1:65536', `${'a'.repeat(300)}:1`, '-a:1', '[::1:7001', 'é:1'].map(
    (origin) => ['origin', { origin }] as const,
  ),
  ...['', ' ', 'a b', 'é', 'u\u0000', 'u'.repeat(65), 'u'.repeat(60_000), 7, null, undefined].map(
    (uuid) => ['uuid', { uuid }] as const,
  ),
  ...['', 'k'.repeat(65), 7, null].map((key) => ['key', { key }] as const),
  ...['alive', 'dead', '', 7, null].map((status) => ['status', { status }] as const),
  ['payload', { payload: 'x'.repeat(4095) }],
  ['payload', { payload: nested(17) }],
];

/** One clear line of JSON, nothing changed, and the node goes on. */
async function expectRefused(node: RunningNode, body: unknown, status = 400): Promise<string> {
  const before = tableOf(node);
  const { refused } = node.counters;
  const answer = await gossip(node.self, body);
  expect(answer.status).toBe(status);
  const { error } = answer.json();
  expect(error).toMatch(/^[^\n]{5,200}$/);
  expect(node.counters.refused).toBeGreaterThan(refused);
  expect(tableOf(node)).toBe(before);
  expect((await call(node.self, 'GET', '/health/')).status).toBe(200);
  return String(error);
}

describe('a bare rumor', () => {
  test.each([true, false])('of any wrong field is refused with the name of the field (guests: %s)', async (guests) => {
    const node = await start({ books: ['Dune'], guests });
    for (const [field, over] of BAD_RUMORS) {
      const error = await expectRefused(node, { ...GOOD, ...over });
      expect(error, JSON.stringify(over).slice(0, 80)).toContain(field);
    }
    expect((await gossip(node.self, GOOD)).status).toBe(200);
  });

  test.each([
    ['as from this node itself', (self: string) => ({ ...GOOD, origin: self }), /^origin: .* is this node itself$/],
    ['that is another kind of message', () => ({ type: 'join', request: 1 }), /^only a rumor may come without/],
    ['of an unknown type', () => ({ ...GOOD, type: 'fly' }), /^only a rumor may come without/],
  ])('%s is refused', async (_name, body, error) => {
    const node = await start({ guests: false });
    expect(await expectRefused(node, body(node.self))).toMatch(error);
  });
});

test('an echo of what a node said itself changes nothing, and is no mistake', async () => {
  const node = await start({ books: ['Dune'] });
  const before = tableOf(node);
  const { version } = node.snapshot();
  for (const uuid of ['u-echo', 'zzz']) {
    const answer = await gossip(node.self, { ...GOOD, uuid, origin: node.self, version });
    expect([answer.status, answer.json()]).toEqual([200, { status: 'ok', cluster: 'books', messages: [] }]);
  }
  expect(tableOf(node)).toBe(before);
});

describe('fields beyond the schema', () => {
  test('are neither stored nor traced nor passed on', async () => {
    const node = await start();
    const peer = await start({ join: [node.self] });
    await eventually('a link', () => node.snapshot().peers.length === 1);
    const events: object[] = [];
    peer.subscribe((event) => events.push(event));
    const junk = 'junk'.repeat(14_000);
    expect((await gossip(node.self, { ...GOOD, junk })).status).toBe(200);
    const delta = { type: 'delta', rumors: [{ ...GOOD, uuid: 'u-2', key: 'mood', junk }], junk: 1 };
    expect((await gossip(node.self, { from: OTHER, messages: [delta], junk: 1 })).status).toBe(200);
    await eventually('both records', () => peer.snapshot().records.length === 2);
    const all = JSON.stringify([node.snapshot(), peer.snapshot(), events]);
    expect(all).not.toContain('junk');
    expect(peer.bytesOnTheWire + node.bytesOnTheWire).toBeLessThan(2 * junk.length + 20_000);
  });
});

describe('a body', () => {
  test.each([
    ['no JSON', '{"from":', /^body is not JSON/],
    ['empty', '', /empty/],
    ['null', 'null', /^body must be a JSON object$/],
    ['a number', '7', /^body must be a JSON object$/],
    ['a string', '"hello"', /^body must be a JSON object$/],
    ['an array', JSON.stringify([GOOD]), /^body must be a JSON object$/],
    ['an empty object', '{}', /^origin: /],
    ['a __proto__ key', `{"__proto__":{"origin":"${OTHER}"}}`, /__proto__/],
    ['a hidden __proto__ key', `{"\\u005f_proto__":{"origin":"${OTHER}"}}`, /__proto__/],
    ['a constructor.prototype key', '{"constructor":{"prototype":{"ttl":1}}}', /constructor/],
    ['a __proto__ key in a payload', '{"from":"a:1","messages":[{"payload":{"__proto__":{}}}]}', /__proto__/],
    ['25,000 levels deep', deep('', ''), /^body must be a JSON object$/],
    [
      '25,000 levels deep in a payload',
      deep('{"uuid":"u","origin":"a:1","version":1,"ttl":1,"payload":', '}'),
      /levels/,
    ],
    ['25,000 levels deep in a type', deep('{"from":"a:1","messages":[{"type":', '}]}'), /^type: must be string$/],
    ['not UTF-8', Buffer.from('{"from":"a:1","messages":[{"type":"\xff\xfe"}]}', 'latin1'), /UTF-8/],
    ['cut off within a character', Buffer.from('{"a":"é', 'utf8').subarray(0, -1), /UTF-8/],
    ['no messages', { from: OTHER }, /^origin: /],
    ['messages of no array', { from: OTHER, messages: {} }, /^expected/],
    ['1001 messages', { from: OTHER, messages: new Array(1001).fill(0) }, /at most 1000/],
    ['no from', { messages: [GOOD] }, /^expected/],
    ['a bad from', { from: 'me', messages: [GOOD] }, /^expected/],
    ['a from beyond all ports', { from: 'a:65536', messages: [GOOD] }, /^from: /],
    ['duplicated fields, the last one wrong', `{"from":"${OTHER}","messages":[],"messages":7}`, /^expected/],
  ])('that is or has %s is refused', async (_name, body, error) => {
    const node = await start();
    expect(await expectRefused(node, body)).toMatch(error);
  });

  test('over 64 KiB is refused with 413', async () => {
    const node = await start();
    const body = { from: OTHER, messages: [{ ...GOOD, payload: 'x'.repeat(65_536) }] };
    expect(await expectRefused(node, body, 413)).toBe('body is larger than 65536 bytes');
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense', ''])(
    'of content-type "%s" is refused with 415',
    async (type) => {
      const node = await start();
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const answer = await call(node.self, 'POST', '/gossip/', { headers, body: JSON.stringify(GOOD) });
      expect(answer.status).toBe(415);
      expect(answer.json()).toEqual({ error: 'content-type must be application/json' });
      expect(node.snapshot().records).toEqual([]);
    },
  );

  test('as from this node itself is refused', async () => {
    const node = await start();
    for (const from of [node.self, portOf(node.self)]) {
      expect(await expectRefused(node, { from, messages: [GOOD] })).toMatch(/is this node itself$/);
    }
  });
});

describe('a batch', () => {
  test('is applied but for its bad messages, which are named by index and counted', async () => {
    const node = await start();
    const bad = [null, 7, [], { type: 'fly' }, { type: 7 }, { ...GOOD, ttl: 0 }, { type: 'join ' }];
    const messages = [GOOD, ...bad, { ...GOOD, uuid: 'u-2', version: 2 }];
    const answer = await gossip(node.self, { from: OTHER, messages });
    expect(answer.status).toBe(200);
    const { errors } = answer.json() as unknown as { errors: { index: number; error: string }[] };
    expect(errors.map(({ index }) => index)).toEqual(bad.map((_, i) => i + 1));
    expect(errors.map(({ error }) => error)).toEqual([
      ...new Array<string>(3).fill('a message must be a JSON object'),
      ...['unknown message type "fly"', 'type: must be string', 'ttl: must be >= 1', 'unknown message type "join "'],
    ]);
    expect(node.counters.refused).toBe(bad.length);
    expect(node.snapshot().records).toMatchObject([{ version: 2 }]);
  });

  test('of many bad messages explains ten, counts all, and is one event', async () => {
    const node = await start();
    const events: TraceEvent[] = [];
    node.subscribe((event) => event.type === 'refused' && events.push(event));
    const answer = await gossip(node.self, { from: OTHER, messages: [GOOD, ...new Array<number>(900).fill(0)] });
    expect(answer.json()['errors']).toHaveLength(10);
    expect(node.counters.refused).toBe(900);
    expect(events).toMatchObject([{ from: OTHER, reason: 'a message must be a JSON object', count: 900 }]);
  });

  test('in which nothing is valid is a 400, and takes nothing that waited for the asker', async () => {
    const node = await start({ books: ['Dune'] });
    expect(await expectRefused(node, { from: OTHER, messages: [{ type: 'fly' }] })).toContain('fly');
    const answer = await gossip(node.self, { from: OTHER, messages: [{ type: 'digest', entries: [] }] });
    expect(answer.json()['messages']).toHaveLength(1);
  });

  test('may hold one digest and one want, because each makes a node look through all it has', async () => {
    const node = await start({ books: ['Dune'] });
    const digest = { type: 'digest', entries: [] };
    const messages = [
      ...new Array<object>(500).fill(digest),
      ...new Array<object>(5).fill({ type: 'want', records: [] }),
    ];
    const answer = (await gossip(node.self, { from: OTHER, messages })).json();
    expect(answer['messages']).toHaveLength(2);
    expect(answer['errors']).toContainEqual({ index: 1, error: 'more than one digest in a batch' });
    expect(node.counters.refused).toBe(503);
  });

  test('a delta with one bad rumor is refused as a whole', async () => {
    const node = await start();
    const delta = { type: 'delta', rumors: [GOOD, { ...GOOD, uuid: 'u-2', payload: nested(17) }] };
    expect(await expectRefused(node, { from: OTHER, messages: [delta] })).toContain('levels');
  });

  test('addresses that no socket could have end no node, now or later', async () => {
    const node = await start({ parameters: { heartbeatMs: 50, shuffleMs: 50 } });
    for (const address of ['127.0.0.1:0', '127.0.0.1:70000', '1.2.3.4.5:80', '[:::::]:80', 'a..b:1']) {
      const messages = [
        { type: 'join', request: 1 },
        { type: 'forwardJoin', newcomer: address, ttl: 0 },
        { type: 'shuffle', origin: address, ttl: 0, sample: [address] },
        { ...GOOD, uuid: address, origin: address },
      ];
      expect((await gossip(node.self, { from: OTHER, messages })).status).toBe(200);
    }
    await eventually('all are given up', () => node.counters.unreachable >= 5);
    expect((await call(node.self, 'GET', '/health/')).status).toBe(200);
  });
});

/** Without the status: one that nobody can reach is suspected meanwhile, whatever the body. */
function contentsOf(node: RunningNode): string {
  return JSON.stringify(node.snapshot().records.map(({ origin, key, uuid }) => [origin, key, uuid]));
}

describe('whatever the body', () => {
  const likeARumor = fc.record(
    {
      type: fc.constantFrom('rumor', 'join', 'delta', 'fly'),
      uuid: fc.oneof(fc.constantFrom('u-1', 'u-2'), fc.anything()),
      origin: fc.oneof(fc.constantFrom(OTHER, '127.0.0.1:8'), fc.string()),
      version: fc.oneof(fc.integer({ min: -1, max: 4 }), fc.double()),
      ttl: fc.oneof(fc.integer({ min: -1, max: 300 }), fc.anything()),
      payload: fc.jsonValue(),
      rumors: fc.array(fc.jsonValue()),
    },
    { requiredKeys: ['uuid', 'origin'] },
  );
  const envelope = fc.record({
    from: fc.oneof(fc.constant(OTHER), fc.jsonValue()),
    messages: fc.oneof(fc.array(fc.oneof(likeARumor, fc.jsonValue()), { maxLength: 5 }), fc.jsonValue()),
  });

  test('the node answers 200 or 4xx, and its table changes only by what the decoder lets in', async () => {
    const node = await start({ books: ['Dune'] });
    const bodies = fc.oneof(envelope, likeARumor, fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const text = JSON.stringify(body);
        const sent: unknown = JSON.parse(text);
        const before = contentsOf(node);
        const answer = await gossip(node.self, text);
        expect([200, 400, 413]).toContain(answer.status);
        const isObject = typeof sent === 'object' && sent !== null;
        const values: unknown = isObject && 'messages' in sent ? sent.messages : [sent];
        const isAnyValid = Array.isArray(values) && values.some((value) => 'message' in decodeMessage(value));
        if (!isAnyValid || answer.status !== 200) expect(contentsOf(node)).toBe(before);
      }),
      { numRuns: 300 },
    );
    expect((await call(node.self, 'GET', '/health/')).status).toBe(200);
  });
});
