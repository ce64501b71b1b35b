/**
 * One kept-alive connection to one peer.
 *
 * undici's client is imported by its path and driven by its dispatch interface: its front door also loads fetch,
 * WebSocket, caches and TLS, 90 ms and 13 MiB in each of a hundred processes, and its `request` wraps each answer of
 * a few bytes in a stream (`npm run bench:startup`, `npm run bench:http`).
 */
import { setFlagsFromString } from 'node:v8';
import Client from 'undici/lib/dispatcher/client.js';
import type { Address } from '../core/address.ts';

export interface HttpClientOptions {
  /** Bounds connecting, waiting for the headers and each pause of the body. */
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxResponseBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

export class HttpClient {
  private readonly client: Client;

  constructor(address: Address, { timeoutMs, keepAliveMs, maxResponseBytes }: HttpClientOptions) {
    compileWasmOnce();
    this.client = new Client(`http://${address}`, {
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      connectTimeout: timeoutMs,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: maxResponseBytes,
    });
  }

  /**
   * Every message is idempotent, so a request that ran into a kept-alive socket which the peer was just closing goes
   * out once more on a new one.
   *
   * @throws what undici throws: its `code` names the cause, such as `ECONNREFUSED` or `UND_ERR_HEADERS_TIMEOUT`
   */
  async request(method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer> {
    try {
      return await this.once(method, path, body);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'UND_ERR_SOCKET') throw error;
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
      const chunks: Buffer[] = [];
      const headers = body === undefined ? null : { 'content-type': 'application/json' };
      this.client.dispatch(
        { method, path, headers, body: body ?? null },
        {
          onRequestStart() {
            // Nothing to do, but without it undici takes this for a handler of its older interface.
          },
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        },
      );
    });
  }
}

let isWasmSettled = false;

/**
 * undici parses HTTP in WebAssembly, which V8 by default compiles a second time, optimised: 170 ms of CPU and 10 MiB
 * for a parser of small answers. Asked for late on purpose: V8 refuses code caches made under other flags.
 */
function compileWasmOnce(): void {
  if (isWasmSettled) return;
  isWasmSettled = true;
  setFlagsFromString('--liftoff-only');
}
