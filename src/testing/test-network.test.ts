import { expect, test } from 'vitest';
import { z } from 'zod';
import { createTestNetwork } from './test-network.ts';

test('a value reaches all, and its receipt says so', async () => {
  const { members, advance } = createTestNetwork<number>(5);
  advance(5000);
  const { receipt } = members[1]!.set(7, { receipt: true });
  advance(10_000);
  expect(members.map((member) => member.get(members[1]!.address))).toEqual([7, 7, 7, 7, 7]);
  expect(await receipt).toMatchObject({ reached: 4, of: 4 });
});

test('a killed member becomes down, and can tell nothing', () => {
  const { members, advance, kill } = createTestNetwork<number>(4);
  advance(5000);
  kill(3);
  advance(60_000);
  expect(members[0]!.members().find(({ address }) => address === members[3]!.address)?.status).toBe('down');
  expect(() => members[3]!.set(1)).toThrow('stopped');
});

test('a partition keeps a value back until it heals', () => {
  const { members, advance, partition, heal } = createTestNetwork<number>(4);
  advance(5000);
  partition([0, 1]);
  members[0]!.set(1);
  advance(3000);
  expect(members.map((member) => member.get(members[0]!.address))).toEqual([1, 1, undefined, undefined]);
  heal();
  advance(120_000);
  expect(members.map((member) => member.get(members[0]!.address))).toEqual([1, 1, 1, 1]);
});

test('a run of one seed is the same twice, and another of another seed', () => {
  const run = (seed: number): string => {
    const { members, advance } = createTestNetwork<number>(4, { seed });
    const events: unknown[] = [];
    for (const member of members) member.on('trace', (event) => events.push(event));
    members[0]!.set(1);
    advance(5000);
    return JSON.stringify(events);
  };
  expect(run(1)).toBe(run(1));
  expect(run(2)).not.toBe(run(1));
});

test('the receipt that a killed member waits for reports nobody reached', async () => {
  const { members, advance, kill } = createTestNetwork<number>(4);
  advance(5000);
  kill(3);
  const { receipt } = members[0]!.set(1, { receipt: true });
  advance(20);
  kill(0);
  expect(await receipt).toEqual({ reached: 0, of: 3, afterMs: 20 });
});

test('a schema checks what is set, and what others have set', () => {
  const { members } = createTestNetwork(2, { schema: z.object({ load: z.number() }) });
  const [one] = members;
  expect(() => one!.set({ load: 'much' } as unknown as { load: number })).toThrow('load');
  one!.set({ load: 1 });
  expect(one!.get(one!.address)?.load.toFixed(1)).toBe('1.0');
  expect(() => createTestNetwork(2, { schema: {} as never })).toThrow('schema: expected a Standard Schema');
});

test('the trace has what a member of a real network is told, and nothing of the simulator', () => {
  const { members, advance, kill, partition } = createTestNetwork<number>(4);
  const types = new Set<string>();
  for (const member of members) member.on('trace', ({ type }) => types.add(type));
  advance(5000);
  partition([0]);
  members[0]!.set(1);
  advance(5000);
  kill(3);
  advance(30_000);
  expect([...types]).toEqual(expect.arrayContaining(['published', 'applied', 'unreachable']));
  for (const type of ['started', 'stopped', 'paused', 'resumed', 'lost']) expect(types).not.toContain(type);
});
