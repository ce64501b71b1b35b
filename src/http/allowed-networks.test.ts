import dns from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually, gossip, nodesOfThisFile, portOf } from '../../test/support.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { AllowedNetworks, NotAllowed } from './allowed-networks.ts';
import { isNetwork, Networks } from './networks.ts';

const start = nodesOfThisFile();
const servers: Server[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Counts who connects. */
async function listener(host: string) {
  let connections = 0;
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on('connection', () => connections++);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return { port, address: `${host}:${port}`, connections: () => connections };
}

describe('without networks given', () => {
  test.each<[string, string | undefined, string[], string[]]>([
    [
      '127.0.0.1',
      undefined,
      ['127.0.0.1:7', '127.9.9.9:7', '[::1]:7', '127.1:7'],
      ['10.0.0.1:7', '[::]:7', '8.8.8.8:7'],
    ],
    ['::1', undefined, ['[::1]:7', '[0:0:0:0:0:0:0:1]:7', '[::ffff:127.0.0.1]:7'], ['[fe80::1]:7', '0.0.0.0:7']],
    [
      '10.0.0.5',
      undefined,
      ['10.9.9.9:7', '[::ffff:10.0.0.1]:7'],
      ['127.0.0.1:7', '192.168.0.1:7', '8.8.8.8:7', '[::1]:7'],
    ],
    ['192.168.1.5', undefined, ['192.168.9.9:7'], ['10.0.0.1:7', '169.254.169.254:80', '[::ffff:a9fe:a9fe]:80']],
    ['fd00::5', undefined, ['[fd12::1]:7'], ['[fe80::1]:7', '[2a00::1]:7', '10.0.0.1:7']],
    [
      '8.8.8.8',
      undefined,
      ['9.9.9.9:7', '[2a00::1]:7'],
      [
        '10.0.0.1:7',
        '127.0.0.1:7',
        '169.254.169.254:80',
        '0:7',
        '0x7f.1:7',
        '[::1]:7',
        '[2002:7f00:1::]:7',
        '[64:ff9b::7f00:1]:7',
        '[::7f00:1]:7',
      ],
    ],
    ['127.0.0.1', '10.0.0.5', ['10.0.0.6:7'], ['127.0.0.1:7']],
    ['0.0.0.0', 'localhost', ['127.0.0.1:7'], ['10.0.0.6:7']],
    ['10.0.0.5', 'node-1.internal', ['10.0.0.6:7'], ['127.0.0.1:7']],
  ])('a node at %s (%s) calls %j and not %j', (host, advertise, inside, outside) => {
    const networks = new AllowedNetworks(undefined, { host, advertise });
    expect(inside.filter((address) => !networks.mayCall(address))).toEqual([]);
    expect(outside.filter((address) => networks.mayCall(address))).toEqual([]);
    for (const address of outside) expect(() => networks.destination(address)).toThrow(NotAllowed);
    for (const address of inside) expect(networks.destination(address).url.port).not.toBe('');
    expect(networks.refusals).toBe(outside.length);
  });

  test('one that listens on everything and goes by a name calls what its interfaces are in', () => {
    const networks = new AllowedNetworks(undefined, { host: '::', advertise: 'node-1.internal' });
    const all = Object.values(process.getBuiltinModule('node:os').networkInterfaces()).flatMap((each) => each ?? []);
    const [outer] = all.filter(({ internal, family }) => !internal && family === 'IPv4');
    expect(networks.mayCall('127.0.0.1:7')).toBe(all.every(({ internal }) => internal));
    if (outer !== undefined) expect(networks.mayCall(`${outer.address}:7`)).toBe(true);
  });
});

test('an IPv4 address is in a network or not, however either is spelled', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const ipv4 = fc.tuple(byte, byte, byte, byte);
  fc.assert(
    fc.property(ipv4, ipv4, fc.integer({ min: 0, max: 32 }), fc.boolean(), (network, ip, bits, isNear) => {
      const near = isNear ? network.map((each, i) => (i < bits >> 3 ? each : (ip[i] ?? 0))) : ip;
      const value = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);
      const inside = Math.floor(value(network) / 2 ** (32 - bits)) === Math.floor(value(near) / 2 ** (32 - bits));
      const text = near.join('.');
      const spellings = [text, `::ffff:${text}`, `0:0:0:0:0:FFFF:${text}`];
      for (const given of [`${network.join('.')}/${bits}`, `::ffff:${network.join('.')}/${96 + bits}`]) {
        for (const spelling of spellings) expect(new Networks([given]).has(spelling)).toBe(inside);
        expect(new Networks([given], true).has(text)).toBe(!inside);
      }
      expect(new Networks(['2000::/3']).has(text)).toBe(false);
    }),
  );
});

