/** What the protocol promises of whole networks, in virtual time: copies per update, repair, detection, no false alarm. */
import { describe, expect, test, vi } from 'vitest';
import type { Address } from '../src/core/address.ts';
import type { Timer } from '../src/core/boundary.ts';
import { DEFAULT_PARAMETERS } from '../src/core/parameters.ts';
import { addressOf } from './arbitraries.ts';
import { islandsOf, tablesOf } from '../src/verify/network-facts.ts';
import { VirtualNetwork, type NetworkOptions } from './virtual-network.ts';

// Much virtual time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const [A, B] = [addressOf(0), addressOf(1)];
/** A transport that says what it could not deliver, and one that never does. */
const HTTP = { parameters: { failedSendsAreReported: true }, refusedAfterMs: 2, unansweredMs: 4000 };
const ONE_WAY = { parameters: { failedSendsAreReported: false }, refusedAfterMs: Infinity };
const TRANSPORTS: [string, Partial<NetworkOptions>][] = [
  ['reports failed sends', HTTP],
  ['reports nothing', ONE_WAY],
];

/** A network at rest: everybody joined through the first, has a favourite, and knows all others'. */
function build(size: number, seed: number, options: Partial<NetworkOptions> = HTTP): VirtualNetwork {
  const network = new VirtualNetwork({ strategy: 'plumtree', delayMs: { min: 1, max: 20 }, ...options, seed });
  for (let i = 0; i < size; i++) {
    network.start(addressOf(i), i === 0 ? [] : [A]);
    network.publish(addressOf(i), i);
    network.runFor(50);
  }
  network.runFor(20_000);
  expect(tablesOf(network)).toHaveLength(1);
  expect(islandsOf(network)).toBe(1);
  return network;
}

function copiesOf(network: VirtualNetwork, origin: Address, payload: string): number {
  const before = network.trace.length;
  network.publish(origin, payload);
  network.runFor(3000);
  expect(tablesOf(network)).toHaveLength(1);
  return network.trace.slice(before).filter((e) => e.type === 'sent' && e.message === 'rumor').length;
}

/** Runs until it is so. @returns how long that took, in virtual time */
function timeUntil(network: VirtualNetwork, isSo: () => boolean, limitMs: number, stepMs = 100): number {
  const since = network.now;
  while (!isSo() && network.now - since <= limitMs) network.runFor(stepMs);
  return network.now - since;
}

function claimed(network: VirtualNetwork, status: 'suspect' | 'down', since = 0): Address[] {
  return network.trace.flatMap((e) =>
    e.time >= since && e.type === 'published' && e.status === status ? [e.origin] : [],
  );
}

const statusAt = (network: VirtualNetwork, at: Address, of: Address) =>
  network.snapshot(at).records.find(({ origin }) => origin === of)?.status;

describe('an update under plumtree', () => {
  test.each([10, 20, 50])('costs exactly N − 1 copies among %i once the tree stands', (size) => {
    for (const seed of [1, 2, 3]) {
      const network = build(size, seed);
      for (let i = 0; i < 4; i++) copiesOf(network, A, `first ${i}`);
      const copies = [0, 1, 2].map((i) => copiesOf(network, A, `then ${i}`));
      expect(Math.min(...copies)).toBe(size - 1);
      // Where a shuffle changes a link, each end that loses its parent asks all its other peers, once.
      expect(Math.max(...copies)).toBeLessThanOrEqual(size - 1 + 2 * (DEFAULT_PARAMETERS.maxPeers - 1));
      expect(copies.filter((count) => count === size - 1).length).toBeGreaterThanOrEqual(2);
    }
  });

  test('costs N − 1 copies again some updates after nodes died and a partition healed', () => {
    const network = build(20, 4, { ...HTTP, timeoutMs: 1000 });
    for (const dead of [3, 7]) network.crash(addressOf(dead));
    network.runFor(5000);
    network.partition(network.live.slice(0, 9), network.live.slice(9));
    network.runFor(15_000);
    network.heal();
    network.runFor(60_000);
    for (let i = 0; i < 4; i++) copiesOf(network, A, `first ${i}`);
    const copies = [0, 1, 2, 3, 4].map((i) => copiesOf(network, A, `then ${i}`)).sort((a, b) => a - b);
    expect(copies[0]).toBe(17);
    expect(copies[2]).toBe(17);
  });

  test.each(TRANSPORTS)(
    'reaches everyone within 3 s also right after an inner node died; the transport %s',
    (_, options) => {
      for (const [size, seed] of [
        [10, 1],
        [20, 2],
        [20, 3],
        [50, 4],
      ] as const) {
        const network = build(size, seed, { ...options, parameters: { ...options.parameters, maxPeers: 5 } });
        for (let i = 0; i < 2; i++) copiesOf(network, B, `first ${i}`);
        const eager = (node: Address) => network.snapshot(node).peers.length - network.snapshot(node).lazy.length;
        const inner = network.live.filter((node) => node !== B).sort((a, b) => eager(b) - eager(a))[0]!;
        network.crash(inner);
        network.publish(B, 'Emma');
        const { version } = network.snapshot(B);
        const knows = (node: Address) =>
          network.snapshot(node).records.some((record) => record.origin === B && record.version === version);
        expect(timeUntil(network, () => network.live.every(knows), 10_000)).toBeLessThan(3000);
      }
    },
  );
});

