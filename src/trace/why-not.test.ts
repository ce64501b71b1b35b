import { describe, expect, test } from 'vitest';
import type { RunEvent } from './trace-event.ts';
import { wordsOfReason } from '../text/reason-words.ts';
import { DisseminationHistory } from './dissemination-history.ts';
import { whyNot } from './why-not.ts';

const [A, B, C, D] = ['a:1', 'b:1', 'c:1', 'd:1'] as const;
const U = { uuid: 'u', origin: A, version: 2 };
const RUMOR = { message: 'rumor', ttl: 3, hops: 1, ...U };

/** `[time, node, type, the rest]` */
type Told = readonly [number, string, RunEvent['type'], Record<string, unknown>?];

function told(...lines: Told[]): DisseminationHistory {
  const history = new DisseminationHistory('u');
  for (const [time, node, type, more] of lines) history.observe({ time, node, type, ...more } as unknown as RunEvent);
  return history;
}

const started = (...nodes: string[]): Told[] => nodes.map((node) => [0, node, 'started']);
const linked = (...pairs: [string, string][]): Told[] =>
  pairs.flatMap(([a, b]): Told[] => [
    [1, a, 'peerUp', { peer: b }],
    [1, b, 'peerUp', { peer: a }],
  ]);
const published = (time: number): Told => [time, A, 'published', { ...U, payload: 1 }];
const sent = (time: number, from: string, to: string, more = {}): Told => [
  time,
  from,
  'sent',
  { to, ...RUMOR, ...more },
];
const gets = (time: number, from: string, to: string, hops = 1): Told[] => [
  [time, to, 'received', { from, ...RUMOR, hops }],
  [time, to, 'applied', { via: from, ...U, hops }],
];
const words = (history: DisseminationHistory, node: string, at = 1000): string =>
  wordsOfReason(whyNot(history, node, at));
/** Two nodes that know each other, of which one has published. */
const PAIR: Told[] = [...started(A, B), ...linked([A, B]), published(100)];

