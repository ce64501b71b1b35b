/** Nobody can silence an origin by a version told in its name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { eventually, gossip, nodesOfThisFile } from '../../test/support.ts';
import { MAX_VERSION } from '../core/parameters.ts';
import { now } from './clock.ts';
import type { RunningNode } from './running-node.ts';
import { MAX_AHEAD_MS, versionCeiling } from './version-ceiling.ts';

const start = nodesOfThisFile();
const parameters = { heartbeatMs: 100, heartbeatMinMs: 50 };

async function pair(): Promise<[RunningNode, RunningNode]> {
  const one = await start({ parameters });
  const other = await start({ parameters, join: [one.self] });
  await eventually('a link', () => one.snapshot().peers.length === 1 && other.snapshot().peers.length === 1);
  return [one, other];
}

const forged = (origin: string, version: number, more: object = { payload: 'forged' }) => ({
  from: '127.0.0.1:9',
  messages: [{ uuid: `forged-${version}`, origin, version, ttl: 7, ...more }],
});

test('the ceiling grows by more in a millisecond than any origin counts, and is never the greatest version in our time', () => {
  const time = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2100, 0, 1) });
  fc.assert(
    fc.property(time, (at) => {
      expect(versionCeiling(at + 1) - versionCeiling(at)).toBeGreaterThan(2000);
      expect(versionCeiling(at)).toBeLessThan(MAX_VERSION);
      // Whoever counts microseconds, with a clock as much ahead as is allowed.
      expect(versionCeiling(at)).toBeGreaterThan(1000 * (at + MAX_AHEAD_MS));
    }),
  );
  expect(versionCeiling(0)).toBe(versionCeiling(Date.UTC(2026, 0, 1)));
  expect(versionCeiling(Date.UTC(2200, 0, 1))).toBe(MAX_VERSION);
});

describe('a version beyond the ceiling is refused, with an event,', () => {
  test.each<[string, (origin: string) => object]>([
    ['of a rumor', (origin) => forged(origin, MAX_VERSION)],
    ['of a claim', (origin) => forged(origin, MAX_VERSION, { status: 'down' })],
    ['of a goodbye', (origin) => forged(origin, MAX_VERSION, { status: 'left' })],
    ['under a key', (origin) => forged(origin, MAX_VERSION, { key: 'k', payload: 1 })],
    ['of a bare rumor', (origin) => forged(origin, MAX_VERSION).messages[0] as object],
  ])('%s', async (_, body) => {
    const node = await start();
    const reasons: string[] = [];
    node.subscribe((event) => event.type === 'refused' && reasons.push(event.reason));
    for (const origin of [node.self, '127.0.0.1:8']) {
      const answer = await gossip(node.self, body(origin));
      expect(answer.status).toBe(400);
      expect(answer.json()['error']).toMatch(/^version: 9007199254740991 of .* is beyond \d+, the greatest for now$/);
    }
    expect(reasons).toHaveLength(2);
    expect(node.snapshot()).toMatchObject({ version: 0, records: [] });
  });

  test('in a delta, whose other rumors are taken', async () => {
    const node = await start();
    const rumorOf = (version: number) => ({
      uuid: `u-${version}`,
      origin: '127.0.0.1:8',
      version,
      ttl: 1,
      payload: version,
    });
    const delta = { type: 'delta', rumors: [rumorOf(MAX_VERSION), rumorOf(3)] };
    expect((await gossip(node.self, { from: '127.0.0.1:9', messages: [delta] })).status).toBe(200);
    expect(node.snapshot().records).toMatchObject([{ version: 3 }]);
    expect(node.counters.refused).toBe(1);
  });
});

test('an origin that hears of itself at the ceiling goes above it, and all believe what it says from then on', async () => {
  const [one, other] = await pair();
  one.publish('mine');
  await eventually('it is told', () => other.record(one.self) !== undefined);
  for (let round = 1; round <= 3; round++) {
    const version = versionCeiling(now());
    expect((await gossip(other.self, forged(one.self, version))).status).toBe(200);
    await eventually('it is above', () => one.version > version);
    one.publish(`mine ${round}`);
    await eventually('the other believes it', () => other.record(one.self)?.payload === `mine ${round}`);
  }
});

test('a version that an earlier release has remembered is brought below the ceiling', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gossip-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const port = await freePort();
  const remembered = { self: `127.0.0.1:${port}`, version: MAX_VERSION, records: [{ payload: 'mine' }], members: [] };
  writeFileSync(join(dataDir, `127.0.0.1_${port}.json`), JSON.stringify(remembered));
  const node = await start({ port, dataDir });
  const other = await start({ join: [node.self], parameters });
  await eventually('the other believes it', () => other.record(node.self)?.payload === 'mine');
  expect(node.version).toBeLessThan(MAX_VERSION);
});
