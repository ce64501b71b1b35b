/** `Gossip`, over a node: reads its table through the schema, and makes changes of what happens to it. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { parseAddress, type Address, type Payload, type RecordSnapshot, type Status } from '../core/index.ts';
import { failureText } from '../http/driver.ts';
import type { RunningNode } from '../http/running-node.ts';
import { Listeners } from '../trace/listeners.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type {
  Change,
  ChangeReason,
  Gossip,
  GossipEvents,
  Member,
  Published,
  PublishedWithReceipt,
  ReceiptOptions,
  SetOptions,
  Update,
  UpdatesOptions,
} from './gossip.ts';
import type { Logger } from './logger.ts';
import type { MemberNode } from './member-node.ts';
import { AwaitedReceipts, withinMsOf } from './receipts.ts';
import { asPayload, InvalidValue, issueText, Reader } from './schema.ts';
import { traceReceipt, type TracerLike } from './telemetry.ts';
import { UpdateQueue } from './updates.ts';

/** A guess: seconds of a busy network, and less than a megabyte. */
const MAX_WAITING = 1024;

const STATUS_REASONS: Readonly<Record<Status, ChangeReason>> = {
  alive: 'recovered',
  suspect: 'suspected',
  down: 'down',
  left: 'left',
};

type EventListeners<Value> = {
  readonly [Name in keyof GossipEvents<Value>]: Listeners<GossipEvents<Value>[Name]>;
};

type Told = Extract<TraceEvent, { type: 'published' | 'applied' }>;

export class GossipMember<Value, Input, Node extends MemberNode = RunningNode> implements Omit<
  Gossip<Value, Input>,
  'node' | 'handler'
