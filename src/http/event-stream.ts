/** `GET /events/`: the node's trace, live, as server-sent events. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TraceEvent } from '../trace/trace-event.ts';
import { MAX_EVENT_BACKLOG_BYTES, MAX_EVENT_READERS } from './limits.ts';
import { BadRequest } from './respond.ts';

/** So that a proxy, and a reader, can tell a quiet node from a dead connection. */
const COMMENT_EVERY_MS = 15_000;

const CONTENT_TYPE = 'text/event-stream; charset=utf-8';

export class EventSource {
  /** How many read just now. */
  readers = 0;
  /** One event goes to many readers: its text is made once. */
  private lastEvent: TraceEvent | undefined;
  private lastText = '';

  constructor(private readonly subscribe: (listener: (event: TraceEvent) => void) => () => void) {}

  get isFull(): boolean {
    return this.readers >= MAX_EVENT_READERS;
  }

  /** @param write takes text for one reader; @returns how to stop */
  attach(write: (text: string) => void): () => void {
    this.readers++;
    const unsubscribe = this.subscribe((event) => write(this.textOf(event)));
    return () => {
      this.readers--;
      unsubscribe();
    };
  }

  private textOf(event: TraceEvent): string {
    if (event !== this.lastEvent) {
      this.lastEvent = event;
      this.lastText = `data: ${JSON.stringify(event)}\n\n`;
    }
    return this.lastText;
  }
}

export function streamEvents(source: EventSource, request: IncomingMessage, response: ServerResponse): void {
  if (source.isFull) throw new BadRequest(`already ${MAX_EVENT_READERS} readers of /events/`, 503);
  const { socket } = request;
  response.writeHead(200, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' });
  if (request.method === 'HEAD') return void response.end();
  response.write(': the trace of this node, one event a message\n\n');
  const detach = source.attach((text) => {
    response.write(text);
    if (response.writableLength > MAX_EVENT_BACKLOG_BYTES) socket.destroy();
  });
  const comments = setInterval(() => response.write(': still here\n\n'), COMMENT_EVERY_MS);
  response.on('error', () => socket.destroy());
  // Not `response`: of the responses to requests pipelined on one socket, only the first closes with it.
  socket.setMaxListeners(0).once('close', () => {
    clearInterval(comments);
    detach();
  });
}
