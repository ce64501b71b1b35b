/**
 * Someone who listens, and whom the target may call: it answers requests with what no node should answer, and takes streams that the
 * target opens, to say hostile lines on them. What it says depends on when it is called, so it is no part of the inputs that a
 * seed repeats, nor counted among them. And it hears the token by which the target knows it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CHECKED_SCHEMAS } from '../../src/http/schemas.ts';
import type { Address } from '../../src/core/index.ts';
import type { Cast } from './cast.ts';
import { Draws } from './draws.ts';
import { oddValue } from './hostile-values.ts';
import { lineInput } from './lines.ts';
import { bytesOf, message } from './messages.ts';
import { valueOf } from './schema-values.ts';
import { spoil } from './spoil.ts';
import { fieldsOf, type Tree } from './tree.ts';

/** A silent answer ends after this long: longer than a node waits. */
const SILENT_MS = 5000;

export class Accomplice {
  /** What the target gives to this address, and to nobody else. */
  token: string | undefined;
  /** Calls of the target that were answered. */
  calls = 0;
  private cast: Cast | undefined;
  private readonly draws: Draws;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly server: Server,
    number: number,
    seed: number,
  ) {
    this.draws = new Draws(seed, `accomplice ${number}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.take(request, response));
    server.on('clientError', (_error, socket) => socket.destroy());
  }

  static async listen(number: number, seed: number): Promise<Accomplice> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Accomplice(server, number, seed);
  }

  get address(): Address {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  join(cast: Cast): void {
    this.cast = cast;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** One at a time: a node has one stream to each peer, and the newer replaces the older. */
  async alone<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(act);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    this.calls++;
    let said = '';
    let isAnswered = false;
    const isStream = request.headers['content-type'] === 'application/x-ndjson';
    request.setEncoding('utf8').on('data', (text: string) => {
      if (isAnswered) return;
      said += text;
      if (!isStream || !said.includes('\n')) return;
      isAnswered = true;
      this.listen(said.slice(0, said.indexOf('\n')));
      this.talk(response);
    });
    request.once('end', () => {
      if (isStream) return void response.end();
      this.listen(said);
      this.reply(response, request.method === 'GET');
    });
  }

  private listen(said: string): void {
    this.token ??= /"token":"([^"]+)"/.exec(said)?.[1];
  }

  /** On a stream that the target has opened. */
  private talk(response: ServerResponse): void {
    const { draws, cast } = this;
    if (cast === undefined || draws.chance(50)) return this.reply(response, false);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const features = draws.chance(50) ? ['keepalive'] : [];
    response.write(`${JSON.stringify({ protocol: 1, from: this.address, cluster: cast.cluster, features })}\n`);
    for (let lines = draws.below(8); lines > 0; lines--) response.write(`${lineInput(draws, cast).bytes.toString()}\n`);
    if (draws.chance(50)) response.end();
  }

  private reply(response: ServerResponse, isForPeers: boolean): void {
    const { draws, cast } = this;
    if (cast === undefined) return void response.end();
    const body = isForPeers ? this.peersReply(cast) : this.gossipReply(cast);
    const bytes = bytesOf(draws.chance(70) ? body : spoil(body, draws));
    switch (draws.below(16)) {
      case 0:
        return void response.destroy();
      case 1:
        setTimeout(() => response.destroy(), SILENT_MS).unref();
        return;
      case 2:
        return void response.writeHead(draws.pick([204, 302, 403, 404, 500, 503]), { location: '/' }).end(bytes);
      case 3:
        // Less than it promises.
        response.writeHead(200, { 'content-length': bytes.length + 10 }).write(bytes);
        return void setTimeout(() => response.destroy(), 20).unref();
      case 4:
        return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes);
      case 5:
        return void response.end(Buffer.alloc(draws.pick([0, 70_000, 2_000_000]), '['));
      default:
        return void response.writeHead(200, { 'content-type': 'application/json' }).end(bytes);
    }
  }

  private gossipReply(cast: Cast): Tree {
    const messages = Array.from({ length: this.draws.below(4) }, () => message(this.draws, cast));
    return fieldsOf({ cluster: cast.cluster, messages });
  }

  private peersReply(cast: Cast): Tree {
    const ours = valueOf(CHECKED_SCHEMAS.peersReply, this.draws, cast);
    return this.draws.pick<Tree>([ours, [9, '9'], fieldsOf({ peers: [9] }), oddValue(this.draws)]);
  }
}
