/** A process of `npm run bench:library`: a member that does as its parent says, over IPC. Imports the built library, as a service does. */
import process from 'node:process';
import { setInterval, clearInterval, setTimeout } from 'node:timers';
import { createGossip } from '../dist/lib/index.mjs';

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;
const { port, join, reader } = JSON.parse(process.argv[2]);
const cpuBefore = process.cpuUsage();
const gossip = await createGossip({ port, join });
const { user, system } = process.cpuUsage(cpuBefore);
process.send({ type: 'ready', address: gossip.address, startMs: (user + system) / 1000 });

if (reader === 'echo') void echo();
if (reader === 'fast') void read(0);
if (reader === 'slow') void read(1000);

async function echo() {
  for await (const update of gossip.updates()) {
    const sequence = update.type === 'change' ? update.value?.sequence : undefined;
    if (sequence !== undefined) process.send({ type: 'seen', sequence, at: monotonicMs() });
  }
}

let [changes, snapshots] = [0, 0];
async function read(pauseMs) {
  for await (const update of gossip.updates()) {
    if (update.type === 'change') changes++;
    else snapshots++;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

const ORDERS = {
  /** Sets its value so often. */
  load: ({ everyMs, count }) => {
    let sequence = 0;
    const timer = setInterval(() => {
      gossip.set({ sequence: ++sequence, text: 'x'.repeat(100) });
      if (sequence < count) return;
      clearInterval(timer);
      process.send({ type: 'loaded' });
    }, everyMs);
  },
  set: ({ sequence }) => {
    const at = monotonicMs();
    gossip.set({ sequence });
    process.send({ type: 'set', sequence, at });
  },
  records: ({ count }) => {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < count; i++) gossip.set({ text: `${i} ${'x'.repeat(100)}` }, { key: `key ${i}` });
    setTimeout(() => {
      globalThis.gc();
      process.send({ type: 'memory', bytes: process.memoryUsage().heapUsed - before });
    }, 1000);
  },
  report: () => {
    const latest = Object.fromEntries(gossip.members().map(({ address, value }) => [address, value?.sequence]));
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    process.send({ type: 'report', latest, rss, heapUsed, changes, snapshots });
  },
};
process.on('message', (order) => ORDERS[order.do](order));
process.on('disconnect', () => process.exit());
