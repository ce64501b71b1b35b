/**
 * HTTP and JSON as a node's transport: a server, what is sent (`http-sender.ts`), and what is served beside the messages. As a
 * transport it needs nothing else of its node than any other; its further routes read the node as views do.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import {
  DEFAULT_PARAMETERS,
  joinAddress,
  splitAddress,
  type Address,
  type Message,
  type NodeSnapshot,
  type Rumor,
} from '../core/index.ts';
import type { NodeView } from '../trace/views.ts';
import { addressOfName, AllowedNetworks } from './allowed-networks.ts';
import { checkSpeaker } from './callers.ts';
import { now } from './clock.ts';
import { failureText } from './driver.ts';
import { EventSource } from './event-stream.ts';
import type { Guard } from './guard.ts';
import { close, createServer, listen, type Reply, type ServedNode } from './http-server.ts';
import { HttpSender } from './http-sender.ts';
import type { JsonRoute } from './json-routes.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { BadStream } from './line-reader.ts';
import { GuardedLinkFaults } from './link-faults.ts';
import { listenErrorOf } from './listen-error.ts';
import type { Levels, Totals } from './metric-names.ts';
import { Mount } from './mount.ts';
import type { MutualTls } from './mutual-tls.ts';
import { stateOf } from './node-views.ts';
import { openGuard } from './open-guard.ts';
import { isOpen } from './openness.ts';
import { parseText } from './request-body.ts';
import { BadRequest } from './respond.ts';
import type { Checked, NodeOptions, RequestHandler, View } from './running-node.ts';
import type { SenderHost } from './sender-host.ts';
import type { Spelling } from './spellings.ts';
import { recordsHeld, recordsTold } from './told-to-guests.ts';
import type { Transport, TransportFigures, TransportHost } from './transport.ts';
import { TransportNode } from './transport-node.ts';
import { PLAIN } from './wire.ts';
import { WireBytes } from './wire-bytes.ts';

const DEFAULTS = {
  host: '127.0.0.1',
  listen: true,
  expose: [] as readonly View[],
  routes: [] as readonly JsonRoute[],
  guests: true,
};

/** The node that is served, as views read it. */
interface ServedView extends NodeView {
  readonly version: number;
  /** Members that it knew before it was started. */
  readonly remembered: readonly Address[];
  totals(): Totals;
  levels(): Levels;
}

export interface Mountable {
  /** For your own HTTP server. After the end it says of each request that the node has ended. */
  readonly handler: RequestHandler;
}

/** @param members by the certificates of `options.tls` */
export function createHttpNode(options: Checked<NodeOptions>, members?: MutualTls): TransportNode & Mountable {
  const http: HttpTransport = new HttpTransport(options, () => node, members);
  const node = new TransportNode(options, http, {
    mayCall: (address) => http.mayCall(address),
    whenReachable: (join) => http.whenReachable(join),
  });
  return Object.assign(node, { handler: http.handler });
}

export class HttpTransport implements Transport, ServedNode {
  readonly events = new EventSource((listener) => this.view().subscribe(listener));
  private readonly options: Checked<NodeOptions> & typeof DEFAULTS;
  /** None: another's hands its requests to `mount`. */
  private readonly server: Server | undefined;
  private readonly mount: Mount;
  private readonly wireBytes = new WireBytes();
  private readonly startedAt = now();
  private address: Address = '';
  /** Those that this node may call. */
  networks!: AllowedNetworks;
  /** Where its network has a keyring. */
  guard: Guard | undefined;
  private host: TransportHost | undefined;
  private sender: HttpSender | undefined;
  private registry: Registry | undefined;

  constructor(
    options: Checked<NodeOptions>,
    private readonly view: () => ServedView,
    readonly members?: MutualTls,
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.server = this.options.listen ? createServer(this, members) : undefined;
    if (this.server !== undefined) this.wireBytes.watchServer(this.server);
    const warn = (text: string): void => this.host?.warn(text);
    this.mount = new Mount(this, this.options.expose, isOpen(this.options), this.wireBytes, warn);
  }

