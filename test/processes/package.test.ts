/** The package as somebody installs it: packed, into an empty folder, without a registry; then type-checked and run. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from '../doc-commands.ts';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { Running } from './real-network.ts';

const run = promisify(execFile);
/** What a user's project has of its own. */
const OF_THE_USER = ['zod', '@types/node', 'undici-types', 'typescript'];
/** Those of somebody who mounts a member. */
const FRAMEWORKS = ['express', 'fastify', 'hono', '@hono/node-server'];

let folder: string;
let app: string;
let first: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gossip-package-'));
  app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, join(folder, filename)], { cwd: app });
  for (const name of [...OF_THE_USER, ...FRAMEWORKS]) {
    mkdirSync(dirname(join(app, 'node_modules', name)), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(app, 'node_modules', name));
  }
  await compile({ 'esm.mts': ESM + USE, 'cjs.cts': CJS + USE, ...(await readmePrograms()), ...embeddingPrograms() });
});

/** The snippet, and the member that it joins, sees and outlives. */
async function readmePrograms(): Promise<Record<string, string>> {
  const [, snippet = ''] =
    /^## In your own service\n\n```ts\n(.*?)^```$/ms.exec(readFileSync('README.md', 'utf8')) ?? [];
  first = await freePort();
  const second = await freePort();
  const other = `
import { createGossip } from 'gossip';
const seed = await createGossip<{ load: number }>({ port: ${first} });
seed.set({ load: 0.1 });
const readme = import('./readme.mjs');
while (seed.get(${second})?.load !== 0.7) await new Promise((resolve) => setTimeout(resolve, 10));
await seed.close();
await readme;
`;
  const readme = snippet.replaceAll('7000', String(first)).replaceAll('7001', String(second));
  return { 'readme.mts': readme, 'other.mts': other };
}

const EMBEDDING = 'docs/embedding.md';

function embeddingPrograms(): Record<string, string> {
  const [member = '', receipt = ''] = blocksOf(EMBEDDING, 'ts');
  const given = `import { createGossip } from 'gossip';
const gossip = await createGossip<{ city: string; degrees: number }>({ port: 0 });
`;
  return { 'member.mts': member, 'receipt.mts': `${given}${receipt}await gossip.close();` };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Type-checks programs of a user's, strictly, declarations too, and turns them into JavaScript. */
async function compile(programs: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(app, name), text);
  const compilerOptions = {
    ...{ target: 'es2023', module: 'nodenext', lib: ['es2023'], types: ['node'], strict: true },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, preserveSymlinks: true },
  };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(programs) }));
  const tsc = resolve('node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', app]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}

async function outputOf(program: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [join(app, program)], { timeout: 20_000, cwd: app });
  expect(stderr).toBe('');
  return stdout;
}

/** Uses each entry; the same for both kinds of modules. */
const USE = `
const core = new GossipNode({
  self: '127.0.0.1:1', random: { below: () => 0 }, parameters: DEFAULT_PARAMETERS, strategy: 'plumtree',
});
const effects: readonly Effect[] = core.handle({ type: 'publish', payload: 1 }, 0);
const events: RunEvent[] = [...simulate(parseScenario({ nodes: 3, durationMs: 2000, workload: { updates: { count: 1 } } }))];
const updates = events.filter((event) => event.type === 'published').length;

const silent: Transport = {
  open: () => 'silent.example:1',
  start: (host: TransportHost) => host.warn(host.cluster),
  send: (to: string, message: Message) => void [to, message],
  close: () => Promise.resolve(),
};
const claims: string[] = [];
const setup: TransportTestSetup = { test: (name) => claims.push(name), create: () => silent, promises: ['once'] };
runTransportTests(setup);
const members: readonly TestMember<number>[] = createTestNetwork<number>(2).members;

async function main(): Promise<void> {
  const network = new MemoryNetwork();
  const inMemory = await createGossip<number>({ transport: network.transport() });
  inMemory.set(claims.length + members.length);
  await inMemory.close();
  const one: Gossip<{ load: number }> = await createGossip<{ load: number }>({ port: 0 });
  const other = await createGossip<{ load: number }>({ port: 0, join: [one.address] });
  one.set({ load: 1 });
  for await (const update of other.updates()) {
    if (update.type === 'change' && update.value?.load === 1) break;
    if (other.get(one.address) !== undefined) break;
  }
  await Promise.all([one.close(), other.close()]);
  console.log(effects.length > 0, updates > 0, isPublication({ ...events[0]!, type: 'started' } as RunEvent), 'done');
}
void main();
`;

const ESM = `
import { createGossip, type Gossip, type Message, type Transport, type TransportHost } from 'gossip';
import { DEFAULT_PARAMETERS, GossipNode, type Effect } from 'gossip/core';
import { isPublication, type RunEvent } from 'gossip/trace';
import { parseScenario, simulate } from 'gossip/sim';
import { createTestNetwork, MemoryNetwork, runTransportTests, type TestMember, type TransportTestSetup } from 'gossip/testing';
`;

const CJS = `
import gossip = require('gossip');
import coreEntry = require('gossip/core');
import trace = require('gossip/trace');
import sim = require('gossip/sim');
import testing = require('gossip/testing');
const { createGossip } = gossip;
const { DEFAULT_PARAMETERS, GossipNode } = coreEntry;
const { isPublication } = trace;
const { parseScenario, simulate } = sim;
const { createTestNetwork, MemoryNetwork, runTransportTests } = testing;
type TestMember<Value> = testing.TestMember<Value>;
type TransportTestSetup = testing.TransportTestSetup;
type Gossip<Value> = gossip.Gossip<Value>;
type Message = gossip.Message;
type Transport = gossip.Transport;
type TransportHost = gossip.TransportHost;
type Effect = coreEntry.Effect;
type RunEvent = trace.RunEvent;
`;

