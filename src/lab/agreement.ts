/**
 * Two accounts of one scenario beside each other: what real processes measured, and what the simulator did with several
 * seeds. Overlays and links are drawn by chance, so one run of either says little: the simulator's own runs, in
 * groups as large as the number of real runs, show how far apart equals may be.
 */
import type { Delivered } from '../trace/deliveries.ts';
import { quantileOf } from '../trace/sample-quantile.ts';

/** How far apart the two may be, and what that is a part of. */
export const AIMS = {
  messages: 0.05,
  hops: 0.05,
  coverage: 0,
  time: 0.2,
} as const;

export interface Range {
  readonly p50: number;
  readonly min: number;
  readonly max: number;
}

export interface Comparison {
  readonly name: string;
  readonly unit: 'part' | 'count' | 'ms' | 'hops';
  /** Absent where no run had such a measure. */
  readonly real?: number;
  /** Over the groups of simulated runs. */
  readonly simulated?: Range;
  /** How much more reality has, as a part of the simulator's median; of hop distributions, their distance. */
  readonly difference?: number;
  readonly aim?: number;
  /** Absent without an aim. */
  readonly isMet?: boolean;
  /** Is reality among the groups of simulated runs, so that chance alone may be the difference? */
  readonly isAmongSimulated?: boolean;
}

export interface Agreement {
  readonly comparisons: readonly Comparison[];
  /** Part of first deliveries after each number of hops, from 1 on. */
  readonly hopShares: { readonly real: readonly number[]; readonly simulated: readonly number[] };
  /** Messages of each type for one update, all others' among them. */
  readonly controlPerUpdate: {
    readonly real: { readonly [type: string]: number };
    readonly simulated: { readonly [type: string]: number };
  };
  readonly isMet: boolean;
}

interface Measure {
  readonly name: string;
  readonly unit: Comparison['unit'];
  readonly aim?: number;
  readonly of: (run: Delivered) => number | undefined;
}

const MEASURES: readonly Measure[] = [
  { name: 'coverage', unit: 'part', aim: AIMS.coverage, of: ({ measured }) => measured.coverage?.mean },
  { name: 'payload per update', unit: 'count', aim: AIMS.messages, of: ({ measured }) => measured.payloadPerUpdate },
  { name: 'control per update', unit: 'count', of: ({ measured }) => measured.controlPerUpdate },
  { name: 'messages per update', unit: 'count', aim: AIMS.messages, of: messagesOf },
  { name: 'hops of a delivery', unit: 'hops', aim: AIMS.hops, of: meanHopsOf },
  { name: 'last delivery hop, p50', unit: 'hops', of: ({ measured }) => measured.lastDeliveryHop?.p50 },
  { name: 'delivery time, p50', unit: 'ms', of: ({ measured }) => measured.deliveryTimeMs?.p50 },
  { name: 'time to all, p50', unit: 'ms', aim: AIMS.time, of: (run) => quantileOf(run.timesToAllMs, 0.5) },
  { name: 'time to all, mean', unit: 'ms', of: (run) => meanOf(run.timesToAllMs) },
  { name: 'links', unit: 'count', of: ({ measured }) => measured.links },
  { name: 'detection, p50', unit: 'ms', of: ({ measured }) => measured.detectionMs?.p50 },
  { name: 'false positives', unit: 'count', of: ({ measured }) => measured.falsePositives },
];

/** @param simulated as many runs as there are real ones, several times over; a group's runs follow each other */
export function agreementOf(real: readonly Delivered[], simulated: readonly Delivered[]): Agreement {
  const groups = groupsOf(simulated, real.length);
  const comparisons = MEASURES.map((measure) => compare(measure, real, groups)).filter(
    ({ real: value, simulated: range }) => value !== undefined || range !== undefined,
  );
  const at = comparisons.findIndex(({ name }) => name === 'hops of a delivery') + 1;
  const distance = compareHops(real, groups);
  const all = distance === undefined ? comparisons : comparisons.toSpliced(at, 0, distance);
  return {
    comparisons: all,
    hopShares: { real: sharesOf(sumOfHops(real)), simulated: sharesOf(sumOfHops(simulated)) },
    controlPerUpdate: { real: controlOf(real), simulated: controlOf(simulated) },
    isMet: all.every(({ isMet }) => isMet !== false),
  };
}

