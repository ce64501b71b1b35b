/**
 * What the observer asks of one node: short answers, and its stream of events. A redirect is an answer like any other, and is
 * not followed.
 */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { createParser } from 'eventsource-parser';
import { PLAIN, type Wire } from '../../http/wire.ts';
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

/** @returns the headers that sign a request */
export type SignRequest = (method: string, address: Address, path: string, body: string) => OutgoingHttpHeaders;

export class HttpGateway implements NodeGateway {
  private readonly underWay = new Set<ClientRequest>();

  /** @param sign where the network has a keyring */
  constructor(
    private readonly wire: Wire = PLAIN,
    private readonly sign: SignRequest = () => ({}),
  ) {}

  async get(address: Address, path: string): Promise<string> {
    return this.ask(address, { method: 'GET', path });
  }

  async setFavorite(address: Address, book: string): Promise<void> {
    await this.ask(address, { method: 'PUT', path: '/favorite/', body: JSON.stringify({ book }) });
  }

  async follow(address: Address, listener: StreamListener): Promise<() => void> {
    const asked = this.open(address, { method: 'GET', path: '/events/' });
    await streamEvents(asked, listener);
    return () => asked.destroy();
  }

  close(): Promise<void> {
    for (const asked of this.underWay) asked.destroy();
    return Promise.resolve();
  }

  private async ask(address: Address, what: Request): Promise<string> {
    const asked = this.open(address, what);
    try {
      return await answerOf(asked, what);
    } finally {
      asked.destroy();
    }
  }

  private open(address: Address, { method, path, body }: Request): ClientRequest {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { ...content, ...this.sign(method, address, path, body ?? '') };
    const asked = this.wire.request({ url: new URL(`http://${address}`) }, path, { method, headers, agent: false });
    this.underWay.add(asked);
    asked.once('close', () => this.underWay.delete(asked));
    asked.end(body);
    return asked;
  }
}

function answerOf(asked: ClientRequest, { method, path }: Request): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      clearTimeout(overdue);
      reject(new Error(wordsOf(error)));
    };
    const overdue = setTimeout(() => fail(NO_ANSWER), ANSWER_MS);
    asked.on('error', fail).once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', fail).on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) fail('its answer is too long');
      });
      response.once('end', () => {
        clearTimeout(overdue);
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else fail(`HTTP ${response.statusCode} to ${method} ${path}`);
      });
    });
  });
}

/** Resolves when the stream has begun. */
function streamEvents(asked: ClientRequest, listener: StreamListener): Promise<void> {
  return new Promise((resolve, reject) => {
    let state: 'asked' | 'begun' | 'over' = 'asked';
    const reader = new PacedReader(listener);
    const stop = (reason: unknown): void => {
      if (state === 'over') return;
      clearTimeout(overdue);
      reader.stop();
      const words = wordsOf(reason);
      if (state === 'begun') listener.ended(words);
      else reject(new Error(words));
      state = 'over';
      asked.destroy();
    };
    const overdue = setTimeout(() => stop(NO_ANSWER), ANSWER_MS);
    asked.on('error', stop).once('response', (response: IncomingMessage) => {
      const refusal = streamRefusal(response.statusCode, String(response.headers['content-type']));
      if (refusal !== undefined) return stop(refusal);
      clearTimeout(overdue);
      state = 'begun';
      resolve();
      response.on('data', (chunk: Buffer) => reader.take(chunk, response, stop));
      response.on('error', stop).once('end', () => stop('it closed the connection'));
    });
  });
}

function streamRefusal(status: number | undefined, type: string): string | undefined {
  if (status === 503) return 'it has as many readers as it takes';
  return status === 200 && type.startsWith('text/event-stream') ? undefined : `no stream of events: HTTP ${status}`;
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

  take(chunk: Buffer, tap: IncomingMessage, stop: (reason: string) => void): void {
    this.listener.heard();
    this.parser.feed(this.decoder.decode(chunk, { stream: true }));
    if (this.isTooLong) return stop('a line of its events is too long');
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
  EPROTO: 'it does not speak TLS as this dashboard does',
  EPIPE: 'it closed the connection',
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