test('an ES module and a CommonJS one type-check strictly, and run against every entry', async () => {
  for (const program of ['esm.mjs', 'cjs.cjs']) expect(await outputOf(program)).toBe('true true false done\n');
});

test('the snippet of the README type-checks and runs as it stands, but for its ports', async () => {
  expect(await outputOf('other.mjs')).toMatch(new RegExp(`127.0.0.1:${first} left 0.1\n$`));
});

test('the programs of docs/embedding.md type-check and run: two members, a receipt', async () => {
  const port = await freePort(2);
  const start = (...args: readonly (string | number)[]) =>
    new Running(spawn(process.execPath, ['member.mjs', ...args.map(String)], { cwd: app }));
  const oslo = start(port, 'Oslo');
  const lima = start(port + 1, 'Lima', port);
  try {
    await eventually('each sees the other', () => / Lima \d/.test(oslo.stdout) && / Oslo \d/.test(lima.stdout), 15_000);
    expect(await lima.kill('SIGINT')).toMatchObject({ code: 0, stderr: '' });
    await eventually('goodbye', () => oslo.stdout.includes(`127.0.0.1:${port + 1} left`));
  } finally {
    expect(await oslo.kill('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    await lima.kill('SIGKILL');
  }
  expect(await outputOf('receipt.mjs')).toMatch(/^all after \d+ ms\n$/);
});

test.each([
  ['weather.test.mjs', 1],
  ['memory.test.mjs', 1],
  ['tcp-transport.test.mjs', 22],
])('%s of docs/embedding.md passes all its tests: %i', async (program, count) => {
  const names = ['weather.test.mjs', 'memory.test.mjs', 'tcp-transport.mjs', 'tcp-transport.test.mjs'];
  const blocks = blocksOf(EMBEDDING, 'js').filter((block) => !block.includes('gossip.handler'));
  expect(blocks).toHaveLength(names.length);
  for (const [index, name] of names.entries()) writeFileSync(join(app, name), blocks[index] ?? '');
  const output = await outputOf(program);
  expect(output).toContain(`# pass ${count}\n`);
  expect(output).toContain('# fail 0\n');
});

const [IN_HTTP = '', ...IN_FRAMEWORKS] = blocksOf(EMBEDDING, 'js').filter((block) => block.includes('gossip.handler'));
/** What makes the member, for all of them. */
const [MADE = ''] = /^import .*'gossip';\n\nconst gossip = .*\n/m.exec(IN_HTTP) ?? [];

test.each([
  ['node:http', IN_HTTP],
  ...IN_FRAMEWORKS.map((block): [string, string] => [/ from '([\w@/-]+)'/.exec(block)?.[1] ?? '', MADE + block]),
])('the member of docs/embedding.md in a server of %s is joined, and the service answers', async (name, block) => {
  const port = await freePort();
  const see = `
const seed = await createGossip({ port: 0, cluster: 'weather', join: [gossip.address] });
gossip.set({ degrees: 1 });
seed.set({ degrees: 2 });
const has = (one, other, degrees) => one.get(other.address)?.degrees === degrees;
while (!has(seed, gossip, 1) || !has(gossip, seed, 2)) await new Promise((resolve) => setTimeout(resolve, 10));
const answer = await fetch('http://' + gossip.address);
console.log(await answer.text());
await Promise.all([gossip.close(), seed.close()]);
process.exit();
`;
  const file = `in-${name.replace(/\W/g, '-')}.mjs`;
  writeFileSync(join(app, file), block.replaceAll('8080', String(port)) + see);
  expect(await outputOf(file)).toBe('my service\n');
});

test.each(['gossip', 'gossip/core', 'gossip/trace', 'gossip/sim', 'gossip/testing'])(
  'importing %s leaves nothing open and changes no global',
  async (entry) => {
    const look = `
const shape = () => JSON.stringify([
  Reflect.ownKeys(globalThis).map(String), Object.keys(process.env).length, process.eventNames().map(String).filter((name) => name !== 'exit'),
  ...[Array, Object, Map, Set, Promise, String, Function].map(({ prototype }) => Reflect.ownKeys(prototype).map(String)),
]);
const before = shape();
`;
    const say = `console.log(shape() === before, process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name)).length);`;
    writeFileSync(join(app, 'look.mjs'), `${look}await import('${entry}');\nsetImmediate(() => { ${say} });`);
    writeFileSync(join(app, 'look.cjs'), `${look}require('${entry}');\nsetImmediate(() => { ${say} });`);
    for (const program of ['look.mjs', 'look.cjs']) expect(await outputOf(program)).toBe('true 0\n');
  },
);

test('what is bundled carries its licences, and nothing is needed beside it', () => {
  const home = join(app, 'node_modules/gossip');
  const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    dependencies?: object;
  };
  expect(dependencies).toEqual({});
  const licences = readFileSync(join(home, 'dist/licences/library.txt'), 'utf8');
  for (const name of ['flatqueue', 'pure-rand', 'prom-client', 'typebox']) {
    expect(licences).toContain(`Name: ${name}\n`);
  }
});
