/**
 * `npm run bench:network [-- 20]`: what a network of real processes costs and how it takes faults. One run, in this
 * order: start, updates, idle, updates counted by bytes, a pause, three deaths at once, a restart, a partition.
 * Linux only. Figures of a machine that others use too: compare ratios within one run.
 */
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { followNode } from '../src/cluster/follow-node.ts';
import type { TraceEvent } from '../src/trace/trace-event.ts';
import { freePort, MeasuredProcess, median, pause } from './measured-process.ts';

const NODES = Number(process.argv[2] ?? 20);
const UPDATES = 40;
const IDLE_MS = 10_000;
/** Until heartbeats have their longest period again. */
const SETTLE_MS = 10_000;
const MAX_WAIT_MS = 60_000;

const nodes = new Map<string, MeasuredProcess>();
const events: TraceEvent[] = [];
let watching = new AbortController();
const figures: Record<string, string | number> = {};

function command(port: number, seed: number): [string, ...string[]] {
  const bootstrap = port === seed ? [] : ['-b', String(seed)];
  const fixed = ['--resample-ms', '0', '--log-level', 'warn', '--no-tui'];
  return [process.execPath, 'dist/gossip.cjs', '-p', String(port), ...bootstrap, ...fixed, ...process.argv.slice(3)];
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>, everyMs = 5): Promise<number> {
  const began = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - began > MAX_WAIT_MS) throw new Error(`waited ${MAX_WAIT_MS} ms in vain: ${what}`);
    await pause(everyMs);
  }
  return performance.now() - began;
}

async function get(address: string, path: string): Promise<string> {
  return (await request(`http://${address}${path}`)).body.text();
}

interface State {
  records: { origin: string; version: number; payload: { book?: string } | null; status: string }[];
}

async function state(address: string): Promise<State> {
  return JSON.parse(await get(address, '/state/')) as State;
}

/** Asks one node after the other, and none again once it was so: asking a hundred at a time would be what is measured. */
async function untilEach(
  what: string,
  addresses: readonly string[],
  test: (records: State['records']) => boolean,
  everyMs = 20,
): Promise<number> {
  const began = performance.now();
  for (const address of addresses) await until(what, async () => test((await state(address)).records), everyMs);
  return performance.now() - began;
}

async function publish(address: string, book: string): Promise<void> {
  const options = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ book }) };
  const { body } = await request(`http://${address}/favorite/`, options as Parameters<typeof request>[1]);
  await body.dump();
}

function watch(): void {
  watching = new AbortController();
  setMaxListeners(0, watching.signal);
  for (const address of nodes.keys()) {
    void followNode(address, watching.signal, { state: () => undefined, event: (event) => events.push(event) });
  }
}

async function counters(): Promise<{ rumors: number; control: number; loopbackBytes: number; cpuMs: number }> {
  const pages = await Promise.all([...nodes.keys()].map((address) => get(address, '/metrics')));
  const sum = (name: string) =>
    pages.reduce((total, page) => total + Number(new RegExp(`^gossip_${name}_total (\\d+)`, 'm').exec(page)?.[1]), 0);
  const loopback = /lo:\s+(\d+)/.exec(readFileSync('/proc/net/dev', 'utf8'));
  const cpuMs = [...nodes.values()].reduce((total, node) => total + node.cpuMs(), 0);
  return { rumors: sum('rumors_sent'), control: sum('control_sent'), loopbackBytes: Number(loopback?.[1]), cpuMs };
}

const random = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;
const statusesSince = (since: number, status: string) =>
  events.slice(since).flatMap((e) => (e.type === 'status' && e.status === status ? [e] : []));

async function start(): Promise<void> {
  const seed = await freePort();
  const began = performance.now();
  const ports = [seed];
  while (ports.length < NODES) {
    const port = await freePort();
    if (!ports.includes(port)) ports.push(port);
  }
  await Promise.all(
    ports.map(async (port) => {
      nodes.set(`127.0.0.1:${port}`, await MeasuredProcess.start(command(port, seed), port, true));
    }),
  );
  figures['all listening, ms'] = Math.round(performance.now() - began);
  await untilEach('all know all', [...nodes.keys()], (records) => records.length === NODES);
  figures['all know all, ms after the first spawn'] = Math.round(performance.now() - began);
}

async function measureUpdates(): Promise<void> {
  watch();
  await pause(1000);
  for (let i = 0; i < 15; i++) {
    await publish(random([...nodes.keys()]), `Warming ${i}`);
    await pause(60);
  }
  await pause(1500);
  const timesMs: number[] = [];
  const copies: number[] = [];
  for (let i = 0; i < UPDATES; i++) {
    const since = events.length;
    const book = `Update ${i}`;
    await publish(random([...nodes.keys()]), book);
    const news = () =>
      events.slice(since).filter((e) => (e.type === 'applied' || e.type === 'published') && isBook(e.payload, book));
    await until(book, () => news().length === NODES);
    await pause(300);
    const times = news().map(({ time }) => time);
    timesMs.push(Math.max(...times) - Math.min(...times));
    const published = news()[0];
    const isCopy = (e: TraceEvent) =>
      e.type === 'sent' && e.message === 'rumor' && published?.type === 'published' && e.uuid === published.uuid;
    copies.push(events.slice(since).filter(isCopy).length);
  }
  figures['time to all, ms, p50'] = median(timesMs);
  figures['time to all, ms, max'] = Math.max(...timesMs);
  figures['payload messages / (N - 1), mean'] = copies.reduce((a, b) => a + b, 0) / UPDATES / (NODES - 1);
  watching.abort();
  await pause(500);
}

