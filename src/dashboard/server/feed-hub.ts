/** One network, many pages: what happens is put in order, batched, kept for a while, and sent to all that look. */
import type { ServerResponse } from 'node:http';
import type { Millis } from '../../trace/views.ts';
import { eventsText, eventText } from './event-text.ts';
import { FeedHistory, type HistoryBounds } from './feed-history.ts';
import { NearOrder } from './near-order.ts';
import { PageStream, type PagePatience } from './page-stream.ts';
import type { FeedItem, ServedNetwork } from './served-network.ts';

export interface FeedBounds extends HistoryBounds, PagePatience {
  /** How often pages are told. */
  readonly everyMs: Millis;
  readonly maxPages: number;
}

/**
 * Guesses, but for the past: a hundred nodes that choose a new favourite every ten seconds tell 64 MiB in some minutes
 * (docs/dashboard.md), ten nodes in ten times as many.
 */
export const FEED_BOUNDS: FeedBounds = {
  everyMs: 50,
  maxAgeMs: 600_000,
  maxBytes: 64 * 1024 * 1024,
  maxBytesBehind: 16 * 1024 * 1024,
  stalledMs: 15_000,
  maxPages: 16,
};

/** With more, they go out without having waited: memory before order. */
const MAX_WAITING = 100_000;
/** A page takes in no more at a time, so that it can draw in between. */
const MAX_EVENTS_A_MESSAGE = 500;
/** Nothing happens, but time passes: a page's clock goes on, and it can tell a quiet network from a dead server. */
const BEAT_EVERY_MS = 1000;

export class FeedHub {
  private readonly pages = new Set<PageStream>();
  private readonly order: NearOrder<FeedItem>;
  private readonly history: FeedHistory;
  private readonly timer: NodeJS.Timeout;
  private readonly unsubscribe: () => void;
  private lastToldMs: Millis;

  constructor(
    private readonly network: ServedNetwork,
    private readonly bounds: FeedBounds,
  ) {
    this.order = new NearOrder(network.latenessMs, MAX_WAITING);
    this.lastToldMs = network.now();
    this.history = new FeedHistory(bounds, this.lastToldMs);
    this.unsubscribe = network.subscribe((item) => this.order.add(item, item.time, network.now()));
    this.timer = setInterval(() => this.tell(), bounds.everyMs);
  }

  get isFull(): boolean {
    return this.pages.size >= this.bounds.maxPages;
  }

  attach(response: ServerResponse): void {
    const { name, epochMs, actions, expected } = this.network;
    const { beginsAtMs: fromMs, foldedUpdates } = this.history;
    const before = foldedUpdates > 0 ? { updatesBefore: foldedUpdates } : {};
    const coming = expected === undefined ? {} : { expected };
    const opened = eventText({ type: 'opened', source: 'live', name, epochMs, actions, fromMs, ...coming, ...before });
    const page: PageStream = new PageStream(response, [opened, ...this.history.replay()], this.bounds, () => {
      this.pages.delete(page);
    });
    this.pages.add(page);
  }

  close(): void {
    clearInterval(this.timer);
    this.unsubscribe();
    for (const page of [...this.pages]) page.end();
  }

  private tell(): void {
    const nowMs = this.network.now();
    let events: string[] = [];
    const flush = (): void => {
      if (events.length > 0) this.keep(eventsText(events, nowMs), nowMs);
      events = [];
    };
    for (const item of this.order.release(nowMs)) {
      if (item.type === 'event') {
        events.push(item.text ?? JSON.stringify(item.event));
        if (events.length >= MAX_EVENTS_A_MESSAGE) flush();
      } else {
        flush();
        this.keep(eventText(item), nowMs);
      }
    }
    flush();
    if (nowMs - this.lastToldMs >= BEAT_EVERY_MS) this.send(eventsText([], nowMs), nowMs);
  }

  private keep(text: Buffer, nowMs: Millis): void {
    this.history.add(text, nowMs);
    this.send(text, nowMs);
  }

  private send(text: Buffer, nowMs: Millis): void {
    this.lastToldMs = nowMs;
    for (const page of [...this.pages]) page.send(text);
  }
}
