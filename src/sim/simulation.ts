/**
 * The protocol in virtual time: a discrete-event simulation of many cores in one thread. Same scenario, same seed: the
 * same trace to the byte, in every engine.
 *
 * Its parts: what comes next (`time-wheel.ts`), what becomes of a message (`wire.ts`, `network.ts`), whom faults strike
 * (`fault-timeline.ts`) and who says what when (`workload.ts`).
 */
import { GossipNode } from '../core/index.ts';
import type { Address, Effect, Input, Message, Millis, NodeSnapshot, Parameters, Payload } from '../core/index.ts';
import type { Timer } from '../core/index.ts';
import { receivedEvent } from '../trace/trace-event.ts';
import { Clocks } from './clocks.ts';
import { FaultTimeline } from '../scenario/play/fault-timeline.ts';
import { LookAhead } from './look-ahead.ts';
import { JoinTopology } from '../scenario/play/join-topology.ts';
import { Network } from '../scenario/play/network.ts';
import { parametersOf } from './node-parameters.ts';
import { ABSENT, DEAD, PAUSED, Processes, RUNNING } from './processes.ts';
import type { Fault, Scenario } from '../scenario/scenario.ts';
import { ServiceLines } from './service-lines.ts';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';
import { drawsOf, type Breakable, type Speakers } from '../scenario/play/stage.ts';
import { TimeWheel } from './time-wheel.ts';
import {
  ACTION,
  DELIVER,
  KIND_BITS,
  KIND_MASK,
  OVERDUE,
  REFUSED,
  RESAMPLE,
  SERVE,
  START,
  TIMEOUT,
  TIMER,
  Wire,
  type Observer,
} from './wire.ts';
import { Workload } from './workload.ts';

export type { Observer } from './wire.ts';

export interface SimulationOptions {
  /** Told everything as it happens. Without it no event is built at all. */
  readonly observe?: Observer;
  /** Freezes every message to its depths when it is sent, to find out nodes that change what they share. Slow. */
  readonly freezeMessages?: boolean;
  /** Called after each input a node has handled, with all that followed from it. Slow. */
  readonly onStep?: (node: number, input: Input, effects: readonly Effect[]) => void;
}

/** What happened to a paused node, to be handled once it runs on. */
interface Held {
  readonly kind: number;
  readonly body: number;
  readonly reference: unknown;
}

/** A message in a node's line. */
interface Waiting {
  readonly from: number;
  readonly life: number;
  readonly message: Message;
}

/** A message to a paused node, as its sender sees it: as long as the node holds these, it has not read it. */
interface Overdue {
  readonly to: number;
  readonly held: readonly Held[];
}

export class Simulation implements Speakers, Breakable {
  /** Deliveries and timer firings. */
  eventsHandled = 0;
  readonly parameters: Parameters;
  private readonly wheel = new TimeWheel();
  private readonly processes: Processes;
  readonly network: Network;
  private readonly clocks: Clocks;
  private readonly wire: Wire;
  private readonly lookAhead: LookAhead;
  private readonly lines: ServiceLines | undefined;
  private readonly topology: JoinTopology;
  private readonly workload: Workload;
  private readonly faults: FaultTimeline;
  /** Draws nodes' seeds and contacts. */
  private readonly random: SmallFastRandom;
  private readonly held = new Map<number, Held[]>();

  constructor(
    private readonly scenario: Scenario,
    private readonly options: SimulationOptions = {},
  ) {
    const { nodes, network, join, seed } = scenario;
    const draws = drawsOf(seed);
    this.random = draws.nodes;
    this.network = new Network(network, nodes, draws.network, seed);
    this.processes = new Processes(nodes);
    this.lookAhead = new LookAhead(this.wheel, this.processes.cores);
    this.clocks = new Clocks(nodes);
    this.wire = new Wire(network, this.wheel, this.processes, this.network, this.clocks, {
      observe: options.observe,
      freezeMessages: options.freezeMessages ?? false,
      keepEffects: options.onStep !== undefined,
    });
    if (network.serviceMs > 0) this.lines = new ServiceLines(nodes, network.serviceMs, network.cores);
    this.topology = new JoinTopology(join, nodes, this.random);
    this.parameters = parametersOf(scenario, this.topology);
    for (let node = 0; node < nodes; node++) this.at(this.topology.startOf(node), START, node);
    this.workload = new Workload(scenario.workload, this, draws.workload);
    this.faults = new FaultTimeline(this, draws.faults);
    this.workload.plan();
    for (const fault of scenario.faults) this.schedule(fault.atMs, () => this.apply(fault));
  }

  /** Milliseconds of virtual time since the start. */
  get now(): Millis {
    return this.wheel.now;
  }

  get size(): number {
    return this.processes.count;
  }

  get rumorsSent(): number {
    return this.wire.rumorsSent;
  }

  /** Messages that are no rumors. */
  get controlSent(): number {
    return this.wire.controlSent;
  }

