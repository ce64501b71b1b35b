/**
 * The links that stream: which are open, which are being opened, and who may open one.
 *
 * A node opens a stream to a peer as soon as it has that peer's token (`known-peers.ts`), so it is opened by the side that was
 * asked for the link: the question brought the token. Where both open at once, the stream of the lower address stays. A
 * stream that shows no token is served like requests that follow each other: what it brings is handled, and what that leads to is
 * answered on it, but it is told nothing else.
 */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Address } from '../core/index.ts';
import { monotonicMs } from './clock.ts';
import { outside, type AllowedNetworks } from './allowed-networks.ts';
import { ANSWER_TIMEOUT_MS, openStream, readText } from './http-client.ts';
import { checkCluster, DEFAULT_CLUSTER } from './cluster-name.ts';
import { readAs } from './decoder.ts';
import { firstLine } from './first-line.ts';
import type { Guard, Seal, SignedOpening } from './guard.ts';
import { KnownPeers } from './known-peers.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { LinkStream, type LinkListener } from './link-stream.ts';
import { parseJson } from './request-body.ts';
import { BadRequest } from './respond.ts';
import type { Wire } from './wire.ts';

/** Of this protocol. A node of another one is answered with POSTs only. */
const PROTOCOL = 1;
/** Whoever names it is never quiet for long (`link-stream.ts`). */
const KEEPALIVE = 'keepalive';
/** Streams that others have opened, from one machine and in all. Guesses: far above what an active view needs. */
const MAX_STREAMS = 256;
const MAX_STREAMS_PER_HOST = 128;
/** So long what is to be said waits for a stream that is being opened; then it is posted. A guess: far above what an answer takes. */
const HOLD_MS = 500;
/** So long a stream stays open without a link that uses it: it may be taken up again. A guess. */
const LINGER_MS = 3000;
const MAX_HANDSHAKE_BYTES = 4096;
/** The other side ended the connection; whether that is seen by reading or by writing is chance. */
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

export interface LinkHost {
  readonly self: Address;
  /** The name of its network. */
  readonly cluster: string;
  readonly networks: AllowedNetworks;
  readonly wire: Wire;
  /** Where the network has a keyring. */
  readonly guard?: Guard | undefined;
  isPeer(address: Address): boolean;
  /** @throws BadRequest unless whoever sends this may speak for that address */
  checkSpeaker(request: IncomingMessage, from: Address): void;
  /** Lines that a peer has sent. */
  heard(from: Address, lines: readonly string[]): void;
  /** Handles lines of a stream without a token. @returns what is to be answered, a message each */
  converse(from: Address, lines: readonly string[]): string[];
  /** This peer can be written to now, or has to be posted to. */
  ready(peer: Address): void;
  /** It has shown that it reads what is sent to it. */
  met(address: Address): void;
  opened(peer: Address, openedBy: Address): void;
  closed(peer: Address, reason: string): void;
  /** The stream to this peer broke off: is it still there? */
  broken(peer: Address): void;
  /** Nobody was reached there, or nobody answers. */
  failed(peer: Address, error: Error): void;
}

interface Handshake {
  readonly protocol: number;
  readonly from: Address;
  readonly cluster?: string;
  readonly features: readonly string[];
  /** The speaker's token for the listener. */
  readonly token?: string | undefined;
  /** The listener's token, as the speaker has got it. */
  readonly proof?: string | undefined;
}

/** What a stream is made of, on either side: what comes in, and what goes out; and how its lines are sealed, if they are. */
interface Halves {
  readonly input: IncomingMessage;
  readonly output: ClientRequest | ServerResponse;
  readonly seal: Seal | undefined;
}

interface Link {
  readonly stream: LinkStream;
  readonly byUs: boolean;
  /** Both sides know that it is open: what is said on it arrives, though a proxy be between them. */
  isSure: boolean;
  /** Ends the stream unless it is a peer's when it fires. One for each link, however often that comes and goes. */
  readonly lingering: NodeJS.Timeout;
}

export class Links {
  readonly known = new KnownPeers();
  private readonly links = new Map<Address, Link>();
  private readonly opening = new Map<Address, { readonly asked: ClientRequest; readonly since: number }>();
  /** Streams without a token, and how many streams each machine has opened. */
  private readonly unproven = new Set<LinkStream>();
  private readonly perHost = new Map<string, number>();
  private isClosed = false;

  constructor(private readonly host: LinkHost) {}

  /** How many others have opened. */
  get streams(): number {
    let all = 0;
    for (const count of this.perHost.values()) all += count;
    return all;
  }

  to(peer: Address): LinkStream | undefined {
    const link = this.links.get(peer);
    return link?.isSure === true ? link.stream : undefined;
  }

  /** Is a stream to it being opened, and not for long? */
  isOpening(peer: Address): boolean {
    const since = this.opening.get(peer)?.since ?? this.links.get(peer)?.stream.openedAt;
    return this.to(peer) === undefined && since !== undefined && monotonicMs() - since < HOLD_MS;
  }

