/** All that a page knows of a network: folded from its feed's messages, without a word on how it is drawn. */
import type { Address, Millis } from '../../trace/views.ts';
import type { FeedAction, FeedMessage } from '../feed.ts';
import type { Fact } from './fact.ts';
import { Marks } from './marks.ts';
import { Partitions } from './partitions.ts';
import type { NetworkState } from './network-state.ts';
import type { Range } from './playhead.ts';
import { Rates } from './rates.ts';
import { Timeline } from './timeline.ts';
import { UpdateLog } from './update-log.ts';

export type FeedPhase = 'waiting' | 'open' | 'ended' | 'failed';

export interface Opened {
  readonly source: 'live' | 'recording' | 'simulation';
  readonly name: string;
  readonly epochMs: Millis | undefined;
  readonly actions: readonly FeedAction[];
  /** The nodes that are to take part, where that is known before. */
  readonly expected: readonly Address[];
}

export class FeedModel {
  phase: FeedPhase = 'waiting';
  opened: Opened | undefined;
  failure = '';
  /** Of a recorded trace, that are no events. */
  strangeLines = 0;
  /** 0 to 1; undefined where the source does not tell. */
  progress: number | undefined;
  timeline = new Timeline();
  updates = new UpdateLog();
  rates = new Rates();
  marks = new Marks();
  partitions = new Partitions();
  /** Grows when everything was forgotten and told anew. */
  generation = 0;
  private toldFromMs = 0;
  private nowMs = 0;
  private endsAtMs: Millis | undefined;
  private readonly listeners = new Set<(fact: Fact, at: Millis) => void>();

  receive(message: FeedMessage): void {
    switch (message.type) {
      case 'opened':
        return this.onOpened(message);
      case 'events':
        this.nowMs = Math.max(this.nowMs, message.nowMs);
        for (const event of message.events) this.add(event);
        return;
      case 'snapshot':
      case 'reach':
        this.nowMs = Math.max(this.nowMs, message.time);
        return this.add(message);
      case 'progress':
        this.progress = message.part;
        this.nowMs = Math.max(this.nowMs, message.nowMs);
        return;
      case 'ended':
        this.phase = 'ended';
        this.strangeLines = message.strange ?? 0;
        this.progress = undefined;
        this.nowMs = Math.max(this.nowMs, message.nowMs);
        return;
      case 'failed':
        this.phase = 'failed';
        this.failure = message.reason;
        return;
    }
  }

  /** Calls `listener` with each fact as it is added. @returns how to stop that */
  onFact(listener: (fact: Fact, at: Millis) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What can be shown. */
  get range(): Range {
    const first = this.timeline.fromMs;
    const fromMs = Math.min(first ?? this.toldFromMs, this.nowMs);
    return { fromMs, untilMs: this.nowMs, isOpen: this.phase === 'open' };
  }

  /** How long it will be in all, where that is known before. */
  get plannedUntilMs(): Millis | undefined {
    return this.endsAtMs;
  }

  stateAt(time: Millis): NetworkState {
    return this.timeline.stateAt(time);
  }

  private onOpened(message: Extract<FeedMessage, { readonly type: 'opened' }>): void {
    this.generation++;
    this.phase = 'open';
    this.failure = '';
    this.strangeLines = 0;
    this.progress = undefined;
    this.opened = {
      source: message.source,
      name: message.name,
      epochMs: message.epochMs,
      actions: message.actions,
      expected: message.expected ?? [],
    };
    this.timeline = new Timeline();
    this.updates = new UpdateLog(message.updatesBefore);
    this.rates = new Rates();
    this.marks = new Marks();
    this.partitions = new Partitions();
    this.toldFromMs = message.fromMs;
    this.nowMs = message.fromMs;
    this.endsAtMs = message.untilMs;
  }

  private add(fact: Fact): void {
    const { timeline } = this;
    const isTold = fact.type === 'applied' && fact.status === undefined;
    const heldBefore = isTold ? this.heldByTeller(fact.node, fact.origin, fact.key) : 0;
    const at = timeline.add(fact, this.nowMs);
    this.updates.observe(fact, at, heldBefore, timeline.head);
    this.rates.observe(fact, at);
    this.marks.observe(fact, at);
    this.partitions.observe(fact, at);
    for (const listener of this.listeners) listener(fact, at);
  }

  private heldByTeller(address: Address, originAddress: Address, key: string | undefined): number {
    const { head } = this.timeline;
    const node = head.find(address);
    const origin = head.find(originAddress);
    return node === undefined || origin === undefined ? 0 : head.held(node.number, origin.number, key);
  }
}
