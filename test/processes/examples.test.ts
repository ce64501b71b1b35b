/** The examples that embed the library: run as their READMEs say, with real processes. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { call, eventually, send } from '../support.ts';
import { Running, temporaryDirectory } from './real-network.ts';

const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.kill('SIGKILL')));
});

function start(file: string, ...args: readonly (string | number)[]): Running {
  const command = [`examples/${file}`, ...args.map(String)];
  const it = new Running(spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] }));
  running.push(it);
  return it;
}

async function until(it: Running, printed: string): Promise<void> {
  await eventually(`"${printed}" of ${it.stderr}`, () => it.stdout.includes(printed), 15_000);
}

/** Ends as a service should: soon, with code 0, and silent. */
async function endsWell(it: Running): Promise<void> {
  expect(await it.kill('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
}

interface Instance {
  readonly name: string;
  readonly load: number;
  readonly address: string;
  readonly status: string;
}

test('service discovery: who is up, and how loaded', async () => {
  const port = await freePort(3);
  const [first, second, third] = [port, port + 1, port + 2].map((at) => `127.0.0.1:${at}`) as [string, string, string];
  const api = start('service-discovery/service.mjs', 'api', port);
  const thumbnails = [port + 1, port + 2].map((at) => start('service-discovery/service.mjs', 'thumbnails', at, port));
  const servicesAt = async (at: string) => (await call(at, 'GET', '/services')).json()['services'] as Instance[];
  const pick = async (name: string) => (await send(first, 'POST', '/pick', { name })).json();
  await until(api, `api on ${first}`);
  for (const it of thumbnails) await until(it, 'thumbnails on');
  await eventually('all three at all', async () => {
    const seen = await Promise.all([first, second, third].map(servicesAt));
    return seen.every((services) => services.length === 3);
  });
  expect((await send(first, 'POST', '/pick', { name: 'payments' })).status).toBe(404);

  await send(second, 'POST', '/work', { seconds: 20 });
  const busy = await eventually(
    'its load, seen by another',
    async () => (await servicesAt(first)).find(({ address, load }) => address === second && load >= 0.3),
    15_000,
  );
  expect(busy).toMatchObject({ name: 'thumbnails', status: 'alive' });
  await eventually('the idle one is picked', async () => (await pick('thumbnails'))['address'] === third);

  await thumbnails[1]!.kill('SIGKILL');
  await until(api, `${third} down`);
  expect(await pick('thumbnails')).toMatchObject({ address: second, status: 'alive' });
  await endsWell(thumbnails[0]!);
  await until(api, `${second} left`);
  expect((await send(first, 'POST', '/pick', { name: 'thumbnails' })).status).toBe(404);
  await endsWell(api);
});

test('feature flags: set anywhere, with a receipt; they survive restarts, and whoever set them', async () => {
  const port = await freePort(3);
  const ports = [port, port + 1, port + 2] as const;
  const directory = temporaryDirectory();
  const startAll = async () => {
    const fleet = ports.map((at, index) =>
      start('feature-flags/flags.mjs', at, directory, ...(index > 0 ? [port] : [])),
    );
    for (const it of fleet) await until(it, 'flags on');
    return fleet;
  };
  const flagsAt = async (at: number) => (await call(`127.0.0.1:${at}`, 'GET', '/flags')).json()['flags'];
  const set = async (at: number, flag: string, on: boolean) =>
    (await send(`127.0.0.1:${at}`, 'PUT', '/flags', { flag, on })).json();
  const allKnow = (members: number) =>
    eventually('all members', async () => {
      const states = await Promise.all(ports.map((at) => call(`127.0.0.1:${at}`, 'GET', '/state/')));
      return states.every((state) => (state.json()['records'] as unknown[]).length >= members);
    });

  let fleet = await startAll();
  await allKnow(3);
  expect(await set(port, 'dark-mode', true)).toMatchObject({ all: true, reached: 2, of: 2 });
  expect(await set(port + 2, 'beta', true)).toMatchObject({ all: true });
  expect(await set(port + 1, 'beta', false)).toMatchObject({ all: true });
  for (const at of ports) expect(await flagsAt(at)).toEqual({ 'dark-mode': true, beta: false });
  expect((await send(`127.0.0.1:${port}`, 'PUT', '/flags', { flag: 'x' })).status).toBe(400);

  for (const it of fleet) await endsWell(it);
  fleet = await startAll();
  for (const at of ports) {
    await eventually('the flags of before', async () => {
      const flags = await flagsAt(at);
      return JSON.stringify(Object.entries(flags as object).sort()) === '[["beta",false],["dark-mode",true]]';
    });
  }
  // The first process alone has dark-mode. Whoever is first then takes it over.
  await fleet[0]!.kill('SIGKILL');
  await eventually('dark-mode is held by another', async () => {
    const { records } = (await call(`127.0.0.1:${port + 2}`, 'GET', '/state/')).json() as {
      records: { origin: string; key?: string }[];
    };
    return records.some(({ origin, key }) => key === 'dark-mode' && origin === `127.0.0.1:${port + 1}`);
  });
  expect(await set(port + 2, 'dark-mode', false)).toMatchObject({ all: true, reached: 1, of: 1 });
  expect(await flagsAt(port + 1)).toMatchObject({ 'dark-mode': false });
});

const LIMIT = 100;

test('rate limit: ten processes keep one limit together, and one alone may use nearly all of it', async () => {
  const port = await freePort(10);
  const ports = Array.from({ length: 10 }, (_, index) => port + index);
  const servers = ports.map((at, index) => start('rate-limit/server.mjs', at, LIMIT, ...(index > 0 ? [port] : [])));
  for (const it of servers) await until(it, 'limiter on');
  await eventually(
    'all know all',
    async () => {
      const states = await Promise.all(ports.map((at) => call(`127.0.0.1:${at}`, 'GET', '/limit')));
      return states.every((state) => state.json()['members'] === 10);
    },
    15_000,
  );
  const all = await servedASecond(ports, 400);
  expect(all).toBeGreaterThan(LIMIT * 0.6);
  expect(all).toBeLessThan(LIMIT * 1.4);
  const one = await servedASecond(ports.slice(3, 4), 300);
  expect(one).toBeGreaterThan(LIMIT * 0.6);
  expect(one).toBeLessThan(LIMIT * 1.2);
});

/** Asks these at this rate together: a second to tell each other, then two that count. */
async function servedASecond(ports: readonly number[], rate: number): Promise<number> {
  const began = performance.now();
  let served = 0;
  const asked: Promise<void>[] = [];
  for (let sent = 0, now = 0; now < 3000; now = performance.now() - began) {
    for (; sent < (now * rate) / 1000; sent++) {
      const at = ports[sent % ports.length] as number;
      const counts = now >= 1000;
      asked.push(
        call(`127.0.0.1:${at}`, 'POST', '/request', JSON_BODY).then(({ status }) => {
          if (status === 200 && counts) served++;
          else expect([200, 429]).toContain(status);
        }),
      );
    }
    await sleep(10);
  }
  await Promise.all(asked);
  return served / 2;
}

const JSON_BODY = { body: '{}', headers: { 'content-type': 'application/json' } };

/** Checked by `examples/tsconfig.json`. */
const LIMITER: string = '../../examples/rate-limit/limiter.mjs';

test.each([
  ['all get what they ask for, and an even part of the rest', 100, 10, [10, 20], 45],
  ['who asks for little gets it', 100, 10, [10, 500, 500], 10],
  ['the others share what is left', 100, 500, [10, 500, 500], 45],
  ['one alone has it all', 100, 7, [7], 100],
])('a fair share: %s', async (_, limit, mine, demands, share) => {
  const { fairShare } = (await import(LIMITER)) as { fairShare: (...of: [number, number, number[]]) => number };
  expect(fairShare(limit, mine, demands)).toBe(share);
});

test.each([
  'service-discovery/service.mjs',
  'feature-flags/flags.mjs',
  'rate-limit/server.mjs',
  'rate-limit/limiter.mjs',
])('%s has less than 100 lines', (file) => {
  expect(readFileSync(`examples/${file}`, 'utf8').split('\n').length).toBeLessThan(100);
});