describe('a node that dies together with all its peers', () => {
  test.each(TRANSPORTS)('is known to be down by all others in the end; the transport %s', (_, options) => {
    for (const seed of [1, 2, 3]) {
      const parameters = { ...options.parameters, maxPeers: 4, shuffleMs: 5000 };
      const network = build(20, seed, { ...options, parameters });
      const victim = addressOf(7);
      const dead = [victim, ...network.snapshot(victim).peers];
      for (const address of dead) network.crash(address);
      const isKnown = () => network.live.every((node) => dead.every((of) => statusAt(network, node, of) === 'down'));
      expect(timeUntil(network, isKnown, 200_000, 1000)).toBeLessThan(200_000);
    }
  });
});

describe('an update by random pushes', () => {
  test('reaches everyone also when nothing is pushed at all', () => {
    const network = build(20, 1, { ...HTTP, strategy: 'random', parameters: { ...HTTP.parameters, fanout: 0 } });
    network.publish(B, 'Emma');
    expect(timeUntil(network, () => tablesOf(network).length === 1, 20_000)).toBeLessThan(20_000);
  });

  test('reaches the share s = 1 − e^(−f·s), when it is not repaired', () => {
    const [size, fanout, updates] = [100, 3, 60];
    const isMuted = ({ name }: Timer) => ['heartbeat', 'graft'].includes(name);
    let s = 1;
    for (let i = 0; i < 100; i++) s = 1 - Math.exp(-fanout * s);
    const shares: number[] = [];
    for (const seed of [1, 2]) {
      const network = new VirtualNetwork({
        seed,
        strategy: 'random',
        parameters: { fanout, maxPeers: size, maxPassive: size, ttl: 255 },
        isMuted,
      });
      for (let i = 0; i < size; i++) network.start(addressOf(i));
      // Everybody asks everybody at once: the full mesh that the fixed point is about.
      for (let i = 0; i < size * size; i++) {
        const [from, to] = [addressOf(Math.floor(i / size)), addressOf(i % size)];
        if (from !== to) network.inject(from, to, { type: 'neighbor', priority: 'high', request: 0 });
      }
      network.runFor(1000);
      expect(network.snapshot(A).peers).toHaveLength(size - 1);
      for (let i = 0; i < updates / 2; i++) {
        const before = network.trace.length;
        network.publish(addressOf(i), 'Emma');
        network.runFor(100);
        const told = network.trace.slice(before).filter(({ type }) => type === 'applied').length;
        shares.push(told / (size - 1));
      }
    }
    // Now and then an epidemic dies out at once; the fixed point is about those that do not.
    const taken = shares.filter((share) => share > 0.3);
    expect(taken.length).toBeGreaterThan(updates * 0.9);
    const mean = taken.reduce((sum, share) => sum + share, 0) / taken.length;
    const variance = taken.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (taken.length - 1);
    // A finite network draws from N − 1, never back: the fixed point is met to about 1/N.
    expect(Math.abs(mean - s)).toBeLessThan(2.576 * Math.sqrt(variance / taken.length) + 1 / size);
  });
});

describe('a network at rest', () => {
  test.each([
    [...TRANSPORTS[0]!, []],
    // Where nobody reports failed sends, a random member is looked for at every shuffle.
    [...TRANSPORTS[1]!, ['probe', 'ping', 'pong', 'probeReply']],
  ] as const)('says nothing but heartbeats and shuffles, where the transport %s', (_, options, looks) => {
    const network = build(20, 3, options);
    network.publish(B, 'Emma');
    network.runFor(60_000);
    const since = network.trace.length;
    network.runFor(60_000);
    const said = new Set(network.trace.slice(since).flatMap((e) => (e.type === 'sent' ? [e.message] : [])));
    // A shuffle may move links; a moved link that was part of the tree is replaced by a graft.
    const calm = ['heartbeat', 'shuffle', 'shuffleReply', 'neighbor', 'neighborReply', 'disconnect', 'graft'] as const;
    for (const quiet of [...calm, ...looks]) said.delete(quiet);
    expect([...said]).toEqual([]);
  });
});