test('networks are told from what is none', () => {
  for (const network of ['10.0.0.0/8', '10.0.0.7', '::/0', 'fd00::/8', '::1', '0.0.0.0/0'])
    expect(isNetwork(network)).toBe(true);
  for (const text of [
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'all',
    '',
    7,
    'fe80::1%eth0',
  ])
    expect(isNetwork(text)).toBe(false);
});

test('a name leads to what is allowed of its addresses, whatever it leads to a moment later', async () => {
  const evil = await listener('127.0.0.2');
  const good = createServer((_, response) => response.setHeader('connection', 'close').end('{}'));
  servers.push(good);
  await new Promise<void>((resolve) => good.listen(evil.port, '127.0.0.1', resolve));
  const node = await start({ allow: ['127.0.0.1'] });
  const looked: string[] = [];
  // The first answer is fine, each later one is not: what is connected to is what was checked.
  vi.spyOn(dns, 'lookup').mockImplementation(((
    host: string,
    options: dns.LookupOptions,
    callback: (...all: unknown[]) => void,
  ) => {
    looked.push(host);
    const all =
      looked.length === 1
        ? [
            { address: '127.0.0.2', family: 4 },
            { address: '127.0.0.1', family: 4 },
          ]
        : [{ address: '127.0.0.2', family: 4 }];
    if (options.all === true) callback(null, all);
    else callback(null, all[0]?.address, 4);
  }) as never);
  const refused: TraceEvent[] = [];
  node.subscribe((event) => event.type === 'refused' && refused.push(event));
  const address = `rebinding.example:${evil.port}`;
  const probe = (request: number) =>
    gossip(node.self, { from: '127.0.0.1:9', messages: [{ type: 'probe', target: address, request }] });
  await probe(1);
  await eventually('it is called', () => node.counters.unreachable > 0);
  await probe(2);
  await eventually('a refusal', () => refused.length > 0);
  expect(refused[0]).toMatchObject({
    from: address,
    reason: expect.stringContaining('(127.0.0.2) is outside') as string,
  });
  expect(evil.connections()).toBe(0);
});

describe('an address outside the networks is not called, and an event tells of it, where it comes', () => {
  async function outsider() {
    const outside = await listener('127.0.0.2');
    const node = await start({
      allow: ['127.0.0.1'],
      parameters: { heartbeatMs: 50, heartbeatMinMs: 50, shuffleMs: 80 },
    });
    const refused: (TraceEvent & { type: 'refused' })[] = [];
    node.subscribe((event) => event.type === 'refused' && refused.push(event));
    return { outside, node, refused };
  }
  const rumor = (origin: string) => ({ uuid: 'u-1', origin, version: 1, ttl: 7, payload: 'x' });

  test.each<[string, (outside: string) => unknown]>([
    ['a probe', (target) => ({ from: '127.0.0.1:9', messages: [{ type: 'probe', target, request: 1 }] })],
    ['a shuffle', (address) => ({ from: '127.0.0.1:9', messages: [{ type: 'shuffle', sample: [address] }] })],
    [
      'a shuffle in another spelling',
      (address) => ({ from: '127.0.0.1:9', messages: [{ type: 'shuffle', sample: [`0x7f.2:${portOf(address)}`] }] }),
    ],
    ['a join of its own', (from) => ({ from, messages: [{ type: 'join', request: 1 }] })],
    ['the first rumor of a guest', rumor],
    ['a rumor that is passed on', (origin) => ({ from: '127.0.0.1:9', messages: [rumor(origin)] })],
    [
      'a receipt that it asks for',
      (origin) => ({ from: '127.0.0.1:9', messages: [{ ...rumor(origin), receipt: true }] }),
    ],
  ])('%s', async (_, body) => {
    const { outside, node, refused } = await outsider();
    await gossip(node.self, body(outside.address));
    await eventually('an event', () => refused.length > 0);
    expect(refused[0]?.reason).toMatch(/ is outside the networks that this node may call \(allow\)$/);
    expect(outside.connections()).toBe(0);
    expect(node.snapshot().passive).not.toContain(outside.address);
  });

  test('an answer to /peers/, also what a contact calls itself', async () => {
    const outside = await listener('127.0.0.2');
    const contact = createServer((_, response) =>
      response.end(JSON.stringify({ self: outside.address, cluster: 'books', peers: [outside.address] })),
    );
    servers.push(contact);
    await new Promise<void>((resolve) => contact.listen(0, '127.0.0.1', resolve));
    const { port } = contact.address() as AddressInfo;
    const node = await start({ join: [`127.0.0.1:${port}`], allow: ['127.0.0.1'] });
    await eventually('a refusal', () => node.counters.refused > 1);
    expect(outside.connections()).toBe(0);
  });

  test('but a contact is the word of its user', async () => {
    const seed = await start({ host: '127.0.0.2' });
    const node = await start({ join: [seed.self], allow: ['127.0.0.1'] });
    await eventually('a link', () => node.snapshot().peers.includes(seed.self));
  });
});
