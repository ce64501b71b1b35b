import { describe, expect, test } from 'vitest';
import { call, nodesOfThisFile, portOf } from '../../test/support.ts';
import type { NodeOptions } from './running-node.ts';
import { isWildcard } from './node-options.ts';

const start = nodesOfThisFile();

describe('a node refuses with one line', () => {
  test.each<[object, RegExp]>([
    [{ host: '0.0.0.0' }, /^host: 0\.0\.0\.0 is no address that others can reach: give advertise as well$/],
    [{ host: '::' }, /^host: :: is no address/],
    [{ host: '0.0.0.0', advertise: '0.0.0.0' }, /^advertise: 0\.0\.0\.0 is no address/],
    [
      { host: '0.0.0.0', advertise: '10.0.0.7' },
      /^host: 0\.0\.0\.0 can be reached .*: give keyring, or tls, or insecure: true$/,
    ],
    [{ host: '192.0.2.1', insecure: false }, /^host: 192\.0\.2\.1 can be reached from other machines/],
    [{ host: 'box.example' }, /^host: box\.example can be reached/],
    [{ insecure: 'yes' }, /^insecure: expected true or false, got "yes"$/],
    [{ host: 'not a host' }, /^host: not a host: "not a host"$/],
    [{ advertise: 'a/b' }, /^advertise: not a host: "a\/b"$/],
    [{ advertise: '' }, /^advertise: expected a text, got ""$/],
    [{ join: ['nonsense'] }, /^join\[0\]: expected "host:port" or a port, got "nonsense"$/],
    [{ join: ['127.0.0.1:7000', '127.0.0.1:70000'] }, /^join\[1\]: expected/],
    [{ join: '127.0.0.1:7000' }, /^join: expected a list of addresses, got "127.0.0.1:7000"$/],
    ...[undefined, -1, 65_536, 1.5, NaN, '7000'].map((port): [object, RegExp] => [
      { port },
      /^port: expected a whole number from 0 to 65535, got /,
    ]),
    [{ routes: [{ path: '/mine' }] }, /^routes: expected a list of routes, each/],
    [{ listen: 'no' }, /^listen: expected true or false, got "no"$/],
    [
      { listen: false, port: 7000, advertise: '10.0.0.7' },
      /^host: 10\.0\.0\.7 can be reached .*: give keyring, or insecure: true$/,
    ],
    [{ listen: false }, /^port: expected that of your own server, with listen: false, got 0$/],
    [
      { listen: false, port: 7000, tls: { cert: 'c', key: 'k', ca: 'a' } },
      /^tls: not with listen: false, where members reach your own server by plain HTTP$/,
    ],
    [{ expose: '/state' }, /^expose: expected a list of \/state, \/events, \/health, \/metrics, got "\/state"$/],
    [{ expose: ['/gossip'] }, /^expose: expected a list of/],
    [{ strategy: 'shout' }, /^strategy: expected one of .*, got "shout"$/],
    [{ seed: 1.5 }, /^seed: expected a whole number/],
    [{ dataDir: 7 }, /^dataDir: expected a text, got 7$/],
    [{ warn: 'loud' }, /^warn: expected a function, got "loud"$/],
    [{ heartbeatMs: 5000 }, /^heartbeatMs: there is no such option$/],
    [{ toString: () => '' }, /^toString: there is no such option$/],
    [{ parameters: null }, /^parameters: expected an object, got null$/],
    [{ parameters: { heartbeatMs: undefined } }, /^parameters\.heartbeatMs: expected .* got undefined$/],
    [{ parameters: { heartbeat: 5000 } }, /^parameters\.heartbeat: there is no such parameter$/],
  ])('%j', async (options, line) => {
    await expect(start(options as NodeOptions)).rejects.toThrow(line);
  });
});

test('a taken port is an error that says so, and keeps its code', async () => {
  const first = await start();
  const port = portOf(first.self);
  await expect(start({ port })).rejects.toMatchObject({
    message: `port ${port} on 127.0.0.1 is taken`,
    code: 'EADDRINUSE',
  });
});

test('options that are undefined are as if not given, and a bare port is an address', async () => {
  const seed = await start();
  const options = { host: undefined, join: [portOf(seed.self)], strategy: undefined, books: undefined };
  const node = await start(options as unknown as NodeOptions);
  await expect.poll(() => node.snapshot().peers).toEqual([seed.self]);
});

test('a node listens where other machines reach it only if that was asked for', async () => {
  const node = await start({ host: '0.0.0.0', advertise: '127.0.0.1', insecure: true });
  expect((await call(node.self, 'GET', '/health/')).status).toBe(200);
  for (const host of ['localhost', '127.0.0.2']) await start({ host });
});

test('every interface has many names', () => {
  for (const host of ['0.0.0.0', '0', '::', '[::]', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0']) {
    expect(isWildcard(host), host).toBe(true);
  }
  for (const host of ['127.0.0.1', '::1', '10.0.0.0', 'localhost', 'fe80::'])
    expect(isWildcard(host), host).toBe(false);
});
