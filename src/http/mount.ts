/**
 * A node in another's HTTP server: its routes, for requests that this server is handed, and nothing else of the server's.
 *
 * The node does not know when that server listens. It must not join before: whoever is joined opens a stream to it, and takes a refused
 * connection for its death. So it asks at its own address until one of its requests comes back to it, which also shows
 * that the address is right and that nothing stands before the handler.
 */
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../core/index.ts';
import { isConnectedFromHere } from './callers.ts';
import { monotonicMs } from './clock.ts';
import { ANSWER_TIMEOUT_MS } from './http-client.ts';
import { answer, pathOf, withoutSlash, type ServedNode } from './http-server.ts';
import { BadRequest, respondError } from './respond.ts';
import type { RequestHandler, View } from './running-node.ts';
import type { WireBytes } from './wire-bytes.ts';

/** What peers need. */
const PROTOCOL = ['/gossip', '/peers'];
/** So long a service may take to listen. Then the node joins all the same: where it cannot reach itself, others may reach it. A guess. */
const REACHED_WITHIN_MS = 10_000;
/** From one look to the next, doubled each time. Guesses: soon after a start, and next to nothing while a service takes its time. */
const LOOK_MS = 10;
const LOOK_MAX_MS = 500;
/** So long what was answered may take to be read when the node has ended. A guess. */
const END_MS = 500;

export class Mount {
  private readonly paths: ReadonlySet<string>;
  /** By connection, since of the responses to requests pipelined on one only the first closes with it. */
  private readonly open = new Map<Socket, Set<ServerResponse>>();
  private readonly ending = new AbortController();
  /** What is still to be done when the first request comes. */
  private begin: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private hasWarned = false;

  constructor(
    private readonly node: ServedNode,
    exposed: readonly View[],
    /** Other machines may reach it. Else what comes from them is refused: the service may listen where the node does not want to be. */
    private readonly isOpen: boolean,
    private readonly wireBytes: WireBytes,
    private readonly warn: (text: string) => void,
  ) {
    this.paths = new Set([...PROTOCOL, ...exposed, ...node.routes.map(({ path }) => path)]);
  }

  readonly handler: RequestHandler = (
    request: IncomingMessage,
    response: ServerResponse,
    next?: (error?: unknown) => void,
  ): boolean => {
    const isOurs = this.paths.has(withoutSlash(pathOf(request.url ?? '')));
    if (isOurs && this.isClosed) refuseLate(response);
    else if (isOurs) this.take(request, response);
    else next?.();
    return isOurs;
  };

  /** @param withinMs after so long also without having been reached, with a warning */
  beginWhenReached(begin: () => void, withinMs = REACHED_WITHIN_MS): void {
    this.begin = begin;
    const deadline = monotonicMs() + withinMs;
    const look = async (waitMs: number): Promise<void> => {
      const problem = await this.look(this.node.self);
      if (this.begin === undefined || this.isClosed) return;
      if (monotonicMs() < deadline) {
        this.timer = setTimeout(() => void look(Math.min(waitMs * 2, LOOK_MAX_MS)), waitMs);
        return;
      }
      this.warn(`${this.node.self} does not lead to this node's handler (${problem}): it joins all the same`);
      this.beginNow();
    };
    // The service mounts the handler and listens as soon as it has this node.
    this.timer = setTimeout(() => void look(LOOK_MS));
  }

  /** Ends every exchange that is open. The server, and what else it does, goes on. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.ending.abort();
    // Streams of links have been ended in good order by now; readers of events would go on for ever.
    for (const [socket, responses] of this.open) {
      if ([...responses].some((response) => !response.writableEnded)) socket.destroy();
    }
    for (const deadline = monotonicMs() + END_MS; this.busy.length > 0 && monotonicMs() < deadline;) await sleep(10);
    for (const socket of this.busy) socket.destroy();
  }

  private get busy(): readonly Socket[] {
    return [...this.open].flatMap(([socket, responses]) => (responses.size > 0 ? [socket] : []));
  }

  /** @returns what is wrong, unless the question came back to this node */
  private look(self: Address): Promise<string> {
    return new Promise((resolve) => {
      const options = { agent: false, signal: this.ending.signal, timeout: ANSWER_TIMEOUT_MS } as const;
      const asked = get(`http://${self}/peers/`, options, (response) => {
        resolve(response.statusCode === 200 ? 'another node answers there' : `HTTP ${response.statusCode}`);
        response.destroy();
      });
      asked.on('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
      asked.on('timeout', () => asked.destroy(new Error('took too long')));
    });
  }

  private beginNow(): void {
    const { begin } = this;
    this.begin = undefined;
    begin?.();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (socket.destroyed) return;
    this.wireBytes.watch(socket);
    this.noteOpen(socket, response);
    if (!this.isOpen && !isConnectedFromHere(request)) return this.refuseOutsider(request, response);
    this.beginNow();
    if (request.readableDidRead) this.refuseRead(response);
    else void answer(this.node, request, response);
  }

  private noteOpen(socket: Socket, response: ServerResponse): void {
    const responses = this.open.get(socket) ?? new Set();
    if (!this.open.has(socket)) {
      this.open.set(socket, responses);
      socket.once('close', () => this.open.delete(socket));
    }
    responses.add(response);
    response.once('close', () => responses.delete(response));
  }

  private refuseOutsider({ socket }: IncomingMessage, response: ServerResponse): void {
    const refusal = new BadRequest('asked for by another machine, and this node is for its own', 403);
    this.node.refused(socket.remoteAddress ?? 'unknown', refusal.message, 1);
    respondError(response, refusal);
  }

  /** A parser of bodies has been there before. */
  private refuseRead(response: ServerResponse): void {
    const error = 'the body was read before the gossip handler got it: mount the handler before what reads bodies';
    if (!this.hasWarned) this.warn(error);
    this.hasWarned = true;
    respondError(response, new BadRequest(error, 500));
  }
}

/** The connection ends with it, or a server that is being closed would wait for peers that keep theirs. */
function refuseLate(response: ServerResponse): void {
  respondError(response, new BadRequest('the node here has ended', 404, { connection: 'close' }));
}
