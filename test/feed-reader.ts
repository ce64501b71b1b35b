/** A page, as far as the dashboard's server can tell: reads the feed, and may do so slowly. */
import { get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import type { FeedMessage } from '../src/dashboard/feed.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';

export class FeedReader {
  readonly messages: FeedMessage[] = [];
  isClosed = false;

  private constructor(private readonly response: IncomingMessage) {
    const parser = createParser({ onEvent: ({ data }) => this.messages.push(JSON.parse(data) as FeedMessage) });
    response.setEncoding('utf8');
    response.on('data', (text: string) => parser.feed(text));
    for (const end of ['close', 'error'] as const) response.on(end, () => (this.isClosed = true));
  }

  static open(url: string): Promise<FeedReader> {
    return new Promise((resolve, reject) => {
      const feed = new URL('feed', url);
      feed.search = new URL(url).search;
      get(feed, (response) => resolve(new FeedReader(response))).on('error', reject);
    });
  }

  of<T extends FeedMessage['type']>(type: T): Extract<FeedMessage, { type: T }>[] {
    return this.messages.filter((message) => message.type === type) as Extract<FeedMessage, { type: T }>[];
  }

  get events(): RunEvent[] {
    return this.of('events').flatMap(({ events }) => events);
  }

  /** Takes nothing more, as a page that hangs. */
  hang(): void {
    this.response.pause();
  }

  goOn(): void {
    this.response.resume();
  }

  close(): void {
    this.response.destroy();
  }
}
