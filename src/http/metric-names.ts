/** What a node measures of itself, and what each is called wherever it is shown. */
import type { Counters } from '../trace/counters.ts';

/** Levels that go up and down, read at each scrape. */
export interface Levels {
  readonly peers: number;
  readonly lazy: number;
  readonly passive: number;
  readonly records: number;
  readonly members: number;
  readonly version: number;
  /** uuids in the seen-cache. */
  readonly seen: number;
  readonly grafting: number;
  readonly confirmations: number;
  readonly localHealthScore: number;
  /** Of others' rumors and its own. */
  readonly receipts: number;
  /** Messages in outboxes. */
  readonly waiting: number;
  /** Opened by others. */
  readonly connections: number;
  readonly streams: number;
  readonly eventReaders: number;
  readonly guests: number;
  /** Addresses remembered for links, outsiders and guests. */
  readonly addresses: number;
  readonly timers: number;
}

/** What the trace counts, and what the transport does. */
export interface Totals extends Counters {
  readonly requests: number;
  readonly requestsDelayed: number;
  readonly waitingDropped: number;
  readonly notAllowed: number;
  readonly connectionsRefused: number;
  readonly timersRefused: number;
}

export const COUNTER_HELP: { readonly [name in keyof Totals]: string } = {
  published: 'Rumors of our own',
  rumorsSent: 'Copies of rumors sent',
  rumorsReceived: 'Copies of rumors received',
  controlSent: 'Other messages sent',
  controlReceived: 'Other messages received',
  applied: 'Rumors that changed the table',
  duplicates: 'Copies of rumors seen before',
  stale: 'Rumors older than what the table holds',
  dropped: 'Rumors not passed on or not kept: TTL ran out, or table full',
  refuted: 'Times this node went above a version it heard of itself',
  unreachable: 'Failed sends',
  unpublished: 'Rumors of our own that were not told: there was no greater version, or no room',
  unsendable: 'Messages larger than any request, thrown away',
  full: 'Rumors not kept because the table is full; among the dropped',
  evicted: 'Members never seen alive that were forgotten because the table is full',
  refused: 'Messages and requests that were refused',
  requests: 'Requests sent to other nodes',
  requestsDelayed: 'Requests that waited because their peer was sent too many',
  waitingDropped: 'Messages dropped because too much waited for their peer',
  connectionsRefused: 'Connections turned away, since there were too many',
  timersRefused: 'Timers not set, since there were too many',
  notAllowed: 'Calls not made, since the address is outside the allowed networks',
};

export const LEVEL_HELP: { readonly [name in keyof Levels]: string } = {
  peers: 'Active view',
  lazy: 'Peers that are not pushed to: links outside the broadcast tree',
  passive: 'Passive view',
  records: 'Records in the table',
  members: 'Members in the table',
  version: 'Own version',
  seen: 'uuids in the seen-cache',
  grafting: 'Records asked for with a graft just now',
  confirmations: 'Members being looked at before they are accused, and for others',
  localHealthScore: 'How far this node distrusts its own view of others, 0 to 8',
  receipts: 'Rumors whose holders are gathered',
  waiting: 'Messages in outboxes',
  connections: 'Connections that others hold to this node',
  streams: 'Streams that others have opened',
  eventReaders: 'Readers of /events/',
  guests: 'Guests that this node serves',
  addresses: 'Addresses remembered for links, outsiders and guests',
  timers: "The core's timers under way",
};

/** Without the `_total` that Prometheus wants of counters. */
export function metricName(name: keyof Totals | keyof Levels): string {
  return `gossip_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