  /** Opens a stream to this peer, if it may. @returns whether what is for it should wait for a stream */
  open(to: Address): boolean {
    if (this.isClosed || this.to(to) !== undefined) return true;
    if (this.opening.has(to) || this.links.has(to)) return this.isOpening(to);
    if (!this.known.mayStream(to, monotonicMs())) return false;
    // A request tells why not.
    if (!URL.canParse(`http://${to}`) || !this.host.networks.mayCall(to)) return false;
    const handshake = this.handshakeFor(to);
    const signed = this.host.guard?.opening(to, handshake);
    const asked = openStream(this.host.networks.destination(to), this.host.wire, signed?.headers);
    this.opening.set(to, { asked, since: monotonicMs() });
    this.holdNoLonger(to);
    const settle = (): boolean => {
      clearTimeout(overdue);
      return this.opening.get(to)?.asked === asked && this.opening.delete(to);
    };
    const giveUp = (): void => {
      if (!settle()) return;
      asked.destroy();
      this.known.streamEnded(to, monotonicMs(), 0);
      this.host.ready(to);
    };
    const overdue = setTimeout(giveUp, ANSWER_TIMEOUT_MS);
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // Once it was connected, requests may be answered all the same.
      if (error.code === undefined || BROKEN_OFF.has(error.code) || error.code.startsWith('HPE_')) return giveUp();
      if (settle()) this.host.failed(to, error);
    });
    asked.once('response', (response: IncomingMessage) => {
      this.greeted(to, response, signed).then(({ handshake, seal }) => {
        if (settle()) this.establish(to, handshake, { input: response, output: asked, seal }, true);
        else asked.destroy();
      }, giveUp);
    });
    asked.write(`${handshake}\n`);
    return true;
  }

  /** Another node opens a stream. @throws BadRequest */
  async accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = request.socket.remoteAddress ?? '';
    const admitted = this.host.guard?.admitted(request);
    this.takeSlot(host, response);
    const line = await firstLine(request, MAX_HANDSHAKE_BYTES, ANSWER_TIMEOUT_MS);
    admitted?.checkContent(line);
    const handshake = readHandshake(line);
    if (this.isClosed) throw new BadRequest('this node stops', 503);
    const { from, proof, cluster = DEFAULT_CLUSTER } = handshake;
    checkCluster(this.host.cluster, cluster);
    if (!this.host.networks.mayCall(from)) throw new BadRequest(outside(from), 403);
    if (from === this.host.self) throw new BadRequest(`from: ${from} is this node itself`);
    this.host.checkSpeaker(request, from);
    if (proof !== undefined && !this.known.isProof(from, proof)) {
      throw new BadRequest(`proof: not the token that this node gave to ${from}`, 403);
    }
    const answer = this.handshakeFor(from, proof !== undefined);
    const { headers, seal } = admitted?.answer(answer) ?? { headers: {}, seal: undefined };
    if (proof !== undefined) {
      this.host.met(from);
      this.makeWay(from, handshake);
    }
    response.writeHead(200, { ...headers, 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    response.write(`${answer}\n`);
    const halves = { input: request, output: response, seal };
    if (proof === undefined) this.serveUnproven(from, halves);
    else this.establish(from, handshake, halves, false);
  }

  /** This one is perhaps no peer any more: its stream is ended in a while, unless it is one again by then. */
  linger(peer: Address): void {
    this.links.get(peer)?.lingering.refresh();
  }

  private endIfUnused(peer: Address, link: Link): void {
    if (this.links.get(peer) !== link || this.host.isPeer(peer)) return;
    this.links.delete(peer);
    link.stream.end();
    if (link.isSure) this.host.closed(peer, 'no peer any more');
  }

  /** Breaks off every stream whose key is none of these any more: who opened it may hold no other. */
  keepOnly(keyIds: readonly string[]): void {
    const streams = [...[...this.links.values()].map(({ stream }) => stream), ...this.unproven];
    for (const stream of streams) {
      if (!keyIds.includes(stream.keyId ?? '')) stream.breakOff('its key was removed from the keyring');
    }
  }

  /** Ends every stream in good order. */
  close(): void {
    this.isClosed = true;
    for (const { stream } of this.links.values()) stream.end();
    for (const stream of this.unproven) stream.destroy();
    for (const { asked } of this.opening.values()) asked.destroy();
    this.links.clear();
    this.opening.clear();
  }

  private takeSlot(host: string, response: ServerResponse): void {
    const taken = this.perHost.get(host) ?? 0;
    if (this.isClosed || taken >= MAX_STREAMS_PER_HOST || this.streams >= MAX_STREAMS) {
      throw new BadRequest(
        taken >= MAX_STREAMS_PER_HOST ? 'too many streams from this machine' : 'too many streams',
        503,
      );
    }
    this.perHost.set(host, taken + 1);
    response.once('close', () => {
      const left = (this.perHost.get(host) ?? 1) - 1;
      if (left > 0) this.perHost.set(host, left);
      else this.perHost.delete(host);
    });
  }

  /** Both opened at once, or the other side has lost its end of the stream before us. @throws BadRequest */
  private makeWay(from: Address, { token }: Handshake): void {
    const isOursLower = this.host.self < from;
    const opening = this.opening.get(from);
    const held = this.links.get(from);
    const isSameProcess = token === undefined || token === this.known.tokenOf(from);
    const crossed = held !== undefined && held.byUs && isSameProcess && held.stream.ageMs < ANSWER_TIMEOUT_MS;
    if (isOursLower && (opening !== undefined || crossed)) {
      throw new BadRequest('both sides open a stream: that of the lower address stays', 409);
    }
    this.opening.delete(from);
    opening?.asked.destroy();
    this.links.delete(from);
    held?.stream.destroy();
    if (held?.isSure === true) this.host.closed(from, 'replaced by a new stream');
  }

  private async greeted(to: Address, response: IncomingMessage, signed: SignedOpening | undefined) {
    const type = response.headers['content-type'] ?? '';
    if (response.statusCode !== 200 || !type.startsWith('application/x-ndjson')) {
      throw new Error(`HTTP ${response.statusCode}: ${await readText(response, MAX_BODY_BYTES)}`);
    }
    const line = await firstLine(response, MAX_HANDSHAKE_BYTES, ANSWER_TIMEOUT_MS);
    const seal = signed?.check(response, line);
    const handshake = readHandshake(line);
    checkCluster(this.host.cluster, handshake.cluster ?? DEFAULT_CLUSTER);
    if (handshake.from !== to) throw new Error(`${handshake.from} answers at ${to}`);
    this.host.met(to);
    return { handshake, seal };
  }

  private establish(peer: Address, { features, token }: Handshake, halves: Halves, byUs: boolean): void {
    if (token !== undefined) this.known.learn(peer, token);
    const { input, output, seal } = halves;
    const listener: LinkListener = {
      heard: (lines) => this.host.heard(peer, lines),
      drained: () => this.host.ready(peer),
      answered: () => this.beSure(peer, link),
      ended: (reason, isSilent) => this.ended(peer, stream, reason, isSilent),
    };
    const stream: LinkStream = new LinkStream(input, output, features.includes(KEEPALIVE), listener, seal);
    const lingering = setTimeout(() => this.endIfUnused(peer, link), LINGER_MS).unref();
    const link: Link = { stream, byUs, isSure: false, lingering };
    this.links.set(peer, link);
    if (byUs) stream.sayNothing();
    if (byUs || !features.includes(KEEPALIVE)) this.beSure(peer, link);
    else this.holdNoLonger(peer);
  }

  private beSure(peer: Address, link: Link): void {
    if (link.isSure || this.links.get(peer) !== link) return;
    link.isSure = true;
    this.host.opened(peer, link.byUs ? this.host.self : peer);
    this.host.ready(peer);
  }

  /** What waits for a stream to this peer does not wait any longer than `HOLD_MS`; timers may be a little early. */
  private holdNoLonger(peer: Address): void {
    setTimeout(() => this.isClosed || this.host.ready(peer), HOLD_MS + 10).unref();
  }

  private ended(peer: Address, stream: LinkStream, reason: string, isSilent: boolean): void {
    const link = this.links.get(peer);
    if (link?.stream !== stream) return;
    this.links.delete(peer);
    this.known.streamEnded(peer, monotonicMs(), link.isSure ? stream.ageMs : 0);
    if (!link.isSure) return this.host.ready(peer);
    this.host.closed(peer, reason);
    if (isSilent) return this.host.failed(peer, new Error(reason));
    this.host.broken(peer);
    this.host.ready(peer);
  }

  private serveUnproven(from: Address, { input, output, seal }: Halves): void {
    const listener: LinkListener = {
      heard: (lines) => {
        const parts = this.host.converse(from, lines);
        if (parts.length > 0) stream.write(parts);
        // Whoever does not read is not listened to: the answers would pile up.
        if (stream.isFull) input.pause();
      },
      drained: () => void input.resume(),
      answered: () => undefined,
      ended: () => void this.unproven.delete(stream),
    };
    const stream: LinkStream = new LinkStream(input, output, false, listener, seal);
    this.unproven.add(stream);
  }

  private handshakeFor(to: Address, isProven = true): string {
    const handshake: Handshake = {
      protocol: PROTOCOL,
      from: this.host.self,
      cluster: this.host.cluster,
      features: [KEEPALIVE],
      token: isProven ? this.known.tokenFor(to) : undefined,
      proof: isProven ? this.known.tokenOf(to) : undefined,
    };
    return JSON.stringify(handshake);
  }
}

/** @throws BadRequest */
function readHandshake(line: Buffer): Handshake {
  const read = readAs('handshake', parseJson(line));
  if ('refused' in read) {
    throw new BadRequest('expected a first line {"protocol": 1, "from": "host:port", "features": []}');
  }
  if (read.value.protocol !== PROTOCOL) throw new BadRequest(`protocol: this node speaks ${PROTOCOL}`);
  return read.value;
}