  get handler(): RequestHandler {
    return this.mount.handler;
  }

  get self(): Address {
    return this.address;
  }

  get isStarting(): boolean {
    return this.sender === undefined;
  }

  get cluster(): string {
    return this.host?.cluster ?? '';
  }

  get routes(): readonly JsonRoute[] {
    return this.options.routes;
  }

  get ownHosts(): readonly string[] {
    return [splitAddress(this.address).host, this.options.host];
  }

  get takesGuests(): boolean {
    return this.options.guests && this.options.keyring === undefined;
  }

  /** Only listening tells which port is ours, where any will do; until it is started nobody knows it but us. */
  async open(): Promise<Address> {
    const { host, port, advertise = host, keyring } = this.options;
    this.guard = await this.openGuard(keyring);
    if (port === 0) await this.listen();
    const bound = this.server?.address();
    const listening = typeof bound === 'object' && bound !== null ? bound : undefined;
    this.address = joinAddress(advertise, listening?.port ?? port);
    this.networks = await this.findNetworks(listening?.address);
    return this.address;
  }

  async start(host: TransportHost): Promise<void> {
    this.host = host;
    const sender = (this.sender = this.openSender(host));
    const { parameters, port } = this.options;
    const { ttl } = { ...DEFAULT_PARAMETERS, ...parameters };
    const view = this.view();
    sender.validation.recall(view.remembered);
    view.subscribe((event) => {
      if (event.type === 'applied' && event.status === undefined) sender.validation.hope(event.origin);
    });
    if (this.takesGuests) view.subscribe(recordsTold(ttl, (rumor, via) => sender.guests?.tell(rumor, via)));
    if (port !== 0) await this.listen();
    this.members?.watchFiles();
  }

  send(to: Address, message: Message): void {
    this.sender?.send(to, message);
  }

  linked(peer: Address): void {
    this.sender?.linked(peer);
  }

  unlinked(peer: Address): void {
    this.sender?.unlinked(peer);
  }

  figures(): TransportFigures {
    const { sent = 0, delayed = 0, dropped = 0 } = this.sender?.requests ?? {};
    const { total: bytesOnTheWire, refused: connectionsRefused, connections } = this.wireBytes;
    const notAllowed = this.networks.refusals;
    const counts = {
      requests: sent,
      requestsDelayed: delayed,
      waitingDropped: dropped,
      notAllowed,
      connectionsRefused,
    };
    const levels = { ...this.sender?.levels, connections, eventReaders: this.events.readers };
    return { ...counts, ...levels, bytesOnTheWire };
  }

  async close(withinMs: number): Promise<void> {
    await this.sender?.close(withinMs);
    await this.mount.close();
    if (this.server !== undefined) await close(this.server);
    this.members?.close();
  }

  /** When it listens; or as soon as its service's server does, and hands over its requests. */
  whenReachable(act: () => void): void {
    if (this.server === undefined) this.mount.beginWhenReached(act);
    else act();
  }

  /** May this node call it? */
  mayCall(address: Address): boolean {
    return this.networks.mayCall(address);
  }

  isProven(from: Address, proof: string | undefined): boolean {
    return this.started().sender.isProven(from, proof);
  }

  converse(from: Address, messages: readonly unknown[], isProven: boolean, token?: string): Reply {
    const { host, sender } = this.started();
    if (token !== undefined) sender.learnToken(from, token);
    let refusals: Reply['refusals'] = [];
    const act = (): void => void (refusals = host.received(from, messages, isProven));
    return { parts: sender.replyTo(from, act, isProven), refusals };
  }

  hearBare(rumor: Rumor, spelling: Spelling, by: Address): Reply {
    const { origin, version, status } = rumor;
    const { host, sender } = this.started();
    // An echo of what this node said. A higher version tells of a life that it has forgotten.
    if (origin === this.self && version <= this.view().version) return { parts: [], refusals: [] };
    // A peer says what it has to say in envelopes: somebody passes this on.
    const isItsOwn = origin !== this.self && !host.isPeer(origin);
    const reply = this.converse(isItsOwn ? origin : by, [rumor], false);
    const isHeard = isItsOwn && status === undefined && reply.refusals.length === 0;
    if (isHeard) sender.guests?.heard(rumor, spelling, splitAddress(by).host);
    return reply;
  }

