/** Members in the servers of services: each framework as its users have it, over real sockets. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { gossipsOfThisFile } from '../../test/gossips.ts';
import { call, eventually, send } from '../../test/support.ts';
import type { Gossip, GossipOptions, RequestHandler, TraceEvent } from './create-gossip.ts';

interface Load {
  readonly load: number;
}

const startMember = gossipsOfThisFile();

/** What is lost while links are made comes by heartbeat. */
const start = (options: Partial<GossipOptions> = {}): Promise<Gossip<Load>> =>
  startMember<Load>({ parameters: { heartbeatMs: 500 }, ...options });

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;
/**
 * Makes a service that listens on this port of 127.0.0.1: a member's handler, and `POST /mine`, which answers with its body.
 *
 * @returns how to end it as its users would
 */
type Framework = (handler: RequestHandler, port: number) => Promise<() => Promise<unknown>>;

const plain: Framework = async (handler, port) => {
  const own: Listener = async (request, response) => {
    if (request.url === '/mine') response.end(JSON.stringify(await json(request)));
    else response.writeHead(404).end();
  };
  const server = createServer((request, response) => void (handler(request, response) || own(request, response)));
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return () => closed(server);
};

function closed(server: { close(done: (error?: Error) => void): unknown }): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}

interface Service {
  readonly gossip: Gossip<Load>;
  readonly end: () => Promise<unknown>;
  /** Peers whose streams came in through the service's server. */
  readonly streams: ReadonlySet<string>;
}

async function service(framework: Framework, port: number, options: Partial<GossipOptions> = {}): Promise<Service> {
  const gossip = await start({ port, listen: false, ...options });
  const streams = new Set<string>();
  gossip.on('trace', (event) => {
    if (event.type === 'linkOpened' && event.openedBy === event.peer) streams.add(event.peer);
  });
  return { gossip, end: await framework(gossip.handler, port), streams };
}

function statusOf({ address }: Gossip<Load>, at: Gossip<Load>): string | undefined {
  return at.members().find((member) => member.address === address)?.status;
}

/** Two members in servers of their own and one that listens itself: what each sets, all have. */
async function expectToWork(framework: Framework): Promise<void> {
  const port = await freePort(2);
  const seed = await start();
  const one = await service(framework, port, { join: [seed.address] });
  const other = await service(framework, port + 1, { join: [one.gossip.address] });
  const members = [seed, one.gossip, other.gossip];
  const allHave = (address: string, load: number) => members.every((member) => member.get(address)?.load === load);
  await eventually('streams into both', () => one.streams.size > 0 && other.streams.size > 0);

  for (const [load, member] of members.entries()) {
    member.set({ load });
    await eventually('the value everywhere', () => allHave(member.address, load));
  }
  expect((await send(one.gossip.address, 'POST', '/mine', { mine: 1 })).json()).toEqual({ mine: 1 });
  expect(await one.gossip.set({ load: 5 }, { receipt: true }).receipt).toMatchObject({ reached: 2, of: 2 });
  expect(await seed.set({ load: 6 }, { receipt: true }).receipt).toMatchObject({ reached: 2, of: 2 });

  await one.gossip.close();
  await eventually('goodbye', () => statusOf(one.gossip, other.gossip) === 'left');
  expect((await send(one.gossip.address, 'POST', '/mine', { mine: 2 })).json()).toEqual({ mine: 2 });
  expect(await call(one.gossip.address, 'GET', '/peers/')).toMatchObject({ status: 404 });
  await other.gossip.close();
  await Promise.all([one.end(), other.end()]);
}

test('in a server of node:http', () => expectToWork(plain));

test('in Express, before what parses bodies', () =>
  expectToWork(async (handler, port) => {
    const app = express();
    app.use(handler);
    app.use(express.json());
    app.post('/mine', (request, response) => void response.json(request.body));
    const server = app.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return () => closed(server);
  }));

test('in Fastify, as the first hook', () =>
  expectToWork(async (handler, port) => {
    const app = fastify();
    app.addHook('onRequest', async (request, reply) => {
      if (handler(request.raw, reply.raw)) reply.hijack();
    });
    app.post('/mine', (request) => request.body);
    await app.listen({ port });
    return () => app.close();
  }));

test('in Hono, as the first middleware', () =>
  expectToWork(async (handler, port) => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.use(async ({ env }, next) => (handler(env.incoming, env.outgoing) ? RESPONSE_ALREADY_SENT : next()));
    app.post('/mine', async (context) => context.json(await context.req.json()));
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
    await once(server, 'listening');
    return () => closed(server);
  }));

test('it joins when its server listens and not before, so nobody takes it for dead, and tells what was set meanwhile', async () => {
  const seed = await start();
  const met: TraceEvent[] = [];
  seed.on('trace', (event) => event.type !== 'published' && met.push(event));
  const port = await freePort();
  const gossip = await start({ port, listen: false, join: [seed.address] });
  gossip.set({ load: 1 });
  await sleep(150);
  expect(met).toEqual([]);
  const end = await plain(gossip.handler, port);
  await eventually('the value', () => seed.get(gossip.address)?.load === 1);
  expect(met.filter(({ type }) => type === 'unreachable' || type === 'status')).toEqual([]);
  await gossip.close();
  await end();
});

test('what is set after a restart and before its server listens is newer than what it remembers', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gossip-handler-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const first = await start({ port, dataDir });
  first.set({ load: 1 });
  await first.close();
  const gossip = await start({ port, dataDir, listen: false });
  expect(gossip.get(gossip.address)).toEqual({ load: 1 });
  gossip.set({ load: 2 });
  const end = await plain(gossip.handler, port);
  const other = await start({ join: [gossip.address] });
  await eventually('a value', () => other.get(gossip.address));
  expect(other.get(gossip.address)).toEqual({ load: 2 });
  await gossip.close();
  await end();
});
