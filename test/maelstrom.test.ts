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

const TOPOLOGIES = [undefined, 'grid', 'tree4', 'total'] as const;

describe('under load, all background traffic counted', { timeout: 30_000 }, () => {
  test.each(TOPOLOGIES)(
    'at most 4.5 messages an operation, every value everywhere within 350 ms, nobody overloaded (topology %s)',
    (topology) => {
      const { messagesPerOperation, latencyMs, busiestByMean, withoutValues, lost } = underLoad({ topology });
      expect(messagesPerOperation).toBeLessThan(4.5);
      expect(latencyMs.max).toBeLessThan(350);
      expect(busiestByMean).toBeLessThan(3);
      expect(withoutValues).toBeLessThan(0.2);
      expect(lost).toBe(0);
    },
  );

  test.each(TOPOLOGIES)('with larger batches at most 2.5, and a maximum under 1 s (topology %s)', (topology) => {
    const { messagesPerOperation, latencyMs, busiestByMean, lost } = underLoad({ topology, batchMs: 600 });
    expect(messagesPerOperation).toBeLessThan(2.5);
    expect(latencyMs.max).toBeLessThan(1000);
    expect(busiestByMean).toBeLessThan(3);
    expect(lost).toBe(0);
  });

  test('where clocks differ by seconds it costs messages, and nothing else', () => {
    const { messagesPerOperation, latencyMs, lost } = underLoad({ clocksApartMs: 3000 });
    expect(messagesPerOperation).toBeLessThan(9);
    expect(latencyMs.max).toBeLessThan(350);
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
      const network = new MaelstromNetwork({ nodes: NODES, seed: 5, batchMs, topology: 'tree4' });
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

  test.each(TOPOLOGIES)(
    'what is told to a node whose turn it is while it is cut off comes through (topology %s)',
    (topology) => {
      const network = new MaelstromNetwork({ nodes: 3, seed: 6, topology });
      network.untilReady();
      network.load(10, 2000);
      network.partition(['n0'], ['n1', 'n2']);
      // Longer than three turns.
      for (let value = 1_000_000; value < 1_000_010; value++) {
        network.broadcast('n1', value);
        network.broadcast('n0', -value);
        network.runFor(400);
      }
      network.runFor(5000);
      expect(network.read('n2')).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, i) => 1_000_000 + i)));
      expect(healingMs(network)).toBeLessThan(HEALED_WITHIN_MS);
    },
  );

  test('a node that is known to be cut off has no more turns', { timeout: 30_000 }, () => {
    const network = new MaelstromNetwork({ nodes: 9, seed: 6 });
    network.untilReady();
    network.load(100, 2000);
    const rest = network.names.slice(1);
    network.partition(['n0'], rest);
    network.runFor(40_000);
    for (let second = 0; second < 9; second++) {
      network.broadcast('n7', 2_000_000 + second);
      network.runFor(1000);
      expect(rest.filter((name) => !network.read(name).includes(2_000_000 + second))).toEqual([]);
    }
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
