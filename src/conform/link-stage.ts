/** The full stage, and streams: those that the node opens to a peer, and those that a peer opens to it. */
import { get, tryToAsk, within } from './exchange.ts';
import { Unseen } from './claim.ts';
import { FullPeer, isFields, type Said } from './full-peer.ts';
import { FullStage } from './full-stage.ts';
import type { Where } from './listener.ts';
import { NDJSON, openStream, StreamEnd, type Opened } from './stream-end.ts';

/** A node that says nothing writes an empty line after 12 seconds, and gives one up that was silent for 15; both may be late. */
export const KEEPALIVE_MS = 12_000;
export const SILENCE_MS = 15_000;
const LATE_MS = 3000;
const OUR_TOKEN = 'conform-token';

/** Two streams on which nothing is said: what comes of them is seen much later, while other claims are tried. */
export interface Quiet {
  /** Of a peer without a link: the node is to keep it alive. */
  readonly unproven: Opened | undefined;
  /** Of a linked peer that promised to keep it alive, and does not. */
  readonly silent: StreamEnd | undefined;
  readonly sinceMs: number;
}

export class LinkStage {
  private constructor(
    readonly full: FullStage,
    readonly quiet: Quiet,
  ) {}

  static async open(where: Where, newsMs: number): Promise<LinkStage> {
    const full = await FullStage.open(where, newsMs);
    return new LinkStage(full, await openQuiet(full).catch(noneOfThem));
  }

  get newsMs(): number {
    return this.full.newsMs;
  }

  close(): Promise<void> {
    return this.full.close();
  }

  /** Runs with a linked peer and the stream that the node has opened to it. @throws {Unseen} if it opens none */
  async withStream(act: (peer: FullPeer, stream: StreamEnd) => Promise<void>): Promise<void> {
    const peer = await this.full.peer();
    try {
      const stream = await openedByNode(this.full, peer, []);
      if (stream === undefined) throw new Unseen('the node opened no stream (see links/opens-with-the-token)');
      await act(peer, stream);
    } finally {
      await this.full.retire(peer);
    }
  }

  /** Runs with a linked peer to which the node opens no stream, and the token that it was given. @throws {Unseen} if it gets none */
  async withToken(act: (peer: FullPeer, proof: string) => Promise<void>): Promise<void> {
    const peer = await this.full.peer();
    try {
      await this.full.link(peer);
      const helper = await this.full.peer();
      // So that the node has to post something there: it looks for somebody.
      await helper.say({ type: 'probe', target: peer.address, request: FullPeer.nextRequest() });
      const token = await within(this.newsMs, () => peer.tokens.at(-1));
      if (token === undefined) throw new Unseen('what the node posts has no token');
      await act(peer, token);
    } finally {
      await this.full.retire(peer);
    }
  }

  /** This peer opens a stream. */
  open(peer: FullPeer, over: object): Promise<Opened | undefined> {
    const handshake = { protocol: 1, from: peer.address, cluster: this.full.cluster, features: [], ...over };
    return openAt(this.full, peer, handshake);
  }

  /** The same, with another first line. */
  openLine(peer: FullPeer, line: string): Promise<Opened | undefined> {
    return openAt(this.full, peer, line);
  }

  /** Streams that the node opens to this peer are not answered. */
  holdStreams(peer: FullPeer, met: (stream: StreamEnd) => void): void {
    peer.onStream = (request, response) => {
      const stream = new StreamEnd(request, response);
      peer.streams.push(stream);
      met(stream);
    };
  }

  /** A stream without a proof, of a peer without a link. @throws {Unseen} if it is not served */
  async unproven(): Promise<{ peer: FullPeer; stream: StreamEnd }> {
    const peer = await this.full.peer();
    const opened = await this.open(peer, {});
    if (opened?.status !== 200) throw new Unseen('the node serves no stream (see links/serves-without-proof)');
    return { peer, stream: opened.stream };
  }

  /** @returns whether the node still answers on this stream */
  async answersOn(peer: FullPeer, stream: StreamEnd): Promise<boolean> {
    const request = FullPeer.nextRequest();
    stream.say({ type: 'ping', request });
    const isPong = (message: Said): boolean => message['request'] === request;
    return (await peer.hears(this.newsMs, 'pong', isPong)) !== undefined;
  }

  async isThere(): Promise<boolean> {
    return (await tryToAsk(this.full.node, get('/peers/')))?.status === 200;
  }
}

async function openAt(full: FullStage, peer: FullPeer, handshake: unknown): Promise<Opened | undefined> {
  const opened = await openStream(full.node, handshake, (line) => isFields(line) && peer.hear(line, 'stream'));
  if (opened !== undefined) peer.streams.push(opened.stream);
  if (opened?.status === 200) await within(full.newsMs, () => opened.stream.handshake);
  return opened;
}

/** Asks for a link with a token, and takes the stream that comes of it. */
export async function openedByNode(
  full: FullStage,
  peer: FullPeer,
  features: readonly string[],
): Promise<StreamEnd | undefined> {
  peer.token = OUR_TOKEN;
  peer.onStream = (request, response) => {
    const stream = new StreamEnd(request, response, (line) => {
      if (!isFields(line)) return;
      peer.hear(line, 'stream');
      stream.say(...peer.reply(line));
    });
    peer.streams.push(stream);
    void within(full.newsMs, () => stream.handshake).then((handshake) => {
      const proof = isFields(handshake) ? handshake['token'] : undefined;
      response.writeHead(200, { 'content-type': NDJSON });
      stream.say({ protocol: 1, from: peer.address, cluster: full.cluster, features, token: OUR_TOKEN, proof });
    });
  };
  await full.link(peer);
  const stream = await within(full.newsMs, () => peer.streams[0]);
  // Only with its next line, empty or not, does it show that it has read ours.
  if (stream !== undefined) await within(full.newsMs, () => stream.lines.length > 1 || undefined);
  return stream;
}

async function openQuiet(full: FullStage): Promise<Quiet> {
  const [one, other] = [await full.peer(), await full.peer()];
  const unproven = await openAt(full, one, { protocol: 1, from: one.address, cluster: full.cluster, features: [] });
  const silent = await openedByNode(full, other, ['keepalive']);
  return { unproven, silent, sinceMs: performance.now() };
}

/** A claim of its own says what is wrong then. */
function noneOfThem(error: unknown): Quiet {
  if (!(error instanceof Unseen)) throw error;
  return { unproven: undefined, silent: undefined, sinceMs: performance.now() };
}

/** What is left of this time since then, and a little, since timers are late. */
export function restOf(ms: number, sinceMs: number): number {
  return Math.max(0, sinceMs + ms + LATE_MS - performance.now());
}
