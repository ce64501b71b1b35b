/** What a node holds of its surroundings has bounds, whoever is out there. */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { call, eventually, nodesOfThisFile, partsOf } from '../../test/support.ts';
import { JOIN, patientPeer, rumor, transport } from '../../test/transport-fixture.ts';
import type { Effect } from '../core/boundary.ts';
import type { GossipNode } from '../core/node.ts';
import { boundConnections } from './bound-connections.ts';
import { Driver } from './driver.ts';
import { MAX_CONNECTIONS, MAX_DELAYED_MESSAGES, MAX_OUTBOX_BYTES, MAX_TIMERS } from './limits.ts';
import type { LinkFaults } from './link-faults.ts';
import { Outbox } from './outbox.ts';

const start = nodesOfThisFile();
const sockets: Socket[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
});

test('an outbox holds no more bytes than its bound: the oldest makes room', () => {
  const any = fc.record({ port: fc.integer({ min: 1, max: 500 }), length: fc.integer({ min: 0, max: 4000 }) });
  fc.assert(
    fc.property(
      fc.array(any, { minLength: 1, maxLength: 1500 }),
      fc.array(fc.nat(1), { minLength: 30 }),
      (all, takes) => {
        const outbox = new Outbox();
        all.forEach(({ port, length }, i) => {
          if (takes[i % takes.length] === 1 && i % 50 === 0) outbox.take(60_000);
          outbox.put(rumor(i + 1, { origin: `127.0.0.1:${port}`, payload: '語'.repeat(length) }));
        });
        const left = outbox.clear();
        expect(Buffer.byteLength(JSON.stringify(left))).toBeLessThanOrEqual(MAX_OUTBOX_BYTES + left.length + 1);
        expect(left).toContainEqual(expect.objectContaining({ version: all.length }));
      },
    ),
    { numRuns: 30 },
  );
});

test('of what waits for a peer that does not answer the oldest is dropped, and a warning and a count tell', async () => {
  const { it, warnings } = transport();
  const { address, bodies } = await patientPeer();
  it.send(address, JOIN);
  await eventually('a request', () => bodies.length === 1);
  for (let i = 1; i <= 400; i++) it.send(address, rumor(1, { origin: `127.0.0.1:${i}`, payload: 'x'.repeat(4000) }));
  expect(it.waiting * 4000).toBeLessThan(MAX_OUTBOX_BYTES);
  expect(it.waiting + it.requests.dropped).toBe(400);
  expect(warnings).toEqual([expect.stringContaining(address)]);
});

test('a core that sets timers without end has so many, and its heartbeat is set all the same', () => {
  vi.useFakeTimers({ now: 0 });
  const fired = new Map<string, number>();
  const suspicion: Effect = {
    type: 'schedule',
    afterMs: 1000,
    timer: { name: 'suspicion', origin: '127.0.0.1:7', version: 1 },
  };
  const heartbeat: Effect = { type: 'schedule', afterMs: 1000, timer: { name: 'heartbeat', beat: 1 } };
  const core = {
    self: '127.0.0.1:9',
    handle: (input: { type: string; timer?: { name: string } }) => {
      if (input.timer !== undefined) fired.set(input.timer.name, (fired.get(input.timer.name) ?? 0) + 1);
      return input.type === 'start' ? [...Array<Effect>(MAX_TIMERS + 500).fill(suspicion), heartbeat] : [];
    },
  } as unknown as GossipNode;
  const failures: unknown[] = [];
  const driver = new Driver(
    core,
    { send: () => undefined },
    () => Date.now(),
    undefined,
    (error) => failures.push(error),
  );
  driver.handle({ type: 'start', contacts: [] });
  vi.advanceTimersByTime(2000);
  expect(Object.fromEntries(fired)).toEqual({ suspicion: MAX_TIMERS, heartbeat: 1 });
  expect(failures).toHaveLength(1);
});

test('on slow links only so many messages are under way, the others are lost; who is cut off has one timer', () => {
  vi.useFakeTimers();
  const fates = { '127.0.0.1:1': [60_000], '127.0.0.1:2': 'cutOff' } as const;
  let lost = 0;
  const faults: LinkFaults = {
    fateOf: (to) => fates[to as keyof typeof fates],
    isCutOff: () => false,
    lost: () => void lost++,
    failedSendsAreReported: true,
  };
  const { it } = transport(faults);
  for (let i = 0; i < MAX_DELAYED_MESSAGES + 50; i++) it.send('127.0.0.1:1', JOIN);
  expect([lost, vi.getTimerCount()]).toEqual([50, MAX_DELAYED_MESSAGES]);
  for (let i = 0; i < 100; i++) it.send('127.0.0.1:2', JOIN);
  expect([lost, vi.getTimerCount()]).toEqual([150, MAX_DELAYED_MESSAGES + 1]);
});

/** Opens one, and tells whether it is held. */
async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
  return socket;
}

test('of connections there are only so many, and idle ones make room for a newcomer', async () => {
  const server = createServer((_request, response) => response.end('{}'));
  boundConnections(server, 5);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    for (let i = 0; i < 5; i++) {
      const socket = await opened(port);
      socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
    }
    const beyond = await opened(port);
    await eventually(
      'the newcomer is turned away',
      () => beyond.destroyed || beyond.readableEnded || (beyond.resume(), false),
    );
    await eventually('there is room', () =>
      call(`127.0.0.1:${port}`, 'GET', '/').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  } finally {
    server.close().closeAllConnections();
  }
});

test('a node has that bound', async () => {
  const { server } = partsOf(await start());
  expect(server.maxConnections).toBe(MAX_CONNECTIONS);
});