  /** Characters of JSON. */
  get bytesSent(): number {
    return this.wire.bytesSent;
  }

  /** Does its process exist? A paused one does. */
  isUp(node: number): boolean {
    return this.processes.isUp(node);
  }

  isPaused(node: number): boolean {
    return this.processes.states[node] === PAUSED;
  }

  /** Has it ever run? */
  hasStarted(node: number): boolean {
    return this.processes.states[node] !== ABSENT;
  }

  /** How many run and are not paused. */
  get runningCount(): number {
    return this.processes.runningCount;
  }

  addressOf(node: number): Address {
    const address = this.processes.addresses[node];
    if (address === undefined) throw new RangeError(`no node ${node}: there are ${this.size}, from 0`);
    return address;
  }

  indexOf(address: Address): number | undefined {
    return this.processes.indexOf(address);
  }

  /** Of one that runs no more: its last. */
  snapshot(node: number): NodeSnapshot {
    const core = this.processes.cores[node];
    if (core === undefined) throw new Error(`${this.addressOf(node)} has not started`);
    return core.snapshot();
  }

  /**
   * Runs on until that time.
   *
   * @returns `false` when it stopped earlier, after `maxEvents`: call again to go on
   */
  runUntil(untilMs: number, maxEvents = Infinity): boolean {
    const { wheel } = this;
    const end = Math.floor(untilMs);
    for (let count = 0; wheel.next(end);) {
      const { head, body, reference } = wheel;
      wheel.reference = undefined;
      if (wheel.ahead > 1) this.lookAhead.look();
      this.perform(head >> KIND_BITS, head & KIND_MASK, body, reference);
      if (++count >= maxEvents) return false;
    }
    return true;
  }

  /** Once all up to `now` is done: stands before all that happens in the next millisecond. @returns that time */
  enterNext(): Millis {
    return this.wheel.enterNext();
  }

  /** Calls this at that time, or at once if it has passed. */
  schedule(atMs: number, action: () => void): void {
    this.at(Math.max(this.now, Math.round(atMs)), ACTION, 0, action);
  }

  publish(node: number, payload: Payload | undefined, key?: string, receiptWithinMs?: number): void {
    if (this.processes.states[node] !== RUNNING) throw new Error(`${this.addressOf(node)} does not run`);
    const told = payload === undefined ? {} : { payload };
    const asked = receiptWithinMs === undefined ? {} : { receiptWithinMs };
    this.handle(node, { type: 'publish', ...told, ...(key === undefined ? {} : { key }), ...asked });
  }

  /** Time for another favourite after so long, unless the node has died by then. */
  resampleAfter(node: number, ms: number): void {
    this.wire.pushFor(node, Math.max(1, ms), RESAMPLE, undefined);
  }

  apply(fault: Fault): void {
    this.faults.apply(fault);
  }

  /** A process starts, or starts again at its address; `remember`: with the version of its last life. */
  start(node: number, remember = false): void {
    const { processes } = this;
    if (this.isUp(node)) return;
    const isFirst = processes.states[node] === ABSENT;
    const version = remember ? (processes.cores[node]?.snapshot().version ?? 0) : 0;
    const random = new SmallFastRandom(this.random.seed());
    const { parameters, wire } = this;
    const { strategy } = this.scenario;
    const self = this.addressOf(node);
    processes.cores[node] = new GossipNode({ self, random, parameters, strategy, version, effects: wire });
    processes.set(node, RUNNING);
    processes.lives[node]! += 1;
    this.lines?.clear(node);
    wire.observe(node, { type: 'started' });
    this.handle(node, this.startInput(node, isFirst));
    this.workload.started(node);
  }

  /** The process dies: it tells nobody, its timers die with it, what it had sent still arrives. */
  kill(node: number): void {
    if (!this.isUp(node)) return;
    this.stop(node, 'killed');
    this.wire.hangUp(node);
  }

  /** Says goodbye, then stops. */
  leave(node: number): void {
    if (this.processes.states[node] !== RUNNING) return;
    this.handle(node, { type: 'leave' });
    this.stop(node, 'left');
  }

  /** The process stands still: nothing is handled, and nobody is told. */
  pause(node: number): void {
    if (this.processes.states[node] !== RUNNING) return;
    this.processes.set(node, PAUSED);
    this.held.set(node, []);
    this.wire.observe(node, { type: 'paused' });
  }

  /** It runs on: first all its timers that are due, then what was said to it meanwhile. */
  resume(node: number): void {
    if (this.processes.states[node] !== PAUSED) return;
    const held = this.held.get(node) ?? [];
    this.held.delete(node);
    this.processes.set(node, RUNNING);
    this.lines?.clear(node);
    this.wire.observe(node, { type: 'resumed' });
    const isSaid = ({ kind }: Held) => kind === DELIVER;
    for (const { kind, body, reference } of held.filter((entry) => !isSaid(entry))) {
      this.perform(node, kind, body, reference);
    }
    for (const { kind, body, reference } of held.filter(isSaid)) this.perform(node, kind, body, reference);
  }

