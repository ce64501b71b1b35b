/** How far updates came, and how long that took. */
import type { Millis } from '../core/index.ts';
import { Quantiles } from './quantiles.ts';

/** How far one update came. */
export interface Reach {
  /** Nodes that are up and hold it. */
  readonly holders: number;
  /** Nodes that have been up since it was published and do not. */
  readonly missing: number;
  /** The longest of its delivery times. */
  readonly longestMs: Millis;
  /** How long a flood over the same links would have taken; `undefined`: nobody can say. */
  readonly floodMs: Millis | undefined;
}

/** Where a quantile falls on what never came, it is left out. */
export interface Times {
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
}

export interface Spread {
  readonly coverage: { readonly min: number; readonly mean: number };
  /** From publishing until one node holds the update: over all updates and all nodes. */
  readonly deliveryTimeMs?: Times;
  /** From publishing until the last node holds it: over the updates. */
  readonly timeToAllMs?: Times;
  /** That, by what a flood would have taken: over the updates. 1 is the best that the overlay allows. */
  readonly stretch?: Omit<Times, 'p99'>;
}

/** @param deliveryTimes those that there were */
export function spreadOf(reaches: readonly Reach[], live: number, deliveryTimes: Quantiles): Spread {
  const parts = reaches.map(({ holders }) => holders / live);
  const missing = reaches.reduce((sum, reach) => sum + reach.missing, 0);
  const deliveryTimeMs = timesIn(deliveryTimes.withMissing(missing));
  const timeToAllMs = timesIn(quantilesOf(reaches.map(timeToAllMsOf)));
  const stretches = quantilesOf(reaches.flatMap(stretchOf));
  const stretch = given({ p50: stretches.quantile(0.5), max: stretches.max });
  return {
    coverage: {
      min: parts.reduce((a, b) => Math.min(a, b), 1),
      mean: parts.reduce((sum, part) => sum + part, 0) / reaches.length,
    },
    ...(deliveryTimeMs && { deliveryTimeMs }),
    ...(timeToAllMs && { timeToAllMs }),
    ...(stretch && { stretch }),
  };
}

/** `null`: some node that lives never got it. */
export function timeToAllMsOf({ missing, longestMs }: Reach): Millis | null {
  return missing > 0 ? null : longestMs;
}

/** Those quantiles that there are, or nothing. */
export function given<Name extends string>(quantiles: { [name in Name]: number | undefined }):
  { [name in Name]?: number } | undefined {
  const entries = Object.entries<number | undefined>(quantiles).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as { [name in Name]?: number });
}

/** Nothing where a flood takes no time, or nobody knows how much. */
function stretchOf(reach: Reach): (number | null)[] {
  const { floodMs = 0 } = reach;
  if (floodMs === 0) return [];
  const ms = timeToAllMsOf(reach);
  return [ms === null ? null : ms / floodMs];
}

/** `null` counts as infinite. */
function quantilesOf(values: readonly (number | null)[]): Quantiles {
  const all = new Quantiles();
  const known = values.filter((value) => value !== null);
  for (const value of known) all.add(value);
  return all.withMissing(values.length - known.length);
}

function timesIn(times: Quantiles): Times | undefined {
  return given({ p50: times.quantile(0.5), p99: times.quantile(0.99), max: times.max });
}
