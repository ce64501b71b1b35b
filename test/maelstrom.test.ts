/**
 * The aims for `gossip maelstrom`: 25 nodes, 100 ms one way, 100 operations a second, half of them broadcasts. Longer
 * and with more seeds, and with real processes: `npm run bench:maelstrom`.
 */
import { describe, expect, test } from 'vitest';
import { DEFAULT_BATCH_MS } from '../src/maelstrom/defaults.ts';
import { MaelstromNetwork, type MaelstromOptions } from './maelstrom-network.ts';

const NODES = 25;
/** As long as Maelstrom waits before its final reads. */
const HEALED_WITHIN_MS = 10_000;

function underLoad(options: Partial<MaelstromOptions>) {
  const network = new MaelstromNetwork({ nodes: NODES, seed: 1, startWithinMs: 300, jitterMs: 5, ...options });
  network.untilReady();
  network.load(100, 10_000);
  network.runFor(5000);
  return network.figures();
}

describe('under load, all background traffic counted', { timeout: 30_000 }, () => {
  test.each([1, 2])('at most 6 messages an operation, and every value everywhere within 400 ms (seed %i)', (seed) => {
    const { messagesPerOperation, latencyMs, lost } = underLoad({ seed });
    expect(messagesPerOperation).toBeLessThan(6);
    expect(latencyMs.max).toBeLessThan(400);
    expect(lost).toBe(0);
  });

  test.each([1, 2])('with larger batches at most 2.5, a median under 1 s and a maximum under 2 s (seed %i)', (seed) => {
    const { messagesPerOperation, latencyMs, lost } = underLoad({ seed, batchMs: 600 });
    expect(messagesPerOperation).toBeLessThan(2.5);
    expect(latencyMs.p50).toBeLessThan(1000);
    expect(latencyMs.max).toBeLessThan(2000);
    expect(lost).toBe(0);
  });
});

function healingMs(network: MaelstromNetwork): number {
  const healedAt = network.now;
  network.heal();
  while (network.missing().length > 0 && network.now < healedAt + 60_000) network.runFor(500);
  return network.now - healedAt;
}

describe('no acknowledged value is lost', () => {
  test.each([
    [2, 2000, DEFAULT_BATCH_MS],
    [1, 6000, 600],
  ])(
    'through random halves that come and go (%i of %i ms, batches of %i ms)',
    { timeout: 30_000 },
    (cuts, cutMs, batchMs) => {
      const network = new MaelstromNetwork({ nodes: NODES, seed: 5, batchMs });
      network.untilReady();
      for (let cut = 0; cut < cuts; cut++) {
        network.load(100, 1000);
        network.partitionInHalves();
        network.load(100, cutMs);
        network.heal();
      }
      expect(healingMs(network)).toBeLessThan(HEALED_WITHIN_MS);
      network.runFor(10_000);
      const before = { ...network.count };
      network.load(100, 3000);
      const { messages, operations } = network.count;
      expect((messages - before.messages) / (operations - before.operations)).toBeLessThan(6);
    },
  );

  test('without its hub the rest finds another, and the hub comes back', () => {
    const network = new MaelstromNetwork({ nodes: NODES, seed: 6 });
    network.untilReady();
    network.load(100, 2000);
    const rest = network.names.slice(1);
    network.partition(['n0'], rest);
    network.runFor(20_000);
    network.broadcast('n7', 1_000_000);
    network.broadcast('n0', 1_000_001);
    network.runFor(5000);
    expect(rest.filter((name) => !network.read(name).includes(1_000_000))).toEqual([]);
    expect(healingMs(network)).toBeLessThan(HEALED_WITHIN_MS);
  });
});

test('the same seed gives the same figures', () => {
  const run = () => {
    const network = new MaelstromNetwork({ nodes: 5, seed: 7, jitterMs: 20 });
    network.load(50, 3000);
    return network.figures();
  };
  expect(run()).toEqual(run());
});
