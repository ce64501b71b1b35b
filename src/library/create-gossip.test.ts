import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { gossipsOfThisFile } from '../../test/gossips.ts';
import { eventually } from '../../test/support.ts';
import { createGossip, type GossipOptions } from './create-gossip.ts';
import type { Change, Gossip, InvalidRecord, Update } from './gossip.ts';
import { InvalidValue } from './schema.ts';

const start = gossipsOfThisFile();

interface Load {
  readonly load: number;
}

async function pair<Value = Load>(options: Partial<GossipOptions> = {}): Promise<[Gossip<Value>, Gossip<Value>]> {
  const one = await start<Value>(options);
  const other = await start<Value>({ ...options, join: [one.address] });
  return [one, other];
}

function changesOf<Value>(gossip: Gossip<Value>): Change<Value>[] {
  const changes: Change<Value>[] = [];
  gossip.on('change', (change) => changes.push(change));
  return changes;
}

async function readAll<Value>(updates: AsyncIterable<Update<Value>>): Promise<Update<Value>[]> {
  const all: Update<Value>[] = [];
  for await (const update of updates) all.push(update);
  return all;
}

describe('a value', () => {
  test('is seen by its own member at once, and then by the others', async () => {
    const [one, other] = await pair();
    const { version } = one.set({ load: 0.7 });
    expect(version).toBeGreaterThan(0);
    expect(one.get(one.address)).toEqual({ load: 0.7 });
    await eventually('the value', () => other.get(one.address)?.load === 0.7);
    expect(other.members()).toContainEqual({
      address: one.address,
      status: 'alive',
      value: { load: 0.7 },
      keyed: new Map(),
    });
  });

  test('has a key, where a member tells several', async () => {
    const [one, other] = await pair();
    one.set({ load: 1 });
    one.set({ load: 2 }, { key: 'disk' });
    await eventually('both', () => other.get(one.address)?.load === 1 && other.get(one.address, 'disk')?.load === 2);
    const member = other.members().find(({ address }) => address === one.address);
    expect(member?.keyed).toEqual(new Map([['disk', { load: 2 }]]));
  });

  test('that is deleted is gone for all', async () => {
    const [one, other] = await pair();
    one.set({ load: 1 });
    one.set({ load: 2 }, { key: 'disk' });
    await eventually('both', () => other.get(one.address, 'disk') !== undefined);
    one.delete('disk');
    one.delete();
    await eventually(
      'none',
      () => other.get(one.address, 'disk') === undefined && other.get(one.address) === undefined,
    );
    expect(other.members()).toContainEqual({
      address: one.address,
      status: 'alive',
      value: undefined,
      keyed: new Map(),
    });
  });

  test('is what JSON makes of it, and no reader changes it for others', async () => {
    const one = await start<{ at: Date | string; list: number[] }>();
    const list = [1];
    one.set({ at: new Date(0), list });
    list.push(2);
    one.get(one.address)?.list.push(3);
    expect(one.node.record(one.address)?.payload).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [1] });
  });

  test.each([
    ['undefined', undefined, TypeError, /must be JSON, got undefined/],
    ['a function', () => 1, TypeError, /must be JSON, got function/],
    ['too long', 'x'.repeat(5000), RangeError, /at most 4096 characters/],
  ])('that is %s is refused', async (_, value, type, message) => {
    const one = await start<unknown>();
    expect(() => one.set(value)).toThrow(type);
    expect(() => one.set(value)).toThrow(message);
    expect(() => one.set(1, { key: '' })).toThrow(RangeError);
  });

  test('cannot be set once a member has ended', async () => {
    const one = await start<number>();
    await one.close();
    expect(() => one.set(1)).toThrow('this node has stopped');
  });
});

describe('a receipt', () => {
  test('says that all hold the value, once they do', async () => {
    const first = await start<number>();
    const others = await Promise.all([1, 2, 3].map(() => start<number>({ join: [first.address] })));
    await eventually('all members', () => first.members().length === 4);
    const { receipt } = first.set(7, { receipt: true });
    expect(await receipt).toMatchObject({ reached: 3, of: 3 });
    for (const other of others) expect(other.get(first.address)).toBe(7);
  });

  test('of a member that is alone is there at once', async () => {
    const { receipt } = (await start<number>()).set(1, { receipt: true });
    expect(await receipt).toMatchObject({ reached: 0, of: 0 });
  });

  test('says how many do when its member ends', async () => {
    const first = await start<number>();
    const second = await start<number>({ join: [first.address] });
    await eventually('both members', () => first.members().length === 2);
    const { receipt } = first.set(1, { receipt: { withinMs: 60_000 } });
    await Promise.all([first.close(), second.close()]);
    expect((await receipt).of).toBeLessThanOrEqual(1);
  });

  test.each([0, 600_001, 1.5, '5'])('is not waited for %s ms', async (withinMs) => {
    const member = await start<number>();
    expect(() => member.set(1, { receipt: { withinMs: withinMs as number } })).toThrow(/^receipt.withinMs: expected/);
    expect(member.get(member.address)).toBeUndefined();
  });
});

