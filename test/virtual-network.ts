/**
 * A network of cores in virtual time: one queue, one clock, every draw seeded. The same options and the same calls
 * give the same trace, to the byte.
 *
 * Nodes share nothing: every message is frozen to its depths when it is sent, so one that changes what it was told,
 * or what it told, is found out.
 */
import type { Address } from '../src/core/address.ts';
import type { CoreEvent, Effect, Input, Millis, NodeSnapshot, Timer } from '../src/core/boundary.ts';
import { GossipNode } from '../src/core/node.ts';
import type { Message, Payload } from '../src/core/messages.ts';
import { DEFAULT_PARAMETERS, type Parameters } from '../src/core/parameters.ts';
import type { Random } from '../src/core/random.ts';
import { DEFAULT_STRATEGY, type StrategyName } from '../src/core/broadcast/strategy.ts';
import { receivedEvent, sentEvent, type TraceEvent, type TransportEvent } from '../src/trace/trace-event.ts';
import { EventQueue } from './event-queue.ts';
import { seededRandom } from '../src/http/seeded-random.ts';

export interface NetworkOptions {
  readonly seed: number;
  readonly parameters?: Partial<Parameters>;
  readonly strategy?: StrategyName;
  /** One way, drawn for each message, so that messages overtake each other. */
  readonly delayMs?: { readonly min: number; readonly max: number };
  /** Chances per message, in percent. Loss is silent: nobody is told. */
  readonly lossPercent?: number;
  readonly duplicationPercent?: number;
  /** How long it takes to learn that nobody listens at an address. */
  readonly refusedAfterMs?: number;
  /** How long a sender waits for one it cannot reach; absent: it never learns. */
  readonly timeoutMs?: number;
  /** How long a sender waits for one that is paused; absent: it never learns. What it sent is read all the same. */
  readonly unansweredMs?: number;
  /** Timers that do not fire by themselves, for those who fire them by hand. */
  readonly isMuted?: (timer: Timer) => boolean;
}

/** Who may talk to whom: nothing is delivered from one to the other where this says `false`. */
export type Reach = (from: Address, to: Address) => boolean;

/** What becomes of one message on its way; the first hook that says `'drop'` loses it. */
export type SendHook = (from: Address, to: Address, message: Message) => 'drop' | void;

interface Host {
  readonly address: Address;
  readonly node: GossipNode;
  isUp: boolean;
  /** What is to be handled once it runs on; absent while it runs. */
  held: Pending[] | undefined;
}

type Pending =
  | { readonly type: 'deliver'; readonly from: Address; readonly to: Address; readonly message: Message }
  /** Meant for one life of a node: an earlier life's timers and failures are none of a later one's business. */
  | { readonly type: 'input'; readonly host: Host; readonly input: Input; readonly reason?: string }
  /** Has this host taken what was sent to it? */
  | { readonly type: 'overdue'; readonly sender: Host; readonly to: Host; readonly sent: Pending };

export class VirtualNetwork {
  now: Millis = 0;
  readonly trace: TraceEvent[] = [];
  readonly parameters: Parameters;
  readonly strategy: StrategyName;
  readonly onSend: SendHook[] = [];
  /** Called after each input a node has handled and whose effects are performed. */
  readonly onStep: ((address: Address, input: Input, effects: readonly Effect[]) => void)[] = [];
  /** By how much a node's clock is ahead of the others'. */
  readonly clockAheadMs = new Map<Address, number>();
  lossPercent: number;
  duplicationPercent: number;
  timeoutMs: number | undefined;
  private canReach: Reach = () => true;
  private readonly hosts = new Map<Address, Host>();
  private readonly queue = new EventQueue<Pending>();
  private readonly seeds: Random;
  private readonly links: Random;
  private readonly delayMs: { readonly min: number; readonly max: number };
  private readonly refusedAfterMs: number;
  private readonly unansweredMs: number | undefined;
  private readonly isMuted: (timer: Timer) => boolean;

  constructor(options: NetworkOptions) {
    this.seeds = seededRandom(options.seed);
    this.links = seededRandom(this.seeds.below(2 ** 32));
    this.strategy = options.strategy ?? DEFAULT_STRATEGY;
    this.parameters = { ...DEFAULT_PARAMETERS, failedSendsAreReported: false, ...options.parameters };
    this.delayMs = options.delayMs ?? { min: 1, max: 1 };
    this.lossPercent = options.lossPercent ?? 0;
    this.duplicationPercent = options.duplicationPercent ?? 0;
    this.refusedAfterMs = options.refusedAfterMs ?? 1;
    this.timeoutMs = options.timeoutMs;
    this.unansweredMs = options.unansweredMs;
    this.isMuted = options.isMuted ?? (() => false);
  }

  /** Starts a node, or starts it again: `version` is what it remembers of its last life. */
  start(address: Address, contacts: readonly Address[] = [], version = 0): void {
    if (this.isUp(address)) throw new Error(`${address} runs already`);
    const random = seededRandom(this.seeds.below(2 ** 32));
    const node = new GossipNode({
      self: address,
      random,
      parameters: this.parameters,
      strategy: this.strategy,
      version,
    });
    const host = { address, node, isUp: true, held: undefined };
    this.hosts.set(address, host);
    this.handle(host, { type: 'start', contacts });
  }

  /** The process dies: nobody is told, its timers die with it, what it had sent still arrives. */
  crash(address: Address): void {
    this.hostOf(address).isUp = false;
  }

  /** Says goodbye, then stops. */
  leave(address: Address): void {
    this.input(address, { type: 'leave' });
    this.crash(address);
  }

  /** The process stands still: nothing is handled, and nobody is told. */
  pause(address: Address): void {
    this.hostOf(address).held ??= [];
  }

