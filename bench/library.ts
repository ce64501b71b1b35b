/**
 * `npm run bench:library [-- --seconds 60]`: what a service that embeds the library pays. Its size; what a start takes beside bare `node:http`
 * is `npm run bench:startup`; the time from `set` to another process's `updates()`, beside Redis pub/sub where `redis-server` is
 * installed (Debian: `apt-get install redis-server`); the memory of ten thousand records; and a load of a thousand sets a second over twenty
 * processes with fast and slow readers. Linux only.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { quantileOf } from '../src/trace/sample-quantile.ts';
import { freePort } from '../test/free-port.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const LATENCIES = 500;
const WARM_UP = 100;
const RECORDS = 10_000;
const MEMBERS = 20;
const SETS_PER_SECOND = 1000;
const children: ChildProcess[] = [];
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

interface Message {
  readonly type: string;
  readonly [field: string]: unknown;
}

class MemberProcess {
  address = '';
  private constructor(readonly child: ChildProcess) {}

  static async start(options: object): Promise<MemberProcess> {
    const execArgv = ['--expose-gc'];
    const child = fork('bench/library-member.mjs', [JSON.stringify({ port: 0, join: [], ...options })], { execArgv });
    children.push(child);
    const member = new MemberProcess(child);
    member.address = (await member.next('ready'))['address'] as string;
    return member;
  }

  async next(type: string): Promise<Message> {
    for (;;) {
      const [message] = (await once(this.child, 'message')) as [Message];
      if (message.type === type) return message;
    }
  }

  order(order: object): void {
    this.child.send(order);
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const shown = (sample: readonly number[]): string =>
  [0.5, 0.99].map((part) => `${(quantileOf(sample, part) ?? NaN).toFixed(2)} ms`).join(', ');

function size(): void {
  for (const file of ['index.mjs', 'index.cjs']) {
    const code = readFileSync(`dist/lib/${file}`);
    console.log(
      `size of ${file}: ${(code.length / 1024).toFixed(0)} KiB, ${(gzipSync(code).length / 1024).toFixed(0)} KiB gzipped`,
    );
  }
}

async function latency(): Promise<void> {
  const one = await MemberProcess.start({});
  const other = await MemberProcess.start({ join: [one.address], reader: 'echo' });
  await pause(3000);
  const took: number[] = [];
  for (let sequence = 1; sequence <= WARM_UP + LATENCIES; sequence++) {
    const seen = other.next('seen');
    const set = one.next('set');
    one.order({ do: 'set', sequence });
    const [before, after] = [await set, await seen];
    if (sequence > WARM_UP) took.push((after['at'] as number) - (before['at'] as number));
    await pause(5);
  }
  console.log(`from set to the other side's updates(): p50, p99: ${shown(took)}`);
  await Promise.all([one.end(), other.end()]);
}

async function redis(): Promise<void> {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
    stdio: 'ignore',
  });
  children.push(server);
  if (!(await Promise.race([once(server, 'spawn').then(() => true), once(server, 'error').then(() => false)]))) {
    return console.log('Redis pub/sub: redis-server is not installed');
  }
  await pause(1000);
  const [subscriber, publisher] = await Promise.all([connected(port), connected(port)]);
  subscriber.write(command('SUBSCRIBE', 'bench'));
  await once(subscriber, 'data');
  const took: number[] = [];
  for (let sequence = 1; sequence <= WARM_UP + LATENCIES; sequence++) {
    const seen = once(subscriber, 'data');
    const before = monotonicMs();
    publisher.write(command('PUBLISH', 'bench', JSON.stringify({ sequence })));
    await seen;
    if (sequence > WARM_UP) took.push(monotonicMs() - before);
    await pause(5);
  }
  console.log(`Redis pub/sub, publisher and subscriber in one process: p50, p99: ${shown(took)}`);
  subscriber.destroy();
  publisher.destroy();
  server.kill();
}

/** In Redis's protocol. */
function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  return socket;
}

async function memory(): Promise<void> {
  const one = await MemberProcess.start({});
  const told = one.next('memory');
  one.order({ do: 'records', count: RECORDS });
  const bytes = (await told)['bytes'] as number;
  console.log(
    `memory of ${RECORDS} records of 100 characters: ${(bytes / 2 ** 20).toFixed(1)} MiB, ${(bytes / RECORDS).toFixed(0)} bytes each`,
  );
  await one.end();
}

async function load(seconds: number): Promise<void> {
  const members: MemberProcess[] = [];
  for (let i = 0; i < MEMBERS; i++) {
    const join = members[0] === undefined ? [] : [members[0].address];
    members.push(await MemberProcess.start({ join, reader: i % 2 === 0 ? 'fast' : 'slow' }));
  }
  await pause(5000);
  const everyMs = (1000 * MEMBERS) / SETS_PER_SECOND;
  const count = (seconds * 1000) / everyMs;
  const begun = monotonicMs();
  const loaded = members.map((member) => member.next('loaded'));
  for (const member of members) member.order({ do: 'load', everyMs, count });
  await pause(seconds * 500);
  const half = await reports(members);
  await Promise.all(loaded);
  const tookS = (monotonicMs() - begun) / 1000;
  await pause(5000);
  const end = await reports(members);
  const stale = end.flatMap(({ latest }) => members.filter(({ address }) => latest[address] !== count)).length;
  const median = (all: readonly Report[], what: 'rss' | 'heapUsed' | 'changes' | 'snapshots'): number =>
    quantileOf(
      all.map((each) => each[what]),
      0.5,
    ) ?? NaN;
  const mib = (all: readonly Report[], what: 'rss' | 'heapUsed') => (median(all, what) / 2 ** 20).toFixed(1);
  console.log(
    `${SETS_PER_SECOND} sets a second over ${MEMBERS} processes for ${seconds} s (it took ${tookS.toFixed(0)} s): ${stale} of ${MEMBERS ** 2} values are not the newest`,
  );
  console.log(
    `  heap of a member, median: ${mib(half, 'heapUsed')} MiB half way, ${mib(end, 'heapUsed')} MiB at the end; RSS ${mib(half, 'rss')}, ${mib(end, 'rss')} MiB`,
  );
  const [fast, slow] = [0, 1].map((odd) => end.filter((_, i) => i % 2 === odd)) as [Report[], Report[]];
  console.log(
    `  a fast reader got ${median(fast, 'changes')} changes and ${median(fast, 'snapshots')} snapshots, a slow one ${median(slow, 'changes')} and ${median(slow, 'snapshots')}`,
  );
  await Promise.all(members.map((member) => member.end()));
}

interface Report {
  readonly latest: Readonly<Record<string, number | undefined>>;
  readonly rss: number;
  readonly heapUsed: number;
  readonly changes: number;
  readonly snapshots: number;
}

async function reports(members: readonly MemberProcess[]): Promise<Report[]> {
  return Promise.all(
    members.map(async (member) => {
      const report = member.next('report');
      member.order({ do: 'report' });
      return (await report) as unknown as Report;
    }),
  );
}

size();
await latency();
await redis();
await memory();
await load(Number(values.seconds));
process.exit(0);
