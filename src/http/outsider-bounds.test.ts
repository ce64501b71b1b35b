/** Whatever an outsider can grow has a bound: each row of the table in `docs/security.md` is pushed beyond it here, or in the test that it names. */
import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openStreamTo } from '../../test/stream-peer.ts';
import { call, eventually, gossip, nodesOfThisFile, portOf } from '../../test/support.ts';
import { MAX_GATHERINGS } from '../core/receipts/gatherings.ts';
import { MAX_INDIRECT_PROBES, MAX_SUSPICIONS } from '../core/detection/failure-detector.ts';
import type { Guests } from './guests.ts';
import { MAX_GUESTS } from './guests.ts';
import { MAX_EVENT_READERS } from './limits.ts';
import { COUNTER_HELP, LEVEL_HELP, metricName, type Levels, type Totals } from './metric-names.ts';
import type { TransportNode } from './transport-node.ts';

const start = nodesOfThisFile();
const sockets = new Set<Socket>();
const servers: Server[] = [];

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

const FROM = '127.0.0.1:9';
const parameters = { maxMembers: 40, maxRecords: 40, maxSeen: 100, maxPassive: 10, maxPeers: 3 };

interface Walk {
  readonly level: keyof Levels;
  /** What it comes to in the end. */
  readonly bound: number;
  /** What counts those beyond, where something does. */
  readonly counter?: keyof Totals;
  readonly parameters?: object;
  readonly push: (node: TransportNode) => Promise<unknown>;
}

/** One request each, some at a time: what a node takes does not depend on how fast it is asked. */
async function post(node: TransportNode, bodies: readonly unknown[]): Promise<void> {
  const left = [...bodies];
  const postNext = async (): Promise<void> => {
    for (let body = left.shift(); body !== undefined; body = left.shift()) await gossip(node.self, body);
  };
  await Promise.all(Array.from({ length: 8 }, postNext));
}

const many = <Each>(count: number, each: (i: number) => Each): Each[] =>
  Array.from({ length: count }, (_, i) => each(i));
const envelope = (...messages: unknown[]) => ({ from: FROM, messages });
const madeUp = (i: number): string => `127.1.${i >> 8}.${i & 255}:1`;
const rumor = (i: number, more: object = {}) => ({
  uuid: `u-${i}`,
  origin: madeUp(i),
  version: 1,
  ttl: 1,
  payload: i,
  ...more,
});