  /** It runs on: first all its timers that are due, then what was said to it meanwhile. */
  resume(address: Address): void {
    const host = this.hostOf(address);
    const held = host.held ?? [];
    host.held = undefined;
    const isInput = (pending: Pending) => pending.type === 'input';
    for (const pending of held.filter(isInput)) this.perhaps(pending);
    for (const pending of held.filter((other) => !isInput(other))) this.perhaps(pending);
  }

  publish(address: Address, payload: Payload, key?: string): void {
    this.input(address, { type: 'publish', payload, ...(key === undefined ? {} : { key }) });
  }

  input(address: Address, input: Input): void {
    const host = this.hostOf(address);
    if (!host.isUp) throw new Error(`${address} does not run`);
    this.handle(host, input);
  }

  /** A message from anybody, also from nobody in this network; on its way at once and never lost. */
  inject(from: Address, to: Address, message: Message): void {
    this.queue.push(this.now + this.drawDelay(), { type: 'deliver', from, to, message: deepFreeze(message) });
  }

  /** Only nodes of one group hear each other; a node in no group hears nobody. */
  partition(...groups: readonly (readonly Address[])[]): void {
    this.reach((from, to) => groups.some((group) => group.includes(from) && group.includes(to)));
  }

  reach(canReach: Reach): void {
    this.canReach = canReach;
  }

  heal(): void {
    this.canReach = () => true;
  }

  isUp(address: Address): boolean {
    return this.hosts.get(address)?.isUp === true;
  }

  get live(): Address[] {
    return [...this.hosts.values()].filter((host) => host.isUp).map((host) => host.address);
  }

  coreOf(address: Address): GossipNode {
    return this.hostOf(address).node;
  }

  snapshot(address: Address): NodeSnapshot {
    return this.hostOf(address).node.snapshot();
  }

  /** Handles what comes next in the queue. @returns `false` when nothing does until `until` */
  step(until: Millis = Infinity): boolean {
    const time = this.queue.nextTime;
    if (time === undefined || time > until) return false;
    this.now = time;
    this.perhaps(this.queue.pop()!);
    return true;
  }

  runFor(ms: number): void {
    const until = this.now + ms;
    while (this.step(until));
    this.now = until;
  }

  private perhaps(pending: Pending): void {
    if (pending.type === 'overdue') {
      const { sender, to, sent } = pending;
      if (to.isUp && to.held?.includes(sent) === true) this.fail(sender, to.address, 0, 'timeout');
      return;
    }
    const host = pending.type === 'deliver' ? this.hosts.get(pending.to) : pending.host;
    if (host?.isUp !== true) return;
    if (host.held !== undefined) return this.hold(host, host.held, pending);
    if (pending.type === 'input') return this.handle(host, pending.input, pending.reason);
    this.record(pending.to, receivedEvent(pending.from, pending.message));
    this.handle(host, { type: 'message', from: pending.from, message: pending.message });
  }

  private hold(host: Host, held: Pending[], pending: Pending): void {
    held.push(pending);
    const sender = pending.type === 'deliver' ? this.hosts.get(pending.from) : undefined;
    if (sender === undefined || this.unansweredMs === undefined) return;
    this.queue.push(this.now + this.unansweredMs, { type: 'overdue', sender, to: host, sent: pending });
  }

  private handle(host: Host, input: Input, reason = 'refused'): void {
    if (input.type === 'unreachable') this.record(host.address, { type: 'unreachable', peer: input.peer, reason });
    const effects = host.node.handle(input, this.now + (this.clockAheadMs.get(host.address) ?? 0));
    for (const effect of effects) this.perform(host, effect);
    for (const hook of this.onStep) hook(host.address, input, effects);
  }

  private perform(host: Host, effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.record(host.address, sentEvent(effect.to, effect.message));
        return this.send(host, effect.to, deepFreeze(effect.message));
      case 'schedule':
        return this.schedule(host, effect.timer, effect.afterMs);
      case 'event':
        return this.record(host.address, effect.event);
    }
  }

  private schedule(host: Host, timer: Timer, afterMs: number): void {
    if (this.isMuted(timer)) return;
    this.queue.push(this.now + afterMs, { type: 'input', host, input: { type: 'timer', timer } });
  }

  private send(host: Host, to: Address, message: Message): void {
    const from = host.address;
    if (this.onSend.some((hook) => hook(from, to, message) === 'drop')) return;
    if (!this.canReach(from, to)) {
      if (this.timeoutMs !== undefined) this.fail(host, to, this.timeoutMs, 'timeout');
    } else if (!this.isUp(to)) {
      this.fail(host, to, this.refusedAfterMs, 'refused');
    } else if (!this.happens(this.lossPercent)) {
      this.inject(from, to, message);
      if (this.happens(this.duplicationPercent)) this.inject(from, to, message);
    }
  }

  private fail(host: Host, peer: Address, afterMs: number, reason: string): void {
    const refused = reason === 'refused';
    this.queue.push(this.now + afterMs, { type: 'input', host, input: { type: 'unreachable', peer, refused }, reason });
  }

  private drawDelay(): number {
    const { min, max } = this.delayMs;
    return min + this.links.below(max - min + 1);
  }

  private happens(percent: number): boolean {
    return percent > 0 && this.links.below(10_000) < percent * 100;
  }

  private record(node: Address, event: CoreEvent | TransportEvent): void {
    this.trace.push({ time: this.now, node, ...event });
  }

  private hostOf(address: Address): Host {
    const host = this.hosts.get(address);
    if (host === undefined) throw new Error(`no node ${address}`);
    return host;
  }
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