describe('members', () => {
  test('are known before they set anything', async () => {
    const [one, other] = await pair();
    await eventually('the other', () => one.members().length === 2 && other.members().length === 2);
    expect(one.members()).toContainEqual({
      address: other.address,
      status: 'alive',
      value: undefined,
      keyed: new Map(),
    });
  });

  test('are not, where they do not introduce themselves', async () => {
    const [one, other] = await pair({ introduce: false });
    await eventually(
      'a link',
      () => one.node.snapshot().peers.length === 1 && other.node.snapshot().peers.length === 1,
    );
    expect(one.members()).toEqual([]);
  });

  test('that close have left', async () => {
    const [one, other] = await pair();
    await eventually('the other', () => one.members().length === 2);
    await other.close();
    await eventually('gone', () =>
      one.members().some(({ address, status }) => address === other.address && status === 'left'),
    );
  });

  test('remember their values over a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'gossip-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const one = await start<number>({ dataDir });
    one.set(1);
    one.set(2, { key: 'two' });
    one.set(3, { key: 'three' });
    one.delete('three');
    const port = Number(one.address.split(':')[1]);
    await one.close();
    const again = await start<number>({ dataDir, port });
    expect([again.get(port), again.get(port, 'two'), again.get(port, 'three')]).toEqual([1, 2, undefined]);
  });
});

describe('updates', () => {
  test('begin with a snapshot, and then tell each change with its reason', async () => {
    const one = await start<number>();
    one.set(1);
    const updates = one.updates();
    expect(await updates.next()).toMatchObject({
      value: { type: 'snapshot', reason: 'start', members: [{ address: one.address, value: 1 }] },
    });
    one.set(2);
    one.set(3, { key: 'k' });
    one.delete('k');
    const told = [await updates.next(), await updates.next(), await updates.next()].map(({ value }) => value);
    expect(told).toMatchObject([
      { type: 'change', reason: 'set', value: 2 },
      { type: 'change', reason: 'set', key: 'k', value: 3 },
      { type: 'change', reason: 'deleted', key: 'k', value: undefined },
    ]);
  });

  test('tell of members that join, go and come back', async () => {
    const one = await start<number>();
    const changes = changesOf(one);
    const other = await start<number>({ join: [one.address] });
    const { address } = other;
    const reasons = () => changes.filter((change) => change.address === address).map(({ reason }) => reason);
    await eventually('joined', () => reasons().includes('joined'));
    other.set(5);
    await eventually('set', () => reasons().includes('set'));
    await other.close();
    await eventually('left', () => reasons().includes('left'));
    await start<number>({ join: [one.address], port: Number(address.split(':')[1]) });
    await eventually('recovered', () => reasons().includes('recovered'));
    expect(reasons().slice(0, 3)).toEqual(['joined', 'set', 'left']);
  });

  test('of a slow reader are bounded: it gets a fresh snapshot in place of what it missed', async () => {
    const one = await start<number>();
    const updates = one.updates({ maxWaiting: 3 });
    await updates.next();
    for (let value = 1; value <= 10; value++) one.set(value);
    expect(await updates.next()).toMatchObject({
      value: { type: 'snapshot', reason: 'missed', members: [{ value: 10 }] },
    });
    one.set(11);
    expect(await updates.next()).toMatchObject({ value: { type: 'change', value: 11 } });
  });

  test('end with their signal, with their member, and when their reader leaves', async () => {
    const one = await start<number>();
    const ending = new AbortController();
    const ended = readAll(one.updates({ signal: ending.signal }));
    const kept = readAll(one.updates());
    for await (const update of one.updates()) if (update.type === 'snapshot') break;
    ending.abort();
    expect((await ended).map(({ type }) => type)).toEqual(['snapshot']);
    await one.close();
    expect((await kept).map(({ type }) => type)).toContain('snapshot');
    expect(await one.updates().next()).toEqual({ done: true, value: undefined });
  });
});

