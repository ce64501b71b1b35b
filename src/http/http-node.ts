/**
 * One real process of the network: the core behind HTTP, and its data directory.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { DEFAULT_PARAMETERS, DEFAULT_STRATEGY, fingerprintOf, GossipNode } from '../core/index.ts';
import { joinAddress, splitAddress } from '../core/index.ts';
import type { Address, Message, NodeSnapshot, Parameters, Payload, RecordSnapshot, Rumor } from '../core/index.ts';
import type { StrategyName } from '../core/index.ts';
import type { Counters } from '../trace/counters.ts';
import { Listeners } from '../trace/listeners.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { addressOfName, AllowedNetworks } from './allowed-networks.ts';
import { checkSpeaker } from './callers.ts';
import { now, setRealAlarm } from './clock.ts';
import { DEFAULT_CLUSTER } from './cluster-name.ts';
import { contestedWarning } from './contested-warning.ts';
import type { DataDir } from './data-dir.ts';
import { checkKey, checkPayload } from './decoder.ts';
import { Driver, failureText } from './driver.ts';
import { EventSource } from './event-stream.ts';
import { recordsHeld, recordsTold } from './told-to-guests.ts';
import { fullTableWarning } from './full-table-warning.ts';
import { close, createServer, listen, type ServedNode } from './http-server.ts';
import { Hearing } from './hearing.ts';
import { HttpSender } from './http-sender.ts';
import type { JsonRoute } from './json-routes.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { GuardedLinkFaults } from './link-faults.ts';
import { listenErrorOf } from './listen-error.ts';
import type { MutualTls } from './mutual-tls.ts';
import { checkOptions } from './node-options.ts';
import { levelsOf, stateOf } from './node-views.ts';
import type { Remembered } from './schemas.ts';
import { seededRandom } from './seeded-random.ts';
import type { Spelling } from './spellings.ts';
import type { NodeOptions, RunningNode } from './running-node.ts';
import type { SenderHost } from './sender-host.ts';
import { Unpublished } from './unpublished.ts';
import { versionCeiling } from './version-ceiling.ts';
import { PLAIN } from './wire.ts';
import { WireBytes } from './wire-bytes.ts';

/** A node says goodbye and sends what waits for at most this long: a stop is over within two seconds. */
const GOODBYE_MS = 1000;

/** How long a new peer waits to be written to the data directory. A guess. */
const REMEMBER_AFTER_MS = 500;

const DEFAULTS = {
  host: '127.0.0.1',
  join: [] as readonly Address[],
  routes: [] as readonly JsonRoute[],
  strategy: DEFAULT_STRATEGY,
  cluster: DEFAULT_CLUSTER,
  guests: true,
  seed: undefined as number | undefined,
};

export class HttpNode implements RunningNode, ServedNode {
  readonly events = new EventSource((listener) => this.subscribe(listener));
  private readonly options: Omit<NodeOptions, 'join'> & typeof DEFAULTS;
  private readonly parameters: Parameters;
  private readonly server: Server;
  private readonly wireBytes: WireBytes;
  private readonly warnings = new Listeners<string>((error) => process.emitWarning(failureText(error)));
  private readonly startedAt = now();
  private address: Address = '';
  /** Those that this node may call. */
  networks!: AllowedNetworks;
  private hearing!: Hearing;
  private driver!: Driver;
  private transport!: HttpSender;
  private dataDir: DataDir | undefined;
  private rememberTimer: NodeJS.Timeout | undefined;
  private registry: Registry | undefined;
  private isStopped = false;

  /** @param members by the certificates of `options.tls` */
  constructor(
    options: NodeOptions,
    readonly members?: MutualTls,
  ) {
    this.options = { ...DEFAULTS, ...checkOptions(options) };
    this.parameters = { ...DEFAULT_PARAMETERS, ...this.options.parameters };
    this.warnings.add(options.warn ?? ((warning) => process.emitWarning(warning)));
    this.server = createServer(this, members);
    this.wireBytes = new WireBytes(this.server);
  }

  get bytesOnTheWire(): number {
    return this.wireBytes.total;
  }

  get self(): Address {
    return this.address;
  }

  get strategy(): StrategyName {
    return this.options.strategy;
  }

  get cluster(): string {
    return this.options.cluster;
  }

  get routes(): readonly JsonRoute[] {
    return this.options.routes;
  }

  get ownHosts(): readonly string[] {
    return [splitAddress(this.address).host, this.options.host];
  }

  get takesGuests(): boolean {
    return this.options.guests;
  }

  get counters(): Counters {
    return this.driver.counters;
  }

  now(): number {
    return now();
  }

  snapshot(): NodeSnapshot {
    return this.driver.snapshot();
  }

  get version(): number {
    return this.driver.version;
  }

  record(origin: Address, key?: string): RecordSnapshot | undefined {
    return this.driver.recordOf(origin, key);
  }

