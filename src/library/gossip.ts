/** What a service sees of the network: the types of `createGossip`'s answer. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Address, Status } from '../core/index.ts';
import type { ReadableNode, RequestHandler } from '../http/running-node.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

export interface Member<Value> {
  readonly address: Address;
  /** What is said of it: `suspect` may still refute, `down` does not answer, `left` said goodbye. */
  readonly status: Status;
  /** `undefined`: it has set none, has deleted it, or it does not fit the schema of this service. */
  readonly value: Value | undefined;
  /** Its records that have a key. */
  readonly keyed: ReadonlyMap<string, Value>;
}

/** Why something is not as it was. */
export type ChangeReason =
  /** This member was heard of for the first time. */
  | 'joined'
  /** A member has set a value, or deleted it. */
  | 'set'
  | 'deleted'
  /** A member has set what does not fit the schema: to readers it has no value. */
  | 'invalid'
  /** What is said of a member's health; `recovered`: it is alive after all, or again. */
  | 'suspected'
  | 'down'
  | 'left'
  | 'recovered'
  /** It was gone for so long (`reapAfterMs`), or never seen alive when the table was full. */
  | 'forgotten'
  | 'evicted';

export interface Change<Value> {
  readonly type: 'change';
  readonly reason: ChangeReason;
  readonly address: Address;
  /** Of the record, where it has one. */
  readonly key?: string;
  readonly status: Status;
  /** What the record holds now. */
  readonly value: Value | undefined;
}

/** All there is: first of all, and again when a reader was too slow and has missed changes. */
export interface Snapshot<Value> {
  readonly type: 'snapshot';
  readonly reason: 'start' | 'missed';
  readonly members: readonly Member<Value>[];
}

export type Update<Value> = Snapshot<Value> | Change<Value>;

/** A record that does not fit the schema. Readers are not shown it. */
export interface InvalidRecord {
  readonly address: Address;
  readonly key?: string;
  readonly version: number;
  readonly issues: readonly StandardSchemaV1.Issue[];
}

export interface GossipEvents<Value> {
  readonly change: Change<Value>;
  readonly invalid: InvalidRecord;
  /** What a log should warn of. */
  readonly warning: string;
  /** Everything that happens in this node, as `gossip/trace` measures it. */
  readonly trace: TraceEvent;
  /** It has ended; the last event. */
  readonly close: undefined;
}

/**
 * One member of a network, as the service in it sees it.
 *
 * @typeParam Value what readers get
 * @typeParam Input what `set` takes; another type than `Value` where the schema transforms
 */
export interface Gossip<Value, Input = Value> extends AsyncDisposable {
  /** Where others reach this member: `"127.0.0.1:7001"`. */
  readonly address: Address;
  /** Aborted when this member has ended: for what should end with it. */
  readonly signal: AbortSignal;
  /**
   * Tells everyone a new value of this member's, in place of the one before it. Without a key it is the member's own; further
   * records have a key each.
   *
   *     gossip.set({ load: 0.7 });
   *     gossip.set({ load: 0.2 }, { key: 'disk' });
   *     const { reached, of } = await gossip.set({ load: 0.9 }, { receipt: true }).receipt;
   *
   * @throws {InvalidValue} a TypeError with the schema's issues, when it does not fit
   * @throws {TypeError|RangeError} unless it is JSON of at most 4096 characters and 16 levels, and the key has 1 to 64 characters
   * @throws {Error} when it cannot be told: this member has ended, its version is the greatest there is, or its table is full
   */
  set(value: Input, options: SetOptions & { readonly receipt: true | ReceiptOptions }): PublishedWithReceipt;
  set(value: Input, options?: SetOptions): Published;
  /**
   * Takes a record back, everywhere. Of a record with a key nothing is left after `reapAfterMs`.
   *
   * @throws what `set` throws
   */
  delete(key?: string): Published;
  /**
   * What a member has set.
   *
   * @param address `"host:port"`, or a port of this machine
   * @throws {RangeError} when that is no address
   */
  get(address: Address | number, key?: string): Value | undefined;
  /** All members this one knows of, itself included, also those that are down or have left. */
  members(): readonly Member<Value>[];
  /**
   * First a snapshot, then each change. A reader that is too slow misses changes, and gets a fresh snapshot in their place. Ends with
   * this member, and with the signal.
   *
   *     for await (const update of gossip.updates({ signal })) {
   *       if (update.type === 'change') console.log(update.address, update.reason, update.value);
   *     }
   */
  updates(options?: UpdatesOptions): AsyncIterableIterator<Update<Value>, undefined>;
  /** Calls `listener` with every such event from now on. What it throws harms nobody else: it is warned of once. @returns how to stop that */
  on<Name extends keyof GossipEvents<Value>>(
    name: Name,
    listener: (event: GossipEvents<Value>[Name]) => void,
  ): () => void;
  /** Tells the logger and the listeners of `warning`, or else Node's own warnings. */
  warn(warning: string): void;
  /** The node below, as tools see it: its table, links, counters and trace. */
  readonly node: ReadableNode;
  /**
   * Hands this member the requests of your own HTTP server; with `listen: false` it has no other way to be reached. What it does
   * not take is yours. Over another transport than HTTP it throws a `TypeError`.
   */
  readonly handler: RequestHandler;
  /** Says goodbye and ends, within two seconds. A second call waits for the same end. */
  close(): Promise<void>;
}

export interface SetOptions {
  /** 1 to 64 characters. */
  readonly key?: string;
  /** Asks which members hold the value. It costs one small message of each. */
  readonly receipt?: boolean | ReceiptOptions;
}

export interface ReceiptOptions {
  /** How long to wait for members that lack it, in milliseconds: up to ten minutes. 10,000. */
  readonly withinMs?: number;
}

export interface Published {
  /** Of this member's, which counts all it has told. */
  readonly version: number;
}

export interface PublishedWithReceipt extends Published {
  /** Resolves as soon as all hold the value, when time is up, or when this member ends. Never rejects. */
  readonly receipt: Promise<Receipt>;
}

/**
 * How many of the other members held the value, or a newer one in its place. `reached === of`: all that this member knows of and that may live. Those count that are
 * suspected, or down without their machine having said so: they may live behind a partition. A guest, which knows only the brief, never answers.
 */
export interface Receipt {
  readonly reached: number;
  readonly of: number;
  /** Since it was set. */
  readonly afterMs: number;
}

export interface UpdatesOptions {
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Changes that wait for a slow reader; with more it gets a snapshot. 1024. */
  readonly maxWaiting?: number;
}
