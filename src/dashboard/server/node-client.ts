/**
 * What the observer asks of one node: short answers, and its stream of events. Over undici's client, imported by its path as
 * a node does (its front door loads much that is not needed); a redirect is an answer like any other, and is not followed.
 */
import { createParser } from 'eventsource-parser';
import Client from 'undici/lib/dispatcher/client.js';
import type { Address, Millis } from '../../trace/views.ts';
import { MAX_LINE_CHARACTERS } from './trace-schema.ts';

/** A node that takes longer to answer is not reached. As long as nodes wait for each other. */
const ANSWER_MS = 4000;
/** A table of thousands of nodes; more is not shown. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** A node tells hundreds of events a second at most; one that tells more is read no faster. */
const MAX_EVENTS_PER_SECOND = 10_000;

export interface StreamListener {
  event(text: string): void;
  /** Something came, be it a comment: it lives. */
  heard(): void;
  /** The stream is over: one line for people. */
  ended(reason: string): void;
}

/** The observer's way to nodes. */
export interface NodeGateway {
  /** @throws Error with one line for people */
  get(address: Address, path: '/state/' | '/peers/' | '/health/'): Promise<string>;
  /** Resolves when the stream has begun. @returns how to end it; @throws Error with one line for people */
  follow(address: Address, listener: StreamListener): Promise<() => void>;
  /** @throws Error with one line for people */
  setFavorite(address: Address, book: string): Promise<void>;
  /** Ends all connections; what is under way fails. */
  close(): Promise<void>;
}

interface Request {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly body?: string;
}

export class HttpGateway implements NodeGateway {
  private readonly clients = new Set<Client>();

  async get(address: Address, path: string): Promise<string> {
    return this.ask(address, { method: 'GET', path });
  }

  async setFavorite(address: Address, book: string): Promise<void> {
    await this.ask(address, { method: 'PUT', path: '/favorite/', body: JSON.stringify({ book }) });
  }

  async follow(address: Address, listener: StreamListener): Promise<() => void> {
    const client = this.open(address);
    const end = (): void => this.end(client);
    try {
      await streamEvents(client, listener);
      return end;
    } catch (error) {
      end();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients].map((client) => client.destroy()));
  }

  private async ask(address: Address, request: Request): Promise<string> {
    const client = this.open(address);
    try {
      return await answerOf(client, request);
    } finally {
      this.end(client);
    }
  }

  private open(address: Address): Client {
    const client = new Client(`http://${address}`, {
      connectTimeout: ANSWER_MS,
      // What is bounded is the whole of an answer, and the silence of a stream by whoever reads it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.clients.add(client);
    return client;
  }

  private end(client: Client): void {
    this.clients.delete(client);
    void client.destroy();
  }
}

function answerOf(client: Client, { method, path, body }: Request): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let abort = (error: Error): void => reject(error);
    const overdue = setTimeout(() => abort(new Error(NO_ANSWER)), ANSWER_MS);
    const headers = body === undefined ? null : { 'content-type': 'application/json' };
    client.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          abort = (error) => controller.abort(error);
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(controller, chunk) {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) controller.abort(new Error('its answer is too long'));
        },
        onResponseEnd() {
          clearTimeout(overdue);
          const text = Buffer.concat(chunks).toString('utf8');
          if (status === 200) resolve(text);
          else reject(new Error(`HTTP ${status} to ${method} ${path}`));
        },
        onResponseError(_controller, error) {
          clearTimeout(overdue);
          reject(new Error(wordsOf(error)));
        },
      },
    );
  });
}

/** Resolves when the stream has begun. */
function streamEvents(client: Client, listener: StreamListener): Promise<void> {
  return new Promise((resolve, reject) => {
    let hasBegun = false;
    const reader = new PacedReader(listener);
    const stop = (reason: string): void => {
      clearTimeout(overdue);
      reader.stop();
      if (hasBegun) listener.ended(reason);
      else reject(new Error(reason));
    };
    let abort = (error: Error): void => stop(error.message);
    const overdue = setTimeout(() => abort(new Error(NO_ANSWER)), ANSWER_MS);
    client.dispatch(
      { method: 'GET', path: '/events/', headers: { accept: 'text/event-stream' } },
      {
        onRequestStart(controller) {
          abort = (error) => controller.abort(error);
        },
        onResponseStart(controller, status, headers) {
          const refusal = streamRefusal(status, String(headers['content-type']));
          if (refusal !== undefined) return controller.abort(new Error(refusal));
          clearTimeout(overdue);
          hasBegun = true;
          resolve();
        },
        onResponseData: (controller, chunk) => reader.take(chunk, controller),
        onResponseEnd: () => stop('it closed the connection'),
        onResponseError: (_controller, error) => stop(wordsOf(error)),
      },
    );
  });
}

function streamRefusal(status: number, type: string): string | undefined {
  if (status === 503) return 'it has as many readers as it takes';
  return status === 200 && type.startsWith('text/event-stream') ? undefined : `no stream of events: HTTP ${status}`;
}

interface Tap {
  pause(): void;
  resume(): void;
  abort(error: Error): void;
}

/** Takes a stream apart into events, and no more of them a second than a node can have to tell. */
class PacedReader {
  private readonly decoder = new TextDecoder();
  private readonly parser;
  private count = 0;
  private countedFromMs: Millis = 0;
  private pause: NodeJS.Timeout | undefined;
  private isTooLong = false;

  constructor(private readonly listener: StreamListener) {
    this.parser = createParser({
      onEvent: ({ data }) => {
        this.count++;
        this.listener.event(data);
      },
      onError: ({ type }) => {
        this.isTooLong ||= type === 'max-buffer-size-exceeded';
      },
      maxBufferSize: 2 * MAX_LINE_CHARACTERS,
    });
  }

  take(chunk: Buffer, tap: Tap): void {
    this.listener.heard();
    this.parser.feed(this.decoder.decode(chunk, { stream: true }));
    if (this.isTooLong) return tap.abort(new Error('a line of its events is too long'));
    const nowMs = performance.now();
    if (nowMs - this.countedFromMs > 1000) {
      this.countedFromMs = nowMs;
      this.count = 0;
    }
    if (this.count <= MAX_EVENTS_PER_SECOND || this.pause !== undefined) return;
    tap.pause();
    this.pause = setTimeout(
      () => {
        this.pause = undefined;
        tap.resume();
      },
      1000 - (nowMs - this.countedFromMs),
    );
  }

  stop(): void {
    clearTimeout(this.pause);
  }
}

const NO_ANSWER = 'it does not answer';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CONNECT_TIMEOUT: NO_ANSWER,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up',
};

/** One line for people. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return WORDS[code] ?? error.message.split('\n', 1)[0]?.slice(0, 200) ?? code;
}
