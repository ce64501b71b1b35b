/**
 * Maelstrom's side for real processes of `gossip maelstrom`: carries their lines to each other after a delay, cuts the
 * network, plays clients at a steady rate, and counts every line from node to node from the first `init` on.
 *
 * A line that brings values to a node is followed by a read of that node. A pipe keeps the order, so its reply tells
 * when the values could be read there, the node's own time included.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { pause } from './measured-process.ts';
import { neighboursIn, type TopologyName } from './maelstrom-topology.ts';

export interface RealOptions {
  readonly nodes: number;
  /** Behind `gossip maelstrom`. */
  readonly args: readonly string[];
  /** One way, between nodes; clients are near. */
  readonly delayMs: number;
  /** Drawn for each line, on top. */
  readonly jitterMs: number;
  readonly topology: TopologyName;
}

export type CanReach = (from: string, to: string) => boolean;

interface Body {
  readonly type: string;
  readonly in_reply_to?: number;
  readonly messages?: readonly unknown[];
  readonly [field: string]: unknown;
}

interface Line {
  readonly src: string;
  readonly dest: string;
  readonly body: Body;
}

interface Value {
  acknowledgedAt: number | undefined;
  readonly seenBy: Set<string>;
  everywhereAt: number | undefined;
}

interface Read {
  readonly askedAt: number;
  readonly values: ReadonlySet<unknown>;
}

export class MaelstromProcesses {
  readonly names: readonly string[];
  messages = 0;
  /** Of these, those that carry no value. */
  withoutValues = 0;
  /** Of these, those sent before all nodes knew who they are: over one to a node that it does not know yet, Maelstrom ends the run. */
  early = 0;
  operations = 0;
  /** From a client's request until its reply. */
  readonly replyMs: number[] = [];
  private readonly children = new Map<string, ChildProcessByStdio<Writable, Readable, null>>();
  private readonly awaited = new Map<number, (body: Body) => void>();
  private readonly values: Value[] = [];
  private readonly reads: Read[] = [];
  private readonly sentBy = new Map<string, number>();
  private isReady = false;
  private canReach: CanReach = () => true;
  private nextId = 1;
  private readonly lag = monitorEventLoopDelay({ resolution: 1 });

  constructor(private readonly options: RealOptions) {
    this.names = Array.from({ length: options.nodes }, (_, i) => `n${i}`);
  }

  /** Spawns the nodes, tells each who it is, and waits until all are ready. */
  async start(): Promise<void> {
    const env = { ...process.env };
    // Costs every Node process 60 ms, and has nothing to do with us.
    delete env['NODE_EXTRA_CA_CERTS'];
    for (const name of this.names) {
      const args = ['dist/gossip.cjs', 'maelstrom', ...this.options.args];
      const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
      // One that is told something after its end is missed in the final reads.
      child.stdin.on('error', () => undefined);
      createInterface(child.stdout).on('line', (text) => this.carry(JSON.parse(text) as Line, text));
      this.children.set(name, child);
    }
    const inits = this.names.map((name) => this.ask(name, { type: 'init', node_id: name, node_ids: this.names }));
    await Promise.all(inits);
    this.isReady = true;
    const topology = neighboursIn(this.options.topology, this.names);
    await Promise.all(this.names.map((name) => this.ask(name, { type: 'topology', topology })));
    this.lag.enable();
  }

  async stop(): Promise<void> {
    const ended = [...this.children.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.children.values()) child.stdin.end();
    await Promise.all(ended);
  }

  /** Ends them at once, whatever they do. */
  kill(): void {
    for (const child of this.children.values()) child.kill('SIGKILL');
  }

  /** Clients that ask random nodes at a rate, half the time for a broadcast. */
  async load(operationsPerSecond: number, forMs: number): Promise<void> {
    const began = performance.now();
    const count = Math.round((operationsPerSecond * forMs) / 1000);
    for (let i = 0; i < count; i++) {
      const waitMs = began + (i * 1000) / operationsPerSecond - performance.now();
      if (waitMs > 0) await pause(waitMs);
      this.operations++;
      const name = this.names[Math.floor(Math.random() * this.names.length)]!;
      void (Math.random() < 0.5 ? this.broadcast(name) : this.clientRead(name));
    }
    await pause(Math.max(0, began + forMs - performance.now()));
  }

  partition(canReach: CanReach): void {
    this.canReach = canReach;
  }

  heal(): void {
    this.canReach = () => true;
  }