describe('a listener', () => {
  test('that throws or rejects harms nobody, and is warned of once', async () => {
    const warnings: string[] = [];
    const one = await start<number>();
    one.on('warning', (warning) => warnings.push(warning));
    one.on('change', () => {
      throw new Error('mine');
    });
    const rejects: (change: unknown) => unknown = () => Promise.reject(new Error('mine too'));
    one.on('change', rejects);
    const changes = changesOf(one);
    one.set(1);
    one.set(2);
    await eventually('both warnings', () => warnings.length === 2);
    expect(changes.map(({ value }) => value)).toEqual(expect.arrayContaining([1, 2]));
  });

  test('can be taken away, and is refused for an event that there is not', async () => {
    const one = await start<number>();
    const changes: unknown[] = [];
    const stop = one.on('change', (change) => changes.push(change));
    stop();
    one.set(1);
    expect(changes).toEqual([]);
    expect(() => one.on('changes' as 'change', () => {})).toThrow(/no event "changes": change, invalid/);
  });
});

describe('a record that does not fit the schema', () => {
  const schema = z.object({ load: z.number().min(0) });

  test('is refused where it is set', async () => {
    const one = await start({ schema });
    expect(() => one.set({ load: -1 })).toThrow(InvalidValue);
    expect(() => one.set({ load: -1 })).toThrow(/does not fit the schema: load: /);
    expect(one.get(one.address)).toBeUndefined();
  });

  test('is an event where it comes from another, and shown to no reader', async () => {
    const one = await start({ schema });
    const invalid: InvalidRecord[] = [];
    const changes = changesOf(one);
    one.on('invalid', (record) => invalid.push(record));
    const other = await start<unknown>({ join: [one.address] });
    other.set({ load: 1 });
    await eventually('the first', () => one.get(other.address)?.load === 1);
    const { version } = other.set({ load: 'much' });
    await eventually('the second', () => invalid.length > 0);
    expect(invalid).toMatchObject([{ address: other.address, version, issues: [{ path: ['load'] }] }]);
    expect(one.get(other.address)).toBeUndefined();
    expect(changes.at(-1)).toMatchObject({ reason: 'invalid', address: other.address, value: undefined });
    other.set({ load: 2 });
    await eventually('the third', () => one.get(other.address)?.load === 2);
  });
});

describe('createGossip', () => {
  test.each<[string, unknown, RegExp]>([
    ['no options', undefined, /^TypeError: createGossip: expected an object/],
    ['no port', {}, /^TypeError: port: expected a whole number from 0 to 65535, got undefined/],
    ['a port too high', { port: 70_000 }, /^RangeError: port: expected a whole number from 0 to 65535, got 70000/],
    ['an unknown option', { port: 0, prot: 1 }, /^TypeError: prot: there is no such option/],
    [
      'no address to join',
      { port: 0, join: ['nowhere'] },
      /^RangeError: join\[0\]: expected "host:port" or a port, got "nowhere"/,
    ],
    ['join that is no list', { port: 0, join: '7000' }, /^TypeError: join: expected a list of addresses/],
    ['a schema that is none', { port: 0, schema: {} }, /^TypeError: schema: expected a Standard Schema/],
    ['a logger that is none', { port: 0, logger: {} }, /^TypeError: logger: expected an object with debug/],
    ['a signal that is none', { port: 0, signal: 1 }, /^TypeError: signal: expected an AbortSignal/],
    ['a parameter out of range', { port: 0, parameters: { ttl: 0 } }, /^RangeError: parameters\.ttl: /],
  ])('refuses %s with one clear line', async (_, options, message) => {
    const error = await createGossip(options as GossipOptions).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(message);
  });

  test('says that a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(createGossip({ port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `port ${port} on 127.0.0.1 is taken`,
    });
  });

  test('ends with its signal, and then aborts its own', async () => {
    const ending = new AbortController();
    const one = await start<number>({ signal: ending.signal });
    const closed = vi.fn();
    one.on('close', closed);
    ending.abort();
    await eventually('closed', () => one.signal.aborted);
    expect(closed).toHaveBeenCalledOnce();
    await expect(createGossip({ port: 0, signal: ending.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('tells a logger', async () => {
    const lines: [string, string][] = [];
    const at = (level: string) => (_: object, message: string) => void lines.push([level, message]);
    const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    const one = await start<number>({ logger });
    one.set(1);
    await one.close();
    expect(lines).toContainEqual(['info', 'listening']);
    expect(lines).toContainEqual(['debug', 'set']);
    expect(lines.at(-1)).toEqual(['info', 'closed']);
  });
});
