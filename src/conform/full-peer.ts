/**
 * A peer that speaks the whole protocol, as far as a claim has it do so: it answers what a node must be answered, remembers all it
 * is told, and says what it is made to say.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_REQUEST, type Address } from '../core/index.ts';
import { ask, parsed, post, textOf, within, type Answer } from './exchange.ts';
import { Listener, type Where } from './listener.ts';
import { NDJSON, type StreamEnd } from './stream-end.ts';

/** Messages that are kept; a node that says more is not listened to. */
const MAX_HEARD = 50_000;

/** A message as it came, unchecked. */
export type Said = Readonly<Record<string, unknown>>;

export interface Heard {
  readonly message: Said;
  /** In a request to this peer, in the answer to one of its own, or on a stream. */
  readonly by: 'request' | 'answer' | 'stream';
}

/** What the peer knows of the others: a helper that is asked to look says what it would see. */
export type Look = (target: unknown) => 'alive' | 'refused' | 'silence';

export class FullPeer {
  readonly heard: Heard[] = [];
  /** Tokens that the node gave to this address, newest last. */
  readonly tokens: string[] = [];
  readonly streams: StreamEnd[] = [];
  /** Does it grant links? One that claims do not link keeps out of the active view. */
  grants = false;
  /** Takes requests and answers none. */
  isSilent = false;
  /** Helpers say that they reach it, though the node does not. */
  isSeenByHelpers = false;
  isClosed = false;
  /** What it gives to the node in its envelopes; with it the node may open a stream. */
  token: string | undefined;
  /** How a stream that the node opens is met; without it, it is refused. */
  onStream: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  private listener!: Listener;
  private static requests = Math.floor(Math.random() * 1e6);

  private constructor(
    private readonly where: Where,
    private readonly cluster: string,
    private readonly look: Look,
  ) {}

  static async open(where: Where, cluster: string, look: Look): Promise<FullPeer> {
    const peer = new FullPeer(where, cluster, look);
    peer.listener = await Listener.open(where, 0, (request, response) => void peer.answer(request, response));
    return peer;
  }

  get address(): Address {
    return this.listener.address;
  }

  /** Nobody listens there any more. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const stream of this.streams) stream.cut();
    await this.listener.close();
  }

  /** A number that no request has had. */
  static nextRequest(): number {
    return (FullPeer.requests = (FullPeer.requests + 1) % MAX_REQUEST);
  }

  envelope(messages: readonly unknown[]): object {
    const { address: from, cluster, token } = this;
    return { from, cluster, ...(token === undefined ? {} : { token }), messages };
  }

  /** Posts these messages, and hears what is answered. @throws {NoAnswer} */
  async say(...messages: readonly unknown[]): Promise<Answer> {
    const answer = await ask(this.where.node, post(this.envelope(messages)));
    for (const message of messagesIn(answer.json)) this.hear(message, 'answer');
    return answer;
  }

  /** @param fits which of them; all by default */
  all(type: string, fits: (message: Said) => boolean = () => true): Said[] {
    return this.heard.map(({ message }) => message).filter((message) => typeOf(message) === type && fits(message));
  }

  /** @returns the first such message, as soon as there is one, or `undefined` when time is up */
  hears(ms: number, type: string, fits?: (message: Said) => boolean): Promise<Said | undefined> {
    return within(ms, () => this.all(type, fits)[0]);
  }

  hear(message: Said, by: Heard['by']): void {
    if (this.heard.length < MAX_HEARD) this.heard.push({ message, by });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isSilent) return;
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      response.end(JSON.stringify({ self: this.address, cluster: this.cluster, peers: [] }));
      return;
    }
    if (request.headers['content-type']?.startsWith(NDJSON) === true) {
      if (this.onStream !== undefined) this.onStream(request, response);
      else response.writeHead(415).end('{"error":"this peer takes no streams"}');
      return;
    }
    const body = parsed(await textOf(request).catch(() => ''));
    const token = isFields(body) ? body['token'] : undefined;
    if (typeof token === 'string') this.tokens.push(token);
    const messages = messagesIn(body);
    for (const message of messages) this.hear(message, 'request');
    response.end(JSON.stringify({ cluster: this.cluster, messages: messages.flatMap((said) => this.reply(said)) }));
  }

  reply(message: Said): object[] {
    const { type, request, target } = message;
    switch (type) {
      case 'ping':
        return [{ type: 'pong', request }];
      case 'join':
      case 'neighbor':
        return [{ type: 'neighborReply', accepted: this.grants, request }];
      case 'probe':
        return [{ type: 'probeReply', target, saw: this.look(target), request }];
      case 'shuffle':
        return [{ type: 'shuffleReply', sample: [] }];
      default:
        return [];
    }
  }
}

export function typeOf({ type }: Said): unknown {
  return type ?? 'rumor';
}

function messagesIn(body: unknown): Said[] {
  const list = isFields(body) ? body['messages'] : undefined;
  return Array.isArray(list) ? list.filter(isFields) : [];
}

export function isFields(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