describe('why a node does not know an update', () => {
  test('it does: it published it, or somebody sent it', () => {
    const history = told(...PAIR, sent(100, A, B), ...gets(150, A, B));
    expect(words(history, A)).toBe('a:1 has it: it published it, at 0.100 s.');
    expect(words(history, B)).toBe('b:1 has it since 0.150 s: a:1 sent it, after 1 send from the origin.');
    expect(whyNot(history, B, 149)).toMatchObject({ kind: 'underway' });
  });

  test('it was not published yet, or nobody ever told of it', () => {
    expect(words(told(...PAIR), B, 99)).toContain('it was published only at 0.100 s');
    expect(words(told(...started(B)), B)).toContain('nobody in this trace had told of this update');
  });

  test('it was killed, had left, or started later', () => {
    const end = (why: string): Told => [120, B, 'stopped', { why }];
    expect(words(told(...PAIR, end('killed')), B)).toBe('b:1 has no copy: it was killed at 0.120 s.');
    expect(words(told(...PAIR, end('left')), B)).toBe('b:1 has no copy: it left at 0.120 s.');
    const held = told(...PAIR, sent(100, A, B), ...gets(110, A, B), end('killed'));
    expect(words(held, B)).toBe('b:1 has no copy: it was killed at 0.120 s; it had had it since 0.110 s.');
    expect(words(told(...PAIR, [500, C, 'started']), C, 400)).toBe('c:1 has no copy: it was started only at 0.500 s.');
  });

  test('it stands still, and copies wait for it', () => {
    const history = told(...PAIR, [90, B, 'paused'], sent(100, A, B));
    expect(words(history, B)).toBe(
      'b:1 has no copy: it has stood still since 0.090 s; the copy sent by a:1 at 0.100 s waits for it to run on.',
    );
  });

  test('something newer made it needless', () => {
    const newer = { uuid: 'v', origin: A, version: 3, via: C, hops: 1 };
    expect(words(told(...PAIR, [130, B, 'applied', newer]), B)).toBe(
      'b:1 has no need of it: it has held the newer version 3 from c:1, since 0.130 s.',
    );
    const older = { ...newer, version: 1 };
    expect(whyNot(told(...PAIR, [130, B, 'applied', older]), B, 1000).kind).not.toBe('newer');
    const other = { ...newer, key: 'another' };
    expect(whyNot(told(...PAIR, [130, B, 'applied', other]), B, 1000).kind).not.toBe('newer');
  });

  test('its own table is full', () => {
    const full: Told = [150, B, 'dropped', { reason: 'full', via: A, ...U }];
    const history = told(...PAIR, sent(100, A, B), [150, B, 'received', { from: A, ...RUMOR }], full);
    expect(words(history, B)).toBe(
      'b:1 has no copy: its own table is full, so it could not take the copy brought by a:1 at 0.100 s.',
    );
  });

  test('a copy is on its way', () => {
    expect(words(told(...PAIR, sent(100, A, B)), B)).toBe(
      'b:1 has no copy yet: the copy sent by a:1 at 0.100 s is on the way.',
    );
  });

  test('the only copy was lost: by chance, to a partition, or for nobody was there', () => {
    const lost = (reason: string) => told(...PAIR, sent(100, A, B), [100, A, 'lost', { to: B, reason, ...RUMOR }]);
    expect(words(lost('loss'), B)).toBe(
      'b:1 has no copy: the only one sent to it, by a:1 at 0.100 s, was lost on the way, by chance.',
    );
    expect(words(lost('partition'), B)).toContain('by a:1 at 0.100 s, was lost to the partition.');
    expect(words(lost('down'), B)).toContain('was lost because nobody ran there');
  });

  test('a real network does not tell of losses: its sender got no answer', () => {
    const failed: Told = [140, A, 'unreachable', { peer: B, reason: 'ECONNRESET' }];
    const history = told(...PAIR, sent(100, A, B), failed);
    expect(words(history, B)).toContain('was not answered (ECONNRESET)');
    expect(whyNot(history, B, 139).kind).toBe('underway');
  });

  test('a report of an earlier loss says nothing of a later copy', () => {
    const heartbeat = { to: B, message: 'heartbeat', reason: 'partition' };
    const report: Told = [140, A, 'unreachable', { peer: B, reason: 'timeout' }];
    const history = told(...PAIR, [90, A, 'lost', heartbeat], sent(100, A, B), report);
    expect(whyNot(history, B, 1000).kind).toBe('underway');
  });

  test('neighbours that have it did not send it, each for its reason', () => {
    const before = [...started(A, B, C, D), ...linked([A, B], [A, C], [A, D])];
    const chosen = told(...before, published(100), sent(100, A, C), sent(100, A, D));
    expect(words(chosen, B)).toBe(
      'b:1 has no copy: none was sent to it, though its only neighbour has it. a:1 passed it on to 2 others, not to b:1.',
    );
    const lazy = told(...before, [50, A, 'lazy', { peer: B }], published(100), sent(100, A, C));
    expect(words(lazy, B)).toContain('a:1 did not send it, because its link to b:1 is outside the broadcast tree.');
    const late = told(...started(A, B, C), ...linked([A, C]), published(100), sent(100, A, C), [
      200,
      A,
      'peerUp',
      { peer: B },
    ]);
    expect(words(late, B)).toContain('a:1 became a neighbour of b:1 only at 0.200 s, after passing it on.');
    expect(
      words(told(...before, published(100), sent(100, A, C), [400, B, 'started'], ...linked([A, B])), B),
    ).toContain('had passed it on before b:1 was started, at 0.400 s');
  });

  test('a link may come back into the tree', () => {
    const lazy: Told = [50, A, 'lazy', { peer: B }];
    const eager: Told = [60, A, 'eager', { peer: B }];
    const history = told(...started(A, B, C), ...linked([A, B], [A, C]), lazy, eager, published(100), sent(100, A, C));
    expect(whyNot(history, B, 1000)).toMatchObject({ gaps: [{ cause: { kind: 'notChosen' } }] });
  });

  test('its TTL ran out at its neighbour, or further away', () => {
    const chain = [...started(A, B, C, D), ...linked([A, B], [B, C], [C, D]), published(100), sent(100, A, B)];
    const history = told(...chain, ...gets(150, A, B), [150, B, 'dropped', { reason: 'ttl', via: A, ...U }]);
    expect(words(history, C)).toContain('b:1 passed it on to nobody: its TTL ran out there.');
    expect(words(history, D)).toBe(
      'd:1 has no copy, nor has its only neighbour: the wave stopped 2 links away, at b:1. ' +
        'b:1 passed it on to nobody: its TTL ran out there.',
    );
  });

  test('a neighbour that got it by a comparison of tables does not pass it on', () => {
    const delta: Told[] = [
      [140, A, 'sent', { to: B, message: 'delta' }],
      [150, B, 'received', { from: A, message: 'delta' }],
      [150, B, 'applied', { via: A, ...U, hops: 1 }],
    ];
    const history = told(...started(A, B, C), ...linked([A, B], [B, C]), published(100), sent(101, A, D), ...delta);
    expect(history.copies(B)).toMatchObject([{ means: 'delta', sentAt: 140, endedAt: 150, outcome: 'first' }]);
    expect(words(history, C)).toContain('b:1 got it by a comparison of tables, which is not passed on.');
  });

  test('it has no neighbours, or none that is linked to anybody who has it', () => {
    const gone: Told[] = [
      [90, B, 'peerDown', { peer: A, reason: 'unreachable' }],
      [80, A, 'peerDown', { peer: B, reason: 'unreachable' }],
    ];
    const other = [...started(A, B, C, D), ...linked([A, B], [C, D])];
    const history = told(...other, ...gone.toReversed(), published(100), sent(100, A, C));
    expect(words(history, B)).toBe('b:1 has no copy: it has had no neighbours since 0.090 s.');
    const island = told(...other, published(100), sent(100, A, B));
    expect(words(island, D)).toBe(
      'd:1 has no copy, nor has its only neighbour: none of these has a link to any node that has it.',
    );
  });

  test('where the trace lacks what one would have to know, it says so', () => {
    const lateWord = told(published(100), [200, B, 'peerUp', { peer: A }]);
    expect(words(lateWord, B)).toContain('this trace cannot tell: its first word of b:1 is of 0.200 s');
    expect(words(told(...PAIR), C)).toContain('it has no word of c:1');
    expect(words(told(...PAIR), B)).toContain('not all that was sent is told');
    const duplicate: Told[] = [
      [150, B, 'received', { from: A, ...RUMOR }],
      [150, B, 'duplicate', { via: A, ...U, hops: 1 }],
    ];
    expect(words(told(...PAIR, sent(100, A, B), ...duplicate), B)).toContain('b:1 knew it when a:1 sent it');
    expect(words(told(...PAIR, sent(100, A, B), duplicate[0]!), B)).toContain('not what b:1 did with it');
    expect(words(told(...started(A, B), published(100), sent(100, A, C)), B)).toContain('neighbours');
  });

  test('who starts anew has forgotten it', () => {
    const history = told(...PAIR, sent(100, A, B), ...gets(150, A, B), [300, B, 'started'], ...linked([A, B]));
    expect(whyNot(history, B, 299).kind).toBe('holds');
    expect(whyNot(history, B, 1000)).toMatchObject({ kind: 'notSent', gaps: [{ cause: { kind: 'bornLater' } }] });
  });

  test('a node that is looked at later is known by what it says it holds', () => {
    const history = told(published(100), sent(100, A, C));
    const record = { uuid: 'u', origin: A, version: 2, via: A, hops: 1, receivedAt: 150 };
    history.observeSnapshot({ time: 200, node: B, peers: [A], records: [record] });
    history.observeSnapshot({ time: 200, node: D, peers: [A], records: [] });
    expect(whyNot(history, B, 1000)).toMatchObject({ kind: 'holds', delivery: { at: 150 } });
    expect(whyNot(history, D, 1000)).toMatchObject({ kind: 'notSent' });
  });
});
