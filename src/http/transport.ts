/**
 * What carries messages between nodes. HTTP and JSON is one such transport (`http-node.ts`), and a service may hand in its own.
 *
 *     const transport: Transport = {
 *       open: () => 'queue:1',                                           // where others reach this node
 *       start: (host) => queue.on('message', ({ from, text }) => host.received(from, [JSON.parse(text)])),
 *       send: (to, message) => queue.post(to, JSON.stringify(message)),  // at once; failures are told later
 *       close: async () => queue.end(),
 *     };
 *     const gossip = await createGossip({ transport, join: ['queue:2'] });
 *
 * What the protocol asks of a transport, `runTransportTests` of `gossip/testing` checks: a claim each.
 *
 * - **It need not be reliable.** Messages may be lost, doubled and overtaken: the protocol repairs that. It costs time and messages, so
 *   it should be rare.
 * - **It need not be trusted.** Whatever it hands to `received` is checked there, each message for itself, like what comes from anywhere.
 *   Who a message is from is what the transport says: where others can lie about that, it proves nothing.
 * - **It says when a peer is out of reach**, and best of all when nobody lives there: that is how deaths are noticed at once. A
 *   transport that cannot know it, as over UDP, needs `parameters: { failedSendsAreReported: false }`.
 * - **It bounds what it holds**: bytes that wait for a peer, connections, and the time that a send may take.
 */
import type { Address, Message } from '../core/index.ts';

/** A transport carries messages whose JSON has up to so many bytes of UTF-8. It may carry larger ones. */
export const TRANSPORT_MESSAGE_BYTES = 60_000;

/** Belongs to one node, and is used once: `open`, `start`, then the rest, and `close` at last, also after one of these has failed. */
export interface Transport {
  /**
   * Takes an address, and answers with it: by it others reach this node, so it must lead here for as long as the node lives.
   *
   * @returns `"host:port"`: a name, an IPv4 address or an IPv6 address in brackets, and a port from 1 to 65535. What they mean is
   *   the transport's affair: `"memory:7"` will do
   * @throws an error that says why it cannot, which `createGossip` throws
   */
  open(): Address | Promise<Address>;
  /**
   * From now on, and not before, messages are received: this node is ready for them.
   *
   * @throws an error that says why it cannot, which `createGossip` throws
   */
  start(host: TransportHost): void | Promise<void>;
  /**
   * Sends a message in its own time. It comes back at once and throws nothing; nothing of the host is called before it has come back. What
   * becomes of it is told to the host: `sent`, `unsendable`, `unreachable`. The message is plain JSON, and is not changed by anybody.
   *
   * A message that waits may be replaced by a newer one that says the same thing later, and the oldest may make room when too much waits.
   */
  send(to: Address, message: Message): void;
  /** A hint: from now on there is a link to this node, so a connection to it will be of use. Comes back at once, like `send`. */
  linked?(peer: Address): void;
  /** A hint: the link has ended; single messages may still go there. */
  unlinked?(peer: Address): void;
  /** For the metrics. */
  figures?(): TransportFigures;
  /**
   * Sends what waits, as a goodbye, for at most `withinMs`; then ends everything. After that nothing is sent, nothing is told to the host,
   * and nothing is left that would keep a process alive. A second call does no harm.
   */
  close(withinMs: number): Promise<void>;
}

/** The node, as its transport sees it. Each of these may be taken from it and called alone; none throws. */
export interface TransportHost {
  /** The name of its network. A transport lets no messages through between nodes of different names. */
  readonly cluster: string;
  /** Is there a link to it just now? */
  isPeer(address: Address): boolean;
  /**
   * Messages have come, in this order: any values at all, of whoever is at the other end. Of the kinds that make a node look through all
   * it has, one in each call is heard.
   *
   * @param isProven `false`: the sender has not shown that it reads what is sent to its address, so it may have made that up; then of the
   *   messages that make this node call another, too, one in each call is heard. `true`
   * @returns those that are refused; a transport that answers its senders may tell them
   */
  received(from: Address, messages: readonly unknown[], isProven?: boolean): readonly RefusedMessage[];
  /** A message has left this node; told once of each that was handed to `send` and not replaced, as it leaves. */
  sent(to: Address, message: Message): void;
  /** A message is thrown away, because it is too large: told of each. */
  unsendable(to: Address, message: Message, bytes: number): void;
  /**
   * A send failed, or a connection has broken: within seconds, and again when the next one fails.
   *
   * @param reason a few words or a code, such as `ECONNRESET`
   * @param refused it is certain that no node of this network is at this address now; not only that none answers
   */
  unreachable(peer: Address, reason: string, refused: boolean): void;
  /** The node at this address, which its user gave, calls itself by another: as where a machine has several names. */
  named(contact: Address, self: Address): void;
  /** A connection to this peer is open, by the one that opened it; for the trace. */
  opened(peer: Address, openedBy: Address): void;
  /** It has ended; for the trace. */
  closed(peer: Address, reason: string): void;
  /** What came was no message at all: told to the trace and counted. `from`: whatever is known of the sender. */
  refused(from: string, reason: string, count: number): void;
  /** One line for an operator. */
  warn(text: string): void;
}

/** What was received and is no message. */
export interface RefusedMessage {
  /** Its place among the messages of the call, from 0. */
  readonly index: number;
  /** One line that names the field and the rule; worked out when asked for. */
  reason(): Promise<string>;
}

/** What a transport counts since its start, and how much waits just now. What it leaves out is 0. */
export interface TransportFigures {
  readonly requests?: number;
  /** Of these, so many had to wait because their peer was sent too many. */
  readonly requestsDelayed?: number;
  /** Messages that were dropped because too much waited for their peer. */
  readonly waitingDropped?: number;
  /** Calls not made, since the address is outside the networks that this node may call. */
  readonly notAllowed?: number;
  /** Connections of others that were turned away, since there were too many. */
  readonly connectionsRefused?: number;
  /** Messages that wait. */
  readonly waiting?: number;
  /** Open just now, opened by others. */
  readonly connections?: number;
  /** Links that stream. */
  readonly streams?: number;
  /** Readers of the trace. */
  readonly eventReaders?: number;
  /** Nodes of another kind that this one speaks for. */
  readonly guests?: number;
  /** Addresses of which something is remembered. */
  readonly addresses?: number;
  /** Over the connections that others opened to this node, in both directions. */
  readonly bytesOnTheWire?: number;
}
