/**
 * Maelstrom's side, in virtual time: carries lines between nodes after a delay, cuts the network in parts, plays
 * clients at a steady rate, counts what nodes say to each other, and checks that no acknowledged value is lost.
 */
import type { Address } from '../src/core/address.ts';
import type { Millis } from '../src/core/boundary.ts';
import { fingerprintOf } from '../src/core/state/fingerprint.ts';
import type { Random } from '../src/core/random.ts';
import { MaelstromHost } from '../src/maelstrom/maelstrom-host.ts';
import { DEFAULT_BATCH_MS, DEFAULT_HEARTBEAT_MS } from '../src/maelstrom/defaults.ts';
import type { MaelstromTuning } from '../src/maelstrom/parameters.ts';
import { neighboursIn, type TopologyName } from '../bench/maelstrom-topology.ts';
import { EventQueue } from './event-queue.ts';
import { seededRandom } from '../src/http/seeded-random.ts';
import { quantileOf } from '../src/trace/sample-quantile.ts';

export interface MaelstromOptions extends Partial<MaelstromTuning> {
  readonly nodes: number;
  readonly seed: number;
  /** One way, between nodes; clients are near. */
  readonly delayMs?: number;
  /** Drawn for each message, on top. */
  readonly jitterMs?: number;
  /** Their clocks differ by up to so much. */
  readonly clocksApartMs?: number;
  /** What all are told once all know who they are; without one, nothing. */
  readonly topology?: TopologyName | undefined;
  /** Nodes are told who they are within this time, each at a moment of its own. */
  readonly startWithinMs?: number;
}

interface Line {
  readonly src: string;
  readonly dest: string;
  readonly body: { readonly type: string; readonly in_reply_to?: number; readonly [field: string]: unknown };
}

export interface Figures {
  readonly operations: number;
  readonly messagesPerOperation: number;
  /** What the busiest node sent ÷ what a node sent in the mean. */
  readonly busiestByMean: number;
  /** Of all messages, those that carry no value. */
  readonly withoutValues: number;
  /** From a client's request until the value can be read at every node. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly lost: number;
}

interface Value {
  readonly toldAt: Millis;
  isAcknowledged: boolean;
  readonly seenBy: Set<string>;
  everywhereAt: Millis | undefined;
}

export class MaelstromNetwork {
  now: Millis = Date.UTC(2026, 0, 1);
  readonly names: readonly string[];
  readonly replies: Line[] = [];
  readonly warnings: string[] = [];
  private readonly sentBy = new Map<string, number>();
  private serverMessages = 0;
  private withoutValues = 0;
  private operations = 0;
  private readonly values = new Map<number, Value>();
  private readonly hosts = new Map<string, MaelstromHost>();
  private readonly queue = new EventQueue<() => void>();
  private readonly chance: Random;
  private readonly pending = new Map<number, number>();
  private canReach: (from: string, to: string) => boolean = () => true;
  /** How much of what each node reads was looked at. */
  private readonly observed = new Map<string, number>();
  private nextId = 1;
  private readonly delayMs: number;
  private readonly jitterMs: number;
  private readonly topology: TopologyName | undefined;

  constructor(options: MaelstromOptions) {
    this.chance = seededRandom(options.seed);
    this.delayMs = options.delayMs ?? 100;
    this.jitterMs = options.jitterMs ?? 0;
    this.topology = options.topology;
    this.names = Array.from({ length: options.nodes }, (_, i) => `n${i}`);
    for (const name of this.names) this.hosts.set(name, this.createHost(name, options));
    for (const [i, name] of this.names.entries()) {
      const at = this.now + this.chance.below((options.startWithinMs ?? 0) + 1);
      // In another order for each, which must not matter.
      const names = [...this.names.slice(i), ...this.names.slice(0, i)];
      this.queue.push(at, () => this.ask(name, { type: 'init', node_id: name, node_ids: names }));
    }
  }

  private createHost(name: string, options: MaelstromOptions): MaelstromHost {
    const { seed, batchMs, heartbeatMs, clocksApartMs = 0 } = options;
    const aheadMs = seededRandom(fingerprintOf(`${seed} clock of ${name}`).low).below(clocksApartMs + 1);
    return new MaelstromHost({
      batchMs: batchMs ?? DEFAULT_BATCH_MS,
      heartbeatMs: heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
      now: () => this.now + aheadMs,
      setAlarm: (fire, afterMs) => {
        let isOn = true;
        this.queue.push(this.now + afterMs, () => isOn && fire());
        return () => (isOn = false);
      },
      // As the command does: generators of neighbouring seeds begin alike.
      randomFor: (self: Address) => seededRandom(fingerprintOf(`${seed} ${self}`).low),
      write: (line) => this.carry(name, JSON.parse(line) as Line, line),
      warn: (warning) => this.warnings.push(`${name}: ${warning}`),
    });
  }

  /** Sends a request to a node as a client. @returns its number, which the reply refers to */
  ask(name: string, body: { readonly type: string; readonly [field: string]: unknown }): number {
    const id = this.nextId++;
    this.hosts.get(name)?.receive(JSON.stringify({ src: 'c1', dest: name, body: { ...body, msg_id: id } }));
    return id;
  }

