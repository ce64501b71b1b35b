import { describe, expect, test, vi } from 'vitest';
import { call, gossip, nodesOfThisFile, send } from '../../test/support.ts';
import { MAX_VERSION } from '../core/parameters.ts';
import type { RunningNode } from './running-node.ts';

// What no node believes before the year 2109.
vi.mock('./version-ceiling.ts', () => ({ versionCeiling: () => Number.MAX_SAFE_INTEGER }));

const start = nodesOfThisFile();

/** Somebody has told it of itself at the greatest version. */
async function exhausted(options: Parameters<typeof start>[0] = {}): Promise<RunningNode> {
  const node = await start(options);
  const rumor = { uuid: 'z', origin: node.self, version: MAX_VERSION, ttl: 1, payload: { book: 'Ulysses' } };
  await gossip(node.self, { from: '127.0.0.1:9', messages: [rumor] });
  expect(node.snapshot().version).toBe(MAX_VERSION);
  return node;
}

describe('a node at the greatest version', () => {
  test('answers PUT /favorite/ with one clear line and 409, counts it, and keeps what it has', async () => {
    const node = await exhausted();
    const answer = await send(node.self, 'PUT', '/favorite/', { book: 'Emma' });
    expect(answer.status).toBe(409);
    expect(answer.json()['error']).toMatch(/^not published: .*version is the greatest/);
    expect(node.counters.unpublished).toBe(1);
    expect((await call(node.self, 'GET', '/metrics')).text).toContain('gossip_unpublished_total 1');
    expect(node.snapshot().records).toMatchObject([{ payload: { book: 'Ulysses' }, version: MAX_VERSION }]);
  });

  test('throws where the library publishes, also under a key', async () => {
    const node = await exhausted();
    expect(() => node.publish('Emma')).toThrow('not published: ');
    expect(() => node.publish('happy', 'mood')).toThrow('not published: ');
  });
});

test('a node that has stopped throws where the library publishes', async () => {
  const node = await start();
  await node.stop();
  expect(() => node.publish('Emma')).toThrow('not published: this node has stopped');
});