  slow(node: number, factor: number): void {
    this.lines?.slow(node, factor);
  }

  drift(node: number, rate: number): void {
    this.clocks.drift(node, rate, this.now);
  }

  /** These on one side, all others on the other. */
  partition(nodes: Iterable<number>, oneWay: boolean): void {
    this.network.cut(nodes, oneWay);
  }

  heal(): void {
    this.network.heal();
  }

  /** From now on messages are lost with this chance. */
  lose(chance: number): void {
    this.network.loss = chance;
  }

  private at(time: Millis, kind: number, node: number, reference?: unknown): void {
    this.wheel.push(time, (node << KIND_BITS) | kind, 0, reference);
  }

  private perform(node: number, kind: number, body: number, reference: unknown): void {
    switch (kind) {
      case DELIVER:
        return this.deliver(node, body, reference as Message);
      case SERVE:
        return this.serve(node, reference as Waiting);
      case ACTION:
        return (reference as () => void)();
      case START:
        return this.start(node);
      case OVERDUE:
        return this.giveUp(node, body, reference as Overdue);
      default:
        return this.notice(node, kind, body, reference);
    }
  }

  private deliver(node: number, from: number, message: Message): void {
    const state = this.processes.states[node];
    if (state === PAUSED) return this.keepWaiting(node, from, message);
    if (state !== RUNNING) return this.wire.refuse(from, this.addressOf(node), message);
    if (this.lines === undefined) return this.receive(node, from, message);
    const done = this.lines.enter(node, this.now);
    const waiting: Waiting = { from, life: this.processes.lives[node]!, message };
    this.at(done, SERVE, node, waiting);
  }

  private serve(node: number, { from, life, message }: Waiting): void {
    if (!this.isUp(node) || life !== this.processes.lives[node]) {
      this.wire.lose(from, this.addressOf(node), 'down', message);
    } else if (this.processes.states[node] === PAUSED) this.keepWaiting(node, from, message);
    else this.receive(node, from, message);
  }

  private receive(node: number, from: number, message: Message): void {
    const sender = this.processes.addresses[from]!;
    if (this.options.observe !== undefined) this.wire.observe(node, receivedEvent(sender, message));
    this.eventsHandled++;
    this.handle(node, { type: 'message', from: sender, message });
  }

  /** It is paused: its sender may lose patience. */
  private keepWaiting(node: number, from: number, message: Message): void {
    const held = this.held.get(node)!;
    held.push({ kind: DELIVER, body: from, reference: message });
    const { timeoutMs } = this.scenario.network;
    if (timeoutMs === null) return;
    const overdue: Overdue = { to: node, held };
    this.wire.pushFor(from, Math.ceil(timeoutMs), OVERDUE, overdue);
  }

  private giveUp(sender: number, life: number, { to, held }: Overdue): void {
    if (this.held.get(to) === held) this.notice(sender, TIMEOUT, life, this.addressOf(to));
  }

  /** Something that is meant for one life of a node. */
  private notice(node: number, kind: number, life: number, reference: unknown): void {
    if (life !== this.processes.lives[node]) return;
    const state = this.processes.states[node];
    if (state === PAUSED) this.held.get(node)?.push({ kind, body: life, reference });
    if (state !== RUNNING) return;
    if (kind === TIMER) {
      this.eventsHandled++;
      this.handle(node, { type: 'timer', timer: reference as Timer });
    } else if (kind === RESAMPLE) {
      this.workload.resample(node);
    } else {
      const refused = kind === REFUSED;
      const peer = reference as Address;
      this.wire.observe(node, { type: 'unreachable', peer, reason: refused ? 'refused' : 'timeout' });
      this.handle(node, { type: 'unreachable', peer, refused });
    }
  }

  private handle(node: number, input: Input): void {
    const { wire } = this;
    wire.handOver(node);
    const effects = this.processes.cores[node]!.handle(input, wire.now);
    if (this.options.onStep !== undefined) this.options.onStep(node, input, effects);
  }

  private stop(node: number, why: 'killed' | 'left'): void {
    this.processes.set(node, DEAD);
    this.wire.observe(node, { type: 'stopped', why });
    const held = this.held.get(node) ?? [];
    this.held.delete(node);
    for (const { kind, body, reference } of held) {
      if (kind === DELIVER) this.wire.lose(body, this.addressOf(node), 'down', reference as Message);
    }
  }

  private startInput(node: number, isFirst: boolean): Input {
    const peers = isFirst ? this.topology.peersOf(node) : undefined;
    if (peers !== undefined) return { type: 'start', contacts: [], peers: peers.map((peer) => this.addressOf(peer)) };
    const { topology } = this;
    const contacts = isFirst ? topology.contactsOf(node) : topology.contactsAgain(node, (other) => this.isUp(other));
    return { type: 'start', contacts: contacts.map((contact) => this.addressOf(contact)) };
  }
}
