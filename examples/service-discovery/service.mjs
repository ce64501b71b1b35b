// One instance of a service, which knows all others: node service.mjs NAME PORT [JOIN]
import { performance } from 'node:perf_hooks';
import { createGossip } from 'gossip';

/**
 * What an instance tells of itself.
 *
 * @typedef {object} Instance
 * @property {string} name of its service
 * @property {number} load part of the last second in which it was busy, 0 to 1
 */

const [name, port, join] = process.argv.slice(2);
if (name === undefined || !Number(port)) {
  console.error('usage: node service.mjs NAME PORT [JOIN]');
  process.exit(2);
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => ending.abort());

/** @type {import('gossip').Gossip<Instance>} */
const gossip = await createGossip({
  port: Number(port),
  signal: ending.signal,
  join: join === undefined ? [] : [join],
  cluster: 'service-discovery',
  routes: [
    { method: 'GET', path: '/services', answer: () => ({ services: instances() }) },
    { method: 'POST', path: '/pick', answer: (body) => pick(body) },
    { method: 'POST', path: '/work', answer: (body) => work(body) },
  ],
});

function instances() {
  return gossip
    .members()
    .flatMap(({ address, status, value }) => (value === undefined ? [] : [{ ...value, address, status }]))
    .sort((a, b) => a.name.localeCompare(b.name) || a.load - b.load);
}

/**
 * The least loaded instance of a service that is up.
 *
 * @param {unknown} body `{ name }`
 */
function pick(body) {
  const wanted = Object(body).name;
  const best = instances().find((instance) => instance.name === wanted && instance.status === 'alive');
  if (best === undefined) throw Object.assign(new Error(`nobody serves ${wanted}`), { statusCode: 404 });
  return best;
}

/**
 * Keeps this instance busy for half of the next seconds.
 *
 * @param {unknown} body `{ seconds }`
 */
function work(body) {
  const seconds = Math.min(Number(Object(body).seconds) || 1, 60);
  const end = performance.now() + seconds * 1000;
  const busy = setInterval(() => {
    for (const until = performance.now() + 50; performance.now() < until;);
    if (performance.now() > end) clearInterval(busy);
  }, 100);
  ending.signal.addEventListener('abort', () => clearInterval(busy));
  return { seconds };
}

let before = performance.eventLoopUtilization();
let told = 0;
gossip.set({ name, load: told });
/** Tells the load where it has changed: at rest nobody is told anything. */
function tellLoad() {
  const now = performance.eventLoopUtilization();
  const load = Math.round(performance.eventLoopUtilization(now, before).utilization * 10) / 10;
  before = now;
  if (load !== told) gossip.set({ name: String(name), load: (told = load) });
}
const ticking = setInterval(tellLoad, 1000);
ending.signal.addEventListener('abort', () => clearInterval(ticking));

console.log(`${name} on ${gossip.address}`);
for await (const update of gossip.updates({ signal: ending.signal })) {
  if (update.type === 'change' && update.reason !== 'set') console.log(update.address, update.reason);
}
