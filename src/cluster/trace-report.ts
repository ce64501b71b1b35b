/**
 * What a node tells its cluster of what happens to it: events of the kinds that are asked for, stamped with the clock that
 * all share, in batches. One report is under way at a time, and what waits is bounded: a parent that stands still costs a
 * node some memory and itself some events, of which it is told the number.
 */
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address, Millis } from '../trace/views.ts';
import { monotonicMs, type Assignment, type Report, type Watch } from './channel.ts';

const MAX_WAITING = 50_000;
/** As fine as a trace's times are. */
const TICKS_PER_MS = 1000;

export class TraceReport {
  private readonly originMs: Millis;
  private kinds: ReadonlySet<string> = new Set();
  private everyMs = 0;
  private self: Address = '';
  private waiting: RunEvent[] = [];
  private missed = 0;
  private lastTime: Millis = 0;
  private timer: NodeJS.Timeout | undefined;
  private isUnderWay = false;
  private isAsked = false;
  private closed: (() => void) | undefined;

  /** @param send hands a report over and calls back when it may take another */
  constructor(
    { originMs, watch }: Pick<Assignment, 'originMs' | 'watch'>,
    private readonly bytes: () => number,
    private readonly send: (report: Report, done: () => void) => void,
    private readonly clock: () => Millis = monotonicMs,
  ) {
    this.originMs = originMs;
    this.watch(watch);
  }

  watch({ kinds, everyMs }: Watch): void {
    this.kinds = new Set(kinds);
    this.everyMs = everyMs;
  }

  /** The node listens: told at once, whatever is watched. */
  start(self: Address): void {
    this.self = self;
    this.keep({ time: 0, node: self, type: 'started' });
    this.tell();
  }

  add(event: RunEvent): void {
    if (!this.kinds.has(event.type)) return;
    this.keep(event);
    if (this.isUnderWay) return;
    this.timer ??= setTimeout(() => this.tell(), this.everyMs).unref();
  }

  /** Now, or when the report that is under way is through. */
  tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isAsked = this.isUnderWay;
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    const report = { events: this.waiting, bytes: this.bytes(), missed: this.missed };
    this.waiting = [];
    this.missed = 0;
    this.send(report, () => this.told());
  }

  /** Tells the rest and resolves when it is told. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.closed = resolve;
      this.tell();
    });
  }

  private told(): void {
    this.isUnderWay = false;
    if (this.isAsked) this.tell();
    else if (this.closed !== undefined) this.closed();
    else if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.tell(), this.everyMs).unref();
  }

  private keep(event: RunEvent): void {
    if (this.waiting.length >= MAX_WAITING) {
      this.missed++;
      return;
    }
    // No two of one node have the same time, or sorting by time could turn cause and effect around.
    const ticks = Math.round((this.clock() - this.originMs) * TICKS_PER_MS);
    this.lastTime = Math.max(ticks, this.lastTime + 1);
    this.waiting.push({ ...event, node: this.self, time: this.lastTime / TICKS_PER_MS });
  }
}
