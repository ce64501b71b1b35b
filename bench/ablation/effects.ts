/** What a mechanism does to each measure, where the seeds agree that it does anything. */
import { mean, pairedDifference } from '../../src/lab/statistics.ts';
import type { Mechanism } from './mechanisms.ts';
import type { Values } from './run.ts';

export interface Change {
  readonly measure: string;
  /** Means with the mechanism, and without it. */
  readonly on: number;
  readonly off: number;
  /** The interval of the difference, seed by seed. */
  readonly low: number;
  readonly high: number;
}

export interface Effect extends Change {
  /** Which is off. */
  readonly mechanism: string;
  readonly load: string;
  readonly nodes: number;
}

/** Thousands of measures are compared: at 95 %, hundreds of chances would look like effects. */
const CONFIDENCE = 0.999;
/** What is smaller nobody would notice. */
const LEAST_PART = 0.03;
const SHOWN = 2;

/** Each measure that changes, by seed with and without. */
export function changesOf(on: ReadonlyMap<number, Values>, off: ReadonlyMap<number, Values>): Change[] {
  const names = new Set([...on.values()].flatMap((values) => Object.keys(values)));
  return [...names].flatMap((measure) => {
    const [before, after] = [on, off].map((runs) => samplesOf(runs, measure)) as [Samples, Samples];
    const { value = 0, interval } = pairedDifference(before, after, CONFIDENCE) ?? {};
    if (interval === undefined) return [];
    const { low, high } = interval;
    const change = { measure, on: mean(before.values())!.value, off: mean(after.values())!.value, low, high };
    const isSure = low > 0 || high < 0;
    return isSure && Math.abs(value) >= LEAST_PART * Math.abs(change.on) ? [change] : [];
  });
}

type Samples = ReadonlyMap<number, number>;

function samplesOf(runs: ReadonlyMap<number, Values>, measure: string): Samples {
  return new Map(
    [...runs].flatMap(([seed, { [measure]: value }]) => (value === undefined ? [] : [[seed, value] as const])),
  );
}

/** Of all measures, only coverage is better when it is more. */
export function isWorse({ measure, on, off }: Change): boolean {
  return measure.startsWith('coverage') ? off < on : off > on;
}

/** How many times as much; of nothing, much. */
function factorOf({ on, off }: Change): number {
  const [less, more] = [Math.min(on, off), Math.max(on, off)];
  return (more + 1e-3) / (less + 1e-3);
}

/** A list in Markdown: a line for each mechanism, with what changes most. */
export function linesOf(mechanisms: readonly Mechanism[], effects: readonly Effect[]): string[] {
  return mechanisms.map(({ name, from }) => {
    const own = effects.filter(({ mechanism }) => mechanism === name).sort((a, b) => factorOf(b) - factorOf(a));
    const told = (word: string, found: readonly Effect[]): string =>
      found.length === 0 ? '' : ` ${word}: ${mostOf(found).map(textOf).join('; ')}.`;
    const changes =
      told('Worse', own.filter(isWorse)) +
      told(
        'Better',
        own.filter((each) => !isWorse(each)),
      );
    return `- **${name}** (${from})${changes === '' ? ': nothing changes.' : `.${changes}`}`;
  });
}

/** The greatest, and of each measure only one. */
function mostOf(found: readonly Effect[]): Effect[] {
  const measures = new Set<string>();
  return found.filter(({ measure }) => !measures.has(measure) && measures.add(measure)).slice(0, SHOWN);
}

function textOf({ measure, load, nodes, on, off, low, high }: Effect): string {
  return `${measure}: ${shown(on)} → ${shown(off)} (${signed(low)} to ${signed(high)}), ${load} ${nodes}`;
}

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${shown(Math.abs(value))}`;
