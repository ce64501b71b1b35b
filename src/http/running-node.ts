/** A node as whoever starts it has it: what it is told, and what can be done with it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Address, Parameters, Payload, RecordSnapshot, StrategyName } from '../core/index.ts';
import type { KeyringSource } from '../keyring/keyring.ts';
import type { NodeView } from '../trace/views.ts';
import type { JsonRoute } from './json-routes.ts';
import type { LinkFaults } from './link-faults.ts';
import type { TlsOptions } from './tls-files.ts';

/** Of a node, whatever carries its messages. */
export interface TransportNodeOptions {
  /** Nodes to join through, each `"host:port"` or a port of this machine. None: this is the first. */
  readonly join?: readonly (Address | number)[];
  readonly strategy?: StrategyName;
  /** The name of its network, 1 to 64 visible ASCII characters. Nodes of other names are refused. */
  readonly cluster?: string;
  readonly parameters?: Partial<Parameters>;
  /** Makes every random choice of this node repeatable. Nodes of one seed still choose differently: the address counts. */
  readonly seed?: number | undefined;
  readonly dataDir?: string | undefined;
  /** Told what a log should warn of, also of the first failure of each listener that throws. Else Node's own warnings tell. */
  readonly warn?: (warning: string) => void;
  /** Called when the node listens, or waits for its server, before its first event. What it throws, starting throws. */
  readonly observe?: (self: Address, subscribe: NodeView['subscribe']) => void;
}

/** Of a node over HTTP. */
export interface NodeOptions extends TransportNodeOptions {
  /** 0 takes any free port. With `listen: false` that of your own server. */
  readonly port: number;
  /** `false`: this node listens nowhere, and your own HTTP server hands it requests through `handler`. */
  readonly listen?: boolean;
  /** What `handler` answers beside `/gossip` and `/peers`, and `routes`. None: a service's port is often open to more than its members. */
  readonly expose?: readonly View[];
  /**
   * Where to listen. Loopback unless told otherwise: where other machines reach it, `insecure` has to be said, or something has to
   * keep outsiders out.
   */
  readonly host?: string;
  /**
   * The keys that all nodes of its network share: the path of a keyring (`gossip keys new FILE`), or `{ keys }`, each 32 bytes in base64.
   * Then nothing is believed that none of them has signed, and guests are off. What changes in it is taken over within a second of use.
   */
  readonly keyring?: KeyringSource | undefined;
  /**
   * Mutual TLS: who has a certificate of these authorities is a member, and speaks for the hosts in it. Each is a file, which is read
   * again when it changes, or PEM. Not with `listen: false`.
   */
  readonly tls?: TlsOptions | undefined;
  /** Anybody who reaches the port may speak for any node, and read what is told. */
  readonly insecure?: boolean;
  /** The host part of this node's address, where others reach it by another name than `host`. */
  readonly advertise?: string | undefined;
  /**
   * Networks whose addresses this node calls, each as `"10.0.0.0/8"`, `"fd00::/8"` or one address, also after a name was resolved. Those
   * that follow from its own address: loopback for loopback, the private block it lies in for a private one, else all that is public.
   * What `join` names is called in any case.
   */
  readonly allow?: readonly string[];
  /** Nodes that know only `GET /peers/` and `POST /gossip/` with one bare rumor take part. `false`: they do not. */
  readonly guests?: boolean;
  /** Further routes beside the protocol's. */
  readonly routes?: readonly JsonRoute[];
  /** How many lines of its log could not be written, where it has one: a metric. */
  readonly lostLogLines?: () => number;
  /** Faults between this node and its peers, for tests; asked before each send. */
  readonly linkFaults?: () => LinkFaults | undefined;
}

/** What can be looked at in a node: its table, its trace as server-sent events, a line for health checks, and Prometheus text. */
export type View = '/state' | '/events' | '/health' | '/metrics';

/**
 * Answers the requests that are a node's and leaves all others alone: for `node:http` it tells whether it took the request, and for
 * what has middleware it calls `next` with those that it did not. It reads bodies itself, so nothing may read them before it.
 *
 *     createServer((request, response) => gossip.handler(request, response) || mine(request, response));
 *     express().use(gossip.handler);
 */
export interface RequestHandler {
  (request: IncomingMessage, response: ServerResponse): boolean;
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
}

/** Options that were checked: each address in full. */
export type Checked<Options> = Omit<Options, 'join'> & { readonly join: readonly Address[] };

/** A node that listens, or is mounted in a server that does, to be looked into. */
export interface ReadableNode extends NodeView {
  /** What it holds of one origin and key; the record without a key, where none is given. */
  record(origin: Address, key?: string): RecordSnapshot | undefined;
  readonly version: number;
  /**
   * Over the connections that others opened to this node, in both directions, with HTTP's headers: the sum over all nodes
   * of a network is what they sent each other. Of a server of yours those connections count that brought it something.
   */
  readonly bytesOnTheWire: number;
}

export interface RunningNode extends ReadableNode {
  /**
   * Tells the network something new of this node's. Without a payload it deletes the record.
   *
   * @param receiptWithinMs an event `receipt` is to tell who holds it: as soon as all do, or after so long, ten minutes at most
   * @throws {RangeError} unless the payload is JSON of at most 4096 characters and 16 levels, and a key has 1 to 64
   * @throws {Error} when it cannot be told: this node has stopped, its version is the greatest there is, or its table is full
   */
  publish(payload: Payload | undefined, key?: string, receiptWithinMs?: number): void;
  /** Says goodbye to the peers and ends, within two seconds. */
  stop(): Promise<void>;
}
