/**
 * The HTTP face of a node: `docs/protocol.md` is its contract. Every route accepts its path with and without the
 * trailing slash, and answers every mistake with `{"error": "one clear line"}`.
 *
 * Bodies are checked by the validators of `schemas.ts`, compiled at build time; Fastify's own run-time compilers
 * would double what a node costs to start, so it gets none.
 */
import type { Socket } from 'node:net';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { isAddress, type Address } from '../core/address.ts';
import type { Message } from '../core/messages.ts';
import { DEFAULT_CLUSTER } from './cluster-name.ts';
import { decodeBatch, explainBatch } from './decoder.ts';
import { streamEvents, type EventSource } from './event-stream.ts';
import { MAX_BODY_BYTES, MAX_SAMPLE } from './limits.ts';
import { copiers, validators } from './validators.ts';

/** What the routes need of the node behind them. */
export interface ServedNode {
  readonly self: Address;
  /** The name of its network. */
  readonly cluster: string;
  /** Handles checked messages, and answers with what the node wants to tell the asker, each as JSON. */
  converse(from: Address, messages: readonly Message[]): string[];
  /** A connection over which this peer had sent messages is closed. */
  disconnected(peer: Address): void;
  /** @param count how many messages; the first for this reason */
  refused(from: string, reason: string, count: number): void;
  /** A fault of ours while answering. */
  failed(error: Error): void;
  peers(): readonly Address[];
  state(): object;
  health(): object;
  metrics(): Promise<{ contentType: string; text: string }>;
  setFavorite(book: string): { version: number };
  readonly events: EventSource;
}

/** From its first byte to its last. Node looks this often for those that took longer. */
const REQUEST_TIMEOUT_MS = 10_000;
const OVERDUE_CHECK_MS = 2500;
/** Longer than our own client keeps an idle socket, so that the client is the one to close it. */
const KEEP_ALIVE_MS = 75_000;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT'];

/** Fastify loads ajv and fast-json-stringify unless it is given other compilers, and these are never called. */
export const NO_RUN_TIME_COMPILERS = {
  schemaController: { compilersFactory: { buildValidator: () => noCompiler, buildSerializer: () => noCompiler } },
} as unknown as Pick<FastifyServerOptions, 'schemaController'>;

function noCompiler(): () => true {
  return () => true;
}

/** A mistake of the asker's. */
class BadRequest extends Error {
  constructor(
    message: string,
    readonly statusCode = 400,
  ) {
    super(message);
  }
}

export function createServer(node: ServedNode): FastifyInstance {
  const server = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node swaps the two timeouts where that of the headers is longer, and by default it is a minute.
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: OVERDUE_CHECK_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
    clientErrorHandler: refuseGarbage,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    ...NO_RUN_TIME_COMPILERS,
  });
  function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const status = error.statusCode ?? 500;
    const text = status >= 500 ? 'internal error' : wordsFor(error);
    if (status < 500) node.refused(request.ip, text, 1);
    else node.failed(error);
    return reply.code(status).send({ error: text });
  }
  server.setErrorHandler(answerError);
  acceptJsonOnly(server);
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.slice(0, 80).replace(/\/?(?:\?.*)?$/, '');
    const allowed = METHODS.filter((method) => server.hasRoute({ method, url: path })).join(', ');
    if (allowed !== '')
      return reply
        .code(405)
        .header('allow', allowed)
        .send({ error: `${path} takes ${allowed} only` });
    return reply.code(404).send({ error: `nothing at ${request.method} ${request.url.slice(0, 80)}` });
  });
  server.get('/peers', () => ({ self: node.self, cluster: node.cluster, peers: node.peers().slice(0, MAX_SAMPLE) }));
  server.post('/gossip', (request, reply) => gossip(node, request, reply));
  server.get('/state', () => node.state());
  server.get('/events', (request, reply) => streamEvents(node.events, request, reply));
  server.get('/health', () => node.health());
  server.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await node.metrics();
    return reply.type(contentType).send(text);
  });
  server.put('/favorite', (request) => setFavorite(node, request));
  server.get('/openapi.json', async () => (await import('./openapi.ts')).openApiDocument());
  return server;
}

