/**
 * Loaded into the nodes of a run before anything else. Hostile messages name addresses, and a node calls those it is told of: this lets it
 * reach the nodes of the run and nobody else, and notes what it would have called beyond this machine. Names are not resolved at
 * all. And it tells, when asked, how much memory is in use after what is garbage has been collected.
 */
'use strict';
const dns = require('node:dns');
const net = require('node:net');

const allowed = new Set((process.env.FUZZ_REACHABLE ?? '').split(','));
/** Nobody listens there. */
const CLOSED = { host: '127.0.0.1', port: 1 };
const LOOPBACK = /^(?:127\.|::1$|::ffff:(?:127\.|7f[0-9a-f]{2}:)|localhost$)/;
const outside = new Set();

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const list = Array.isArray(args[0]) ? args[0] : args;
  const options = list[0];
  if (typeof options === 'object' && options !== null && options.port !== undefined) {
    const host = String(options.host ?? 'localhost');
    const isName = net.isIP(host) === 0 && host !== 'localhost';
    if (!isName && !LOOPBACK.test(host) && outside.size < 100) outside.add(`${host}:${options.port}`);
    // A name goes on to where it is looked up, in vain.
    if (!isName && !allowed.has(`${host}:${options.port}`)) list[0] = { ...options, ...CLOSED };
  }
  return connect.apply(this, args);
};

const { lookup } = dns;
const lookupSoon = dns.promises.lookup;
const nobody = (name) => Object.assign(new Error(`nobody resolves ${name}`), { code: 'ENOTFOUND' });
// Literals are looked up, too: where a node listens, for one.
const isOurs = (name) => net.isIP(name) !== 0 || name === 'localhost';
dns.lookup = (name, ...rest) => (isOurs(name) ? lookup(name, ...rest) : process.nextTick(rest.at(-1), nobody(name)));
dns.promises.lookup = (name, options) => (isOurs(name) ? lookupSoon(name, options) : Promise.reject(nobody(name)));

process.on('message', (question) => {
  if (question !== 'measure') return;
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ heapBytes: heapUsed, externalBytes: external, residentBytes: rss, outside: [...outside] });
});
// Listening keeps nobody alive.
process.channel?.unref();
