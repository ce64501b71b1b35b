/**
 * What the command's bundle leaves out. Each of these is loaded at start by a package we use, for a feature that a
 * node does not use, and costs milliseconds in each of a hundred processes. Tests of the sources run without this;
 * the tests of real processes run with it.
 */
import type { Plugin } from 'rolldown';

const absent = (what: string): string => `module.exports = () => { throw new Error('${what} is not in this build'); };`;
/** Loads a built-in when one of its properties is first used. */
const late = (name: string): string =>
  `const { createRequire } = require('node:module'); const load = createRequire(__filename); let it;
  module.exports = new Proxy({}, { get: (_, key) => (it ??= load('${name}'))[key] });`;

const REPLACEMENTS: { readonly [id: string]: string } = {
  // Fastify: version ranges of plugins, safety of regular expressions in routes, inject(), trustProxy, and the
  // run-time schema compilers that http-server.ts replaces.
  semver: 'module.exports = { satisfies: () => true, gt: () => false, coerce: (version) => version };',
  'safe-regex2': 'module.exports = () => true;',
  'light-my-request': absent('inject()'),
  '@fastify/proxy-addr': absent('trustProxy'),
  '@fastify/ajv-compiler': absent('the ajv compiler'),
  '@fastify/fast-json-stringify-compiler': absent('the serializer compiler'),
  'node:child_process': late('node:child_process'),
  // Fastify and undici: TLS and HTTP/2.
  'node:https': late('node:https'),
  'node:http2': late('node:http2'),
  './client-h2.js': absent('HTTP/2'),
  // pino: transports in worker threads.
  'thread-stream': 'module.exports = class { constructor() { throw new Error("no worker threads in this build"); } };',
  // prom-client: trace ids in exemplars, which we do not make. (Also, rolldown's minifier breaks this package: "let t = t()".)
  '@opentelemetry/api': 'module.exports = {};',
};

const PREFIX = '\0lean:';

export function leanBundle(): Plugin {
  return {
    name: 'lean-bundle',
    resolveId(id, importer) {
      // commander starts subcommands that are programs of their own; ours are not.
      if (id === 'node:child_process' && importer?.includes('/commander/')) return PREFIX + id + '.cjs';
      if (id === 'node:child_process') return undefined;
      return Object.hasOwn(REPLACEMENTS, id) && !importer?.startsWith(PREFIX) ? PREFIX + id + '.cjs' : undefined;
    },
    load(id) {
      return id.startsWith(PREFIX) ? REPLACEMENTS[id.slice(PREFIX.length, -'.cjs'.length)] : undefined;
    },
  };
}
