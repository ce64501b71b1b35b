/** A node as a process of its own, within the fence, and what it says about itself on the way. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../src/core/index.ts';

export interface Memory {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly residentBytes: number;
  /** What it tried to call beyond this machine. */
  readonly outside: readonly string[];
}

const FENCE = fileURLToPath(new URL('fence.cjs', import.meta.url));
const START_MS = 10_000;
/** A node stops within two seconds; a machine that is shared may take longer. */
const STOP_MS = 10_000;
const LEVEL_WARN = 40;
/** What a node warns of under attack, and rightly. */
const EXPECTED =
  /^(?:refused|unsendable|unpublished|more than \d+ bytes wait|\S+ would be sent more than|\S+ is a guest too many|\S+ is of the network|others cannot reach this node|another process speaks from|the table is full)/;
// eslint-disable-next-line no-control-regex -- what must never be written to a terminal
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/;

export class NodeProcess {
  /** The first thing that it should not have said, or that it has ended. */
  complaint: string | undefined;
  private stderr = '';
  private rest = '';
  private isStopping = false;
  private readonly child: ChildProcess;
  private readonly exited: Promise<{ code: number | null; signal: string | null }>;

  /** @param command what starts a node, before its options */
  constructor(
    readonly name: string,
    readonly address: Address,
    command: readonly string[],
    options: readonly string[],
    reachable: readonly Address[],
  ) {
    const port = address.slice(address.lastIndexOf(':') + 1);
    const args = [
      '--expose-gc',
      '--require',
      FENCE,
      ...command,
      '-p',
      port,
      '--no-tui',
      '--resample-ms',
      '0',
      ...options,
    ];
    const env = { ...process.env, FUZZ_REACHABLE: reachable.join() };
    this.child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.read(text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-10_000);
      this.complain(`it wrote on stderr: ${text.trim().slice(0, 500)}`);
    });
    this.exited = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
    void this.exited.then(({ code, signal }) => {
      if (this.isStopping) return;
      this.complaint = `${this.name} ended: ${signal ?? `exit code ${code}`}\n${this.stderr.trim()}`;
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** @throws when it does not answer in time */
  async started(): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const response = await fetch(`http://${this.address}/health/`).catch(() => undefined);
      if (response?.ok === true) return;
      if (this.complaint !== undefined) throw new Error(this.complaint);
      if (Date.now() > deadline) throw new Error(`${this.name} does not answer on ${this.address}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Of open descriptors; `undefined` where the system does not tell. */
  get descriptors(): number | undefined {
    try {
      return readdirSync(`/proc/${this.pid}/fd`).length;
    } catch {
      return undefined;
    }
  }

  memory(): Promise<Memory> {
    return new Promise((resolve, reject) => {
      if (!this.child.connected) return reject(new Error(this.complaint ?? `${this.name} has ended`));
      this.child.once('message', (memory) => resolve(memory as Memory));
      this.child.send('measure');
    });
  }

  /** Asks it to stop. @returns what was wrong with how it did */
  async stop(): Promise<string | undefined> {
    this.isStopping = true;
    this.child.kill('SIGTERM');
    const overdue = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    const { code, signal } = await this.exited;
    clearTimeout(overdue);
    return code === 0 ? undefined : `${this.name} did not stop cleanly: ${signal ?? `exit code ${code}`}`;
  }

  kill(): void {
    this.isStopping = true;
    this.child.kill('SIGKILL');
  }

  private complain(text: string): void {
    this.complaint ??= `${this.name}: ${text}`;
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.readLine(line);
  }

  private readLine(line: string): void {
    if (CONTROLS.test(line)) return this.complain(`a line of its log has control characters: ${JSON.stringify(line)}`);
    // Most say that a rumor was applied.
    if (line.startsWith('{"level":30,')) return;
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    if (level >= LEVEL_WARN && !EXPECTED.test(msg)) this.complain(`it warned: ${msg.slice(0, 1000)}`);
  }
}