  /** Acknowledged values that some node does not read now. */
  async missing(): Promise<number> {
    const reads = await Promise.all(this.names.map((name) => this.read(name)));
    const isEverywhere = (_: Value, value: number) => reads.every((read) => read.has(value));
    return this.values.filter((value, i) => value.acknowledgedAt !== undefined && !isEverywhere(value, i)).length;
  }

  get acknowledged(): number {
    return this.values.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined).length;
  }

  /** From each `broadcast_ok` until the value was in every node's reads; Infinity where it was not. */
  latenciesMs(): number[] {
    return this.values.flatMap(({ acknowledgedAt, everywhereAt = Infinity }) =>
      acknowledgedAt === undefined ? [] : [Math.max(0, everywhereAt - acknowledgedAt)],
    );
  }

  /** Maelstrom's stable latency: from each `broadcast_ok` until the last client's read that lacked the value. */
  stableLatenciesMs(): number[] {
    return this.values.flatMap(({ acknowledgedAt }, value) => {
      if (acknowledgedAt === undefined) return [];
      const lastAbsent = this.reads.findLast(({ values }) => !values.has(value));
      return [Math.max(0, (lastAbsent?.askedAt ?? 0) - acknowledgedAt)];
    });
  }

  /** How late this process itself was at worst: above some milliseconds the machine was busy, and the rest is as well. */
  get worstLagMs(): number {
    return this.lag.max / 1e6;
  }

  /** What the busiest node sent ÷ what a node sent in the mean. */
  get busiestByMean(): number {
    return (Math.max(...this.sentBy.values()) * this.names.length) / this.messages;
  }

  private async broadcast(name: string): Promise<void> {
    const value: Value = { acknowledgedAt: undefined, seenBy: new Set(), everywhereAt: undefined };
    const message = this.values.push(value) - 1;
    const { type } = await this.timed(name, { type: 'broadcast', message });
    if (type !== 'broadcast_ok') throw new Error(`${name} answered a broadcast with ${type}`);
    value.acknowledgedAt = performance.now();
    this.see(name, message);
  }

  private async clientRead(name: string): Promise<void> {
    const askedAt = performance.now();
    const { messages = [] } = await this.timed(name, { type: 'read' });
    this.reads.push({ askedAt, values: new Set(messages) });
  }

  private async timed(name: string, body: Body): Promise<Body> {
    const askedAt = performance.now();
    const reply = await this.ask(name, body);
    this.replyMs.push(performance.now() - askedAt);
    return reply;
  }

  private async read(name: string): Promise<ReadonlySet<unknown>> {
    return new Set((await this.ask(name, { type: 'read' })).messages);
  }

  private ask(name: string, body: Body): Promise<Body> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.awaited.set(id, resolve);
      this.write(name, JSON.stringify({ src: 'c1', dest: name, body: { ...body, msg_id: id } }));
    });
  }

  private write(name: string, text: string): void {
    this.children.get(name)?.stdin.write(`${text}\n`);
  }

  private carry({ src, dest, body }: Line, text: string): void {
    if (!this.children.has(dest)) {
      const id = body.in_reply_to ?? 0;
      this.awaited.get(id)?.(body);
      this.awaited.delete(id);
      return;
    }
    this.count(src, text);
    if (!this.canReach(src, dest)) return;
    const { delayMs, jitterMs } = this.options;
    setTimeout(
      () => {
        if (!this.canReach(src, dest)) return;
        this.write(dest, text);
        void this.observe(dest, body);
      },
      delayMs + Math.random() * jitterMs,
    );
  }

  private count(src: string, text: string): void {
    this.messages++;
    this.sentBy.set(src, (this.sentBy.get(src) ?? 0) + 1);
    if (!text.includes('"payload"')) this.withoutValues++;
    if (!this.isReady) this.early++;
  }

  /** Looks whether what was brought can be read. */
  private async observe(name: string, { messages = [] }: Body): Promise<void> {
    const brought = (messages as readonly { key?: string; payload?: number; rumors?: { payload?: number }[] }[])
      .flatMap((message) => message.rumors ?? [message])
      .flatMap(({ payload }) => (payload === undefined ? [] : [payload]))
      .filter((value) => this.values[value]?.seenBy.has(name) === false);
    if (brought.length === 0) return;
    const read = await this.read(name);
    for (const value of brought) if (read.has(value)) this.see(name, value);
  }

  private see(name: string, index: number): void {
    const value = this.values[index];
    if (value === undefined || value.seenBy.has(name)) return;
    value.seenBy.add(name);
    if (value.seenBy.size === this.names.length) value.everywhereAt = performance.now();
  }
}
