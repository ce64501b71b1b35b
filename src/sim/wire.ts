/**
 * Performs what nodes want done: a send becomes an entry in the time wheel at the message's arrival, or comes to nothing;
 * a timer becomes one when it is due. One wire serves all nodes, of which one at a time handles an input.
 */
import { Effects, isRumor } from '../core/index.ts';
import type { Address, CoreEvent, Effect, Message, Millis, Timer } from '../core/index.ts';
import { lostEvent, sentEvent, type HostEvent, type LossReason, type TransportEvent } from '../trace/trace-event.ts';
import type { Clocks } from './clocks.ts';
import { MessageSizes } from './message-size.ts';
import type { Network } from '../scenario/play/network.ts';
import { DEAD, type Processes } from './processes.ts';
import type { NetworkPlan } from '../scenario/scenario.ts';
import type { TimeWheel } from './time-wheel.ts';

/** Told everything as it happens; `time` is virtual. */
export type Observer = (time: Millis, node: Address, event: CoreEvent | TransportEvent | HostEvent) => void;

/** What an entry of the wheel is about: the lowest bits of its head; the others are the node. */
export const KIND_BITS = 4;
export const KIND_MASK = (1 << KIND_BITS) - 1;
/** A message arrives. Body: its sender. */
export const DELIVER = 0;
/** A node has got round to a message that waited in line. Reference: a `Waiting`. */
export const SERVE = 1;
/** Body, here and below: the life it is meant for. */
export const TIMER = 2;
/** A send failed. Reference: whom it was meant for. */
export const REFUSED = 3;
export const TIMEOUT = 4;
/** Has a paused node still not read what was sent? Reference: an `Overdue`. */
export const OVERDUE = 5;
export const START = 6;
/** Time for another favourite. */
export const RESAMPLE = 7;
/** Reference: a function. */
export const ACTION = 8;

export interface WireOptions {
  readonly observe: Observer | undefined;
  readonly freezeMessages: boolean;
  /** Keeps the effects of each input, for those who look at every step. */
  readonly keepEffects: boolean;
}

export class Wire extends Effects {
  rumorsSent = 0;
  controlSent = 0;
  bytesSent = 0;
  /** Who handles an input just now. */
  private node = 0;
  private kept: Effect[] = [];
  private readonly sizes = new MessageSizes();

  constructor(
    private readonly plan: NetworkPlan,
    private readonly wheel: TimeWheel,
    private readonly processes: Processes,
    private readonly network: Network,
    private readonly clocks: Clocks,
    private readonly options: WireOptions,
  ) {
    super();
    this.isWatched = options.observe !== undefined || options.keepEffects;
  }

  /** From now on this node speaks. */
  handOver(node: number): void {
    this.node = node;
    this.now = this.clocks.timeOf(node, this.wheel.now);
  }

  override take(): Effect[] {
    const effects = this.kept;
    if (effects.length > 0) this.kept = [];
    return effects;
  }

  override emit(event: CoreEvent): void {
    if (!this.isWatched) return;
    if (this.options.keepEffects) this.kept.push({ type: 'event', event });
    this.observe(this.node, event);
  }

  override schedule(afterMs: number, timer: Timer): void {
    const { node } = this;
    if (this.options.keepEffects) this.kept.push({ type: 'schedule', afterMs, timer });
    this.pushFor(node, this.clocks.waitOf(node, afterMs), TIMER, timer);
  }

  override send(to: Address, message: Message): void {
    if (this.options.freezeMessages) deepFreeze(message);
    if (this.options.keepEffects) this.kept.push({ type: 'send', to, message });
    const bytes = this.sizes.of(message);
    if (this.options.observe !== undefined) this.observe(this.node, sentEvent(to, message, bytes));
    this.bytesSent += bytes;
    if (isRumor(message)) this.rumorsSent++;
    else this.controlSent++;
    const target = this.processes.indexOf(to);
    if (target === undefined || this.processes.states[target] === DEAD) {
      if (target !== undefined && this.network.isCutOff(this.node, target)) this.loseToPartition(target, message);
      else this.refuse(this.node, to, message);
    } else if (this.network.isCutOff(this.node, target)) {
      this.loseToPartition(target, message);
    } else {
      this.carry(target, message, bytes);
    }
  }

  /** Nobody listens there, which the sender learns if anybody can tell. */
  refuse(sender: number, to: Address, message: Message): void {
    this.lose(sender, to, 'down', message);
    const { refusedAfterMs } = this.plan;
    if (refusedAfterMs !== null) this.pushFor(sender, Math.ceil(refusedAfterMs), REFUSED, to);
  }

  /** A process has died, and its connections close: its peers look whether anybody still listens there, and nobody does. */
  hangUp(dead: number): void {
    const { closedAfterMs } = this.plan;
    if (closedAfterMs === null) return;
    const address = this.processes.addresses[dead]!;
    for (const [node, core] of this.processes.cores.entries()) {
      if (node === dead || core?.isPeer(address) !== true || this.network.isCutOff(node, dead)) continue;
      this.pushFor(node, Math.ceil(closedAfterMs), REFUSED, address);
    }
  }

  /** An entry meant for the present life of a node. */
  pushFor(node: number, afterMs: number, kind: number, reference: unknown): void {
    this.wheel.push(this.wheel.now + afterMs, (node << KIND_BITS) | kind, this.processes.lives[node]!, reference);
  }

  observe(node: number, event: CoreEvent | TransportEvent | HostEvent): void {
    this.options.observe?.(this.wheel.now, this.processes.addresses[node]!, event);
  }

  lose(sender: number, to: Address, reason: LossReason, message: Message): void {
    if (this.options.observe !== undefined) this.observe(sender, lostEvent(to, reason, message));
  }

  private loseToPartition(target: number, message: Message): void {
    const to = this.processes.addresses[target]!;
    this.lose(this.node, to, 'partition', message);
    const { timeoutMs } = this.plan;
    if (timeoutMs !== null) this.pushFor(this.node, Math.ceil(timeoutMs), TIMEOUT, to);
  }

  private carry(target: number, message: Message, bytes: number): void {
    const { node, network, wheel } = this;
    const { now } = wheel;
    const departure = network.departureOf(node, now, bytes);
    if (network.isLost()) return this.lose(node, this.processes.addresses[target]!, 'loss', message);
    const head = (target << KIND_BITS) | DELIVER;
    wheel.push(network.arrivalOf(node, target, now, departure), head, node, message);
    if (network.isDoubled()) wheel.push(network.arrivalOf(node, target, now, departure), head, node, message);
  }
}

/** Real hosts share nothing: with this, a node that changes what it was told, or what it told, is found out. */
function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
