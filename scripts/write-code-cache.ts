/**
 * Writes the command's code cache (`launcher.cjs`) from a node that has run for a moment among others. V8 compiles a
 * function when it is first called, and a cache holds what was compiled when it was written: one that only starts leaves
 * every node to compile joining, gossip and repair for itself, 20 to 60 ms of CPU in each of a hundred processes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/** Enough for a join, some favourites, a few heartbeats, and a goodbye. */
const RUNS_MS = 1500;
const PATIENCE_MS = 15_000;

/** Throws where nobody may listen on a port, or a node cannot start. */
export async function writeCodeCache(command: string): Promise<void> {
  const [seed, other, writer] = await freePorts(3);
  const nodes = [start(command, [seed!]), start(command, [other!, seed!])];
  try {
    await answering(seed!);
    const writing = start(command, [writer!, seed!], { GOSSIP_WRITE_CODE_CACHE: '1' });
    nodes.push(writing);
    await answering(writer!);
    await pause(RUNS_MS);
    await end(writing);
  } finally {
    await Promise.all(nodes.map(end));
  }
}

function start(command: string, [port, contact]: number[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const bootstrap = contact === undefined ? [] : ['-b', String(contact)];
  const options = ['--no-tui', '--log-level', 'silent', '--resample-ms', '100'];
  const args = [command, '-p', String(port), ...bootstrap, ...options];
  // With a channel to us: a node whose parent is gone ends.
  return spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function answering(port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/health/`)
      .then(({ ok }) => ok)
      .catch(() => false);
  while (!(await isUp())) {
    if (Date.now() > deadline) throw new Error(`no node answers on port ${port}`);
    await pause(20);
  }
}

async function end(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return;
  const ended = new Promise((resolve) => node.once('exit', resolve));
  node.kill('SIGTERM');
  const killer = setTimeout(() => node.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(killer);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(
    servers.map((server) => new Promise((resolve, reject) => server.on('error', reject).on('listening', resolve))),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