function open(node: TransportNode, text: string): Promise<void> {
  const socket = connect(portOf(node.self), '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => undefined).write(text);
  return new Promise((resolve) => socket.once('data', () => resolve()).once('close', () => resolve()));
}

const WALKS: { readonly [what: string]: Walk } = {
  members: {
    level: 'members',
    bound: parameters.maxMembers,
    counter: 'evicted',
    push: (node) =>
      post(
        node,
        many(300, (i) => envelope(rumor(i))),
      ),
  },
  'keyed records of one origin': {
    level: 'records',
    bound: parameters.maxRecords,
    counter: 'full',
    push: (node) =>
      post(
        node,
        many(300, (i) => envelope({ ...rumor(i), origin: madeUp(0), key: `k-${i}` })),
      ),
  },
  'keyed records of all': {
    level: 'records',
    bound: parameters.maxRecords,
    push: (node) =>
      post(
        node,
        many(300, (i) => envelope(rumor(i, { origin: madeUp(i % 30), key: `k-${i}` }))),
      ),
  },
  'uuids seen': {
    level: 'seen',
    bound: parameters.maxSeen,
    push: (node) =>
      post(
        node,
        many(30, (i) => envelope(...many(10, (j) => rumor(0, { uuid: `s-${i}-${j}`, version: 1 + i })))),
      ),
  },
  peers: {
    level: 'peers',
    bound: parameters.maxPeers,
    push: (node) =>
      post(
        node,
        many(50, (i) => ({ from: madeUp(i), messages: [{ type: 'join', request: i }] })),
      ),
  },
  'passive view': {
    level: 'passive',
    bound: parameters.maxPassive,
    push: (node) =>
      post(
        node,
        many(20, (i) => envelope({ type: 'shuffle', sample: many(60, (j) => madeUp(60 * i + j)) })),
      ),
  },
  'indirect probes': {
    level: 'confirmations',
    bound: MAX_INDIRECT_PROBES,
    push: async (node) => {
      const silent = createServer((socket) => void sockets.add(socket)) as Server;
      servers.push(silent);
      await new Promise<void>((resolve) => silent.listen(0, '0.0.0.0', resolve));
      const { port } = silent.address() as AddressInfo;
      const targets = many(100, (i) => `127.2.0.${i + 1}:${port}`);
      await post(
        node,
        targets.map((target, request) => envelope({ type: 'probe', target, request })),
      );
    },
  },
  "the core's timers": {
    level: 'timers',
    bound: MAX_SUSPICIONS + 100,
    parameters: { maxMembers: 5000 },
    push: async (node) => {
      const claims = many(2000, (i) => [rumor(i), rumor(i, { uuid: `c-${i}`, status: 'suspect', payload: undefined })]);
      await post(
        node,
        many(10, (i) => envelope({ type: 'delta', rumors: claims.slice(200 * i, 200 * (i + 1)).flat() })),
      );
    },
  },
  'rumors whose holders are gathered': {
    level: 'receipts',
    bound: MAX_GATHERINGS,
    push: async (node) => {
      await post(
        node,
        many(3, (i) => ({ from: madeUp(i), messages: [{ type: 'join', request: i }] })),
      );
      await post(
        node,
        many(40, (i) =>
          envelope(
            ...many(10, (j) => rumor(0, { uuid: `g-${i}-${j}`, version: 1 + 10 * i + j, ttl: 7, receipt: true })),
          ),
        ),
      );
    },
  },
  streams: {
    level: 'streams',
    bound: 128,
    counter: 'refused',
    push: (node) => Promise.all(many(140, () => openStreamTo(node.self, { protocol: 1, from: FROM, features: [] }))),
  },
  'readers of events': {
    level: 'eventReaders',
    bound: MAX_EVENT_READERS,
    counter: 'refused',
    push: (node) => Promise.all(many(40, () => open(node, 'GET /events/ HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'))),
  },
  connections: {
    level: 'connections',
    bound: 20,
    counter: 'connectionsRefused',
    push: async (node) => {
      (node as unknown as { transport: { server: Server } }).transport.server.maxConnections = 20;
      await Promise.all(many(40, () => open(node, 'GET /health/ HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')));
    },
  },
  guests: {
    level: 'guests',
    bound: MAX_GUESTS,
    push: (node) => {
      const { guests } = (node as unknown as { transport: { sender: { guests: Guests } } }).transport.sender;
      for (const i of many(50, (each) => each)) guests.adopt(madeUp(i));
      return Promise.resolve();
    },
  },
  'addresses remembered': {
    level: 'addresses',
    bound: 512,
    push: (node) =>
      post(
        node,
        many(700, (i) => ({ from: madeUp(i), token: 'made-up', messages: [{ type: 'ping', request: i }] })),
      ),
  },
};

describe('what outsiders can grow stays at its bound, and a metric tells:', () => {
  test.each(Object.entries(WALKS))('%s', async (_, walk) => {
    const { level, bound, counter, push } = walk;
    const node = (await start({ parameters: { ...parameters, ...walk.parameters } })) as TransportNode;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, node.levels()[level])), 1);
    await push(node);
    most = Math.max(most, node.levels()[level]);
    clearInterval(watch);
    expect(most).toBeLessThanOrEqual(bound);
    // It was pushed there; where timers end what is counted, a busy machine may see fewer at one time.
    expect(most).toBeGreaterThanOrEqual(bound / 2);
    if (counter !== undefined) await eventually('a count', () => node.totals()[counter] > 0);
    for (const socket of sockets) socket.destroy();
    await eventually('it answers', () =>
      call(node.self, 'GET', '/health/').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });
});

describe('the table in docs/security.md', () => {
  const section =
    readFileSync('docs/security.md', 'utf8').split('## What outsiders can grow')[1]?.split('\n## ')[0] ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  test('names what is walked here, and each of its other tests is there', () => {
    const here = rows.filter(([, , , , by]) => by?.includes('`outsider-bounds.test.ts`')).map(([what]) => what);
    expect(here.toSorted()).toEqual(Object.keys(WALKS).toSorted());
    const folders = [
      'src/http',
      'src/cli',
      'src/core/state',
      'src/core/broadcast',
      'src/core/receipts',
      'src/core/overlay',
    ];
    for (const [what, , , , by = ''] of rows) {
      for (const [, name] of by.matchAll(/`([^`]+)`/g))
        expect(
          folders.some((folder) => existsSync(`${folder}/${name}`)),
          `${what}: ${name}`,
        ).toBe(true);
    }
  });

  test('names metrics that there are', () => {
    const counters = (Object.keys(COUNTER_HELP) as (keyof Totals)[]).map((name) => `${metricName(name)}_total`);
    const levels = (Object.keys(LEVEL_HELP) as (keyof Levels)[]).map(metricName);
    const names = new Set([...counters, ...levels, 'gossip_log_lines_lost_total', 'process_resident_memory_bytes']);
    expect(rows.length).toBeGreaterThan(Object.keys(WALKS).length);
    for (const [what, , , metrics = ''] of rows) {
      const named = [...metrics.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
      expect(
        named.filter((name) => !names.has(name)),
        what,
      ).toEqual([]);
    }
  });
});
