/**
 * A network of real processes on this machine, on which a scenario can be played: a kill is a SIGKILL, a pause a SIGSTOP, a
 * restart a new process on the same port; what happens to messages happens in the nodes' own transport.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { JoinTopology } from '../scenario/play/join-topology.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { drawsOf, type Breakable, type Speakers } from '../scenario/play/stage.ts';
import { Listeners } from '../trace/listeners.ts';
import type { HostEvent, RunEvent } from '../trace/trace-event.ts';
import type { Address, Millis, Payload } from '../trace/views.ts';
import { monotonicMs, type Assignment, type Order, type Watch } from './channel.ts';
import { NodeProcess } from './node-process.ts';

export interface ClusterOptions {
  readonly host: string;
  /** Of node 0; the others follow. */
  readonly basePort: number;
  /** The command that starts one node, before its options. */
  readonly command: readonly [string, ...string[]];
  readonly watch: Watch;
  /** Does the scenario leave the real network as it is? Then nothing stands between the nodes. */
  readonly isNetworkReal: boolean;
  /** That all nodes share. */
  readonly keyring?: string | undefined;
  /** Makes nodes' random choices repeatable. */
  readonly isSeeded: boolean;
  /**
   * Somebody looks at a screen: nodes give way to it, and one that ends without being told to is a death like any other.
   * Else, and before it listens, that is a failure.
   */
  readonly isWatched?: boolean;
}

const REPORT_PATIENCE_MS = 2000;

