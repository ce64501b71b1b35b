/**
 * What a message costs between real processes of this machine, as far as the simulator needs to know it: fitted to the
 * trace of a run of real processes.
 *
 * A hop is what one step of a delivery takes: from the moment a node holds an update until a peer that it pushed it to
 * holds it. So it contains all that reality charges and the simulator does not know: sockets, HTTP, JSON, handling, the
 * timer of a link that is delayed, and the wait for a core that other nodes have. CPU is told apart, because many copies at
 * a time wait for the same cores. A hop is fitted as log-normal by its
 * median and 90th percentile, which outliers (a pause, a repair) do not move.
 */
import Type, { type Static } from 'typebox';
import type { Delay } from '../scenario/scenario.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis } from '../trace/views.ts';
import { quantileOf } from '../trace/sample-quantile.ts';

const STRICT = { additionalProperties: false } as const;
const number = Type.Number({ minimum: 0 });
const SpreadSchema = Type.Object({ count: number, p50: Type.Number(), p90: Type.Number(), p99: Type.Number() }, STRICT);

/** What `gossip calibrate --json` prints and `gossip agree --calibration` reads. Times in milliseconds. */
export const CalibrationSchema = Type.Object(
  {
    /** At once on this machine: what a hop takes depends on it. */
    nodes: Type.Integer({ minimum: 2 }),
    strategy: Type.String(),
    cores: Type.Integer({ minimum: 1 }),
    /** From holding an update to a peer's holding it, over links as they are. */
    hopMs: SpreadSchema,
    /** The same over links that are made slow, beyond the delay they are given. */
    delayedHopMs: SpreadSchema,
    /** The part of `hopMs` between a message's departure and its being handled. */
    wireMs: SpreadSchema,
    /** The same where it was the first message between these two: with a new connection. */
    newWireMs: Type.Optional(SpreadSchema),
    /** CPU of all nodes for one message between two of them, while one update spreads at a time; absent where it cannot be read. */
    cpuMsPerMessage: Type.Optional(Type.Number()),
    /** The same while all nodes publish at once. */
    burstCpuMsPerMessage: Type.Optional(Type.Number()),
    /** From a process's death until a peer learns that its connection is closed and nobody listens. */
    refusedMs: Type.Optional(SpreadSchema),
  },
  STRICT,
);

/** What links are given in the run with delayed ones: far above what a hop takes by itself, and a fifth of it would be seen. */
export const LINK_DELAY_MS = 20;

export type Calibration = Static<typeof CalibrationSchema>;
export type Spread = Static<typeof SpreadSchema>;

export interface Hops {
  readonly hopsMs: readonly Millis[];
  readonly wireMs: readonly Millis[];
  readonly newWireMs: readonly Millis[];
}

/** The steps of all first deliveries of updates from `fromMs` on that came by a push, in a trace in the order of its times. */
export function hopsOf(events: readonly RunEvent[], fromMs: Millis): Hops {
  const heldAt = new Map<string, Millis>();
  const sentAt = new Map<string, Millis>();
  const linked = new Set<string>();
  const hops = { hopsMs: [] as Millis[], wireMs: [] as Millis[], newWireMs: [] as Millis[] };
  for (const event of events) {
    const { node, time } = event;
    if (event.type === 'sent') {
      if (event.message === 'rumor') sentAt.set(`${event.uuid} ${node} ${event.to}`, time);
      if (event.message !== 'rumor') linked.add(`${node} ${event.to}`);
    } else if (event.type === 'published' && time >= fromMs && event.status === undefined) {
      heldAt.set(`${event.uuid} ${node}`, time);
    } else if (event.type === 'applied') {
      const { uuid, via } = event;
      const before = heldAt.get(`${uuid} ${via}`);
      const sent = sentAt.get(`${uuid} ${via} ${node}`);
      if (before === undefined) continue;
      heldAt.set(`${uuid} ${node}`, time);
      if (sent === undefined || sent < before) continue;
      const link = `${via} ${node}`;
      const isNew = !linked.has(link) && !linked.has(`${node} ${via}`);
      linked.add(link);
      hops.hopsMs.push(time - before);
      (isNew ? hops.newWireMs : hops.wireMs).push(time - sent);
    }
  }
  return hops;
}

/** From each node's end without a goodbye until others learned, each for the first time, that it refuses connections. */
export function refusalsOf(events: readonly RunEvent[]): Millis[] {
  const diedAt = new Map<string, Millis>();
  const known = new Set<string>();
  const refusals: Millis[] = [];
  for (const event of events) {
    if (event.type === 'stopped' && event.why === 'killed') diedAt.set(event.node, event.time);
    if (event.type !== 'unreachable' || event.reason !== 'ECONNREFUSED') continue;
    const died = diedAt.get(event.peer);
    const pair = `${event.node} ${event.peer}`;
    if (died === undefined || known.has(pair)) continue;
    known.add(pair);
    refusals.push(Math.max(0, event.time - died));
  }
  return refusals;
}

export function spreadOf(values: readonly Millis[]): Spread | undefined {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((part) => quantileOf(values, part));
  return p50 === undefined ? undefined : { count: values.length, p50, p90: p90 as number, p99: p99 as number };
}

/** Of the standard normal: nine of ten are below. */
const NORMAL_P90 = 1.2816;

/** Log-normal with this median and 90th percentile, cut off at the 99th; on one machine what varies is its load, so for each message. */
export function logNormalOf({ p50, p90, p99 }: Spread): Delay {
  return { kind: 'logNormal', medianMs: p50, sigma: Math.log(p90 / p50) / NORMAL_P90, maxMs: p99, perMessage: true };
}