describe('nodes that die', () => {
  test.each([
    ['reports failed sends', HTTP, 10, 1, 5000],
    ['reports failed sends', HTTP, 20, 3, 5000],
    ['reports failed sends', HTTP, 50, 25, 10_000],
    ['reports nothing', ONE_WAY, 10, 1, 20_000],
    ['reports nothing', ONE_WAY, 20, 3, 25_000],
    ['reports nothing', ONE_WAY, 50, 25, 40_000],
  ] as const)('are down for all, and nobody else is; the transport %s', (_, options, size, count, withinMs) => {
    for (const seed of [1, 2]) {
      const network = build(size, seed, options);
      const dead = Array.from({ length: count }, (__, i) => addressOf((1 + 2 * i + seed) % size));
      for (const node of dead) network.crash(node);
      const isKnown = () => network.live.every((at) => dead.every((of) => statusAt(network, at, of) === 'down'));
      expect(timeUntil(network, isKnown, withinMs, 500)).toBeLessThanOrEqual(withinMs);
      network.runFor(10_000);
      expect(claimed(network, 'down').filter((origin) => !dead.includes(origin))).toEqual([]);
    }
  });
});

describe('nobody alive is called down', () => {
  test.each(TRANSPORTS)('for standing still for five seconds, where the transport %s', (_, options) => {
    for (const [size, seed] of [
      [3, 1],
      [10, 2],
      [20, 3],
    ] as const) {
      const network = build(size, seed, options);
      for (let i = 0; i < 5; i++) {
        const slow = addressOf((i * 7) % size);
        network.pause(slow);
        network.runFor(5000);
        network.resume(slow);
        network.runFor(1000 * i);
      }
      network.runFor(30_000);
      expect(claimed(network, 'down')).toEqual([]);
      expect(tablesOf(network)).toHaveLength(1);
      expect(islandsOf(network)).toBe(1);
    }
  });

  test.each([5, 10, 20])('for %i % of loss over a minute', (lossPercent) => {
    const network = build(20, lossPercent, ONE_WAY);
    network.lossPercent = lossPercent;
    network.runFor(60_000);
    network.lossPercent = 0;
    network.runFor(30_000);
    expect(claimed(network, 'down')).toEqual([]);
    expect(tablesOf(network)).toHaveLength(1);
  });

  test.each(['plumtree', 'flood', 'random'] as const)('for leaving politely, under %s', (strategy) => {
    for (const [size, seed] of [
      [2, 1],
      [3, 2],
      [3, 3],
      [10, 4],
      [20, 5],
    ] as const) {
      const network = build(size, seed, { ...HTTP, strategy });
      network.leave(B);
      network.runFor(40_000);
      expect(claimed(network, 'down')).toEqual([]);
      for (const node of network.live) expect(statusAt(network, node, B)).toBe('left');
    }
  });
});

describe('a partition', () => {
  /** Shorter than the dormancy; dormant; reaped. */
  test.each([20_000, 50_000, 130_000])(
    'of %i ms, where members are forgotten after two minutes, heals to one network',
    (ms) => {
      const options = {
        ...HTTP,
        timeoutMs: 1000,
        parameters: { ...HTTP.parameters, shuffleMs: 3000, reapAfterMs: 120_000 },
      };
      for (const seed of [1, 2]) {
        const network = build(12, seed, options);
        const all = network.live;
        network.partition(all.slice(0, 6), all.slice(6));
        network.runFor(ms);
        network.heal();
        const isOne = () =>
          islandsOf(network) === 1 &&
          tablesOf(network).length === 1 &&
          all.every((of) => statusAt(network, A, of) === 'alive');
        expect(timeUntil(network, isOne, 60_000, 1000)).toBeLessThan(30_000);
      }
    },
  );
});

describe('the dead', () => {
  test('are forgotten by all and taught to nobody again', () => {
    const network = build(8, 1, { ...HTTP, parameters: { ...HTTP.parameters, reapAfterMs: 30_000 } });
    network.crash(B);
    network.runFor(45_000);
    network.start(addressOf(20), [A]);
    network.runFor(60_000);
    for (const node of network.live) expect(statusAt(network, node, B)).toBeUndefined();
    expect(tablesOf(network)).toHaveLength(1);
  });
});

describe('a network that was stopped whole', () => {
  test('comes back from remembered versions and members, without its seed', () => {
    const network = build(10, 1);
    const versions = new Map(network.live.map((node) => [node, network.snapshot(node).version]));
    const members = network.live;
    for (const node of members) network.crash(node);
    const back = members.slice(1);
    for (const node of back)
      network.start(
        node,
        members.filter((other) => other !== node),
        versions.get(node),
      );
    network.runFor(5000);
    for (const node of back) network.publish(node, 'again');
    network.runFor(30_000);
    expect(islandsOf(network)).toBe(1);
    expect(tablesOf(network)).toHaveLength(1);
    for (const node of back) expect(network.snapshot(node).version).toBeGreaterThan(versions.get(node)!);
  });
});
