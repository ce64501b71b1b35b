/** One process under measurement: Linux only, from /proc, so that nothing runs inside it that would not run otherwise. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

export class MeasuredProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** From spawn to the line that says it listens. */
    readonly listeningMs: number,
  ) {}

  /**
   * @param command program and arguments
   * @param port resolves when something accepts there; without it, at the first line on stdout
   */
  static async start(command: readonly [string, ...string[]], port?: number, ipc = false): Promise<MeasuredProcess> {
    const [program, ...args] = command;
    const began = performance.now();
    const env = { ...process.env };
    // Costs every Node process 60 ms, and has nothing to do with us.
    delete env['NODE_EXTRA_CA_CERTS'];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit', ...(ipc ? ['ipc' as const] : [])] });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended with ${code}`)));
      if (port === undefined) child.stdout?.once('data', () => resolve());
      else untilAccepted(port, resolve);
    });
    child.stdout?.resume();
    return new MeasuredProcess(child, performance.now() - began);
  }

  /** CPU that all its threads have used, in milliseconds. */
  cpuMs(): number {
    const tasks = readdirSync(`/proc/${this.child.pid}/task`);
    const nanoseconds = tasks.map((task) => {
      return Number(readFileSync(`/proc/${this.child.pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    });
    return nanoseconds.reduce((sum, ns) => sum + ns, 0) / 1e6;
  }

  /** Resident and proportional set size in MiB. */
  memoryMiB(): { rss: number; pss: number } {
    const rollup = readFileSync(`/proc/${this.child.pid}/smaps_rollup`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
    return { rss: field('Rss'), pss: field('Pss') };
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  tell(request: object): void {
    this.child.send(request);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

function untilAccepted(port: number, resolve: () => void): void {
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => {
    socket.destroy();
    resolve();
  });
  socket.once('error', () => setTimeout(() => untilAccepted(port, resolve), 5));
}

/** Below those that systems give to connections, or another process's connection may have it by the time it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
