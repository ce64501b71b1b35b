/** What `gossip sweep` prints in the end: a line a setting, or JSON. Numbers are mean ± half of the 95 % interval. */
import type { SettingSummary } from '../lab/setting-summary.ts';
import type { Estimate } from '../lab/statistics.ts';
import type { SweepEnd } from '../lab/sweep.ts';
import { amountText, partText } from '../text/numbers.ts';
import { counted } from '../text/words.ts';
import { rounded } from './sim-report.ts';

const GAP = 2;

export function sweepJsonOf(
  { head, rows, failures, isWhole }: SweepEnd,
  folder: string,
  settings: readonly SettingSummary[],
): object {
  const { name, command, version, seeds, warmUpUpdates } = head;
  return {
    ...{ name, command, version, folder, isWhole, runs: rows.length, seeds, warmUpUpdates },
    ...(failures.length > 0 && { failures }),
    settings: settings.map(({ measures, ...setting }) => ({
      ...setting,
      measures: Object.fromEntries(Object.entries(measures).map(([measure, estimate]) => [measure, flat(estimate)])),
    })),
  };
}

function flat({ value, count, interval }: Estimate): unknown {
  return rounded({ value, count, ...interval });
}

export function sweepTableOf({ head, rows }: SweepEnd, folder: string, settings: readonly SettingSummary[]): string {
  const { varied, seeds, name } = head;
  const columns = ['setting', ...varied.map((each) => each.name), ...MEASURED];
  const lines = settings.map((setting) => [
    String(setting.number),
    ...varied.map((each) => String(setting.values[each.name] ?? '')),
    ...measuredCells(setting, seeds.length),
  ]);
  const widths = columns.map(
    (column, i) => Math.max(column.length, ...lines.map((line) => line[i]?.length ?? 0)) + GAP,
  );
  const text = [columns, ...lines].map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('')
      .trimEnd(),
  );
  const head1 = `${name}: ${counted(settings.length, 'setting')}, ${counted(seeds.length, 'seed')} each, ${counted(rows.length, 'run')} in ${folder}`;
  return `${[head1, '', ...text, '', FOOT].join('\n')}\n`;
}

const MEASURED = ['time to all', 'payload', 'control', 'coverage', 'reached all'] as const;
const FOOT =
  'Means ± half of the 95 % interval over seeds. Time to all: the median update of each run, to its last node, in ms; -: in ' +
  'some run it never got\nto all. Messages are per update. Reached all: part of the updates, with its interval.';

function measuredCells({ runs, measures }: SettingSummary, seeds: number): string[] {
  if (runs === 0) return MEASURED.map(() => '');
  const { timeToAllMsP50, payloadPerUpdate, controlPerUpdate, coverageMean, reachedAll } = measures;
  const time = timeToAllMsP50 === undefined || timeToAllMsP50.count < runs ? '-' : withHalf(timeToAllMsP50);
  const partly = runs < seeds ? ` (${runs} runs)` : '';
  return [
    time,
    withHalf(payloadPerUpdate),
    withHalf(controlPerUpdate),
    coverageMean === undefined ? '' : partText(coverageMean.value),
    (reachedAll === undefined ? '' : withRange(reachedAll)) + partly,
  ];
}

function withHalf(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '';
  const { value, interval } = estimate;
  return interval === undefined
    ? amountText(value)
    : `${amountText(value)} ± ${amountText((interval.high - interval.low) / 2)}`;
}

function withRange({ value, interval }: Estimate): string {
  if (interval === undefined) return partText(value);
  return `${partText(value)} (${partText(interval.low)} to ${partText(interval.high)})`;
}
