/**
 * The dashboard's HTTP: the page's files, its feed (`GET /feed`), and what may be done to the network (`GET /control` for the
 * token, `POST /actions/NAME`). Every mistake is answered with `{"error": "one clear line"}`.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import sirv from 'sirv';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { ADDRESS_PATTERN, MAX_ADDRESS_LENGTH } from '../../trace/views.ts';
import { MAX_PUBLISHED_LENGTH, type ActionTarget, type Deed, type FeedAction } from '../feed.ts';
import { crossSiteRefusal, hostRefusal } from '../../http/browser-guard.ts';
import { CLOSED_PAGE, CLOSED_WORDS, movedPage, PageKey, withoutToken } from './page-key.ts';
import { actionRefusal, isJson, RateLimit } from './request-guard.ts';
import { Refusal } from './served-network.ts';

/** What is behind the routes. */
export interface ServedDashboard {
  readonly actions: readonly FeedAction[];
  /** Too many pages are open. */
  readonly isFull: boolean;
  /** Sends the feed, and goes on until either side ends it. */
  feed(response: ServerResponse): void;
  /** @throws Refusal */
  act(action: FeedAction, target: ActionTarget): Promise<Deed>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where the page's files are. */
  readonly pageDirectory: string;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ACTION_NODES = 1024;
/** So many addresses of usual length. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_CONNECTIONS = 128;
/** Of all pages together. A person presses no faster; a held key does. */
const ACTIONS_PER_SECOND = 10;
const ACTIONS_AT_ONCE = 20;

/** Nothing but our own files, and nobody may put us into a frame. */
const PROTECTION: Readonly<Record<string, string>> = {
  'content-security-policy': [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:"],
    ...["worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const ActionBody = Type.Object({
  nodes: Type.Optional(
    Type.Array(Type.String({ pattern: ADDRESS_PATTERN, maxLength: MAX_ADDRESS_LENGTH }), {
      maxItems: MAX_ACTION_NODES,
    }),
  ),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_PUBLISHED_LENGTH })),
});
const actionBody = Compile(ActionBody);

export class DashboardServer {
  private readonly server: Server;
  private readonly files: ReturnType<typeof sirv>;
  private readonly token = randomBytes(32).toString('base64url');
  private readonly limit = new RateLimit(ACTIONS_PER_SECOND, ACTIONS_AT_ONCE, () => performance.now());
  private readonly sockets = new Set<Socket>();
  /** Made when the port is known, before anybody can have been answered. */
  private key!: PageKey;

  private constructor(
    private readonly dashboard: ServedDashboard,
    private readonly options: ListenOptions,
  ) {
    const setHeaders = (response: ServerResponse, path: string): void => {
      // The build names what is in there by its content.
      const isNamedByContent = path.startsWith('/assets/');
      response.setHeader('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
    };
    this.files = existsSync(options.pageDirectory)
      ? sirv(options.pageDirectory, { etag: true, setHeaders })
      : (_request, response) => refuse(response, 404, 'the page is not built: npm run build');
    this.server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
      (request, response) => {
        void this.answer(request, response);
      },
    );
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** @throws what listening throws, such as `EADDRINUSE` */
  static async listen(dashboard: ServedDashboard, options: ListenOptions): Promise<DashboardServer> {
    const it = new DashboardServer(dashboard, options);
    it.server.listen(options.port, options.host);
    await once(it.server, 'listening');
    it.key = new PageKey((it.server.address() as { port: number }).port);
    return it;
  }

  /** For people to open: nobody else knows it. */
  get url(): string {
    const { port } = this.server.address() as { port: number };
    const { host } = this.options;
    const shown = isEverywhere(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return this.key.addressOf(`http://${shown}:${port}`);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(PROTECTION)) response.setHeader(name, value);
    try {
      const { host } = this.options;
      const refusal = hostRefusal(request.headers, [host], isEverywhere(host));
      if (refusal !== undefined) return refuse(response, 403, refusal);
      const shown = this.key.shownBy(request);
      if (shown === undefined) return turnAway(request, response);
      if (shown === 'address' && isForPeople(request)) return this.letIn(request, response);
      await this.route(request, response);
    } catch (error) {
      // Only what is asked of the network can fail here.
      refuse(
        response,
        error instanceof Refusal ? 409 : 500,
        error instanceof Refusal ? error.message : 'internal error',
      );
    }
  }

  /** The token is kept by the browser, and goes from its address bar. */
  private letIn({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    response.setHeader('set-cookie', this.key.cookie);
    sendPage(response, 200, movedPage(withoutToken(url)));
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/', headers } = request;
    const [path = '/'] = url.split('?', 1);
    const action = /^\/actions\/([A-Za-z]{1,32})$/.exec(path)?.[1];
    if (action !== undefined) return this.act(action, request, response);
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, `${path.slice(0, 80)} is there to be read`);
    if (path === '/feed' || path === '/control') {
      const refusal = crossSiteRefusal(headers);
      if (refusal !== undefined) return refuse(response, 403, refusal);
      return path === '/feed' ? this.feed(method, response) : this.tellToken(response);
    }
    this.files(request, response, () => refuse(response, 404, `nothing at ${path.slice(0, 80)}`));
  }

  private feed(method: string, response: ServerResponse): void {
    if (method === 'HEAD') return refuse(response, 405, 'the feed is there to be read');
    if (this.dashboard.isFull) return refuse(response, 503, 'too many pages are open');
    this.dashboard.feed(response);
  }

  private tellToken(response: ServerResponse): void {
    const { actions } = this.dashboard;
    send(response, 200, actions.length === 0 ? { actions } : { actions, token: this.token });
  }

  private async act(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method } = request;
    const action = this.dashboard.actions.find((known) => known === name);
    if (method !== 'POST') return refuse(response, 405, 'actions are posted');
    const refusal = actionRefusal(headers, this.token);
    if (refusal !== undefined) return refuse(response, 403, refusal);
    if (!isJson(headers['content-type'])) return refuse(response, 415, 'content-type must be application/json');
    if (action === undefined) return refuse(response, 404, `${name} cannot be done here`);
    if (!this.limit.take()) return refuse(response, 429, 'too many actions at once: wait a moment');
    const body = parsed(await bodyOf(request));
    if (!actionBody.Check(body))
      return refuse(response, 400, 'expected {}, {"nodes": ["host:port", …]} or {"text": "…"}');
    send(response, 200, await this.dashboard.act(action, body));
  }
}

/** @returns what was sent; nothing, if it is too long */
async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MAX_BODY_BYTES) return '';
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Asked for by a browser that shows what comes, not by a page or a program. */
function isForPeople({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

function turnAway(request: IncomingMessage, response: ServerResponse): void {
  if (isForPeople(request)) sendPage(response, 403, CLOSED_PAGE);
  else refuse(response, 403, CLOSED_WORDS);
}

function sendPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(page);
}

function refuse(response: ServerResponse, status: number, error: string): void {
  // What was not read of a request must not be taken for the next one.
  if (!response.headersSent) response.setHeader('connection', 'close');
  send(response, status, { error });
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
