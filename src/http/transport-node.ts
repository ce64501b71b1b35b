/** One real process of the network: the core behind a transport, and its data directory. */
import {
  DEFAULT_PARAMETERS,
  DEFAULT_STRATEGY,
  fingerprintOf,
  GossipNode,
  isAddress,
  type Address,
  type NodeSnapshot,
  type Parameters,
  type Payload,
  type RecordSnapshot,
  type StrategyName,
} from '../core/index.ts';
import type { Counters } from '../trace/counters.ts';
import { Listeners } from '../trace/listeners.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { now, setRealAlarm } from './clock.ts';
import { DEFAULT_CLUSTER } from './cluster-name.ts';
import { contestedWarning } from './contested-warning.ts';
import type { DataDir } from './data-dir.ts';
import { checkKey, checkPayload } from './decoder.ts';
import { Driver, failureText } from './driver.ts';
import { fullTableWarning } from './full-table-warning.ts';
import { Hearing } from './hearing.ts';
import type { Levels, Totals } from './metric-names.ts';
import { levelsOf } from './node-views.ts';
import type { Checked, RunningNode, TransportNodeOptions } from './running-node.ts';
import type { Remembered } from './schemas.ts';
import { seededRandom } from './seeded-random.ts';
import type { Transport, TransportFigures, TransportHost } from './transport.ts';
import { Unpublished } from './unpublished.ts';
import { versionCeiling } from './version-ceiling.ts';

/** A node says goodbye and sends what waits for at most this long: a stop is over within two seconds. */
const GOODBYE_MS = 1000;
/** A transport that is not closed by then, after its goodbye, is waited for no longer. */
const CLOSE_MS = 800;
/** How long a new peer waits to be written to the data directory. A guess. */
const REMEMBER_AFTER_MS = 500;
/** Of what a transport gives as a reason. */
const MAX_REASON_LENGTH = 200;

/** What HTTP asks beyond any other transport. */
export interface Terms {
  /** What of the addresses that others name this node may call; all. */
  readonly mayCall?: (address: Address) => boolean;
  /** When it joins; at once. */
  readonly whenReachable?: (join: () => void) => void;
}

