/**
 * Performs what the core asks for: sends through a transport, keeps its timers in one ordered queue behind one real
 * timer, stamps its events. Any host with a clock and a way to send can use it.
 */
import FlatQueue from 'flatqueue';
import type { Address } from '../core/address.ts';
import type { CoreEvent, Effect, Input, Millis, NodeSnapshot, Timer } from '../core/boundary.ts';
import type { GossipNode } from '../core/gossip-node.ts';
import type { Message } from '../core/messages.ts';
import { count, newCounters, type Counters } from '../trace/counters.ts';
import { setRealAlarm, type SetAlarm } from './clock.ts';
import { receivedEvent, sentEvent, type TraceEvent, type TransportEvent } from '../trace/trace-event.ts';

export interface Transport {
  /** Sends in its own time; failures come back as an `unreachable` input. */
  send(to: Address, message: Message): void;
}

export class Driver {
  readonly counters: Counters = newCounters();
  private readonly timers = new FlatQueue<Timer>();
  private readonly listeners = new Set<(event: TraceEvent) => void>();
  private cancelAlarm: (() => void) | undefined;
  private alarmAt = Infinity;
  private isStopped = false;

  constructor(
    private readonly core: GossipNode,
    private readonly transport: Transport,
    readonly now: () => Millis,
    /** Tests hand in a virtual one. */
    private readonly setAlarm: SetAlarm = setRealAlarm,
  ) {}

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

  get version(): number {
    return this.core.version;
  }

  isPeer(address: Address): boolean {
    return this.core.isPeer(address);
  }

  /** @returns how to stop listening */
  subscribe(listener: (event: TraceEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Stamps an event and tells everyone who listens; for what happens in the host, too. */
  record(event: CoreEvent | TransportEvent): void {
    const stamped: TraceEvent = { time: this.now(), node: this.core.self, ...event };
    count(this.counters, stamped);
    for (const listener of this.listeners) listener(stamped);
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
        return this.transport.send(effect.to, effect.message);
      case 'event':
        return this.record(effect.event);
      case 'schedule':
        this.timers.push(effect.timer, this.now() + effect.afterMs);
        return this.awaitNext();
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
    for (let at = this.timers.peekValue(); at !== undefined && at <= due; at = this.timers.peekValue()) {
      this.handle({ type: 'timer', timer: this.timers.pop() as Timer });
    }
    this.awaitNext();
  }
}
