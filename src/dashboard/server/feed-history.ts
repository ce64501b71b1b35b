/**
 * The last minutes of a feed, as the text that pages are sent, so that a page that opens or reloads has a past to look at.
 * Bounded by age and by bytes; what goes out of it is folded into what the network was like where it begins.
 */
import { isPublication } from '../../trace/trace-event.ts';
import type { Millis } from '../../trace/views.ts';
import type { FeedMessage } from '../feed.ts';
import { NetworkBase } from './network-base.ts';
import { eventText } from './event-text.ts';

export interface HistoryBounds {
  readonly maxAgeMs: Millis;
  readonly maxBytes: number;
}

interface Chunk {
  readonly text: Buffer;
  /** The time it was told at. */
  readonly atMs: Millis;
}

export class FeedHistory {
  private readonly base = new NetworkBase();
  /** The oldest first; those before `first` are folded. */
  private chunks: Chunk[] = [];
  private first = 0;
  private bytes = 0;
  /** Events that are no longer kept one by one. */
  foldedEvents = 0;
  /** Publications among them. */
  foldedUpdates = 0;

  constructor(
    private readonly bounds: HistoryBounds,
    /** Where it begins. */
    private fromMs: Millis,
  ) {}

  get beginsAtMs(): Millis {
    return this.fromMs;
  }

  /** @param text of a message, as `eventText` makes it */
  add(text: Buffer, atMs: Millis): void {
    this.chunks.push({ text, atMs });
    this.bytes += text.length;
    const { maxAgeMs, maxBytes } = this.bounds;
    for (let oldest = this.chunks[this.first]; oldest !== undefined; oldest = this.chunks[this.first]) {
      if (this.bytes <= maxBytes && oldest.atMs >= atMs - maxAgeMs) break;
      this.fold(oldest);
    }
    if (this.first > 1000 && this.first > this.chunks.length / 2) {
      this.chunks = this.chunks.slice(this.first);
      this.first = 0;
    }
  }

  /** All that is to be sent to a page after `opened`: it stays the same whatever is added later. */
  replay(): Buffer[] {
    const base = this.base.messages(this.fromMs).map((message) => eventText(message));
    return [...base, ...this.chunks.slice(this.first).map(({ text }) => text)];
  }

  private fold({ text, atMs }: Chunk): void {
    const message = JSON.parse(text.subarray('data: '.length).toString()) as FeedMessage;
    this.base.fold(message);
    if (message.type === 'events') {
      this.foldedEvents += message.events.length;
      this.foldedUpdates += message.events.filter(isPublication).length;
    }
    this.bytes -= text.length;
    this.first++;
    this.fromMs = atMs;
  }
}
