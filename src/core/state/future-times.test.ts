/** What a message says about time is another clock's word: it may be wrong by an hour, and must not count for an hour. */
import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { VirtualNetwork } from '../../../test/virtual-network.ts';
import { seededRandom } from '../../http/seeded-random.ts';
import type { Rumor } from '../messages.ts';
import { digestOf } from './anti-entropy.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';
import { MAX_AHEAD_MS } from './record-stamp.ts';
import { Table } from './table.ts';
import { uuidV7 } from '../uuid.ts';

const NODES = 12;
const START = 1_767_225_600_000;
const HOUR_MS = 3_600_000;
const addresses = Array.from({ length: NODES }, (_, i) => addressOf(i));
const copiesIn = (network: VirtualNetwork, from: number) =>
  network.trace.slice(from).filter((event) => event.type === 'sent' && event.message === 'rumor').length;

/** Made when the clock of everybody else showed `START`. */
const ahead: Rumor = {
  uuid: uuidV7(START + HOUR_MS, seededRandom(7)),
  origin: 'ahead:1',
  version: 1,
  ttl: 32,
  payload: 'from the future',
};

function settledNetwork(): VirtualNetwork {
  const network = new VirtualNetwork({ seed: 1, strategy: 'plumtree', delayMs: { min: 1, max: 3 } });
  network.now = START;
  for (const [i, address] of addresses.entries()) network.start(address, i === 0 ? [] : [addressOf(0)]);
  network.runFor(20_000);
  for (const address of addresses) {
    network.publish(address, 'first');
    network.runFor(2000);
  }
  return network;
}

/** How many copies each of ten updates takes, one every two seconds, which is more than the tree needs to be pruned. */
function copiesAnUpdate(network: VirtualNetwork): number {
  const from = network.trace.length;
  for (let i = 0; i < 10; i++) {
    network.publish(addresses[i]!, `news ${i}`);
    network.runFor(2000);
  }
  return copiesIn(network, from) / 10;
}

describe('a rumor dated one hour ahead', () => {
  test('does not keep the tree from being pruned', () => {
    const network = settledNetwork();
    network.inject(addressOf(3), addressOf(4), ahead);
    network.runFor(2000);
    // Lost links make all links eager: what follows is to be pruned again.
    network.crash(addressOf(11));
    network.runFor(10_000);
    copiesAnUpdate(network);
    expect(copiesAnUpdate(network)).toBeLessThan(NODES - 2 + 1);
  });

  test('is compared and repaired like any other soon after it came', () => {
    const table = new Table(10);
    table.merge(ahead, 'ahead:1', 1, START);
    const settled = (until: number) => digestOf(table, DEFAULT_PARAMETERS, until)?.entries.length;
    expect([settled(START), settled(START + MAX_AHEAD_MS)]).toEqual([0, 1]);
    expect(table.hashUntil(START)).toBe(new Table(10).hash());
    expect(table.hashUntil(START + MAX_AHEAD_MS)).toBe(table.hash());
  });

  test('does not make forgotten what was replaced lately: not all have heard of the newer yet', () => {
    const [table, other] = [new Table(1000), new Table(1000)];
    const update = (version: number): Rumor => ({
      uuid: uuidV7(START + version, seededRandom(version)),
      origin: 'a:1',
      version,
      ttl: 1,
      payload: version,
    });
    for (let version = 1; version <= 20; version++) table.merge(update(version), 'a:1', 1, START + version);
    for (let version = 1; version <= 10; version++) other.merge(update(version), 'a:1', 1, START + version);
    for (let version = 1; version <= 40; version++) {
      const uuid = uuidV7(START + version * HOUR_MS, seededRandom(1));
      table.merge({ ...ahead, version, uuid }, 'a:1', 1, START + 20 + version);
    }
    expect(table.hashUntil(START + 10)).toBe(other.hash());
  });
});

describe('a question that names a time far ahead', () => {
  test('is answered as one about all that is held, and the next one, too', () => {
    const table = new Table(10);
    table.merge({ ...ahead, uuid: uuidV7(START, seededRandom(1)) }, 'a:1', 1, START);
    for (const until of [Number.MAX_SAFE_INTEGER, START + 1, Number.MAX_SAFE_INTEGER]) {
      expect(table.hashUntil(until)).toBe(table.hash());
    }
    expect(table.hashUntil(START - 1)).toBe(new Table(10).hash());
  });
});
