/**
 * One kept-alive connection to one peer.
 *
 * undici's client is imported by its path and driven by its dispatch interface: its front door also loads fetch,
 * WebSocket, caches and TLS, 90 ms and 13 MiB in each of a hundred processes, and its `request` wraps each answer of
 * a few bytes in a stream (`npm run bench:startup`, `npm run bench:http`).
 */
import Client from 'undici/lib/dispatcher/client.js';
import type { Address } from '../core/address.ts';

export interface HttpClientOptions {
  /** Bounds the whole of a request, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxResponseBytes: number;
  /** Called when the other side ends a connection without having said that it would. */
  readonly disconnected: () => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

export class HttpClient {
  private readonly client: Client;
  private readonly timeoutMs: number;

  constructor(address: Address, { timeoutMs, keepAliveMs, maxResponseBytes, disconnected }: HttpClientOptions) {
    this.timeoutMs = timeoutMs;
    this.client = new Client(`http://${address}`, {
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      connectTimeout: timeoutMs,
      // These count from byte to byte; `once` bounds the whole.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: maxResponseBytes,
    });
    this.client.on('disconnect', (_origin, _targets, error: NodeJS.ErrnoException) => {
      // undici's own closing, after an answer that was the connection's last or a long rest, says nothing of the peer.
      if (!this.client.destroyed && error.code !== 'UND_ERR_INFO') disconnected();
    });
  }

  /**
   * Every message is idempotent, so a request that ran into a kept-alive socket which the peer closed meanwhile goes
   * out once more on a new one.
   *
   * @throws what undici throws: its `code` names the cause, such as `ECONNREFUSED`; or an `Error` for what took too long
   */
  async request(method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer> {
    try {
      return await this.once(method, path, body);
    } catch (error) {
      if (!CLOSED_SOCKET.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return this.once(method, path, body);
    }
  }

  /** Ends the connection at once; a request under way fails. */
  destroy(): Promise<void> {
    return this.client.destroy();
  }

  private once(method: 'GET' | 'POST', path: string, body: string | undefined): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      let status = 0;
      let abort = reject;
      const chunks: Buffer[] = [];
      const overdue = setTimeout(() => abort(new Error('took too long')), this.timeoutMs);
      const headers = body === undefined ? null : { 'content-type': 'application/json' };
      this.client.dispatch(
        { method, path, headers, body: body ?? null },
        {
          onRequestStart(controller) {
            abort = (reason: Error) => controller.abort(reason);
          },
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            clearTimeout(overdue);
            resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
          },
          onResponseError(_controller, error) {
            clearTimeout(overdue);
            reject(error);
          },
        },
      );
    });
  }
}

/** Closed in good order, or by a reset: a peer that ended and is back already answers on its old sockets with one. */
const CLOSED_SOCKET = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
