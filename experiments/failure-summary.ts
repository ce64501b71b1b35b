/** What the runs of HyParView's experiment come to: one row for each strategy, part and time, means over all seeds. */
import { csvFormat, csvParse, autoType } from 'd3-dsv';
import { AGES_MS, type FailureRun } from './massive-failure.ts';

export interface UpdateSummary {
  readonly strategy: string;
  readonly killed: number;
  /** Of its publication, from the failure on. */
  readonly second: number;
  /** By age in milliseconds. */
  readonly [coverageAt: `coverage${number}`]: number;
  readonly redundancy: number;
  readonly lastHop: number;
}

export interface OverlaySummary {
  readonly strategy: string;
  readonly killed: number;
  readonly second: number;
  readonly islands: number;
  readonly largest: number;
  readonly livePeers: number;
}

export function summarizeUpdates(runs: readonly FailureRun[]): UpdateSummary[] {
  return groupsOf(runs).flatMap(([{ strategy, part }, group]) =>
    group[0]!.updates.map(({ second }, i) => {
      const rows = group.map(({ updates }) => updates[i]!);
      const coverage = AGES_MS.map((age, at) => [
        `coverage${age}`,
        rounded(mean(rows.map((row) => row.coverage[at]!))),
      ]);
      const redundancy = rounded(mean(rows.map((row) => row.redundancy)));
      const lastHop = Math.max(...rows.map((row) => row.lastHop));
      return { strategy, killed: part, second, ...Object.fromEntries(coverage), redundancy, lastHop } as UpdateSummary;
    }),
  );
}

export function summarizeOverlay(runs: readonly FailureRun[]): OverlaySummary[] {
  return groupsOf(runs).flatMap(([{ strategy, part }, group]) =>
    group[0]!.overlay.map(({ second }, i) => {
      const rows = group.map(({ overlay }) => overlay[i]!);
      return {
        strategy,
        killed: part,
        second,
        islands: rounded(mean(rows.map((row) => row.islands))),
        largest: rounded(mean(rows.map((row) => row.largest))),
        livePeers: rounded(mean(rows.map((row) => row.livePeers))),
      };
    }),
  );
}

export function toCsv(rows: readonly object[]): string {
  return `${csvFormat(rows as object[])}\n`;
}

export function fromCsv<Row>(text: string): Row[] {
  return csvParse(text, autoType) as unknown as Row[];
}

function groupsOf(runs: readonly FailureRun[]): (readonly [FailureRun, readonly FailureRun[]])[] {
  const groups = new Map<string, FailureRun[]>();
  for (const run of runs) {
    const name = `${run.strategy} ${run.part}`;
    groups.set(name, [...(groups.get(name) ?? []), run]);
  }
  const ordered = [...groups.values()].map((group) => [group[0]!, group] as const);
  return ordered.sort(([a], [b]) => a.strategy.localeCompare(b.strategy) || a.part - b.part);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Math.round(1e5 * value) / 1e5;
}