> {
  private readonly reader: Reader<Value>;
  private readonly listeners: EventListeners<Value>;
  private readonly queues = new Set<UpdateQueue<Value>>();
  private readonly known = new Set<Address>();
  private readonly receipts = new AwaitedReceipts();
  private readonly ending = new AbortController();
  private closed: Promise<void> | undefined;

  constructor(
    readonly node: Node,
    private readonly schema: StandardSchemaV1<Input, Value> | undefined,
    private readonly logger: Logger | undefined,
    private readonly tracer?: TracerLike,
  ) {
    this.reader = new Reader(schema);
    const failed = (error: unknown): void => this.warn(failureText(error));
    this.listeners = {
      change: new Listeners(failed),
      invalid: new Listeners(failed),
      warning: new Listeners((error) => process.emitWarning(failureText(error))),
      trace: new Listeners(failed),
      close: new Listeners(failed),
    };
  }

  get address(): Address {
    return this.node.self;
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  set(value: Input, options: SetOptions & { readonly receipt: true | ReceiptOptions }): PublishedWithReceipt;
  set(value: Input, options?: SetOptions): Published;
  set(value: Input, { key, receipt }: SetOptions = {}): Published | PublishedWithReceipt {
    const withinMs = withinMsOf(receipt);
    const payload = asPayload(value);
    const issues = this.schema === undefined ? undefined : this.reader.read(payload).issues;
    if (issues !== undefined) throw new InvalidValue(issues);
    if (withinMs === undefined) return this.publish(payload, key);
    const awaited = this.receipts.await(() => this.node.publish(payload, key, withinMs));
    if (this.tracer !== undefined) traceReceipt(this.tracer, key, awaited);
    return { version: this.node.version, receipt: awaited };
  }

  delete(key?: string): Published {
    return this.publish(undefined, key);
  }

  get(address: Address | number, key?: string): Value | undefined {
    return this.valueOf(this.node.record(parseAddress(address), key));
  }

  members(): readonly Member<Value>[] {
    const members = new Map<Address, { -readonly [Name in keyof Member<Value>]: Member<Value>[Name] }>();
    for (const record of this.node.snapshot().records) {
      const { origin, key, status } = record;
      let member = members.get(origin);
      if (member === undefined)
        members.set(origin, (member = { address: origin, status, value: undefined, keyed: new Map() }));
      const value = this.valueOf(record);
      if (key === undefined) member.value = value;
      else if (value !== undefined) (member.keyed as Map<string, Value>).set(key, value);
    }
    return [...members.values()];
  }

  updates({ signal, maxWaiting = MAX_WAITING }: UpdatesOptions = {}): AsyncIterableIterator<Update<Value>, undefined> {
    if (!Number.isInteger(maxWaiting) || maxWaiting < 1) {
      throw new RangeError(`maxWaiting: expected a whole number of at least 1, got ${String(maxWaiting)}`);
    }
    const stop = (): void => void queue.return();
    const queue = new UpdateQueue<Value>(
      () => this.members(),
      maxWaiting,
      (ended) => {
        this.queues.delete(ended);
        signal?.removeEventListener('abort', stop);
      },
    );
    if (this.closed !== undefined || signal?.aborted === true) queue.end();
    else {
      this.queues.add(queue);
      signal?.addEventListener('abort', stop, { once: true });
    }
    return queue;
  }

  on<Name extends keyof GossipEvents<Value>>(
    name: Name,
    listener: (event: GossipEvents<Value>[Name]) => void,
  ): () => void {
    if (!Object.hasOwn(this.listeners, name)) {
      throw new TypeError(`there is no event ${JSON.stringify(name)}: ${Object.keys(this.listeners).join(', ')}`);
    }
    if (typeof listener !== 'function') throw new TypeError('a listener must be a function');
    return this.listeners[name].add(listener);
  }

  close(): Promise<void> {
    return (this.closed ??= this.end());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** From the node's first event on. */
  observe(event: TraceEvent): void {
    this.receipts.observe(event);
    this.listeners.trace.tell(event);
    if (event.type === 'published' || event.type === 'applied') {
      if (event.status === undefined) this.told(event);
    } else if (event.type === 'status') {
      if (this.known.has(event.origin)) this.changed(STATUS_REASONS[event.status], event.origin, event.status);
    } else if (event.type === 'reaped' && this.known.delete(event.origin)) {
      this.changed(event.reason === 'full' ? 'evicted' : 'forgotten', event.origin, 'down');
    }
  }

  warn(warning: string): void {
    this.logger?.warn({ gossip: this.address }, warning);
    if (this.logger === undefined && this.listeners.warning.size === 0) process.emitWarning(warning);
    this.listeners.warning.tell(warning);
  }

  /** Others know of a member by what it has told: one that has nothing to say yet says so. */
  introduce(): void {
    if (this.closed === undefined && this.node.record(this.address) === undefined) this.publish(undefined, undefined);
  }

  private publish(payload: Payload | undefined, key: string | undefined): Published {
    this.node.publish(payload, key);
    return { version: this.node.version };
  }

  private async end(): Promise<void> {
    await this.node.stop();
    const others = this.members().filter(({ address, status }) => address !== this.address && status !== 'left');
    this.receipts.end(this.node.now(), others.length);
    for (const queue of [...this.queues]) queue.end();
    this.logger?.info({ gossip: this.address }, 'closed');
    this.listeners.close.tell(undefined);
    this.ending.abort();
  }

  private told(event: Told): void {
    const { origin, key, version, payload } = event;
    const isNew = !this.known.has(origin);
    if (isNew) this.known.add(origin);
    // Nobody would look at what is read.
    if (this.schema === undefined && !this.isWatched) return;
    const { status } = this.node.record(origin, key) ?? { status: 'alive' };
    if (isNew) this.changed('joined', origin, status);
    if (payload === undefined) {
      // All that a new member says by it is that it is there.
      if (!isNew) this.changed('deleted', origin, status, key);
      return;
    }
    const { issues } = this.reader.read(payload);
    const ofKey = key === undefined ? {} : { key };
    if (issues !== undefined) {
      this.logger?.warn(
        { gossip: this.address, from: origin, ...ofKey },
        `invalid record: ${issues.map(issueText).join('; ')}`,
      );
      this.listeners.invalid.tell({ address: origin, ...ofKey, version, issues });
    }
    this.changed(issues === undefined ? 'set' : 'invalid', origin, status, key);
  }

  private get isWatched(): boolean {
    return this.queues.size > 0 || this.listeners.change.size > 0 || this.logger !== undefined;
  }

  private changed(reason: ChangeReason, address: Address, status: Status, key?: string): void {
    if (!this.isWatched) return;
    const change: Change<Value> = {
      type: 'change',
      reason,
      address,
      ...(key === undefined ? {} : { key }),
      status,
      value: this.valueOf(this.node.record(address, key)),
    };
    this.logger?.debug({ gossip: this.address, ...change }, reason);
    for (const queue of this.queues) queue.tell(change);
    this.listeners.change.tell(change);
  }

  private valueOf(record: RecordSnapshot | undefined): Value | undefined {
    if (record === undefined || record.deleted === true) return undefined;
    const reading = this.reader.read(record.payload);
    return reading.issues === undefined ? reading.value : undefined;
  }
}
