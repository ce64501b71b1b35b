/** The feed to one page: its past, then what happens. A page that does not keep up is dropped; it reconnects by itself. */
import type { ServerResponse } from 'node:http';
import type { Millis } from '../../trace/views.ts';

export interface PagePatience {
  /** More that was not taken yet than this: the page does not keep up. Its past does not count. */
  readonly maxBytesBehind: number;
  /** Nothing taken for this long. */
  readonly stalledMs: Millis;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
};
/** How soon a page that lost us comes back, in place of the browser's own idea of it. */
const RETRY = 'retry: 1000\n\n';

export class PageStream {
  /** Of `waiting`, how many are sent, and how many belong to the past. */
  private sent = 0;
  private past: number;
  private bytesBehind = 0;
  private stall: NodeJS.Timeout | undefined;
  private isOver = false;

  /** @param waiting the past, sent as fast as it is taken */
  constructor(
    private readonly response: ServerResponse,
    private waiting: Buffer[],
    private readonly patience: PagePatience,
    private readonly closed: () => void,
  ) {
    this.past = waiting.length;
    response.writeHead(200, HEADERS);
    response.write(RETRY);
    response.on('drain', () => this.pump());
    response.on('error', () => this.end());
    response.once('close', () => this.end());
    this.pump();
  }

  send(text: Buffer): void {
    if (this.isOver) return;
    this.waiting.push(text);
    this.bytesBehind += text.length;
    if (this.bytesBehind > this.patience.maxBytesBehind) this.end();
    else if (!this.response.writableNeedDrain) this.pump();
  }

  /** As fast as it is taken, like the past: at once, but bounded by whoever made it. */
  sendAll(texts: readonly Buffer[]): void {
    if (this.isOver) return;
    this.waiting = [...this.waiting, ...texts];
    this.past = this.waiting.length;
    this.bytesBehind = 0;
    if (!this.response.writableNeedDrain) this.pump();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.stall);
    this.waiting = [];
    this.response.destroy();
    this.closed();
  }

  private pump(): void {
    clearTimeout(this.stall);
    this.stall = undefined;
    if (this.isOver) return;
    let isTaken = true;
    for (let next = this.waiting[this.sent]; isTaken && next !== undefined; next = this.waiting[this.sent]) {
      isTaken = this.response.write(next);
      if (this.sent++ >= this.past) this.bytesBehind -= next.length;
    }
    if (this.sent === this.waiting.length) {
      this.waiting = [];
      this.sent = 0;
      this.past = 0;
    }
    if (!isTaken) this.stall = setTimeout(() => this.end(), this.patience.stalledMs).unref();
  }
}
