/**
 * The HTTP face of a node: `docs/protocol.md` is its contract. Every route accepts its path with and without the
 * trailing slash, and answers every mistake with `{"error": "one clear line"}`.
 *
 * It is `node:http` and nothing else: a framework doubled what a node costs to start (`npm run bench:startup`), for eight
 * routes. Bodies are checked by the validators of `schemas.ts`, compiled at build time.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isAddress, isRumor, joinAddress, type Address, type NodeSnapshot, type Rumor } from '../core/index.ts';
import { outside, type AllowedNetworks } from './allowed-networks.ts';
import { addressOf } from './bare-ports.ts';
import { boundConnections } from './bound-connections.ts';
import { checkCaller, checkSpeaker, type CalledNode, type Callers } from './callers.ts';
import { checkCluster, DEFAULT_CLUSTER } from './cluster-name.ts';
import { decodeMessage, explainBatch, readAs } from './decoder.ts';
import { streamEvents, type EventSource } from './event-stream.ts';
import { answerJson, type JsonRoute } from './json-routes.ts';
import { membersOf } from './node-views.ts';
import { MAX_SAMPLE, REQUEST_TIMEOUT_MS } from './limits.ts';
import type { Guard } from './guard.ts';
import { isStream, readJson } from './request-body.ts';
import { BadRequest, JSON_TYPE, respond, respondError, respondJson, signAnswer } from './respond.ts';
import { readSpelling, type Spelling } from './spellings.ts';
import { PLAIN, type Wire } from './wire.ts';
import type { RefusedMessage } from './transport.ts';

/** What the routes need of the node behind them. */
export interface ServedNode extends CalledNode {
  readonly self: Address;
  /** It listens, and is not ready to answer. */
  readonly isStarting?: boolean;
  /** The name of its network. */
  readonly cluster: string;
  /** Is `proof` what this node has sent to that address, and nowhere else? */
  isProven(from: Address, proof: string | undefined): boolean;
  /** Where its network has a keyring. */
  readonly guard?: Guard | undefined;
  /** Hears messages, unchecked, and answers with what the node wants to tell the asker. */
  converse(from: Address, messages: readonly unknown[], isProven: boolean, token?: string): Reply;
  /** May nodes take part that were written from the brief alone? */
  readonly takesGuests: boolean;
  readonly networks: AllowedNetworks;
  /** The same for one rumor that came alone. @param by the other end of the connection */
  hearBare(rumor: Rumor, spelling: Spelling, by: Address): Reply;
  /** Takes over a stream that another node opens. @throws BadRequest */
  accept(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** @param count how many messages; the first for this reason */
  refused(from: string, reason: string, count: number): void;
  /** A fault of ours while answering. */
  failed(error: Error): void;
  peers(): readonly Address[];
  snapshot(): NodeSnapshot;
  state(): object;
  health(): object;
  metrics(): Promise<{ contentType: string; text: string }>;
  /** Beside those of the protocol. */
  readonly routes: readonly JsonRoute[];
  readonly events: EventSource;
}

export interface Reply {
  /** Messages, each as JSON. */
  readonly parts: readonly string[];
  readonly refusals: readonly RefusedMessage[];
}

/** Node looks this often for requests whose headers took longer than `REQUEST_TIMEOUT_MS`. No oftener: each look wakes the process. */
const OVERDUE_CHECK_MS = 10_000;
/** Longer than our own client keeps an idle socket, so that the client is the one to close it. */
const KEEP_ALIVE_MS = 75_000;

type Handler = (node: ServedNode, request: IncomingMessage, response: ServerResponse) => unknown;

interface Route {
  readonly callers: Callers;
  /** A GET answers to HEAD as well. */
  readonly methods: Readonly<Record<string, Handler>>;
}

/** Each with who may call it: `docs/protocol.md` has the same list. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/peers', { callers: 'members', methods: { GET: peers } }],
  ['/keys', { callers: 'members', methods: { GET: keys } }],
  ['/gossip', { callers: 'members', methods: { POST: gossip } }],
  ['/state', { callers: 'members and this machine', methods: { GET: state } }],
  ['/events', { callers: 'members and this machine', methods: { GET: events } }],
  ['/metrics', { callers: 'members and this machine', methods: { GET: metrics } }],
  ['/health', { callers: 'anyone', methods: { GET: health } }],
  ['/openapi.json', { callers: 'anyone', methods: { GET: openApi } }],
]);

export function createServer(node: ServedNode, wire: Wire = PLAIN): Server {
  const server = wire.createServer(
    {
      headersTimeout: REQUEST_TIMEOUT_MS,
      // It would end streams; `request-body.ts` bounds what it bounds.
      requestTimeout: 0,
      connectionsCheckingInterval: OVERDUE_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    (request, response) => void answer(node, request, response),
  );
  boundConnections(server);
  server.on('clientError', refuseGarbage);
  return server;
}

/** @throws what listening throws, such as `EADDRINUSE` */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** At once: streams would go on for ever. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Always answers, whatever is asked. */
export async function answer(node: ServedNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (node.isStarting === true) throw new BadRequest('this node is only just starting', 503);
    const { callers, handler } = routeOf(node, request);
    checkCaller(callers, node, request);
    const admitted = node.guard?.admitted(request);
    if (admitted !== undefined) signAnswer(response, admitted.sign);
    await handler(node, request, response);
  } catch (error) {
    if (error instanceof BadRequest) {
      node.refused(request.socket.remoteAddress ?? 'unknown', error.message, 1);
      respondError(response, error);
    } else {
      node.failed(error as Error);
      respondError(response, new BadRequest('internal error', 500));
    }
  }
}

