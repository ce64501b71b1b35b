/**
 * The process of one node, as its cluster sees it. It ends when its parent does: the channel between them closes, and one
 * that stands still then is woken to notice.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address } from '../trace/views.ts';
import { ASSIGNMENT_VARIABLE, type Assignment, type Order, type Report } from './channel.ts';

export type ProcessPhase = 'starting' | 'running' | 'paused' | 'ended';

export interface ProcessListener {
  events(events: readonly RunEvent[]): void;
  /** @param words what it said last on stderr */
  ended(process: NodeProcess, how: string, words: string): void;
}

export interface ProcessPlan {
  readonly address: Address;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly assignment: Assignment;
  /** Nodes give way to whoever watches them, so that a screen can be used while they take all the machine has. */
  readonly givesWay: boolean;
}

const NICE = 5;
/** How long a node may take to tell the rest before it is stopped. */
const LAST_REPORT_MS = 250;
const MAX_WORDS = 100;

export class NodeProcess {
  readonly address: Address;
  phase: ProcessPhase = 'starting';
  /** That it has told of, sent and received. */
  bytes = 0;
  missed = 0;
  hasListened = false;
  /** Its end was asked for: `left` with a goodbye. */
  endAskedFor: 'killed' | 'left' | undefined;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly words: string[] = [];
  private readonly reported = new Set<() => void>();
  private waker: ChildProcess | undefined;

  constructor(
    { address, command, assignment, givesWay }: ProcessPlan,
    private readonly listener: ProcessListener,
  ) {
    this.address = address;
    const [program, ...args] = command;
    const env: NodeJS.ProcessEnv = { ...process.env, [ASSIGNMENT_VARIABLE]: JSON.stringify(assignment) };
    // They cost each process 60 ms at its start, and nodes trust no authorities but those that they are given.
    delete env['NODE_EXTRA_CA_CERTS'];
    // In a group of its own: Ctrl-C on the terminal is for the cluster, which ends its nodes itself.
    this.child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    if (givesWay && this.child.pid !== undefined) giveWay(this.child.pid);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.words.push(text);
      if (this.words.length > MAX_WORDS) this.words.shift();
    });
    this.child.on('message', (report: Report) => this.take(report));
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve(this.onEnd()));
      this.child.once('error', (error) => resolve(this.onError(error)));
    });
    // After `exit`, when what it said last has been read, too.
    this.child.once('close', (code, signal) => {
      const lastLine = this.words.join('').trim().split('\n').at(-1) ?? '';
      this.listener.ended(this, signal ?? `exit code ${code}`, lastLine);
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The process may outlive the order to end. */
  get isGone(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get isUp(): boolean {
    return this.phase !== 'ended';
  }

  order(order: Order): void {
    if (this.child.connected) this.child.send(order, () => undefined);
  }

  /** Resolves when the node has told all that happened up to now, or does not answer. */
  report(timeoutMs: number): Promise<void> {
    if (this.phase !== 'running') return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.reported.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.reported.add(done);
      this.order({ do: 'report' });
    });
  }

  kill(): void {
    this.endAskedFor = 'killed';
    this.child.kill('SIGKILL');
    this.onEnd();
  }

  /** Asks it to say goodbye and end. */
  leave(): void {
    this.endAskedFor = 'left';
    this.child.kill('SIGTERM');
  }

  /** @returns when it stands still; what it had to tell by then is told */
  async pause(): Promise<void> {
    const told = this.report(LAST_REPORT_MS);
    this.phase = 'paused';
    await told;
    if (this.phase !== 'paused') return;
    this.waker ??= spawnWaker(this.child.pid as number);
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
    this.phase = 'running';
    this.endWaker();
  }

  private take({ events, bytes, missed }: Report): void {
    this.bytes = bytes;
    this.missed += missed;
    if (this.phase === 'starting') this.phase = 'running';
    this.hasListened = true;
    this.listener.events(events);
    for (const done of this.reported) done();
  }

  private onEnd(): void {
    this.phase = 'ended';
    this.endWaker();
    for (const done of this.reported) done();
  }

  /** Only of a process that never was: others end. */
  private onError(error: Error): void {
    if (this.child.pid !== undefined) return;
    this.onEnd();
    this.listener.ended(this, error.message, '');
  }

  private endWaker(): void {
    this.waker?.stdin?.end();
    this.waker = undefined;
  }
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already, or the system does not let us.
  }
}

/** Wakes a process when its own standard input ends, be it because we are no more: who stands still cannot notice that. */
function spawnWaker(pid: number): ChildProcess {
  const script = 'cat > /dev/null; kill -CONT "$0" 2> /dev/null';
  const waker = spawn('/bin/sh', ['-c', script, String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  waker.once('error', () => undefined);
  waker.stdin?.on('error', () => undefined);
  waker.unref();
  return waker;
}
