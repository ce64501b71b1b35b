import { describe, expect, test } from 'vitest';
import { KnownPeers } from './known-peers.ts';

const [A, B] = ['127.0.0.1:1', '127.0.0.1:2'];

describe('a token', () => {
  test('is always the same for one address, another for each, and another in each process', () => {
    const [ours, others] = [new KnownPeers(), new KnownPeers()];
    expect(ours.tokenFor(A)).toMatch(/^[\w-]{16}$/);
    expect(ours.tokenFor(A)).toBe(ours.tokenFor(A));
    expect(ours.tokenFor(B)).not.toBe(ours.tokenFor(A));
    expect(others.tokenFor(A)).not.toBe(ours.tokenFor(A));
  });
});

describe('a stream to a peer', () => {
  test('is tried only with its token', () => {
    const known = new KnownPeers();
    expect(known.mayStream(A, 0)).toBe(false);
    known.learn(A, 'token');
    expect(known.mayStream(A, 0)).toBe(true);
    expect(known.mayStream(B, 0)).toBe(false);
  });

  test('that came to nothing is tried again after a second, then two, then four, at last every five minutes', () => {
    const known = new KnownPeers();
    known.learn(A, 'token');
    let now = 0;
    for (const waitMs of [1000, 2000, 4000, ...Array.from({ length: 20 }, () => undefined), 300_000]) {
      known.streamEnded(A, now, 0);
      if (waitMs === undefined) continue;
      expect(known.mayStream(A, now + waitMs - 1)).toBe(false);
      now += waitMs;
      expect(known.mayStream(A, now)).toBe(true);
    }
  });

  test('that has worked for a while is opened again at once', () => {
    const known = new KnownPeers();
    known.learn(A, 'token');
    known.streamEnded(A, 0, 0);
    known.streamEnded(A, 10_000, 5000);
    expect(known.mayStream(A, 10_000)).toBe(true);
  });

  test('is tried at once with another token: it is another process', () => {
    const known = new KnownPeers();
    known.learn(A, 'token');
    known.streamEnded(A, 0, 0);
    known.learn(A, 'token');
    expect(known.mayStream(A, 1)).toBe(false);
    known.learn(A, 'another');
    expect(known.mayStream(A, 1)).toBe(true);
  });
});

test('no more than 512 are known, and those met longest ago are forgotten', () => {
  const known = new KnownPeers();
  for (let port = 1; port <= 2000; port++) known.learn(`127.0.0.1:${port}`, 'token');
  expect(known.size).toBe(512);
  expect([known.tokenOf('127.0.0.1:1'), known.tokenOf('127.0.0.1:2000')]).toEqual([undefined, 'token']);
});
