// A server that lets its share of a common limit through: node server.mjs PORT LIMIT [JOIN]
import { createGossip } from 'gossip';
import { createLimiter } from './limiter.mjs';

const [port, limit, join] = process.argv.slice(2);
if (!Number(port) || !(Number(limit) > 0)) {
  console.error('usage: node server.mjs PORT LIMIT [JOIN]');
  process.exit(2);
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => ending.abort());

/** @type {import('gossip').Gossip<import('./limiter.mjs').Demand>} */
const gossip = await createGossip({
  port: Number(port),
  signal: ending.signal,
  join: join === undefined ? [] : [join],
  cluster: 'rate-limit',
  routes: [
    { method: 'GET', path: '/limit', answer: () => limiter.state() },
    {
      method: 'POST',
      path: '/request',
      answer() {
        if (!limiter.take()) throw Object.assign(new Error('too many requests'), { statusCode: 429 });
        return { served: true };
      },
    },
  ],
});
const limiter = createLimiter(gossip, Number(limit), ending.signal);
console.log(`limiter on ${gossip.address}`);