export class Cluster implements Speakers, Breakable {
  /** Rejects when a node fails: what it said last is the reason. */
  readonly failure: Promise<never>;
  private fail!: (error: Error) => void;
  private readonly originMs = monotonicMs();
  /** The last process of each node. */
  private readonly processes: (NodeProcess | undefined)[] = [];
  private readonly listeners = new Listeners<RunEvent>((error) => this.onListenerFailed(error));
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly topology: JoinTopology;
  private readonly partitions: Order[] = [];
  private loss: Order | undefined;
  private bytesOfEnded = 0;
  private dataDir: string | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly scenario: Scenario,
    private readonly options: ClusterOptions,
  ) {
    const { join, nodes, seed } = scenario;
    this.failure = new Promise((_resolve, reject) => (this.fail = reject));
    this.failure.catch(() => undefined);
    this.topology = new JoinTopology(join, nodes, drawsOf(seed).nodes);
  }

  /** Starts all, each when the scenario says so. */
  startAll(): void {
    for (let node = 0; node < this.size; node++) {
      const atMs = this.topology.startOf(node);
      if (atMs === 0) this.start(node);
      else this.schedule(atMs, () => this.start(node));
    }
  }

  get now(): Millis {
    return monotonicMs() - this.originMs;
  }

  get size(): number {
    return this.scenario.nodes;
  }

  get runningCount(): number {
    return this.started.filter(({ phase }) => phase === 'running').length;
  }

  /** Over all connections between the nodes, HTTP's headers included; as of the last reports. */
  get bytesOnTheWire(): number {
    return this.started.reduce((sum, { bytes }) => sum + bytes, this.bytesOfEnded);
  }

  /** Events that are missing in the trace, because nodes told them faster than they were taken. */
  get missedEvents(): number {
    return this.started.reduce((sum, { missed }) => sum + missed, 0);
  }

  get addresses(): Address[] {
    return Array.from({ length: this.size }, (_, node) => this.addressOf(node));
  }

  addressOf(node: number): Address {
    return `${this.options.host}:${this.options.basePort + node}`;
  }

  processOf(node: number): NodeProcess | undefined {
    return this.processes[node];
  }

  isUp(node: number): boolean {
    return this.processes[node]?.isUp === true;
  }

  isPaused(node: number): boolean {
    return this.processes[node]?.phase === 'paused';
  }

  hasStarted(node: number): boolean {
    return this.processes[node] !== undefined;
  }

  /** Its process runs, but does not listen yet. */
  isStarting(node: number): boolean {
    return this.processes[node]?.phase === 'starting';
  }

  /** Calls `listener` with every event, in the order in which they become known: that of their times for each node alone. */
  subscribe(listener: (event: RunEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  schedule(atMs: Millis, action: () => void): void {
    if (this.stopping !== undefined) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        action();
      },
      // Timers count whole milliseconds, rounded down: what is due at a time must not come before it.
      Math.max(0, Math.ceil(atMs - this.now)),
    );
    this.timers.add(timer);
  }

  start(node: number, remember = false): void {
    if (this.stopping !== undefined || this.isUp(node)) return;
    const before = this.processes[node];
    if (before?.isGone === false) {
      // Its port is still taken.
      void before.ended.then(() => this.start(node, remember));
      return;
    }
    this.bytesOfEnded += before?.bytes ?? 0;
    const contacts =
      before === undefined
        ? this.topology.contactsOf(node)
        : this.topology.contactsAgain(node, (other) => this.isUp(other));
    const plan = {
      address: this.addressOf(node),
      command: this.commandOf(node, contacts, remember),
      assignment: this.assignmentOf(node),
      givesWay: this.options.isWatched === true,
    };
    const process = new NodeProcess(plan, {
      events: (events) => this.tell(events),
      ended: (process, how, words) => this.onEnd(process, how, words),
    });
    this.processes[node] = process;
  }

  kill(node: number): void {
    const process = this.processes[node];
    if (process?.isUp !== true) return;
    process.kill();
    this.observe(node, { type: 'stopped', why: 'killed' });
  }

  leave(node: number): void {
    const process = this.processes[node];
    if (process?.phase === 'running') process.leave();
  }

  pause(node: number): void {
    const process = this.processes[node];
    if (process?.phase === 'running') void process.pause().then(() => this.observe(node, { type: 'paused' }));
  }

  resume(node: number): void {
    const process = this.processes[node];
    if (process?.phase !== 'paused') return;
    this.observe(node, { type: 'resumed' });
    process.resume();
  }

  publish(node: number, payload: Payload, _key?: string, receiptWithinMs?: number): void {
    const asking = receiptWithinMs === undefined ? {} : { receiptWithinMs };
    this.processes[node]?.order({ do: 'publish', payload, ...asking });
  }

  /** Has it choose another favourite, or where nodes have none say anything new. */
  tellNews(node: number): void {
    if (this.scenario.workload.favorites) this.processes[node]?.order({ do: 'resample' });
    else this.publish(node, { book: `News at ${Math.round(this.now)} ms` });
  }

  partition(nodes: Iterable<number>, oneWay: boolean): void {
    const order: Order = { do: 'partition', side: [...nodes], oneWay };
    this.partitions.push(order);
    this.orderAll(order);
  }

  heal(): void {
    this.partitions.length = 0;
    this.orderAll({ do: 'heal' });
  }

  get isPartitioned(): boolean {
    return this.partitions.length > 0;
  }

  lose(chance: number): void {
    this.loss = { do: 'lose', chance };
    this.orderAll(this.loss);
  }

  /** No process can be made as slow as that, and all share one clock: `refusal` says so before anything starts. */
  slow(): void {
    throw new Error('real processes cannot be slowed down');
  }

  drift(): void {
    throw new Error('the clocks of real processes cannot drift');
  }

  watch(watch: Watch): void {
    this.orderAll({ do: 'watch', watch });
  }

  /** Has the nodes tell what they have not told yet. */
  async report(): Promise<void> {
    await Promise.all(this.started.map((process) => process.report(REPORT_PATIENCE_MS)));
  }

  /** Ends every process, at once: nobody is left who a goodbye would be for. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    for (const process of this.started) if (process.isUp) process.kill();
    await Promise.all(this.started.map((process) => process.ended));
    if (this.dataDir !== undefined) rmSync(this.dataDir, { recursive: true, force: true });
  }

  private get started(): NodeProcess[] {
    return this.processes.filter((process) => process !== undefined);
  }

  private onEnd(process: NodeProcess, how: string, words: string): void {
    if (this.stopping !== undefined || process.endAskedFor === 'killed') return;
    const node = this.processes.indexOf(process);
    if (process.endAskedFor === 'left') return this.observe(node, { type: 'stopped', why: 'left' });
    if (this.options.isWatched === true && process.hasListened) {
      return this.observe(node, { type: 'stopped', why: 'killed' });
    }
    this.fail(new Error(words === '' ? `the node at ${process.address} ended (${how})` : words));
  }

  private observe(node: number, event: HostEvent): void {
    this.tell([{ time: this.now, node: this.addressOf(node), ...event }]);
  }

  private tell(events: readonly RunEvent[]): void {
    for (const event of events) this.listeners.tell(event);
  }

  /** What a measure missed must not become a figure; who only watches goes on. */
  private onListenerFailed(error: unknown): void {
    if (this.options.isWatched === true) process.emitWarning(inspect(error));
    else this.fail(error instanceof Error ? error : new Error(String(error)));
  }

  private orderAll(order: Order): void {
    for (const process of this.started) process.order(order);
  }

  private commandOf(node: number, contacts: readonly number[], remember: boolean): [string, ...string[]] {
    const { host, basePort, command, isSeeded, keyring } = this.options;
    const { workload, strategy, seed } = this.scenario;
    return [
      ...command,
      ...['-p', String(basePort + node), '--host', host],
      ...contacts.flatMap((contact) => ['-b', this.addressOf(contact)]),
      ...['--no-tui', '--log-level', 'silent', '--strategy', strategy],
      ...['--resample-ms', String(Math.round(workload.resampleMs))],
      ...(keyring === undefined ? [] : ['--keyring', keyring]),
      ...(isSeeded ? ['--seed', String(seed)] : []),
      ...this.dataDirOf(node, remember),
    ];
  }

  /** Only where somebody is to remember; one that is not to finds an empty directory. */
  private dataDirOf(node: number, remember: boolean): string[] {
    const isWanted = this.scenario.faults.some((fault) => 'remember' in fault && fault.remember);
    if (!isWanted) return [];
    this.dataDir ??= mkdtempSync(join(tmpdir(), 'gossip-cluster-'));
    const own = join(this.dataDir, String(node));
    if (!remember) rmSync(own, { recursive: true, force: true });
    return ['--data-dir', own];
  }

  private assignmentOf(node: number): Assignment {
    const { nodes, seed, parameters, workload, network } = this.scenario;
    const { host, basePort, watch, isNetworkReal } = this.options;
    const { originMs } = this;
    const { favorites } = workload;
    const orders = [...this.partitions, ...(this.loss === undefined ? [] : [this.loss])];
    const assignment = { node, nodes, host, basePort, seed, originMs, favorites, parameters, watch, orders };
    return isNetworkReal ? assignment : { ...assignment, network };
  }
}
