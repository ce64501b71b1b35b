import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { addressOf, rumorsArbitrary } from '../../../test/arbitraries.ts';
import { eventsOf, hear, link, makeNode, sendsOf } from '../../../test/talk.ts';
import { VirtualNetwork } from '../../../test/virtual-network.ts';
import { parseScenario } from '../../sim/simulate.ts';
import { Simulation } from '../../sim/simulation.ts';
import type { Rumor } from '../messages.ts';
import { Table } from './table.ts';

// A flood of a hundred thousand on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const [A, B, C] = [0, 1, 2].map(addressOf) as [string, string, string];
const content = (origin: string, version = 1, key?: string): Rumor => {
  const named = key === undefined ? {} : { key };
  return { uuid: `${origin} ${version} ${key}`, origin, version, ttl: 9, hops: 1, payload: version, ...named };
};
const down = (origin: string): Rumor => ({ uuid: `down ${origin}`, origin, version: 1, ttl: 9, status: 'down' });
const madeUp = (i: number) => content(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:1`);
const originsOf = (table: Table) => [...table.origins()];

describe('a full table', () => {
  test('never exceeds its bounds, whatever comes, and its hash is that of what it holds', () => {
    const rumors = fc.array(fc.tuple(rumorsArbitrary(9, 3), fc.boolean(), fc.nat(8)), { maxLength: 5 });
    const max = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(rumors, max, max, (batches, maxMembers, maxRecords) => {
        const evicted: string[] = [];
        const table = new Table(maxMembers, maxRecords, A, (origin) => evicted.push(origin));
        for (const [batch, mayEvict, alive] of batches) {
          for (const rumor of batch) {
            const had = originsOf(table);
            table.merge(rumor, B, 1, 0, mayEvict);
            expect(originsOf(table).filter((origin) => origin !== A).length).toBeLessThanOrEqual(maxMembers);
            const records = table.records();
            expect(
              records.filter(({ rumor: held }) => held.key !== undefined && held.status === undefined).length,
            ).toBeLessThanOrEqual(maxRecords);
            expect(table.size).toBe(records.length);
            expect(had.filter((origin) => !table.has(origin))).toEqual(evicted.splice(0));
            const copy = new Table(100);
            for (const record of records) copy.merge(record.rumor, B, 1, 0);
            expect(table.hash()).toBe(copy.hash());
          }
          table.noteAlive(addressOf(alive));
        }
      }),
    );
  });

  test('takes every claim about one that it holds, and what is newer of it', () => {
    const table = new Table(1);
    for (const rumor of [content(B), down(B), content(B, 2)]) expect(table.merge(rumor, B, 1, 0)).toBe('applied');
    expect(table.merge(content(C), C, 1, 0)).toBe('full');
    expect(table.isFull).toBe(true);
  });

  test('gives the place of one never seen alive to one that is news, and that of no other', () => {
    const table = new Table(2);
    for (const origin of [B, C]) table.merge(content(origin), origin, 1, 0);
    table.noteAlive(B);
    for (let i = 0; i < 50; i++) expect(table.merge(madeUp(i), A, 1, 0, true)).toBe('applied');
    expect(table.has(B)).toBe(true);
    expect(originsOf(table)).toHaveLength(2);
    table.noteAlive(madeUp(49).origin);
    expect(table.merge(content(C), C, 1, 0, true)).toBe('full');
  });

  test('evicts nobody for what repair brings, nor for a claim about one that nobody here knows', () => {
    const table = new Table(1);
    table.merge(content(B), B, 1, 0);
    expect(table.merge(content(C), C, 1, 0)).toBe('full');
    expect(table.merge(down(C), C, 1, 0, true)).toBe('full');
  });

  test('keeps most of those that were there before a flood', () => {
    const table = new Table(1000);
    const before = Array.from({ length: 100 }, (_, i) => content(`real:${i + 1}`));
    for (const rumor of before) table.merge(rumor, A, 1, 0);
    for (let i = 0; i < 1040; i++) table.merge(madeUp(i), A, 1, 0, true);
    expect(before.filter(({ origin }) => table.has(origin)).length).toBeGreaterThan(90);
  });

  test('always has room for its own, apart from keyed records', () => {
    const table = new Table(1, 1, A);
    for (const rumor of [content(B), content(B, 2, 'k')]) table.merge(rumor, B, 1, 0);
    table.noteAlive(B);
    expect(table.merge(content(A), A, 0, 0)).toBe('applied');
    expect(table.merge(content(A, 2, 'k'), A, 0, 0, true)).toBe('full');
  });

  test('of keyed records gives the room of one never seen alive, and keeps its favourite', () => {
    const table = new Table(9, 2);
    for (const rumor of [content(B), content(B, 2, 'k'), content(C, 1, 'k')]) table.merge(rumor, B, 1, 0);
    table.noteAlive(C);
    expect(table.merge(content(A, 1, 'k'), A, 1, 0, true)).toBe('applied');
    expect([table.get(B)?.rumor.version, table.get(B, 'k'), table.get(C, 'k')?.rumor.version]).toEqual([
      1,
      undefined,
      1,
    ]);
  });

  test('takes a hundred thousand made-up origins and four thousand more in the time of a look at each', () => {
    const table = new Table(100_000);
    const startedAt = performance.now();
    for (let i = 0; i < 104_000; i++) table.merge(madeUp(i), A, 1, 0, true);
    expect(originsOf(table)).toHaveLength(100_000);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe('a node whose table is full', () => {
  test('knows its peers, and whoever answered, for alive', () => {
    const node = makeNode(A, { parameters: { maxMembers: 3 } });
    link(node, B);
    hear(node, B, content(B));
    hear(node, B, content(C));
    hear(node, C, { type: 'pong', request: 0 });
    const events = [0, 1, 2, 3].flatMap((i) => eventsOf(hear(node, B, madeUp(i))));
    expect(events.filter(({ type }) => type === 'reaped')).toHaveLength(3);
    expect(events).toContainEqual({ type: 'reaped', origin: madeUp(0).origin, reason: 'full' });
    expect(node.snapshot().records.map(({ origin }) => origin)).toEqual([B, C, madeUp(3).origin]);
  });

  test('compares what differs for good less and less often, and beats no faster for it', () => {
    const comparisonsIn = (maxMembers: number) => {
      const node = makeNode(A, { parameters: { maxMembers } });
      link(node, B);
      hear(node, B, { type: 'heartbeat', hash: '0000000000000000' }, 0);
      hear(node, B, content(C), 0);
      let count = 0;
      for (let i = 0; i < 480; i++) {
        const answers = sendsOf(hear(node, B, { type: 'heartbeat', hash: 'ffffffffffffffff' }, 20_000 + 500 * i));
        count += answers.filter(({ message }) => message.type === 'digest' || message.type === 'summary').length;
      }
      return count;
    };
    expect(comparisonsIn(100)).toBeGreaterThan(100);
    expect(comparisonsIn(1)).toBeLessThan(20);
  });
});

describe('four nodes, of which one was told of more origins than a table holds', () => {
  test('take a newcomer into every table, declare a killed one down, and reap it', () => {
    const nodes = [0, 1, 2, 3].map(addressOf);
    const parameters = { maxMembers: 1000, failedSendsAreReported: true, reapAfterMs: 60_000 };
    const network = new VirtualNetwork({ seed: 1, parameters, timeoutMs: 1000, refusedAfterMs: 1 });
    for (const [i, node] of nodes.entries()) {
      network.start(node, i === 0 ? [] : [A]);
      network.publish(node, `of ${node}`);
    }
    network.runFor(10_000);
    for (let i = 0; i < 1040; i++) network.inject(madeUp(i).origin, A, madeUp(i));
    network.runFor(10_000);
    const newcomer = addressOf(9);
    network.start(newcomer, [B]);
    network.publish(newcomer, 'new');
    network.runFor(20_000);
    const statusOf = (at: string, of: string) =>
      network.snapshot(at).records.find(({ origin }) => origin === of)?.status;
    expect(nodes.map((node) => statusOf(node, newcomer))).toEqual(nodes.map(() => 'alive'));
    network.crash(nodes[3]!);
    network.runFor(30_000);
    const live = [...nodes.slice(0, 3), newcomer];
    expect(live.map((node) => statusOf(node, nodes[3]!))).toEqual(live.map(() => 'down'));
    network.runFor(60_000);
    expect(live.map((node) => statusOf(node, nodes[3]!))).toEqual(live.map(() => undefined));
  });
});

describe('a network as large as its tables', () => {
  test.each([{ maxRecords: 10 }, { maxMembers: 10 }, { maxMembers: 9, maxRecords: 1 }])(
    'declares the dead down (%o)',
    (parameters) => {
      const scenario = parseScenario({
        nodes: 10,
        seed: 1,
        durationMs: 120_000,
        parameters,
        workload: { updates: { count: 3, startMs: 30_000, everyMs: 1000 } },
        faults: [{ atMs: 20_000, do: 'kill', nodes: [5] }],
      });
      const simulation = new Simulation(scenario);
      simulation.runUntil(scenario.durationMs);
      const survivors = [0, 1, 2, 3, 4, 6, 7, 8, 9].map((node) => simulation.snapshot(node).records);
      const told = survivors.flatMap((records) => records.filter(({ origin }) => origin === 'n5:7000'));
      // A table of nine has no room for one of the ten.
      expect(told.length).toBeGreaterThanOrEqual(7);
      expect(told.map(({ status }) => status)).toEqual(told.map(() => 'down'));
    },
  );
});
