/**
 * A network of real processes on this machine: one seed, and everyone else started with the seed's port. Each child
 * holds a channel to this process and ends when the channel does, so even SIGKILL of the parent leaves none behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { now } from '../node/clock.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Address, Millis, NetworkState, NetworkView } from '../trace/views.ts';
import { followNode } from './follow-node.ts';
import { Knowledge } from './knowledge.ts';

export interface ClusterOptions {
  readonly nodes: number;
  readonly host: string;
  readonly basePort: number;
  /** The command that starts one node, before its `-p` and `-b`. */
  readonly command: readonly [string, ...string[]];
  /** Options for every node, after `-p` and `-b`. */
  readonly nodeArguments: readonly string[];
}

/** Children say goodbye within two seconds; one that has not ended by then is killed. */
const STOP_PATIENCE_MS = 3000;

export class Cluster implements NetworkView {
  private readonly children = new Map<Address, ChildProcess>();
  private readonly listeners = new Set<(event: TraceEvent) => void>();
  private readonly follow = new AbortController();
  private readonly knowledge: Knowledge;
  private readonly startedAt: Millis = now();
  private readonly stderr: string[] = [];
  private allKnowAllMs: number | undefined;
  private stopping: Promise<void> | undefined;
  private failed!: (error: Error) => void;
  /** Rejects when a child ends that was not told to: what it said last is the reason. */
  readonly failure: Promise<never>;

  constructor(private readonly options: ClusterOptions) {
    const addresses = Array.from({ length: options.nodes }, (_, i) => `${options.host}:${options.basePort + i}`);
    this.knowledge = new Knowledge(addresses);
    this.failure = new Promise((_resolve, reject) => (this.failed = reject));
    this.failure.catch(() => undefined);
    setMaxListeners(0, this.follow.signal);
    addresses.forEach((address, i) => this.spawn(address, options.basePort + i, addresses[0] as Address));
  }

  now(): Millis {
    return now();
  }

  state(): NetworkState {
    const nodes = this.knowledge.nodes();
    const complete = nodes.filter(({ knows }) => knows === nodes.length).length;
    return { nodes, complete, ...(this.allKnowAllMs === undefined ? {} : { allKnowAllMs: this.allKnowAllMs }) };
  }

  subscribe(listener: (event: TraceEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends every process, politely first, and resolves when none is left. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private spawn(address: Address, port: number, seed: Address): void {
    const [program, ...before] = this.options.command;
    const bootstrap = address === seed ? [] : ['-b', seed];
    const own = ['-p', String(port), '--host', this.options.host, ...bootstrap, ...this.options.nodeArguments];
    const child = spawn(program, [...before, ...own], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.children.set(address, child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr.push(text);
      if (this.stderr.length > 100) this.stderr.shift();
    });
    child.once('error', (error) => {
      if (child.pid === undefined) this.children.delete(address);
      this.failed(error);
    });
    child.once('exit', () => {
      this.children.delete(address);
      this.knowledge.exited(address);
    });
    // After `exit`, when what it said last has been read, too.
    child.once('close', (code, signal) => {
      if (this.stopping !== undefined) return;
      const said = this.stderr.join('').trim().split('\n').at(-1) ?? '';
      this.failed(new Error(said === '' ? `the node at ${address} ended (${signal ?? `exit code ${code}`})` : said));
    });
    void followNode(address, this.follow.signal, {
      state: (state) => this.note(() => this.knowledge.state(address, state)),
      event: (event) => this.note(() => this.knowledge.event(event), event),
    });
  }

  private note(change: () => void, event?: TraceEvent): void {
    change();
    if (this.allKnowAllMs === undefined && this.knowledge.isComplete) this.allKnowAllMs = now() - this.startedAt;
    if (event !== undefined) for (const listener of this.listeners) listener(event);
  }

  private async stopAll(): Promise<void> {
    this.follow.abort();
    const ends = [...this.children.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.children.values()) child.kill('SIGTERM');
    const killer = setTimeout(() => {
      for (const child of this.children.values()) child.kill('SIGKILL');
    }, STOP_PATIENCE_MS);
    await Promise.all(ends);
    clearTimeout(killer);
  }
}