/** Half the sum of what the parts differ by, 0 to 1: that much of one distribution lies elsewhere in the other (total variation). */
export function distanceOf(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [sharesOf(a), sharesOf(b)];
  const length = Math.max(first.length, second.length);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.abs((first[i] ?? 0) - (second[i] ?? 0));
  return sum / 2;
}

function compare({ name, unit, aim, of }: Measure, real: readonly Delivered[], groups: Delivered[][]): Comparison {
  const value = meanOver(real, of);
  const range = rangeOf(groups.flatMap((group) => meanOver(group, of) ?? []));
  const both = {
    name,
    unit,
    ...(value !== undefined && { real: value }),
    ...(range !== undefined && { simulated: range }),
    ...(aim !== undefined && { aim }),
  };
  // What only one of them has is no agreement; where neither has it there is nothing to say.
  if (value === undefined || range === undefined) return { ...both, ...(aim !== undefined && { isMet: false }) };
  const difference = value === range.p50 ? 0 : value / range.p50 - 1;
  return {
    ...both,
    difference,
    ...(aim !== undefined && { isMet: Math.abs(difference) <= aim }),
    isAmongSimulated: value >= range.min && value <= range.max,
  };
}

/** Of a group of simulated runs: its distance from all the others. */
function compareHops(real: readonly Delivered[], groups: Delivered[][]): Comparison | undefined {
  if (sumOfHops(real).length === 0) return undefined;
  const distances = groups.map((group) =>
    distanceOf(sumOfHops(group), sumOfHops(groups.filter((other) => other !== group).flat())),
  );
  const range = groups.length > 1 ? rangeOf(distances) : undefined;
  const difference = distanceOf(sumOfHops(real), sumOfHops(groups.flat()));
  return {
    name: 'hop distribution',
    unit: 'part',
    ...(range !== undefined && { simulated: range, isAmongSimulated: difference <= range.max }),
    difference,
    aim: AIMS.hops,
    isMet: difference <= AIMS.hops,
  };
}

function groupsOf(runs: readonly Delivered[], size: number): Delivered[][] {
  const count = Math.floor(runs.length / size);
  return Array.from({ length: count }, (_, group) => runs.slice(group * size, (group + 1) * size));
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOver(runs: readonly Delivered[], of: Measure['of']): number | undefined {
  return meanOf(runs.flatMap((run) => of(run) ?? []));
}

function rangeOf(values: readonly number[]): Range | undefined {
  const p50 = quantileOf(values, 0.5);
  return p50 === undefined ? undefined : { p50, min: Math.min(...values), max: Math.max(...values) };
}

function messagesOf({ measured: { payloadPerUpdate, controlPerUpdate } }: Delivered): number | undefined {
  return payloadPerUpdate === undefined ? undefined : payloadPerUpdate + (controlPerUpdate ?? 0);
}

function meanHopsOf({ hops }: Delivered): number | undefined {
  const count = hops.reduce((sum, n) => sum + n, 0);
  return count === 0 ? undefined : hops.reduce((sum, n, hop) => sum + n * hop, 0) / count;
}

function sumOfHops(runs: readonly Delivered[]): number[] {
  const sum: number[] = [];
  for (const { hops } of runs) hops.forEach((count, hop) => (sum[hop] = (sum[hop] ?? 0) + count));
  return Array.from(sum, (count = 0) => count);
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return total === 0 ? [] : counts.map((n) => n / total);
}

function controlOf(runs: readonly Delivered[]): { [type: string]: number } {
  const sums: { [type: string]: number } = {};
  let updates = 0;
  for (const { control, measured } of runs) {
    updates += measured.updates;
    for (const [type, count] of Object.entries(control)) sums[type] = (sums[type] ?? 0) + count;
  }
  const entries = Object.entries(sums).sort(([, a], [, b]) => b - a);
  return Object.fromEntries(entries.map(([type, count]) => [type, count / Math.max(1, updates)]));
}
