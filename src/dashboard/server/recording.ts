/**
 * A recorded trace as a feed: of a simulation or of real processes, one JSON line an event. It is read once, piece by piece;
 * of one that is larger than what is kept, the end is kept, and the network as it was where that begins.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { basename } from 'node:path';
import type { Millis } from '../../trace/views.ts';
import type { FeedMessage } from '../feed.ts';
import { eventOf } from './trace-decoder.ts';
import { eventsText, eventText } from './event-text.ts';
import { FeedHistory } from './feed-history.ts';
import { linesOf } from './lines-of.ts';
import { PageStream, type PagePatience } from './page-stream.ts';
import { MAX_LINE_CHARACTERS } from './trace-schema.ts';

export interface RecordingBounds extends PagePatience {
  readonly maxBytes: number;
  readonly maxPages: number;
}

/** Some hundred thousand events: about as much as a page holds. */
export const RECORDING_BOUNDS: RecordingBounds = {
  maxBytes: 128 * 1024 * 1024,
  maxPages: 16,
  maxBytesBehind: 16 * 1024 * 1024,
  stalledMs: 60_000,
};

const EVENTS_A_MESSAGE = 500;
const PROGRESS_STEP = 0.02;
/** Times from here on are milliseconds since 1970, and no trace's own: a run of thirty years is none. */
const LEAST_EPOCH_MS = 1e12;

export interface Read {
  readonly events: number;
  readonly kept: number;
  /** Lines that are no events. */
  readonly strange: number;
}

export class Recording {
  private readonly pages = new Set<PageStream>();
  private readonly name: string;
  private history: FeedHistory | undefined;
  private untilMs: Millis = 0;
  private part = 0;
  /** The last message, once there is one. */
  private end: FeedMessage | undefined;

  constructor(
    private readonly path: string,
    private readonly bounds: RecordingBounds,
  ) {
    this.name = basename(path);
  }

  get isFull(): boolean {
    return this.pages.size >= this.bounds.maxPages;
  }

  attach(response: ServerResponse): void {
    const texts = this.end === undefined ? this.beginning() : this.whole();
    const page: PageStream = new PageStream(response, texts, this.bounds, () => this.pages.delete(page));
    this.pages.add(page);
  }

  /** Reads all of it; pages are told how far that is, and then the whole. @throws Error with one line for people */
  async read(): Promise<Read> {
    try {
      const read = await this.readLines();
      if (read.events === 0) throw new Error(`${this.name} has no line that is an event of a trace`);
      this.end = { type: 'ended', nowMs: this.untilMs, strange: read.strange };
      return read;
    } catch (error) {
      this.end = { type: 'failed', reason: (error as Error).message };
      throw error;
    } finally {
      for (const page of this.pages) page.sendAll(this.whole());
    }
  }

  close(): void {
    for (const page of [...this.pages]) page.end();
  }

  private async readLines(): Promise<Read> {
    const { size } = await stat(this.path);
    const file = createReadStream(this.path);
    let batch: string[] = [];
    let events = 0;
    let strange = 0;
    const flush = (): void => {
      if (batch.length > 0) this.history?.add(eventsText(batch, this.untilMs), this.untilMs);
      batch = [];
      this.tellProgress(file.bytesRead / size);
    };
    for await (const line of linesOf(file, MAX_LINE_CHARACTERS)) {
      const event = line === undefined ? undefined : eventOf(line);
      if (event === undefined) {
        if (line !== '') strange++;
        continue;
      }
      this.history ??= this.begin(event.time);
      this.untilMs = Math.max(this.untilMs, event.time);
      batch.push(line as string);
      events++;
      if (batch.length >= EVENTS_A_MESSAGE) flush();
    }
    flush();
    return { events, kept: events - (this.history?.foldedEvents ?? 0), strange };
  }

  private begin(fromMs: Millis): FeedHistory {
    this.untilMs = fromMs;
    return new FeedHistory({ maxAgeMs: Infinity, maxBytes: this.bounds.maxBytes }, fromMs);
  }

  private tellProgress(part: number): void {
    if (part - this.part < PROGRESS_STEP) return;
    this.part = part;
    for (const page of this.pages) page.send(eventText({ type: 'progress', part, nowMs: this.untilMs }));
  }

  /** What can be told before all is read. */
  private beginning(): Buffer[] {
    const { part, untilMs: nowMs } = this;
    return [this.opened(0), eventText({ type: 'progress', part, nowMs })];
  }

  private whole(): Buffer[] {
    const { history, end, untilMs } = this;
    const told =
      history === undefined
        ? [this.opened(0)]
        : [this.opened(history.beginsAtMs, untilMs, history.foldedUpdates), ...history.replay()];
    return end === undefined ? told : [...told, eventText(end)];
  }

  private opened(fromMs: Millis, untilMs?: Millis, updatesBefore = 0): Buffer {
    return eventText({
      type: 'opened',
      source: 'recording',
      name: this.name,
      actions: [],
      fromMs,
      ...(updatesBefore > 0 && { updatesBefore }),
      ...(untilMs !== undefined && { untilMs }),
      ...(fromMs >= LEAST_EPOCH_MS && { epochMs: 0 }),
    });
  }
}
