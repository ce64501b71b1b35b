/**
 * What the swarm (`swarm.test.ts`) does not draw: keyed records, and troubles that depend on what became of the network so
 * far. First safety at every step, then liveness when the faults have stopped. A failing seed is in the test's name: run
 * it alone with `-t`. For more:
 * `FIRST_SEED=100 SEEDS=5000 npx vitest run test/random-networks.test.ts`.
 */
import { describe, expect, test } from 'vitest';
import { DEFAULT_STRATEGY, type StrategyName } from '../src/core/broadcast/strategy.ts';
import { addressOf } from './arbitraries.ts';
import { islandsOf, oneSidedLinks, tablesOf } from '../src/verify/network-facts.ts';
import { watch } from './invariants.ts';
import { calm, populate, randomNetwork, stir } from './random-network.ts';
import { VirtualNetwork } from './virtual-network.ts';

const FIRST = Number(process.env['FIRST_SEED'] ?? 0);
const SEEDS = Array.from({ length: Number(process.env['SEEDS'] ?? 100) }, (_, i) => FIRST + i);
const STIRS = 30;
/** Long enough for every lost peer to be tried again: a passive view of 30, one each 3 s. */
const QUIET_MS = 100_000;

describe('a network under faults, then in quiescence', () => {
  test.each(SEEDS)(
    'keeps its invariants at every step and comes to one table (seed %i)',
    (seed) => {
      const all = randomNetwork(seed);
      const { network, random } = all;
      watch(network);
      populate(all);
      for (let i = 0; i < STIRS; i++) {
        stir(all);
        network.runFor(random.below(1000));
      }
      calm(all);
      const accused = () => network.snapshot(addressOf(0)).records.filter(({ status }) => status !== 'alive');
      const hasSettled = () => tablesOf(network).length === 1 && islandsOf(network) === 1 && accused().length === 0;
      for (const until = network.now + QUIET_MS; network.now < until && !hasSettled(); network.runFor(1000));
      expect(islandsOf(network)).toBe(1);
      expect(tablesOf(network)).toHaveLength(1);
      expect(accused()).toEqual([]);
      let oneSided = oneSidedLinks(network);
      for (let second = 0; second < 5; second++) {
        network.runFor(1000);
        const stillSo = oneSidedLinks(network);
        oneSided = oneSided.filter((link) => stillSo.includes(link));
      }
      expect(oneSided).toEqual([]);
    },
    30_000,
  );
});

describe('a seed', () => {
  test('gives the same trace twice, to the byte', () => {
    const trace = (seed: number) => {
      const all = randomNetwork(seed);
      populate(all);
      for (let i = 0; i < 20; i++) {
        stir(all);
        all.network.runFor(500);
      }
      return JSON.stringify(all.network.trace);
    };
    for (const seed of [1, 2, 3]) expect(trace(seed)).toBe(trace(seed));
    expect(trace(1)).not.toBe(trace(2));
  });
});

describe('a network without faults', () => {
  const build = (size: number, maxPeers: number, seed: number, strategy: StrategyName = DEFAULT_STRATEGY) => {
    const network = new VirtualNetwork({ seed, strategy, parameters: { maxPeers }, delayMs: { min: 1, max: 5 } });
    network.start(addressOf(0));
    for (let i = 1; i < size; i++) {
      network.start(addressOf(i), [addressOf(0)]);
      network.publish(addressOf(i), i);
    }
    network.runFor(20_000);
    return network;
  };

  test.each([
    [10, 8],
    [20, 5],
    [50, 5],
  ])('of %i nodes with %i peers each is one, knows everything, and says no more about it', (size, maxPeers) => {
    const network = build(size, maxPeers, 1);
    expect(islandsOf(network)).toBe(1);
    expect(tablesOf(network)).toHaveLength(1);
    expect(network.snapshot(addressOf(0)).records).toHaveLength(size - 1);
    const since = network.now;
    network.runFor(20_000);
    const said = network.trace.flatMap((e) => (e.time >= since && e.type === 'sent' ? [e.message] : []));
    for (const message of ['digest', 'delta', 'want', 'rumor', 'join', 'getPeers'] as const) {
      expect(said).not.toContain(message);
    }
  });

  test('floods an update in 2E − N + 1 copies', () => {
    const network = build(20, 5, 2, 'flood');
    const links = network.live.reduce((sum, address) => sum + network.snapshot(address).peers.length, 0) / 2;
    const before = network.trace.length;
    network.publish(addressOf(7), 'Emma');
    network.runFor(500);
    const copies = network.trace.slice(before).filter((e) => e.type === 'sent' && e.message === 'rumor');
    expect(copies).toHaveLength(2 * links - 20 + 1);
    expect(tablesOf(network)).toHaveLength(1);
  });

  test('does not storm when its views are as small as can be', () => {
    for (const maxPeers of [1, 2]) {
      const network = build(5, maxPeers, 3);
      const since = network.trace.length;
      network.runFor(10_000);
      const sent = network.trace.slice(since).filter((e) => e.type === 'sent').length;
      expect(sent / 5 / 10).toBeLessThan(10);
    }
  });
});

describe('a healed partition', () => {
  test('with both halves full of peers becomes one network again', () => {
    for (const seed of [1, 2, 3]) {
      const network = new VirtualNetwork({ seed, parameters: { maxPeers: 4, shuffleMs: 3000 }, timeoutMs: 1000 });
      const nodes = Array.from({ length: 16 }, (_, i) => addressOf(i));
      for (const [i, node] of nodes.entries()) network.start(node, i === 0 ? [] : [nodes[0]!]);
      network.runFor(10_000);
      network.partition(nodes.slice(0, 8), nodes.slice(8));
      network.runFor(60_000);
      network.publish(nodes[0]!, 'told on one side');
      network.publish(nodes[8]!, 'told on the other');
      network.runFor(5000);
      expect(tablesOf(network)).toHaveLength(2);
      network.heal();
      network.runFor(60_000);
      expect(islandsOf(network)).toBe(1);
      expect(tablesOf(network)).toHaveLength(1);
    }
  });
});

describe('a node that others joined before its own contact was there', () => {
  test('does not stay an island with them', () => {
    const network = new VirtualNetwork({ seed: 1 });
    network.start(addressOf(1), [addressOf(0)]);
    network.start(addressOf(2), [addressOf(1)]);
    network.runFor(5000);
    network.start(addressOf(0));
    network.start(addressOf(3), [addressOf(0)]);
    network.runFor(30_000);
    expect(islandsOf(network)).toBe(1);
  });
});
