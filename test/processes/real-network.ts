/** Real processes of the built command: spawned, asked, ended. None outlives its test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { freePort } from '../free-port.ts';
import { call, eventually, send } from '../support.ts';

export const COMMAND = 'dist/gossip.cjs';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One process and what it has printed so far. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })),
    );
  }

  get pid(): number {
    return this.child.pid as number;
  }

  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

const running: Running[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.kill('SIGKILL')));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Runs `gossip` with these arguments. */
export function gossip(...args: readonly (string | number)[]): Running {
  return gossipWithInput(undefined, ...args);
}

/** The same, with this on its standard input. */
export function gossipWithInput(input: string | undefined, ...args: readonly (string | number)[]): Running {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = spawn(process.execPath, [COMMAND, ...args.map(String)], { stdio: [stdin, 'pipe', 'pipe'] });
  child.stdin?.end(input);
  const it = new Running(child);
  running.push(it);
  return it;
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gossip-test-'));
  directories.push(directory);
  return directory;
}

export interface State {
  readonly version: number;
  readonly records: readonly {
    readonly origin: string;
    readonly version: number;
    readonly status: string;
    readonly payload: { readonly book: string };
  }[];
}

/** A node that runs as a process. */
export class RealNode {
  constructor(
    readonly port: number,
    readonly process: Running,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** `undefined` while it does not answer. */
  async state(): Promise<State | undefined> {
    return call(this.address, 'GET', '/state/').then(
      (answer) => answer.json() as unknown as State,
      () => undefined,
    );
  }

  async favorite(): Promise<string | undefined> {
    return this.favoriteOf(this.address);
  }

  /** What this node believes another one to like. */
  async favoriteOf(origin: string): Promise<string | undefined> {
    return (await this.state())?.records.find((record) => record.origin === origin)?.payload.book;
  }

  async setFavorite(book: string): Promise<number> {
    return (await send(this.address, 'PUT', '/favorite/', { book })).json()['version'] as number;
  }
}

/** Starts a node and waits until it answers. Its favourite stays the first unless the options say otherwise. */
export async function startNode(...args: readonly (string | number)[]): Promise<RealNode> {
  const hasPort = args.includes('-p');
  const port = hasPort ? Number(args[args.indexOf('-p') + 1]) : await freePort();
  const own = [...(hasPort ? [] : ['-p', port]), ...(args.includes('--resample-ms') ? [] : ['--resample-ms', 0])];
  const node = new RealNode(port, gossip('--no-tui', ...own, ...args));
  await eventually(
    `${node.address} answers`,
    async () => {
      if (node.process.child.exitCode !== null) throw new Error(`it ended: ${node.process.stderr}`);
      return (await node.state()) !== undefined;
    },
    15_000,
  );
  return node;
}

/** Starts nodes one by one, each joining through the one before it. */
export async function startChain(count: number): Promise<RealNode[]> {
  const nodes: RealNode[] = [];
  while (nodes.length < count) {
    const last = nodes.at(-1);
    nodes.push(await startNode(...(last === undefined ? [] : ['-b', last.port])));
  }
  return nodes;
}

/** Starts nodes that all join through the first. */
export async function startStar(count: number, ...args: readonly (string | number)[]): Promise<RealNode[]> {
  const seed = await startNode(...args);
  const rest = Array.from({ length: count - 1 }, () => startNode('-b', seed.port, ...args));
  return [seed, ...(await Promise.all(rest))];
}

/** What each of `nodes` says of `origin`. */
export function statusesOf(origin: RealNode, nodes: readonly RealNode[]): Promise<(string | undefined)[]> {
  return Promise.all(
    nodes.map(async (node) => (await node.state())?.records.find((record) => record.origin === origin.address)?.status),
  );
}

/** Waits until each of `nodes` knows the present favourite of each. */
export async function allKnowAll(nodes: readonly RealNode[], timeoutMs = 20_000): Promise<void> {
  await eventually(
    'all know all',
    async () => {
      const favorites = await Promise.all(nodes.map((node) => node.favorite()));
      const states = await Promise.all(nodes.map((node) => node.state()));
      return states.every((state) =>
        nodes.every(({ address }, i) => {
          const record = state?.records.find(({ origin }) => origin === address);
          return favorites[i] !== undefined && record?.payload.book === favorites[i];
        }),
      );
    },
    timeoutMs,
  );
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The processes that this one started, as Linux tells. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
