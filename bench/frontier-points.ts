/** From the measures of runs to points of the frontier: copies and time of one setting, beside a flood's over the same links. */
import { grouped } from '../src/lab/report/grouped.ts';
import type { RunMeasures } from '../src/lab/run-measures.ts';

/** Nothing is known of the distribution of so few seeds, so all that is told of it is how far it goes. */
export interface Span {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

export interface Run {
  readonly nodes: number;
  readonly seed: number;
  readonly setting: string;
  readonly measures: RunMeasures;
  /** The part of the other nodes that an update comes to, before its origin's next one. */
  readonly coverage: number;
  /** Did each update so come to all? */
  readonly isComplete: boolean;
}

export interface Point {
  readonly nodes: number;
  readonly setting: string;
  readonly seeds: number;
  /** Payload messages of an update ÷ (nodes − 1). */
  readonly copies: Span;
  readonly coverage: Span;
  /** Did every update of every seed come to all? If not, its times are those of an easier task than a flood's. */
  readonly isComplete: boolean;
  /** Half of all deliveries, ÷ the same of a flood. None where under some seed half of them never came. */
  readonly time?: Span;
  /** The last node, of the median update, ÷ the same of a flood. Only of what is complete: there is no last node of some. */
  readonly last?: Span;
  /** Of an update, announcements and all else included, ÷ those of a flood. */
  readonly bytes?: Span;
}

/** That all others are compared with. */
export const FLOOD = 'flood';

/** In the order in which sizes and settings come first. A run without a flood of its size and seed is compared with nothing. */
export function pointsOf(runs: readonly Run[]): Point[] {
  const floods = new Map(runs.filter(({ setting }) => setting === FLOOD).map((run) => [keyOf(run), run.measures]));
  const compared = runs.filter((run) => floods.has(keyOf(run)));
  const groups = grouped(compared, ({ nodes, setting }) => `${nodes} ${setting}`);
  return [...groups.values()].map((group) => pointOf(group, floods));
}

function keyOf({ nodes, seed }: Run): string {
  return `${nodes} ${seed}`;
}

function pointOf(group: readonly Run[], floods: ReadonlyMap<string, RunMeasures>): Point {
  const { nodes, setting } = group[0]!;
  const isComplete = group.every((run) => run.isComplete);
  const comparedBy = (name: 'deliveryTimeMsP50' | 'timeToAllMsP50' | 'bytesPerUpdate'): Span | undefined =>
    spanOf(group.map((run) => (run.measures[name] ?? NaN) / (floods.get(keyOf(run))![name] ?? NaN)));
  const time = group.every(({ coverage }) => coverage >= 0.5) ? comparedBy('deliveryTimeMsP50') : undefined;
  const bytes = comparedBy('bytesPerUpdate');
  const last = isComplete ? comparedBy('timeToAllMsP50') : undefined;
  return {
    ...{ nodes, setting, seeds: group.length, isComplete },
    copies: spanOf(group.map(({ measures }) => (measures.payloadPerUpdate ?? 0) / (nodes - 1)))!,
    coverage: spanOf(group.map((run) => run.coverage))!,
    ...(time && { time }),
    ...(last && { last }),
    ...(bytes && { bytes }),
  };
}

/** @returns none where one is missing: the others would be a choice of the lucky ones */
function spanOf(numbers: readonly number[]): Span | undefined {
  if (!numbers.every(Number.isFinite)) return undefined;
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  return { mean, least: Math.min(...numbers), most: Math.max(...numbers) };
}