/** JSON in valid UTF-8, and nothing else: not Fastify's text/plain, not bytes turned into question marks. */
function acceptJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isUtf8(body)) void parse(request, body.toString(), done);
    else done(new BadRequest('body is not valid UTF-8'));
  });
}

/** What reached the port is not HTTP, or came too slowly. */
function refuseGarbage({ code }: Error & { code?: string }, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) {
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

function wordsFor(error: FastifyError): string {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return `body is larger than ${MAX_BODY_BYTES} bytes`;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'content-type must be application/json';
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return 'body is not JSON, or has a key __proto__ or constructor.prototype';
    default:
      return error.message.split('\n', 1)[0] ?? 'bad request';
  }
}

async function gossip(node: ServedNode, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { from, cluster, values } = openEnvelope(node.self, request.body);
  if (cluster !== undefined && cluster !== node.cluster) return refuseCluster(node, cluster, request, reply);
  const { messages, refusals } = decodeBatch(values);
  // What waits for the asker is kept for an answer that its reader will look into.
  const isAllBad = messages.length === 0 && refusals.length > 0;
  const parts = isAllBad ? [] : node.converse(from, messages);
  watchSocket(node, request.raw.socket, reply.raw.shouldKeepAlive ? from : undefined);
  reply.type('application/json; charset=utf-8');
  const opening = `{"cluster":${JSON.stringify(node.cluster)},"messages":`;
  if (refusals.length === 0) return reply.send(`${opening}[${parts.join()}]}`);

  const errors = await explainBatch(refusals);
  const [first] = errors;
  if (first !== undefined) node.refused(from, first.error, refusals.length);
  if (isAllBad) return reply.code(400).send({ error: first?.error, errors });
  return reply.send(`${opening}[${parts.join()}],"errors":${JSON.stringify(errors)}}`);
}

/** It must never enter a table or a view; and from the answer it learns that nobody of its own listens here. */
function refuseCluster(node: ServedNode, theirs: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = `this node is of the network "${node.cluster}", and you are of "${theirs}"`;
  node.refused(request.ip, error, 1);
  return reply.code(403).send({ error, cluster: node.cluster });
}

/** Who spoke last over a socket; nobody, where the end of the connection was announced. */
const speakers = new WeakMap<Socket, Address | undefined>();

function watchSocket(node: ServedNode, socket: Socket, from: Address | undefined): void {
  const isNew = !speakers.has(socket);
  speakers.set(socket, from);
  if (!isNew) return;
  socket.once('close', () => {
    const speaker = speakers.get(socket);
    if (speaker !== undefined) node.disconnected(speaker);
  });
}

interface Envelope {
  readonly from: Address;
  /** A bare rumor names none. */
  readonly cluster: string | undefined;
  readonly values: readonly unknown[];
}

/** A body is an envelope of messages, or one bare rumor. */
function openEnvelope(self: Address, body: unknown): Envelope {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BadRequest('body must be a JSON object');
  }
  if (validators.envelope(body)) {
    const { from, cluster = DEFAULT_CLUSTER, messages } = copiers.envelope(body);
    return { from: asker('from', from, self), cluster, values: messages };
  }
  if ('messages' in body) throw new BadRequest('expected {"from": "host:port", "messages": [ … at most 1000 ]}');
  const { type = 'rumor', origin } = body as { type?: unknown; origin?: unknown };
  if (type !== 'rumor') throw new BadRequest('only a rumor may come without {"from": …, "messages": [ … ]} around it');
  return { from: asker('origin', origin, self), cluster: undefined, values: [body] };
}

function asker(field: string, address: unknown, self: Address): Address {
  if (!isAddress(address)) throw new BadRequest(`${field}: expected "host:port"`);
  if (address === self) throw new BadRequest(`${field}: ${address} is this node itself`);
  return address;
}

function setFavorite(node: ServedNode, request: FastifyRequest): object {
  if (!isLoopback(request.ip) || !isLoopbackHost(request.hostname)) {
    throw new BadRequest('a favourite is set from this machine only', 403);
  }
  if (!validators.favorite(request.body)) throw new BadRequest('expected {"book": "1 to 500 characters"}');
  const { book } = request.body as { book: string };
  return { self: node.self, version: node.setFavorite(book).version, book };
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || /^(?:::ffff:)?127\./.test(ip);
}

/** A page of another site that had its own name resolved to this machine gets no further than this. */
function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
