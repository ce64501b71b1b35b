/**
 * The trace: what happened where and when, one JSON line an event, the same from every host. The core's events come
 * stamped with time and node; what crosses the host's boundary adds `sent` and `received`.
 */
import { isRumor, type Address, type CoreEvent, type Message, type Millis } from '../core/index.ts';

export type TraceEvent = { readonly time: Millis; readonly node: Address } & (CoreEvent | TransportEvent);

/** One message that left or reached this node. `message` is its type; a rumor's facts are given too. */
export type TransportEvent =
  | ({ readonly type: 'sent'; readonly to: Address } & MessageFacts & MessageSize)
  | ({ readonly type: 'received'; readonly from: Address } & MessageFacts)
  /** A send that failed; the peer may or may not have got it. */
  | { readonly type: 'unreachable'; readonly peer: Address; readonly reason: string }
  /** No request holds a message of so many bytes: it was thrown away. */
  | {
      readonly type: 'unsendable';
      readonly to: Address;
      readonly message: Exclude<Message['type'], undefined>;
      readonly bytes: number;
    }
  /** Messages to and from this peer go over a stream from now on, and no more. */
  | { readonly type: 'linkOpened'; readonly peer: Address; readonly openedBy: Address }
  | { readonly type: 'linkClosed'; readonly peer: Address; readonly reason: string }
  /**
   * So many messages of one batch, or one request, were refused and changed nothing; the first for this reason. Or this node did not
   * call `from`, which is outside the networks that it may call.
   */
  | { readonly type: 'refused'; readonly from: string; readonly reason: string; readonly count?: number };

/** A line of the trace of a whole run: what each node tells, and what only the one who runs them all can know. */
export type RunEvent = TraceEvent | ({ readonly time: Millis; readonly node: Address } & HostEvent);

/** What happened to a process, or to a message on its way. */
export type HostEvent =
  | { readonly type: 'started' }
  /** It runs no more: it said goodbye first, or not. */
  | { readonly type: 'stopped'; readonly why: 'killed' | 'left' }
  /** It stands still, or runs on. */
  | { readonly type: 'paused' | 'resumed' }
  /** What this node sent came to nothing. */
  | ({ readonly type: 'lost'; readonly to: Address; readonly reason: LossReason } & MessageFacts);

/** By chance, cut off by a partition, or there was nobody. */
export type LossReason = 'loss' | 'partition' | 'down';

export type MessageFacts =
  | {
      readonly message: 'rumor';
      readonly uuid: string;
      readonly origin: Address;
      readonly version: number;
      readonly ttl: number;
      readonly hops: number;
    }
  | { readonly message: Exclude<Message['type'], 'rumor' | undefined> };

/** The length of the message's JSON, from hosts that know it without making it for this alone. */
export interface MessageSize {
  readonly bytes?: number | undefined;
}

/** Does a node tell something by this, and not only how another fares? Then it is the next update. */
export function isPublication(event: RunEvent): boolean {
  return event.type === 'published' && event.status === undefined;
}

export type TraceEventType = TraceEvent['type'];

// There are two of these for each message of a simulation, and V8 writes what follows a spread many times more slowly than
// a literal that names all.

export function sentEvent(to: Address, message: Message, bytes?: number): TransportEvent {
  if (!isRumor(message)) return { type: 'sent', to, message: message.type, bytes };
  const { uuid, origin, version, ttl, hops = 1 } = message;
  return { type: 'sent', to, message: 'rumor', uuid, origin, version, ttl, hops, bytes };
}

export function receivedEvent(from: Address, message: Message): TransportEvent {
  if (!isRumor(message)) return { type: 'received', from, message: message.type };
  const { uuid, origin, version, ttl, hops = 1 } = message;
  return { type: 'received', from, message: 'rumor', uuid, origin, version, ttl, hops };
}

export function lostEvent(to: Address, reason: LossReason, message: Message): HostEvent {
  return { type: 'lost', to, reason, ...factsOf(message) };
}

function factsOf(message: Message): MessageFacts {
  if (!isRumor(message)) return { message: message.type };
  const { uuid, origin, version, ttl, hops = 1 } = message;
  return { message: 'rumor', uuid, origin, version, ttl, hops };
}
