/** Requests to other nodes: one question, one whole answer, over sockets that are kept for a while. */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Address } from '../core/index.ts';
import type { AllowedNetworks, Destination } from './allowed-networks.ts';
import type { Guard } from './guard.ts';
import type { Wire } from './wire.ts';

/** From connecting to the last byte of the answer. A peer that takes longer is unreachable. A guess: seconds above any healthy answer. */
export const ANSWER_TIMEOUT_MS = 4000;
/**
 * Below the server's own keep-alive, so that this side closes first and no request runs into a closing socket. Long enough for
 * the heartbeats of a peer that cannot stream.
 */
const KEEP_ALIVE_MS = 15_000;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The IP address that answered. */
  readonly by?: string | undefined;
}

export class HttpClient {
  private readonly agent;

  /** Sockets whose end is looked out for. */
  private readonly watched = new WeakSet<Socket>();

  /**
   * @param disconnected told when the other side ends a connection without having said that it would
   * @param guard signs each request, and believes no answer that is not signed
   */
  constructor(
    private readonly networks: AllowedNetworks,
    private readonly maxAnswerBytes: number,
    private readonly disconnected: (peer: Address) => void,
    private readonly wire: Wire,
    private readonly guard?: Guard,
  ) {
    this.agent = wire.createAgent({ keepAlive: true, timeout: KEEP_ALIVE_MS, maxFreeSockets: 1, noDelay: true });
  }

  /**
   * Every message is idempotent, so a request that ran into a kept-alive socket which the peer closed meanwhile goes
   * out once more on a new one.
   *
   * @throws what `node:http` throws: its `code` names the cause, such as `ECONNREFUSED`; or an `Error` for what took too long, or
   *   is not to be called
   */
  async request(to: Address, method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer> {
    try {
      return await this.once(to, method, path, body);
    } catch (error) {
      if (!CLOSED_SOCKET.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return this.once(to, method, path, body);
    }
  }

  /** Ends every connection at once; a request under way fails. */
  destroy(): void {
    this.agent.destroy();
  }

  /** A process that dies closes its sockets. One that has said that it closes this one does not tell anything by that. */
  private watch(peer: Address, { socket, headers, httpVersion }: IncomingMessage): void {
    if (httpVersion === '1.0' || headers.connection === 'close') {
      this.watched.delete(socket);
    } else if (!this.watched.has(socket)) {
      this.watched.add(socket);
      socket.once('close', () => this.watched.has(socket) && this.disconnected(peer));
    }
  }

  private once(to: Address, method: string, path: string, body: string | undefined): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const signed = this.guard?.request(method, to, path, body ?? '');
      const content =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const headers = { ...content, ...signed?.headers };
      const where = this.networks.destination(to);
      const asked = this.wire.request(where, path, { method, headers, agent: this.agent });
      const fail = (error: Error): void => {
        clearTimeout(overdue);
        asked.destroy();
        reject(error);
      };
      const overdue = setTimeout(() => fail(new Error('took too long')), ANSWER_TIMEOUT_MS);
      asked.on('error', fail).once('response', (response: IncomingMessage) => {
        this.watch(to, response);
        const by = response.socket.remoteAddress;
        const answered = readText(response, this.maxAnswerBytes).then((text) => {
          signed?.check(response, text);
          clearTimeout(overdue);
          resolve({ status: response.statusCode ?? 0, text, by });
        });
        answered.catch(fail);
      });
      asked.end(body);
    });
  }
}

/** Opens a stream of lines. Its connection is its own: it lasts as long as the stream. */
export function openStream(where: Destination, wire: Wire, signature: OutgoingHttpHeaders = {}): ClientRequest {
  const headers = { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson', ...signature };
  const asked = wire.request(where, '/gossip/', { method: 'POST', headers, agent: false });
  asked.setNoDelay(true);
  return asked;
}

/** The whole of an answer, as text. */
export function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('error', reject).on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(new Error('its answer is too long'));
      else chunks.push(chunk);
    });
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

/** Closed in good order, or by a reset: a peer that ended and is back already answers on its old sockets with one. */
const CLOSED_SOCKET = new Set(['ECONNRESET', 'EPIPE']);

/** What comes where one side speaks TLS and the other does not. */
const WORDS: Readonly<Record<string, string>> = { EPROTO: 'it does not speak TLS as this node does' };

/** In a word where there is one: `ECONNREFUSED`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined ? error.message.slice(0, 200) : (WORDS[code] ?? code);
}