export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

export function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}

/** @throws BadRequest */
function routeOf(
  { routes }: ServedNode,
  { method = '', url = '' }: IncomingMessage,
): Pick<Route, 'callers'> & { readonly handler: Handler } {
  const path = pathOf(url);
  const route = routeAt(path, routes) ?? routeAt(withoutSlash(path), routes);
  if (route === undefined) throw unknownPath(method, url.slice(0, 80));
  const { callers, methods } = route;
  const handler = methods[method === 'HEAD' ? 'GET' : method];
  if (handler !== undefined) return { callers, handler };
  const allow = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  throw new BadRequest(`${path} takes ${allow.join(' and ')}`, 405, { allow: allow.join(', ') });
}

function routeAt(path: string, routes: readonly JsonRoute[]): Route | undefined {
  const ours = ROUTES.get(path);
  if (ours !== undefined) return ours;
  const added = routes.filter((route) => route.path === path);
  if (added.length === 0) return undefined;
  const handlerOf =
    (route: JsonRoute): Handler =>
    (node, request, response) =>
      answerJson(route, node, request, response);
  return { callers: 'anyone', methods: Object.fromEntries(added.map((route) => [route.method, handlerOf(route)])) };
}

function unknownPath(method: string, url: string): BadRequest {
  try {
    decodeURI(url);
    return new BadRequest(`nothing at ${method} ${url}`, 404);
  } catch {
    return new BadRequest(`not a URL: ${url}`);
  }
}

function peers(node: ServedNode, _request: IncomingMessage, response: ServerResponse): void {
  const { self, cluster } = node;
  respondJson(response, { self, cluster, peers: node.peers().slice(0, MAX_SAMPLE) });
}

function state(node: ServedNode, _request: IncomingMessage, response: ServerResponse): void {
  respondJson(response, node.state());
}

function events(node: ServedNode, request: IncomingMessage, response: ServerResponse): void {
  streamEvents(node.events, request, response);
}

function health(node: ServedNode, _request: IncomingMessage, response: ServerResponse): void {
  respondJson(response, node.health());
}

async function openApi(node: ServedNode, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  respondJson(response, (await import('./openapi.ts')).openApiDocument(node.routes));
}

/** Which keys this node holds, by their ids, and of whom it knows: for `gossip keys status`. */
function keys(node: ServedNode, _request: IncomingMessage, response: ServerResponse): void {
  const { guard, self } = node;
  if (guard === undefined) throw new BadRequest('this node has no keyring', 404);
  respondJson(response, { self, keys: guard.keyIds, members: membersOf(node.snapshot()) });
}