  async accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.started().sender.accept(request, response);
  }

  refused(from: string, reason: string, count: number): void {
    this.host?.refused(from, reason, count);
  }

  failed(error: Error): void {
    this.host?.warn(`a request failed: ${error.stack ?? error.message}`);
  }

  snapshot(): NodeSnapshot {
    return this.view().snapshot();
  }

  peers(): readonly Address[] {
    return this.view().snapshot().peers;
  }

  state(): object {
    return stateOf(this.view().snapshot(), now());
  }

  health(): object {
    return {
      status: 'ok',
      self: this.self,
      cluster: this.cluster,
      peers: this.peers().length,
      uptimeMs: now() - this.startedAt,
    };
  }

  async metrics(): Promise<{ contentType: string; text: string }> {
    if (this.registry === undefined) {
      const { createRegistry } = await import('./metrics.ts');
      const view = this.view();
      this.registry ??= createRegistry(
        () => view.totals(),
        () => view.levels(),
        this.options.lostLogLines,
      );
    }
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  private openGuard(keyring: NodeOptions['keyring']): Promise<Guard | undefined> {
    return openGuard(keyring, {
      self: () => this.address,
      isEncrypted: this.members !== undefined,
      // Not in the midst of what a stream is saying.
      changed: (ids) => queueMicrotask(() => this.sender?.links.keepOnly(ids)),
      warn: (text) => this.host?.warn(text),
      refused: (from, reason) => this.refused(from, reason, 1),
    });
  }

  /** @param bound the address that is listened on, once there is one */
  private async findNetworks(bound: string | undefined): Promise<AllowedNetworks> {
    const { allow, advertise, join, host } = this.options;
    const own = { host: bound ?? (await addressOfName(host)), advertise };
    return new AllowedNetworks(allow, own, join, (address, reason) => this.refused(address, reason, 1));
  }

  private async listen(): Promise<void> {
    const { host, port } = this.options;
    if (this.server === undefined) return;
    try {
      await listen(this.server, host, port);
    } catch (error) {
      throw listenErrorOf(error as NodeJS.ErrnoException, host, port);
    }
  }

  private started(): { host: TransportHost; sender: HttpSender } {
    const { host, sender } = this;
    if (host === undefined || sender === undefined) throw new BadRequest('this node is only just starting', 503);
    return { host, sender };
  }

  private openSender(host: TransportHost): HttpSender {
    const { parameters, linkFaults, join } = this.options;
    const { ttl } = { ...DEFAULT_PARAMETERS, ...parameters };
    const senderHost: SenderHost = {
      ...host,
      self: this.address,
      wire: this.members ?? PLAIN,
      guard: this.guard,
      maxBodyBytes: MAX_BODY_BYTES,
      checkSpeaker: (request, from) => checkSpeaker(this, request, from),
      heard: (from, lines, isProven) => hearLines(host, from, lines, isProven),
      table: this.takesGuests ? () => recordsHeld(this.view().snapshot(), ttl) : undefined,
    };
    const faults = linkFaults && new GuardedLinkFaults(linkFaults, (error) => host.warn(failureText(error)));
    return new HttpSender(senderHost, faults && (() => faults.now()), join, this.networks);
  }
}

/**
 * Each line is a message for itself.
 *
 * @param isProven its other side has shown that it reads its address
 * @throws BadStream
 */
function hearLines(host: TransportHost, from: Address, lines: readonly string[], isProven: boolean): void {
  for (const line of lines) {
    const value = parseText(line);
    if (value === undefined) throw new BadStream('a line is not JSON');
    if (isProven || !isProbe(value)) host.received(from, [value]);
    else host.refused(from, 'a probe takes a proof, or a request of its own', 1);
  }
}

function isProbe(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'probe';
}