export class TransportNode implements RunningNode {
  readonly strategy: StrategyName;
  /** The name of its network. */
  readonly cluster: string;
  private readonly parameters: Parameters;
  private readonly warnings = new Listeners<string>((error) => process.emitWarning(failureText(error)));
  private readonly hearing: Hearing;
  /** Members that it knew before it was started. */
  remembered: readonly Address[] = [];
  private address: Address = '';
  private driver!: Driver;
  private dataDir: DataDir | undefined;
  private rememberTimer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly options: Checked<TransportNodeOptions>,
    private readonly transport: Transport,
    private readonly terms: Terms = {},
  ) {
    this.strategy = options.strategy ?? DEFAULT_STRATEGY;
    this.cluster = options.cluster ?? DEFAULT_CLUSTER;
    this.parameters = { ...DEFAULT_PARAMETERS, ...options.parameters };
    this.warnings.add(options.warn ?? ((warning) => process.emitWarning(warning)));
    this.hearing = new Hearing(terms.mayCall ?? (() => true), {
      hear: (from, message) => this.driver.handle({ type: 'message', from, message }),
      refused: (from, reason, count) => this.driver.record({ type: 'refused', from, reason, count }),
      warn: (text) => this.warn(text),
    });
  }

  get self(): Address {
    return this.address;
  }

  get counters(): Counters {
    return this.driver.counters;
  }

  get version(): number {
    return this.driver.version;
  }

  get bytesOnTheWire(): number {
    return this.figures().bytesOnTheWire ?? 0;
  }

  now(): number {
    return now();
  }

  snapshot(): NodeSnapshot {
    return this.driver.snapshot();
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

  totals(): Totals {
    const {
      requests = 0,
      requestsDelayed = 0,
      waitingDropped = 0,
      notAllowed = 0,
      connectionsRefused = 0,
    } = this.figures();
    const { timersRefused } = this.driver;
    const transport = { requests, requestsDelayed, waitingDropped, notAllowed, connectionsRefused };
    return { ...this.counters, ...transport, timersRefused };
  }

  levels(): Levels {
    const { waiting = 0, connections = 0, streams = 0, eventReaders = 0, guests = 0, addresses = 0 } = this.figures();
    const timers = this.driver.timersUnderWay;
    const host = { waiting, connections, streams, eventReaders, guests, addresses, timers };
    return levelsOf(this.driver.snapshot(), host);
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
      throw error;
    }
  }

  private async open(): Promise<void> {
    const address: unknown = await this.transport.open();
    if (!isAddress(address))
      throw new TypeError(`transport.open: expected "host:port", got ${JSON.stringify(address)}`);
    this.address = address;
    const remembered = await this.recall();
    this.remembered = remembered?.members ?? [];
    // Nobody would believe a greater one.
    this.assemble(Math.min(remembered?.version ?? 0, versionCeiling(now())));
    await this.transport.start(this.host());
    this.options.observe?.(this.address, (listener) => this.subscribe(listener));
    const { whenReachable = (join) => join() } = this.terms;
    whenReachable(() => this.join());
    for (const { key, payload } of remembered?.records ?? []) this.trySaying(payload, key);
  }

  private join(): void {
    if (!this.isStopped) this.driver.handle({ type: 'start', contacts: [...this.options.join, ...this.remembered] });
  }

  /** No timer fires from now on; when what waits is sent, or this time is up, nothing is sent and nobody is listened to. */
  private async end(goodbyeMs: number): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.rememberTimer);
    (this.driver as Driver | undefined)?.stop();
    let overdue: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      overdue = setTimeout(() => reject(new Error('its close takes too long')), goodbyeMs + CLOSE_MS);
    });
    try {
      await Promise.race([this.transport.close(goodbyeMs), late]);
    } catch (error) {
      this.warn(`the transport did not close: ${(error as Error).message}`);
    } finally {
      clearTimeout(overdue);
    }
  }

  private warn(text: string): void {
    this.warnings.tell(text);
  }

  private trySaying(payload: Payload, key: string | undefined): void {
    try {
      this.publish(payload, key);
    } catch (error) {
      this.warn(`what it remembers is not told again: ${(error as Error).message}`);
    }
  }

  private assemble(version: number): void {
    const { parameters, strategy, transport } = this;
    const seed = fingerprintOf(`${this.options.seed ?? Math.random()} ${this.address}`);
    const random = seededRandom(seed.low);
    const core = new GossipNode({ self: this.address, random, parameters, strategy, version });
    this.driver = new Driver(core, transport, now, setRealAlarm, (error) => this.warn(failureText(error)));
    this.subscribe((event) => {
      if (event.type === 'peerUp') transport.linked?.(event.peer);
      if (event.type === 'peerDown') transport.unlinked?.(event.peer);
    });
    for (const watch of [fullTableWarning, contestedWarning]) this.subscribe(watch((warning) => this.warn(warning)));
    if (this.dataDir !== undefined) this.subscribe(({ type }) => type === 'peerUp' && this.rememberSoon());
  }

  private host(): TransportHost {
    const { driver } = this;
    return {
      cluster: this.cluster,
      isPeer: (address) => !this.isStopped && driver.isPeer(address),
      received: (from, messages, isProven) => this.hearing.received(from, messages, isProven),
      sent: (to, message) => driver.recordSent(to, message),
      unsendable: (to, { type = 'rumor' }, bytes) => driver.record({ type: 'unsendable', to, message: type, bytes }),
      unreachable: (peer, reason, refused) => {
        driver.record({ type: 'unreachable', peer, reason: String(reason).slice(0, MAX_REASON_LENGTH) });
        driver.handle({ type: 'unreachable', peer, refused });
      },
      named: (contact, self) => driver.handle({ type: 'named', contact, self }),
      opened: (peer, openedBy) => driver.record({ type: 'linkOpened', peer, openedBy }),
      closed: (peer, reason) => driver.record({ type: 'linkClosed', peer, reason }),
      refused: (from, reason, count) => driver.record({ type: 'refused', from, reason, count }),
      warn: (text) => this.warn(text),
    };
  }

  private figures(): TransportFigures {
    return this.transport.figures?.() ?? {};
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
}

function rememberedOf({ self, version, records, peers, passive }: NodeSnapshot): Remembered {
  const own = records.filter(({ origin, deleted }) => origin === self && deleted !== true);
  const contents = own.map(({ key, payload }) => (key === undefined ? { payload } : { key, payload }));
  return { self, version, records: contents, members: [...peers, ...passive] };
}
