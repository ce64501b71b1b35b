/** Nodes that were written from the brief alone (examples/guest.py, examples/guest.mjs) in networks of ours. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { call, eventually } from '../support.ts';
import { startNode } from './real-network.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const children: ChildProcess[] = [];

afterEach(async () => {
  const ending = children.splice(0).filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(ending.map(end));
});

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}

type Kind = 'node' | 'python' | 'javascript';

interface Running {
  readonly kind: Kind;
  readonly port: number;
  readonly child?: ChildProcess;
}

async function start(kind: Kind, bootstrap?: number, port?: number): Promise<Running> {
  const at = port ?? (await freePort());
  const via = bootstrap === undefined ? [] : ['-b', bootstrap];
  if (kind === 'node') return { kind, port: (await startNode('-p', at, ...via, '--resample-ms', 3000)).port };
  const [command, file] = kind === 'python' ? ['python3', 'guest.py'] : [process.execPath, 'guest.mjs'];
  const child = spawn(command, [`examples/${file}`, '-p', String(at), ...via.map(String)], { stdio: 'ignore' });
  children.push(child);
  await eventually(
    'the guest answers',
    () =>
      ports(at, '/peers/').then(
        () => true,
        () => false,
      ),
    8000,
  );
  return { kind, port: at, child };
}

async function ports(port: number, path: string): Promise<unknown> {
  return JSON.parse((await call(`127.0.0.1:${port}`, 'GET', path)).text);
}

/** The ports of those that it knows a favourite of. */
async function knownTo({ kind, port }: Running): Promise<number[]> {
  const state = await ports(port, kind === 'node' ? '/state/' : '/');
  if (kind !== 'node') return Object.keys(state as object).map(Number);
  const { records } = state as { records: { origin: string; status: string }[] };
  return records.filter(({ status }) => status === 'alive').map(({ origin }) => Number(origin.split(':')[1]));
}

async function allKnowAll(all: readonly Running[], timeoutMs = 9000): Promise<void> {
  const wanted = all.map(({ port }) => port).sort();
  let known: number[][] = [];
  await eventually(
    'all know all',
    async () => {
      // A guest may end a kept socket as it is asked.
      known = await Promise.all(all.map((one) => knownTo(one).catch(() => [])));
      return known.every((ones) => wanted.every((port) => ones.includes(port)));
    },
    timeoutMs,
  ).catch((error: Error) => {
    const lacks = all.map(
      ({ kind, port }, i) => `${kind} ${port} lacks ${wanted.filter((p) => !known[i]?.includes(p)).join()}`,
    );
    throw new Error(`${error.message}: ${lacks.join('; ')}`);
  });
}

async function startChain(kinds: readonly Kind[]): Promise<Running[]> {
  const chain: Running[] = [];
  for (const kind of kinds) chain.push(await start(kind, chain.at(-1)?.port));
  return chain;
}

const CHAINS: [string, Kind[]][] = [
  ['one of ours first', ['node', 'javascript', 'node', 'javascript', 'javascript', 'node']],
  ['a guest first', ['javascript', 'node', 'javascript', 'node']],
  ...(hasPython ? ([['with both', ['python', 'node', 'javascript', 'python', 'node']]] as [string, Kind[]][]) : []),
];

test.each(CHAINS)(
  'in a chain, %s, all know all',
  async (_, kinds) => {
    await allKnowAll(await startChain(kinds));
  },
  30_000,
);

test('a late guest learns all, is known, and one that starts again without memory is heard again', async () => {
  const chain = await startChain(['node', 'node', 'javascript']);
  const [first] = chain;
  await allKnowAll(chain);
  const late = await start('javascript', first?.port);
  await allKnowAll([...chain, late]);
  const guest = chain[2] as Running;
  const versionOf = async (): Promise<number> => {
    const { records } = (await ports(first?.port ?? 0, '/state/')) as {
      records: { origin: string; version: number }[];
    };
    return records.find(({ origin }) => origin === `127.0.0.1:${guest.port}`)?.version ?? 0;
  };
  const before = await versionOf();
  guest.child?.kill('SIGKILL');
  const again = await start('javascript', chain[1]?.port, guest.port);
  await allKnowAll([chain[0] as Running, chain[1] as Running, late, again]);
  await eventually('it is heard', async () => (await versionOf()) > before, 9000);
  expect(await versionOf()).toBeGreaterThan(before);
}, 40_000);
