/**
 * Performs what the core asks for: sends through a transport, keeps its timers in one ordered queue behind one real
 * timer, stamps its events. Any host with a clock and a way to send can use it.
 */
import { inspect } from 'node:util';
import FlatQueue from 'flatqueue';
import type {
  Address,
  CoreEvent,
  Effect,
  GossipNode,
  Input,
  Message,
  Millis,
  NodeSnapshot,
  RecordSnapshot,
  Timer,
} from '../core/index.ts';
import { count, newCounters, type Counters } from '../trace/counters.ts';
import { setRealAlarm, type SetAlarm } from './clock.ts';
import { MAX_TIMERS } from './limits.ts';
import { Listeners } from '../trace/listeners.ts';
import { receivedEvent, sentEvent, type TraceEvent, type TransportEvent } from '../trace/trace-event.ts';

export interface Sender {
  /** Sends in its own time; failures come back as an `unreachable` input. */
  send(to: Address, message: Message): void;
}

export class Driver {
  readonly counters: Counters = newCounters();
  private readonly timers = new FlatQueue<Timer>();
  private readonly listeners: Listeners<TraceEvent>;
  private cancelAlarm: (() => void) | undefined;
  private alarmAt = Infinity;
  private isStopped = false;
  private hasFailedToSend = false;
  /** Timers for which there was no room. */
  timersRefused = 0;

  constructor(
    private readonly core: GossipNode,
    private readonly sender: Sender,
    readonly now: () => Millis,
    /** Tests hand in a virtual one. */
    private readonly setAlarm: SetAlarm = setRealAlarm,
    /** Told once of each listener that throws, of the first send that does, and of the first timer for which there is no room. */
    private readonly failed: (error: unknown) => void = (error) => process.emitWarning(failureText(error)),
  ) {
    this.listeners = new Listeners(failed);
  }

  get self(): Address {
    return this.core.self;
  }

  handle(input: Input): void {
    if (this.isStopped) return;
    if (input.type === 'message') this.record(receivedEvent(input.from, input.message));
    for (const effect of this.core.handle(input, this.now())) this.perform(effect);
  }

  snapshot(): NodeSnapshot {
    return this.core.snapshot();
  }

  recordOf(origin: Address, key?: string): RecordSnapshot | undefined {
    return this.core.record(origin, key);
  }

  get timersUnderWay(): number {
    return this.timers.length;
  }

  get version(): number {
    return this.core.version;
  }

  isPeer(address: Address): boolean {
    return this.core.isPeer(address);
  }

  /** @returns how to stop listening */
  subscribe(listener: (event: TraceEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  /** Stamps an event and tells everyone who listens; for what happens in the host, too. */
  record(event: CoreEvent | TransportEvent): void {
    const stamped: TraceEvent = { time: this.now(), node: this.core.self, ...event };
    count(this.counters, stamped);
    this.listeners.tell(stamped);
  }

  recordSent(to: Address, message: Message): void {
    this.record(sentEvent(to, message));
  }

  /** No timer fires and no input is taken from now on. */
  stop(): void {
    this.isStopped = true;
    this.cancelAlarm?.();
    this.timers.clear();
  }

  private perform(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        return this.send(effect.to, effect.message);
      case 'event':
        return this.record(effect.event);
      case 'schedule':
        return this.schedule(effect.timer, effect.afterMs);
    }
  }

  private schedule(timer: Timer, afterMs: Millis): void {
    if (this.isStopped) return;
    if (this.timers.length >= MAX_TIMERS && !ALWAYS_KEPT.has(timer.name)) return this.refuse(timer);
    this.timers.push(timer, this.now() + afterMs);
    this.awaitNext();
  }

  private refuse({ name }: Timer): void {
    if (this.timersRefused++ === 0)
      this.failed(new Error(`${MAX_TIMERS} timers are under way: one more, ${name}, is not set`));
  }

  /** What a send throws must not cost the effects that come after it. */
  private send(to: Address, message: Message): void {
    try {
      this.sender.send(to, message);
    } catch (error) {
      if (!this.hasFailedToSend) this.failed(error);
      this.hasFailedToSend = true;
    }
  }

  private awaitNext(): void {
    const next = this.timers.peekValue();
    if (next === undefined || next >= this.alarmAt) return;
    this.cancelAlarm?.();
    this.alarmAt = next;
    this.cancelAlarm = this.setAlarm(() => this.fireDue(), Math.max(0, next - this.now()));
  }

  private fireDue(): void {
    this.alarmAt = Infinity;
    const due = this.now();
    try {
      for (let at = this.timers.peekValue(); at !== undefined && at <= due; at = this.timers.peekValue()) {
        this.handle({ type: 'timer', timer: this.timers.pop() as Timer });
      }
    } finally {
      this.awaitNext();
    }
  }
}

/** A node has one of each, and stands still without it. */
const ALWAYS_KEPT = new Set<Timer['name']>(['heartbeat', 'join']);

/** For a warning. */
export function failureText(error: unknown): string {
  return `something failed, and the node goes on: ${inspect(error)}`;
}
