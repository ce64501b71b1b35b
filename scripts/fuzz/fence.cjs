/**
 * Loaded into the nodes of a run before anything else. Hostile messages name addresses, and a node calls those it is told of: this lets it
 * reach the nodes of the run and nobody else, and counts what it would have called beyond this machine. Names are not resolved at
 * all. And it tells, when asked, how much memory is in use after what is garbage has been collected.
 */
'use strict';
const dns = require('node:dns');
const net = require('node:net');

const allowed = new Set((process.env.FUZZ_REACHABLE ?? '').split(','));
/** Nobody listens there. */
const CLOSED = { host: '127.0.0.1', port: 1 };
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.|localhost$)/;
let callsOutside = 0;

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const list = Array.isArray(args[0]) ? args[0] : args;
  const options = list[0];
  if (typeof options === 'object' && options !== null && options.port !== undefined) {
    const host = String(options.host ?? 'localhost');
    if (!LOOPBACK.test(host)) callsOutside++;
    if (!allowed.has(`${host}:${options.port}`)) list[0] = { ...options, ...CLOSED };
  }
  return connect.apply(this, args);
};

const lookup = dns.lookup;
dns.lookup = (name, ...rest) => {
  // A literal is looked up, too, where a node listens.
  if (net.isIP(name) !== 0) return lookup(name, ...rest);
  return process.nextTick(rest.at(-1), Object.assign(new Error(`nobody resolves ${name}`), { code: 'ENOTFOUND' }));
};

process.on('message', (question) => {
  if (question !== 'measure') return;
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ heapBytes: heapUsed, externalBytes: external, residentBytes: rss, callsOutside });
});
// Listening keeps nobody alive.
process.channel?.unref();