async function metrics(node: ServedNode, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { contentType, text } = await node.metrics();
  respond(response, 200, contentType, text);
}

/** What reached the port is not HTTP, or came too slowly. */
function refuseGarbage({ code }: Error & { code?: string }, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable || /^ERR_(?:SSL|TLS)_/.test(code ?? '')) {
    socket.destroy();
    return;
  }
  const [status, error] =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'the request took too long']
      : code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'the headers are too large']
        : ['400 Bad Request', 'this is not HTTP'];
  const body = JSON.stringify({ error });
  const headers = `content-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`, () => socket.destroy());
}

async function gossip(node: ServedNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (isStream(request)) return node.accept(request, response);
  const check = node.guard?.admitted(request)?.checkContent;
  const { from, token, proof, cluster, values, spelling } = openEnvelope(node, await readJson(request, check));
  checkCluster(node.cluster, cluster);
  checkSpeaker(node, request, from);
  if (!node.networks.mayCall(from)) throw new BadRequest(outside(from), 403);
  const isProven = node.isProven(from, proof);
  const bare = spelling === undefined ? undefined : bareRumor(values);
  const { parts, refusals } =
    bare === undefined || spelling === undefined
      ? node.converse(from, values, isProven, token)
      : node.hearBare(bare, spelling, otherEnd(request));
  const opening = `{${spelling === undefined ? '' : '"status":"ok",'}"cluster":${JSON.stringify(node.cluster)},"messages":`;
  if (refusals.length === 0) return respond(response, 200, JSON_TYPE, `${opening}[${parts.join()}]}`);

  const errors = await explainBatch(refusals);
  const isAllBad = refusals.length === values.length;
  const body = isAllBad
    ? JSON.stringify({ error: errors[0]?.error, errors })
    : `${opening}[${parts.join()}],"errors":${JSON.stringify(errors)}}`;
  respond(response, isAllBad ? 400 : 200, JSON_TYPE, body);
}

interface Envelope {
  readonly from: Address;
  /** A bare rumor names none. */
  readonly cluster: string | undefined;
  readonly token: string | undefined;
  readonly proof: string | undefined;
  readonly values: readonly unknown[];
  /** Of a bare rumor that a guest may have sent. */
  readonly spelling?: Spelling;
}

/** A body is an envelope of messages, or one bare rumor. */
function openEnvelope({ self, takesGuests }: ServedNode, body: unknown): Envelope {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BadRequest('body must be a JSON object');
  }
  const read = readAs('envelope', body);
  if ('value' in read) {
    const { from, token, proof, cluster = DEFAULT_CLUSTER, messages } = read.value;
    return { from: asker('from', from, self), token, proof, cluster, values: messages };
  }
  if ('messages' in body) throw new BadRequest('expected {"from": "host:port", "messages": [ … at most 1000 ]}');
  const { type = 'rumor', origin } = body as { type?: unknown; origin?: unknown };
  if (type !== 'rumor') throw new BadRequest('only a rumor may come without {"from": …, "messages": [ … ]} around it');
  const nameless = { token: undefined, proof: undefined, cluster: undefined };
  if (!takesGuests) return { from: asker('origin', origin, self), ...nameless, values: [body] };
  const { rumor, spelling } = readSpelling(body);
  return { from: asker(spelling.origin, rumor['origin'], undefined), ...nameless, values: [rumor], spelling };
}

function bareRumor([value]: readonly unknown[]): Rumor | undefined {
  const decoded = decodeMessage(value);
  return 'message' in decoded && isRumor(decoded.message) ? decoded.message : undefined;
}

/** An address as well, though nobody listens there. */
function otherEnd({ socket }: IncomingMessage): Address {
  return joinAddress(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 1);
}

function asker(field: string, named: unknown, self: Address | undefined): Address {
  const address = addressOf(named);
  if (!isAddress(address)) throw new BadRequest(`${field}: expected "host:port"`);
  if (address === self) throw new BadRequest(`${field}: ${address} is this node itself`);
  return address;
}
