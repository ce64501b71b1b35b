/**
 * Mutual TLS between nodes, by `node:https`: members are those whose certificate is of an authority of `ca`, and each may speak for
 * the hosts in its certificate. Loaded by nodes that use it only.
 *
 * - TLS 1.3 and no other: all nodes are ours, so nothing older has to be let in; certificates travel encrypted, and there is no
 *   renegotiation. https://www.rfc-editor.org/rfc/rfc8446
 * - A client without a certificate is let through the handshake and refused by the routes for members: with a reason, which a
 *   refusal within TLS 1.3 has not, and `/health/` works for whoever asks.
 * - Certificates are looked at again while the node runs: connections from then on use the new ones, those that stand go on.
 */
import type { X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import type {
  AgentOptions,
  ClientRequest,
  IncomingMessage,
  RequestListener,
  RequestOptions,
  Server,
  ServerOptions,
} from 'node:http';
import { Agent, createServer, request, type Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { splitAddress, type Address } from '../core/index.ts';
import type { MemberCheck } from './callers.ts';
import { REQUEST_TIMEOUT_MS } from './limits.ts';
import { exposureOf, isFor, isPem, readTls, TLS_NAMES, type TlsOptions } from './tls-files.ts';
import type { Where, Wire } from './wire.ts';

const MIN_VERSION = 'TLSv1.3';
/** How often files are looked at. A certificate is replaced days before it expires; looking is three calls of `stat`. */
const LOOK_EVERY_MS = 5000;
/** Files that belong together are written one after the other. A guess. */
const SETTLE_MS = 500;

export class MutualTls implements Wire, MemberCheck {
  private pem: TlsOptions;
  private server: SecureServer | undefined;
  private readonly agents: Agent[] = [];
  /** Counts the certificates that were used so far: neither sockets nor sessions of one are used with another. */
  private generation = 0;
  private settling: NodeJS.Timeout | undefined;
  /** Of a connection, the last host that its certificate was found to have. */
  private readonly proven = new WeakMap<Socket, string>();

  /**
   * @param host that of the node's address; absent: of whoever listens nowhere
   * @throws {RangeError} one line that names the option and what is wrong with it
   */
  constructor(
    private readonly options: TlsOptions,
    private readonly host: string | undefined,
    private readonly warn: (warning: string) => void,
    private readonly lookEveryMs = LOOK_EVERY_MS,
  ) {
    this.pem = readTls(options, host);
  }

  /** From now on, until `close`. */
  watchFiles(): void {
    const exposure = exposureOf(this.options);
    if (exposure !== undefined) this.warn(exposure);
    for (const file of this.files) {
      watchFile(file, { interval: this.lookEveryMs, persistent: false }, this.changed);
    }
  }

  createServer(options: ServerOptions, answer: RequestListener): Server {
    const server = createServer(
      {
        ...options,
        ...this.pem,
        minVersion: MIN_VERSION,
        requestCert: true,
        rejectUnauthorized: false,
        handshakeTimeout: REQUEST_TIMEOUT_MS,
      },
      answer,
    );
    // Before the server's own listener, which ends the connection.
    server.prependListener('tlsClientError', answerPlainHttp);
    this.server = server;
    return server;
  }

  createAgent(options: AgentOptions): Agent {
    const agent = new Agent({ ...options, ...this.clientOptions() });
    this.agents.push(agent);
    return agent;
  }

  request({ url, lookup }: Where, path: string, options: RequestOptions): ClientRequest {
    const own = options.agent === false ? this.clientOptions() : {};
    const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    // Not that of the scheme: addresses have a port, and a URL with `http:` leaves out 80.
    const port = url.port === '' ? 80 : url.port;
    return request({ ...options, ...own, hostname, port, path, lookup });
  }

  outsiderReason({ socket }: IncomingMessage): string | undefined {
    const { authorized, authorizationError } = socket as TLSSocket;
    // Node takes a resumed session without a certificate for authorized.
    if (certificateOf(socket) === undefined) return 'no client certificate: nodes of this network show one';
    return authorized ? undefined : `the client certificate is not accepted: ${String(authorizationError)}`;
  }

  speakerReason({ socket }: IncomingMessage, from: Address): string | undefined {
    const { host } = splitAddress(from);
    if (this.proven.get(socket) === host) return undefined;
    const certificate = certificateOf(socket);
    if (certificate === undefined || !isFor(certificate, host)) {
      return `the client certificate is for ${certificate?.subjectAltName ?? 'no address'}, and not for ${host}`;
    }
    this.proven.set(socket, host);
    return undefined;
  }

  close(): void {
    clearTimeout(this.settling);
    for (const file of this.files) unwatchFile(file, this.changed);
  }

  private get files(): string[] {
    return TLS_NAMES.map((name) => this.options[name]).filter((value) => !isPem(value));
  }

  private clientOptions(): object {
    const secureContext = createSecureContext({ ...this.pem, minVersion: MIN_VERSION });
    return { secureContext, rejectUnauthorized: true, sessionIdContext: String(this.generation) };
  }

  private readonly changed = (): void => {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.reload(), SETTLE_MS).unref();
  };

  private reload(): void {
    try {
      const pem = readTls(this.options, this.host);
      if (TLS_NAMES.every((name) => pem[name] === this.pem[name])) return;
      this.pem = pem;
    } catch (error) {
      this.warn(`${(error as Error).message}; what was read before stays in use`);
      return;
    }
    this.generation++;
    this.server?.setSecureContext({ ...this.pem, minVersion: MIN_VERSION });
    for (const agent of this.agents) Object.assign(agent.options, this.clientOptions());
  }
}

/** None in plain HTTP: a server of the service's own may hand that over. */
function certificateOf(socket: Socket): X509Certificate | undefined {
  return (socket as Partial<TLSSocket>).getPeerX509Certificate?.();
}

/** In plain HTTP, since that is what was asked in. The connection below the encrypted one is nothing that Node promises. */
function answerPlainHttp({ code }: Error & { code?: string }, encrypted: TLSSocket & { _parent?: Socket }): void {
  if (code !== 'ERR_SSL_HTTP_REQUEST') return;
  const body = '{"error":"this port speaks TLS: ask by https, and as a node with --tls-cert, --tls-key and --tls-ca"}';
  const headers = `content-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\nconnection: close`;
  encrypted._parent?.write(`HTTP/1.1 400 Bad Request\r\n${headers}\r\n\r\n${body}`);
}
