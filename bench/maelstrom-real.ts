/**
 * `npm run bench:maelstrom -- --real [ROUNDS [BATCH_MS …]]`: both aims with 25 real processes over pipes. Each round: start, 20 s of
 * 100 operations a second, then 10 s of quiet as Maelstrom waits before its final reads; all of it counts. Then the
 * same with partitions that come and go, whose values must all be read at every node after 10 s of quiescence.
 * Figures of a machine that others use too: `worst lag` tells how late this process itself was.
 */
import { setMaxListeners } from 'node:events';
import { DEFAULT_BATCH_MS } from '../src/maelstrom/defaults.ts';
import { quantileOf } from '../src/trace/sample-quantile.ts';
import { MaelstromProcesses, type CanReach, type RealOptions } from './maelstrom-processes.ts';
import { pause } from './measured-process.ts';

const NODES = 25;
const RATE = 100;
const LOAD_MS = 20_000;
const QUIET_MS = 10_000;
const CUT_MS = 5000;
const MAX_WAIT_MS = 30_000;

setMaxListeners(0);
const [rounds = 1, ...batches] = process.argv.slice(3).map(Number);
const rows: Record<string, string | number>[] = [];
for (let round = 0; round < rounds; round++) {
  for (const batchMs of batches.length > 0 ? batches : [DEFAULT_BATCH_MS, 600]) {
    const args = ['--batch-ms', String(batchMs)];
    const near = { nodes: NODES, args, delayMs: 100, jitterMs: 0 };
    await measure('steady', { ...near, topology: 'grid' }, steadyLoad);
    await measure('steady', { ...near, jitterMs: 10, topology: 'tree4' }, steadyLoad);
    await measure('partitions', { ...near, topology: 'total' }, partitions);
  }
}
console.table(rows);
process.exit(0);

async function measure(
  what: string,
  options: RealOptions,
  run: (network: MaelstromProcesses) => Promise<void>,
): Promise<void> {
  const network = new MaelstromProcesses(options);
  process.once('exit', () => network.kill());
  process.stderr.write(
    `${what}, ${options.args.join(' ')}, ${options.delayMs} to ${options.delayMs + options.jitterMs} ms …\n`,
  );
  const began = performance.now();
  await network.start();
  const readyMs = performance.now() - began;
  await run(network);
  const healedMs = await untilWhole(network);
  await pause(Math.max(0, QUIET_MS - healedMs));
  rows.push({
    load: what,
    'batch ms': options.args.at(-1) ?? '',
    'jitter ms': options.jitterMs,
    'ready ms': Math.round(readyMs),
    'messages an operation': Math.round((100 * network.messages) / network.operations) / 100,
    'busiest ÷ mean': Math.round(100 * network.busiestByMean) / 100,
    'without values': Math.round((100 * network.withoutValues) / network.messages) / 100,
    early: network.early,
    ...(what === 'steady' ? latencies(network) : {}),
    'whole after ms': healedMs,
    'slowest reply ms': Math.round(Math.max(...network.replyMs)),
    'worst lag ms': Math.round(network.worstLagMs),
    acknowledged: network.acknowledged,
    lost: await network.missing(),
  });
  await network.stop();
}

/** How long after the last operation, and the last heal, every acknowledged value was read at every node. */
async function untilWhole(network: MaelstromProcesses): Promise<number> {
  const began = performance.now();
  while ((await network.missing()) > 0 && performance.now() - began < MAX_WAIT_MS) await pause(500);
  return Math.round(performance.now() - began);
}

function latencies(network: MaelstromProcesses): Record<string, number> {
  const exact = network.latenciesMs();
  const quantile = (part: number) => Math.round(quantileOf(exact, part) ?? NaN);
  const stable = Math.round(Math.max(...network.stableLatenciesMs()));
  return { 'median ms': quantile(0.5), 'p99 ms': quantile(0.99), 'max ms': quantile(1), 'stable max ms': stable };
}

function steadyLoad(network: MaelstromProcesses): Promise<void> {
  return network.load(RATE, LOAD_MS);
}

/** Halves, one alone, and a ring in which each node sees a majority and no two the same. */
async function partitions(network: MaelstromProcesses): Promise<void> {
  const { names } = network;
  const placeOf = new Map(names.toSorted(() => Math.random() - 0.5).map((name, i) => [name, i]));
  const place = (name: string) => placeOf.get(name) ?? 0;
  const halves: CanReach = (from, to) => place(from) % 2 === place(to) % 2;
  const oneAlone: CanReach = (from, to) => (from === names[0]) === (to === names[0]);
  const ring: CanReach = (from, to) => {
    const apart = Math.abs(place(from) - place(to));
    return Math.min(apart, names.length - apart) <= names.length / 4;
  };
  for (const canReach of [halves, oneAlone, ring]) {
    await network.load(RATE, 2000);
    network.partition(canReach);
    await network.load(RATE, CUT_MS);
    network.heal();
  }
}
