/** `GET /metrics`, loaded when first asked for. */
import { Counter, Gauge, Registry } from 'prom-client';
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
  /** Messages in outboxes. */
  readonly waiting: number;
}

/** What the trace counts, and what the transport does. */
export interface Totals extends Counters {
  readonly requests: number;
  readonly requestsDelayed: number;
  readonly waitingDropped: number;
}

const COUNTER_HELP: { readonly [name in keyof Totals]: string } = {
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
};

const LEVEL_HELP: { readonly [name in keyof Levels]: string } = {
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
  waiting: 'Messages in outboxes',
};

export function createRegistry(counters: () => Totals, levels: () => Levels, lostLogLines?: () => number): Registry {
  const registry = new Registry();
  addProcessMetrics(registry);
  if (lostLogLines !== undefined) addLostLogLines(registry, lostLogLines);
  for (const name of Object.keys(COUNTER_HELP) as (keyof Totals)[]) {
    new Counter({
      name: `gossip_${snake(name)}_total`,
      help: COUNTER_HELP[name],
      registers: [registry],
      collect() {
        this.reset();
        this.inc(counters()[name]);
      },
    });
  }
  for (const name of Object.keys(LEVEL_HELP) as (keyof Levels)[]) {
    new Gauge({
      name: `gossip_${snake(name)}`,
      help: LEVEL_HELP[name],
      registers: [registry],
      collect() {
        this.set(levels()[name]);
      },
    });
  }
  return registry;
}

function addLostLogLines(registry: Registry, lost: () => number): void {
  new Counter({
    name: 'gossip_log_lines_lost_total',
    help: 'Lines of the log that could not be written',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(lost());
    },
  });
}

/**
 * prom-client's own set for the process measures the event loop's delay a hundred times a second, for ever after the
 * first scrape: ten times what an idle node costs. These two are what its users look at.
 */
function addProcessMetrics(registry: Registry): void {
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident set size',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