  subscribe(listener: (event: TraceEvent) => void): () => void {
    return this.driver.subscribe(listener);
  }

  publish(payload: Payload | undefined, key?: string, receiptWithinMs?: number): void {
    if (this.isStopped) throw new Unpublished('stopped');
    const problem = checkPayload(payload) ?? checkKey(key);
    if (problem !== undefined) throw new RangeError(problem);
    const { version } = this.driver;
    this.driver.handle({
      type: 'publish',
      ...(payload === undefined ? {} : { payload }),
      ...(key === undefined ? {} : { key }),
      ...(receiptWithinMs === undefined ? {} : { receiptWithinMs }),
    });
    if (this.driver.version === version) throw new Unpublished(version);
    void this.remember();
  }

  isProven(from: Address, proof: string | undefined): boolean {
    return this.transport.isProven(from, proof);
  }

  converse(from: Address, messages: readonly Message[], isProven: boolean, token?: string): string[] {
    if (token !== undefined) this.transport.learnToken(from, token);
    const act = (): void => {
      for (const message of messages) this.hearing.take(from, message);
    };
    return this.transport.replyTo(from, act, isProven);
  }

  problemOf(message: Message): string | undefined {
    return this.hearing.problemOf(message);
  }

  hearBare(rumor: Rumor, spelling: Spelling, by: Address): string[] {
    const { origin, version, status } = rumor;
    // An echo of what this node said. A higher version tells of a life that it has forgotten.
    if (origin === this.self && version <= this.driver.version) return [];
    // A peer says what it has to say in envelopes: somebody passes this on.
    const isItsOwn = origin !== this.self && !this.driver.isPeer(origin);
    const parts = this.converse(isItsOwn ? origin : by, [rumor], false);
    if (isItsOwn && status === undefined) this.transport.guests?.heard(rumor, spelling, splitAddress(by).host);
    return parts;
  }

  accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.transport.accept(request, response);
  }

  refused(from: string, reason: string, count: number): void {
    this.driver.record({ type: 'refused', from, reason, count });
  }

  failed(error: Error): void {
    this.warn(`a request failed: ${error.stack ?? error.message}`);
  }

  peers(): readonly Address[] {
    return this.driver.snapshot().peers;
  }

  state(): object {
    return stateOf(this.driver.snapshot(), now());
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
      this.registry ??= createRegistry(
        () => this.totals(),
        () => this.levels(),
        this.options.lostLogLines,
      );
    }
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  /** Says goodbye to the peers and ends, within two seconds. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.driver.handle({ type: 'leave' });
    await Promise.all([this.remember(), this.end(GOODBYE_MS)]);
  }

  /** @internal */
  async start(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      // Somebody may have spoken to it already.
      await this.end(0);
      throw listenErrorOf(error as NodeJS.ErrnoException, this.options.host, this.options.port);
    }
  }

  /** No timer fires from now on; when what waits is sent, or this time is up, nothing is sent and nobody is listened to. */
  private async end(goodbyeMs: number): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.rememberTimer);
    (this.driver as Driver | undefined)?.stop();
    await (this.transport as HttpSender | undefined)?.close(goodbyeMs);
    await close(this.server);
    this.members?.close();
  }

  private warn(text: string): void {
    this.warnings.tell(text);
  }

  private async open(): Promise<void> {
    const { host, port, join } = this.options;
    if (port === 0) await this.listenAnywhere();
    else this.address = joinAddress(this.options.advertise ?? host, port);
    this.networks = await this.findNetworks();
    const remembered = await this.recall();
    // Nobody would believe a greater one.
    this.assemble(Math.min(remembered?.version ?? 0, versionCeiling(now())));
    this.transport.strangers.recall(remembered?.members ?? []);
    if (port !== 0) await listen(this.server, host, port);
    this.members?.watchFiles();
    this.options.observe?.(this.address, (listener) => this.subscribe(listener));
    this.driver.handle({ type: 'start', contacts: [...join, ...(remembered?.members ?? [])] });
    for (const { key, payload } of remembered?.records ?? []) this.trySaying(payload, key);
  }

  private trySaying(payload: Payload, key: string | undefined): void {
    try {
      this.publish(payload, key);
    } catch (error) {
      this.warn(`what it remembers is not told again: ${(error as Error).message}`);
    }
  }

  /** Only listening tells which port is ours; until the rest is assembled nobody knows it but us. */
  private async listenAnywhere(): Promise<void> {
    await listen(this.server, this.options.host, 0);
    const bound = this.server.address();
    if (typeof bound !== 'object' || bound === null) throw new Error('the server has no address');
    this.address = joinAddress(this.options.advertise ?? this.options.host, bound.port);
  }

  private async findNetworks(): Promise<AllowedNetworks> {
    const { allow, advertise, join, host } = this.options;
    const bound = this.server.address();
    const own = {
      host: typeof bound === 'object' && bound !== null ? bound.address : await addressOfName(host),
      advertise,
    };
    return new AllowedNetworks(allow, own, join, (address, reason) => this.refused(address, reason, 1));
  }

  private assemble(version: number): void {
    const seed = fingerprintOf(`${this.options.seed ?? Math.random()} ${this.address}`);
    this.hearing = new Hearing(this.networks, {
      hear: (from, message) => this.driver.handle({ type: 'message', from, message }),
      refused: (from, reason, count) => this.refused(from, reason, count),
      warn: (text) => this.warn(text),
    });
    this.transport = this.openTransport();
    const { parameters, strategy } = this;
    const random = seededRandom(seed.low);
    const core = new GossipNode({ self: this.address, random, parameters, strategy, version });
    this.driver = new Driver(core, this.transport, now, setRealAlarm, (error) => this.warn(failureText(error)));
    this.subscribe((event) => this.transport.note(event));
    for (const watch of [fullTableWarning, contestedWarning]) this.subscribe(watch((warning) => this.warn(warning)));
    this.subscribe(recordsTold(parameters.ttl, (rumor, via) => this.transport.guests?.tell(rumor, via)));
    if (this.dataDir !== undefined) this.subscribe(({ type }) => type === 'peerUp' && this.rememberSoon());
  }

  private openTransport(): HttpSender {
    const host: SenderHost = {
      self: this.address,
      cluster: this.cluster,
      wire: this.members ?? PLAIN,
      maxBodyBytes: MAX_BODY_BYTES,
      isPeer: (address) => !this.isStopped && this.driver.isPeer(address),
      checkSpeaker: (request, from) => checkSpeaker(this, request, from),
      received: (from, messages) => this.hearing.takeAll(from, messages),
      heard: (from, lines, isProven) => this.hearing.takeLines(from, lines, isProven),
      opened: (peer, openedBy) => this.driver.record({ type: 'linkOpened', peer, openedBy }),
      closed: (peer, reason) => this.driver.record({ type: 'linkClosed', peer, reason }),
      sent: (to, message) => this.driver.recordSent(to, message),
      unsendable: (to, { type = 'rumor' }, bytes) =>
        this.driver.record({ type: 'unsendable', to, message: type, bytes }),
      unreachable: (peer, reason, refused) => {
        this.driver.record({ type: 'unreachable', peer, reason });
        this.driver.handle({ type: 'unreachable', peer, refused });
      },
      named: (contact, self) => this.driver.handle({ type: 'named', contact, self }),
      warn: (text) => this.warn(text),
      table: this.options.guests ? () => recordsHeld(this.driver.snapshot(), this.parameters.ttl) : undefined,
    };
    const { linkFaults } = this.options;
    const faults = linkFaults && new GuardedLinkFaults(linkFaults, (error) => this.warn(failureText(error)));
    return new HttpSender(host, faults && (() => faults.now()), this.options.join, this.networks);
  }

  private async recall() {
    if (this.options.dataDir === undefined) return undefined;
    const { DataDir } = await import('./data-dir.ts');
    this.dataDir = new DataDir(this.options.dataDir, this.address);
    const { remembered, warning } = await this.dataDir.load();
    if (warning !== undefined) this.warn(warning);
    return remembered;
  }

  private remember(): Promise<void> | undefined {
    if (this.dataDir === undefined) return undefined;
    return this.dataDir
      .save(() => rememberedOf(this.driver.snapshot()))
      .catch((error: Error) => this.warn(`cannot write the data directory: ${error.message}`));
  }

  /** New peers come in groups: they are written together. */
  private rememberSoon(): void {
    this.rememberTimer ??= setTimeout(() => {
      this.rememberTimer = undefined;
      void this.remember();
    }, REMEMBER_AFTER_MS);
  }

  totals() {
    const { sent, delayed, dropped } = this.transport.requests;
    return {
      ...this.counters,
      requests: sent,
      requestsDelayed: delayed,
      waitingDropped: dropped,
      notAllowed: this.networks.refusals,
      connectionsRefused: this.wireBytes.refused,
      timersRefused: this.driver.timersRefused,
    };
  }

  levels() {
    const timers = this.driver.timersUnderWay;
    const { connections } = this.wireBytes;
    const host = { ...this.transport.levels, connections, timers, eventReaders: this.events.readers };
    return levelsOf(this.driver.snapshot(), host);
  }
}

function rememberedOf({ self, version, records, peers, passive }: NodeSnapshot): Remembered {
  const own = records.filter(({ origin, deleted }) => origin === self && deleted !== true);
  const contents = own.map(({ key, payload }) => (key === undefined ? { payload } : { key, payload }));
  return { self, version, records: contents, members: [...peers, ...passive] };
}
