/** One process under measurement: Linux only, from /proc, so that nothing runs inside it that would not run otherwise. */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { cpuMsOf, memoryMiBOf } from '../src/cluster/process-usage.ts';
import { quantileOf } from '../src/trace/sample-quantile.ts';

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
  static async start(command: readonly [string, ...string[]], port?: number): Promise<MeasuredProcess> {
    const [program, ...args] = command;
    const began = performance.now();
    const env = { ...process.env };
    // Costs every Node process 60 ms, and has nothing to do with us.
    delete env['NODE_EXTRA_CA_CERTS'];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
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
    return cpuMsOf(this.child.pid as number);
  }

  /** Resident and proportional set size in MiB. */
  memoryMiB(): { rss: number; pss: number } {
    const memory = memoryMiBOf(this.child.pid as number);
    if (memory === undefined) throw new Error(`process ${this.child.pid} is gone`);
    return memory;
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

export function median(values: readonly number[]): number {
  return quantileOf(values, 0.5) ?? NaN;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