function isBook(payload: unknown, book: string): boolean {
  return (payload as { book?: string } | undefined)?.book === book;
}

async function measureCost(): Promise<void> {
  await pause(SETTLE_MS);
  const idleBefore = await counters();
  await pause(IDLE_MS);
  const idleAfter = await counters();
  const perMs = (name: keyof typeof idleBefore) => (idleAfter[name] - idleBefore[name]) / IDLE_MS;
  figures['idle CPU, ms per node and second'] = (perMs('cpuMs') * 1000) / NODES;
  figures['idle control messages per node and second'] = (perMs('control') * 1000) / NODES;
  const before = await counters();
  const began = performance.now();
  for (let i = 0; i < UPDATES; i++) {
    await publish(random([...nodes.keys()]), `Counted ${i}`);
    await pause(150);
  }
  await pause(2000);
  const tookMs = performance.now() - began;
  const after = await counters();
  const perUpdate = (name: keyof typeof before) => (after[name] - before[name] - perMs(name) * tookMs) / UPDATES;
  figures['control messages per update, idle subtracted'] = perUpdate('control');
  figures['KB on loopback per update, idle subtracted'] = perUpdate('loopbackBytes') / 1000;
  figures['CPU, ms per delivery, idle subtracted'] = perUpdate('cpuMs') / (NODES - 1);
}

async function pauseOne(): Promise<void> {
  watch();
  await pause(1500);
  const since = events.length;
  const [address, paused] = random([...nodes]);
  paused.signal('SIGSTOP');
  await pause(5000);
  paused.signal('SIGCONT');
  await pause(6000);
  figures['paused 5 s: nodes that called it down'] = statusesSince(since, 'down').length;
  figures['paused 5 s: nodes that suspected it'] = statusesSince(since, 'suspect').filter(
    (e) => e.origin === address,
  ).length;
}

async function killThree(): Promise<string[]> {
  const since = events.length;
  const victims = [...nodes.keys()]
    .slice(1)
    .sort(() => Math.random() - 0.5)
    .slice(0, 3);
  const at = Date.now();
  for (const victim of victims) {
    nodes.get(victim)?.signal('SIGKILL');
    nodes.delete(victim);
  }
  const known = () => statusesSince(since, 'down').filter((e) => victims.includes(e.origin) && nodes.has(e.node));
  await until('all survivors know who is down', () => known().length >= victims.length * nodes.size);
  const times = known().map(({ time }) => time - at);
  figures['three killed: detection, ms, p50'] = median(times);
  figures['three killed: detection, ms, max'] = Math.max(...times);
  await pause(3000);
  figures['three killed: live nodes called down'] = statusesSince(since, 'down').filter((e) =>
    nodes.has(e.origin),
  ).length;
  const update = events.length;
  await publish(random([...nodes.keys()]), 'After the deaths');
  const reached = () =>
    events.slice(update).filter((e) => e.type === 'applied' && isBook(e.payload, 'After the deaths'));
  figures['after three deaths: an update reaches all survivors after, ms'] = Math.round(
    await until('the update', () => reached().length === nodes.size - 1),
  );
  return victims;
}

async function restartOne(victim: string): Promise<void> {
  const port = Number(victim.split(':')[1]);
  const seed = Number([...nodes.keys()][0]?.split(':')[1]);
  const began = performance.now();
  nodes.set(victim, await MeasuredProcess.start(command(port, seed), port, true));
  const isBelieved = (records: State['records']) => records.some((r) => r.origin === victim && r.status === 'alive');
  await untilEach('the restart is believed', [...nodes.keys()], isBelieved);
  figures['restart believed by all, ms after its spawn'] = Math.round(performance.now() - began);
}

async function partitionAndHeal(): Promise<void> {
  const all = [...nodes.keys()];
  const halves = [all.filter((_, i) => i % 2 === 0), all.filter((_, i) => i % 2 === 1)] as const;
  for (const [mine, other] of [halves, [...halves].reverse()] as [string[], string[]][]) {
    for (const address of mine) nodes.get(address)?.tell({ block: other });
  }
  const isDown = (others: readonly string[]) => (records: State['records']) =>
    records.filter((r) => others.includes(r.origin) && r.status === 'down').length === others.length;
  figures['partition: each half calls the other down after, ms'] = Math.round(
    (await untilEach('one half notices', halves[0], isDown(halves[1]))) +
      (await untilEach('the other half notices', halves[1], isDown(halves[0]))),
  );
  await publish(halves[0][0] as string, 'One side');
  await publish(halves[1][0] as string, 'Other side');
  await pause(1000);
  for (const address of all) nodes.get(address)?.tell({ block: [] });
  const isWhole = (records: State['records']) =>
    all.every((address) => records.some((r) => r.origin === address && r.status === 'alive')) &&
    ['One side', 'Other side'].every((book) => records.some((r) => r.payload?.book === book));
  figures['partition healed: one network again after, ms'] = Math.round(
    await untilEach('the network is whole', all, isWhole),
  );
}

try {
  for (const step of [start, measureUpdates, measureCost, pauseOne]) await note(step);
  let victims: string[] = [];
  await note(async () => (victims = await killThree()));
  await note(() => restartOne(victims[0] as string));
  await note(partitionAndHeal);
} finally {
  watching.abort();
  await Promise.all([...nodes.values()].map((node) => node.stop()));
}
process.exit(0);

/** Prints each figure as soon as it is there: the run takes minutes. */
async function note(step: () => Promise<unknown>): Promise<void> {
  const known = new Set(Object.keys(figures));
  await step();
  for (const [name, value] of Object.entries(figures)) {
    if (!known.has(name))
      console.log(`${name.padEnd(64)} ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`);
  }
}
