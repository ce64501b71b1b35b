/**
 * What is kept of a run: its measures by the names they have everywhere, flattened into columns, with the words and units
 * that a table or a picture needs for them.
 */
import type { Measured } from '../trace/measures.ts';

export const MEASURES = {
  coverageMin: { words: 'coverage of the least spread update', unit: 'part' },
  coverageMean: { words: 'coverage', unit: 'part' },
  /** Part of the updates that came to every node which was up from their publication to the end of the run. */
  reachedAll: { words: 'updates that reached all', unit: 'part' },
  /** Over all updates and all nodes. */
  deliveryTimeMsP50: { words: 'delivery time, median', unit: 'ms' },
  deliveryTimeMsP99: { words: 'delivery time, 99th percentile', unit: 'ms' },
  deliveryTimeMsMax: { words: 'delivery time, slowest', unit: 'ms' },
  /** Over the updates. A quantile is absent where it falls on one that missed somebody. */
  timeToAllMsP50: { words: 'time to all, median update', unit: 'ms' },
  timeToAllMsP99: { words: 'time to all, 99th percentile', unit: 'ms' },
  timeToAllMsMax: { words: 'time to all, slowest update', unit: 'ms' },
  /** Time to all by that of a flood over the same links. */
  stretchP50: { words: 'stretch, median update', unit: 'ratio' },
  stretchMax: { words: 'stretch, worst update', unit: 'ratio' },
  lastDeliveryHopP50: { words: 'last delivery hop, median update', unit: 'hops' },
  lastDeliveryHopMax: { words: 'last delivery hop, deepest update', unit: 'hops' },
  payloadPerUpdate: { words: 'payload messages per update', unit: 'messages' },
  redundancy: { words: 'redundancy', unit: 'part' },
  controlPerUpdate: { words: 'control messages per update', unit: 'messages' },
  bytesPerUpdate: { words: 'bytes per update', unit: 'bytes' },
  detectionMsP50: { words: 'detection time, median', unit: 'ms' },
  detectionMsMax: { words: 'detection time, slowest', unit: 'ms' },
  falsePositives: { words: 'live nodes said to be down', unit: 'nodes' },
  updates: { words: 'updates measured', unit: 'updates' },
  live: { words: 'nodes up at the end', unit: 'nodes' },
  links: { words: 'links at the end', unit: 'links' },
  events: { words: 'events simulated', unit: 'events' },
  wallMs: { words: 'time that simulating took', unit: 'ms' },
} as const satisfies { readonly [name: string]: { readonly words: string; readonly unit: string } };

export type MeasureName = keyof typeof MEASURES;
export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];

/** What does not apply is left out. */
export type RunMeasures = { readonly [name in MeasureName]?: number };

/** What the trace's measures do not tell. */
export interface RunFacts {
  readonly reachedAll: number | undefined;
  readonly events: number;
  readonly wallMs: number;
}

export function flattened(measured: Measured, facts: RunFacts): RunMeasures {
  const { coverage, deliveryTimeMs, timeToAllMs, stretch, lastDeliveryHop, detectionMs } = measured;
  const all: { readonly [name in MeasureName]: number | undefined } = {
    coverageMin: coverage?.min,
    coverageMean: coverage?.mean,
    reachedAll: facts.reachedAll,
    deliveryTimeMsP50: deliveryTimeMs?.p50,
    deliveryTimeMsP99: deliveryTimeMs?.p99,
    deliveryTimeMsMax: deliveryTimeMs?.max,
    timeToAllMsP50: timeToAllMs?.p50,
    timeToAllMsP99: timeToAllMs?.p99,
    timeToAllMsMax: timeToAllMs?.max,
    stretchP50: stretch?.p50,
    stretchMax: stretch?.max,
    lastDeliveryHopP50: lastDeliveryHop?.p50,
    lastDeliveryHopMax: lastDeliveryHop?.max,
    payloadPerUpdate: measured.payloadPerUpdate,
    redundancy: measured.redundancy,
    controlPerUpdate: measured.controlPerUpdate,
    bytesPerUpdate: measured.bytesPerUpdate,
    detectionMsP50: detectionMs?.p50,
    detectionMsMax: detectionMs?.max,
    falsePositives: measured.falsePositives,
    updates: measured.updates,
    live: measured.live,
    links: measured.links,
    events: facts.events,
    wallMs: Math.round(facts.wallMs),
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, toSixDecimals(value as number)]));
}

/** Enough for all, and no tails of binary fractions. */
function toSixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
