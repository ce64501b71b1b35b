/**
 * The library's face: a member of a gossip network, inside a service of your own.
 *
 *     import { createGossip } from 'gossip';
 *
 *     const gossip = await createGossip<{ load: number }>({ port: 7001, join: ['10.0.0.7:7000'] });
 *     gossip.set({ load: 0.7 });
 *     for (const { address, status, value } of gossip.members()) console.log(address, status, value?.load);
 *     await gossip.close();
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createHttpNode, type Mountable } from '../http/http-node.ts';
import type { MutualTls } from '../http/mutual-tls.ts';
import { checkOptions, checkTransportOptions } from '../http/node-options.ts';
import type { NodeOptions, RequestHandler, TransportNodeOptions } from '../http/running-node.ts';
import type { Transport } from '../http/transport.ts';
import { TransportNode } from '../http/transport-node.ts';
import type { Gossip } from './gossip.ts';
import { GossipMember } from './gossip-member.ts';
import type { Logger } from './logger.ts';
import { checkOwnOptions } from './options.ts';
import { measureWith, type Telemetry } from './telemetry.ts';

export { STRATEGY_NAMES } from '../core/index.ts';
export type { Address, Claim, Payload, Parameters, Status, StrategyName } from '../core/index.ts';
export type { StandardSchemaV1 } from '@standard-schema/spec';
export type * from './gossip.ts';
export type { Fate, LinkFaults } from '../http/link-faults.ts';
export type { NodeOptions, ReadableNode, RequestHandler, TransportNodeOptions, View } from '../http/running-node.ts';
export type * from '../http/transport.ts';
export type { KeyringSource } from '../keyring/keyring.ts';
export type { Counters } from '../trace/counters.ts';
// What these say of messages and tables is told in full by gossip/trace and gossip/core.
export type { LossReason, TraceEvent } from '../trace/trace-event.ts';
export type { Message, NodeSnapshot, RecordSnapshot } from '../core/index.ts';
export type { TlsOptions } from '../http/tls-files.ts';
export type { JsonRoute } from '../http/json-routes.ts';
export type { Logger } from './logger.ts';
export type { BatchResultLike, MeterLike, SpanLike, Telemetry, TracerLike } from './telemetry.ts';
export { InvalidValue, type Issues } from './schema.ts';
export { Unpublished } from '../http/unpublished.ts';

/** Of members that are given no name. Not that of the demo's nodes, which a service is not to meet by chance. */
const DEFAULT_CLUSTER = 'gossip';

/** Of every member, whatever carries its messages. */
export interface MemberOptions {
  /** The name of the network, 1 to 64 visible ASCII characters: members of other names are refused. `gossip`. */
  readonly cluster?: string;
  /** Ends this member when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Is told what an operator should know: warnings, invalid records, start and end; each change at `debug`. */
  readonly logger?: Logger | undefined;
  /** Metrics and spans for OpenTelemetry. None. */
  readonly telemetry?: Telemetry | undefined;
  /** `false`: others do not hear of this member before it sets something. */
  readonly introduce?: boolean;
}

/** Of a member over HTTP. */
export interface GossipOptions extends NodeOptions, MemberOptions {
  readonly cluster?: string;
  readonly transport?: undefined;
}

/** Of a member over another transport: what is HTTP's own, as a port or a handler, does not apply. */
export interface TransportGossipOptions extends TransportNodeOptions, MemberOptions {
  readonly cluster?: string;
  /** Carries this member's messages, and ends with it. All members of a network need transports that understand each other. */
  readonly transport: Transport;
  readonly port?: undefined;
  readonly listen?: undefined;
}

/**
 * Starts a member, and resolves when it listens. It then joins by itself, and goes on trying while nobody answers. With
 * `listen: false` it joins as soon as your own server hands it requests that come to its address.
 *
 * @param options with a `schema` every value is checked, also those of others: what fails is an event `invalid`, and readers are
 *   not shown it. A schema that transforms is given what travels; readers get what it makes of that
 * @throws {TypeError|RangeError} one line that names an option that is wrong, its value and what it may be
 * @throws {Error} when the port is taken (`code: 'EADDRINUSE'`), or the data directory cannot be used
 */
export function createGossip<Schema extends StandardSchemaV1>(
  options: (GossipOptions | TransportGossipOptions) & { readonly schema: Schema },
): Promise<Gossip<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>>>;
export function createGossip<Value>(
  options: (GossipOptions | TransportGossipOptions) & {
    readonly schema?: StandardSchemaV1<unknown, Value> | StandardSchemaV1<Value, Value>;
  },
): Promise<Gossip<Value>>;
export async function createGossip<Value>(
  options: (GossipOptions | TransportGossipOptions) & { readonly schema?: StandardSchemaV1<Value, Value> },
): Promise<Gossip<Value>> {
  checkOwnOptions(options);
  const { signal, logger, introduce = true, schema, telemetry, transport, ...nodeOptions } = options;
  signal?.throwIfAborted();
  const observe: NodeOptions['observe'] = (self, subscribe) => {
    subscribe((event) => gossip.observe(event));
    options.observe?.(self, subscribe);
  };
  const warn = (warning: string): void => gossip.warn(warning);
  const node = await nodeOver(transport, { cluster: DEFAULT_CLUSTER, ...nodeOptions }, { warn, observe });
  const member = new GossipMember<Value, Value>(node, schema, logger, telemetry?.tracer);
  const gossip = Object.assign(member, { handler: node.handler });
  if (options.warn !== undefined) gossip.on('warning', options.warn);
  await node.start();
  if (telemetry?.meter !== undefined) gossip.on('close', measureWith(telemetry.meter, node));
  if (signal !== undefined) closeWith(signal, gossip);
  logger?.info({ gossip: gossip.address }, options.listen === false ? 'waiting for its server' : 'listening');
  // What the service sets first may come at once, and then says it all.
  if (introduce) setImmediate(() => gossip.introduce());
  return gossip;
}

async function nodeOver(
  transport: Transport | undefined,
  options: TransportNodeOptions,
  watch: Required<Pick<NodeOptions, 'warn' | 'observe'>>,
): Promise<TransportNode & Mountable> {
  if (transport !== undefined) {
    const node = new TransportNode({ ...checkTransportOptions(options), ...watch }, transport);
    return Object.assign(node, { handler: noHandler });
  }
  const checked = checkOptions(options as NodeOptions);
  return createHttpNode({ ...checked, ...watch }, await tlsOf(checked, watch.warn));
}

const noHandler: RequestHandler = () => {
  throw new TypeError('handler: this is of HTTP, and another transport is given');
};

/** What plain nodes do not load. @throws {RangeError} */
async function tlsOf(
  { tls, advertise, host = '127.0.0.1' }: NodeOptions,
  warn: (warning: string) => void,
): Promise<MutualTls | undefined> {
  if (tls === undefined) return undefined;
  const { MutualTls } = await import('../http/mutual-tls.ts');
  return new MutualTls(tls, advertise ?? host, warn);
}

function closeWith(signal: AbortSignal, gossip: Gossip<unknown>): void {
  const close = (): void => void gossip.close();
  if (signal.aborted) close();
  else signal.addEventListener('abort', close, { once: true });
  gossip.signal.addEventListener('abort', () => signal.removeEventListener('abort', close), { once: true });
}
