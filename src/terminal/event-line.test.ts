import { describe, expect, it } from 'vitest';
import { eventWords, isTold, type ToldEvent } from './event-line.ts';
import { widthOf } from './fit-text.ts';

const at = { time: 0, node: '127.0.0.1:7001' };
const rumor = { ...at, uuid: 'u', origin: '127.0.0.1:7004', version: 3 };
const via = { via: '10.0.0.9:7002', hops: 1 };

const tellings: readonly (readonly [ToldEvent, string])[] = [
  [{ type: 'published', ...rumor, payload: { book: 'Dune' } }, 'published: v3 Dune'],
  [{ type: 'published', ...rumor, status: 'left' }, 'published: v3 says goodbye'],
  [
    { type: 'applied', ...rumor, ...via, payload: { book: 'Dune\u001b[2J' } },
    'applied: :7004 v3 via 10.0.0.9:7002, 1 hop: Dune[2J',
  ],
  [
    { type: 'applied', ...rumor, ...via, key: 'mood', payload: 7 },
    'applied: :7004 v3 via 10.0.0.9:7002, 1 hop: mood: 7',
  ],
  [
    { type: 'applied', ...rumor, ...via, hops: 2, status: 'down' },
    'applied: :7004 v3 via 10.0.0.9:7002, 2 hops: is said to be down',
  ],
  [{ type: 'duplicate', ...rumor, ...via }, 'duplicate: :7004 v3 again, from 10.0.0.9:7002, 1 hop'],
  [{ type: 'stale', ...rumor, ...via }, 'stale: :7004 v3 from 10.0.0.9:7002: already know newer'],
  [{ type: 'dropped', reason: 'ttl', ...rumor, ...via }, 'dropped: :7004 v3 not passed on: its TTL ran out here'],
  [{ type: 'dropped', reason: 'full', ...rumor, ...via }, 'dropped: :7004 v3 not kept: the table is full'],
  [{ type: 'receipt', ...rumor, reached: 98, of: 99, afterMs: 5000 }, 'receipt: v3: 98 of 99 hold it, after 5 s'],
  [{ type: 'unpublished', ...at, reason: 'version' }, 'unpublished: our version is the greatest there is'],
  [{ type: 'unpublished', ...at, reason: 'full' }, 'unpublished: the table is full'],
  [
    { type: 'unsendable', ...at, to: '127.0.0.1:7002', message: 'digest', bytes: 70_000 },
    'unsendable: a digest of 70000 bytes to :7002 is too large',
  ],
  [{ type: 'reaped', ...at, origin: '127.0.0.1:7004' }, 'reaped: :7004 is forgotten'],
  [
    { type: 'reaped', ...at, origin: '127.0.0.1:7004', reason: 'full' },
    'reaped: :7004 is forgotten: the table is full',
  ],
  [
    { type: 'refuted', ...at, heard: 4, version: 5, status: 'suspect' },
    'refuted: heard of ourselves as suspect at v4, so went to v5',
  ],
  [{ type: 'peerUp', ...at, peer: '127.0.0.1:7002' }, 'peer up: :7002'],
  [{ type: 'peerDown', ...at, peer: '127.0.0.1:7002', reason: 'left' }, 'peer down: :7002 said goodbye'],
  [
    { type: 'status', ...at, origin: '127.0.0.1:7004', status: 'suspect', version: 3 },
    'suspect: :7004 is suspected at v3',
  ],
  [{ type: 'status', ...at, origin: '127.0.0.1:7004', status: 'left', version: 3 }, 'left: :7004 has left at v3'],
  [
    { type: 'unreachable', ...at, peer: '127.0.0.1:7002', reason: 'ECONN\u001bREFUSED\n' },
    'unreachable: :7002: ECONNREFUSED ',
  ],
];

describe('eventWords', () => {
  it.each(tellings)('tells %o', (event, words) => {
    const { kind, text } = eventWords(event, '127.0.0.1');
    expect(`${kind}: ${text}`).toBe(words);
    expect(widthOf(kind)).toBeLessThanOrEqual(11);
  });
});

describe('isTold', () => {
  it('leaves out single sends and receipts', () => {
    expect(isTold({ type: 'sent', ...at, to: 'a:1', message: 'heartbeat' })).toBe(false);
    expect(isTold({ type: 'peerUp', ...at, peer: 'a:1' })).toBe(true);
  });
});