  broadcast(name: string, message: number): void {
    this.values.set(message, { toldAt: this.now, isAcknowledged: false, seenBy: new Set(), everywhereAt: undefined });
    this.pending.set(this.nextId, message);
    this.ask(name, { type: 'broadcast', message });
    this.observe(name);
  }

  read(name: string): number[] {
    const id = this.ask(name, { type: 'read' });
    const reply = this.replies.findLast((line) => line.body.in_reply_to === id);
    return (reply?.body.messages as number[] | undefined) ?? [];
  }

  /** Clients that ask random nodes, half the time for a broadcast. */
  load(operationsPerSecond: number, forMs: number): void {
    const until = this.now + forMs;
    const startedAt = this.now;
    const count = Math.round((operationsPerSecond * forMs) / 1000);
    for (let i = 0; i < count; i++) {
      const name = this.names[this.chance.below(this.names.length)]!;
      this.runUntil(startedAt + (i * 1000) / operationsPerSecond);
      this.operations++;
      if (this.chance.below(2) === 0) this.broadcast(name, this.values.size);
      else this.ask(name, { type: 'read' });
      this.replies.length = 0;
    }
    this.runUntil(until);
  }

  /** Until every node has answered its `init`; then all are told the topology. */
  untilReady(): void {
    const count = () => this.replies.filter(({ body }) => body.type === 'init_ok').length;
    while (count() < this.names.length) this.runFor(10);
    const topology = this.topology === undefined ? {} : neighboursIn(this.topology, this.names);
    if (this.topology !== undefined) for (const name of this.names) this.ask(name, { type: 'topology', topology });
  }

  /** What nodes said to each other, and what clients asked, so far. */
  get count(): { readonly messages: number; readonly operations: number } {
    return { messages: this.serverMessages, operations: this.operations };
  }

  runFor(ms: number): void {
    this.runUntil(this.now + ms);
  }

  runUntil(until: Millis): void {
    for (let time = this.queue.nextTime; time !== undefined && time <= until; time = this.queue.nextTime) {
      this.now = Math.max(this.now, time);
      this.queue.pop()!();
    }
    this.now = until;
  }

  partition(...groups: readonly (readonly string[])[]): void {
    this.canReach = (from, to) => groups.some((group) => group.includes(from) && group.includes(to));
  }

  /** Two random halves. */
  partitionInHalves(): void {
    const left = new Set(this.names);
    const half = Array.from({ length: Math.floor(left.size / 2) }, () => {
      const name = [...left][this.chance.below(left.size)]!;
      left.delete(name);
      return name;
    });
    this.partition(half, [...left]);
  }

  heal(): void {
    this.canReach = () => true;
  }

  /** Acknowledged values that some node cannot read. */
  missing(): number[] {
    const tables = this.names.map((name) => new Set(this.read(name)));
    return [...this.values]
      .filter(([value, { isAcknowledged }]) => isAcknowledged && !tables.every((table) => table.has(value)))
      .map(([value]) => value);
  }

  figures(): Figures {
    const told = [...this.values.values()];
    const latencies = told.flatMap(({ toldAt, everywhereAt }) => (everywhereAt ? [everywhereAt - toldAt] : []));
    const quantile = (part: number) => quantileOf(latencies, part) ?? NaN;
    return {
      operations: this.operations,
      messagesPerOperation: this.serverMessages / this.operations,
      busiestByMean: (Math.max(...this.sentBy.values()) * this.names.length) / this.serverMessages,
      withoutValues: this.withoutValues / this.serverMessages,
      latencyMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
      lost: this.missing().length,
    };
  }

  /** Links between nodes, each counted once. */
  get links(): number {
    return [...this.hosts.values()].reduce((sum, host) => sum + host.peerCount, 0) / 2;
  }

  private carry(name: string, line: Line, text: string): void {
    if (!this.hosts.has(line.dest)) {
      this.replies.push(line);
      const value = this.values.get(this.pending.get(line.body.in_reply_to ?? 0) ?? -1);
      if (value !== undefined && line.body.type === 'broadcast_ok') value.isAcknowledged = true;
      return;
    }
    this.serverMessages++;
    this.sentBy.set(name, (this.sentBy.get(name) ?? 0) + 1);
    if (!/"payload"/.test(text)) this.withoutValues++;
    if (!this.canReach(name, line.dest)) return;
    const delayMs = this.delayMs + this.chance.below(this.jitterMs + 1);
    this.queue.push(this.now + delayMs, () => {
      if (!this.canReach(name, line.dest)) return;
      this.hosts.get(line.dest)?.receive(text);
      this.observe(line.dest);
    });
  }

  /** Looks at what a read would answer here from now on. */
  private observe(name: string): void {
    const messages = this.hosts.get(name)?.messages ?? [];
    for (const message of messages.slice(this.observed.get(name) ?? 0)) {
      const value = this.values.get(message as number);
      if (value === undefined) continue;
      value.seenBy.add(name);
      if (value.seenBy.size === this.names.length) value.everywhereAt = this.now;
    }
    this.observed.set(name, messages.length);
  }
}
