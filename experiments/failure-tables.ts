/** The tables of docs/experiments/hyparview.md. */
import { markdownTable, type Cell } from './page.ts';
import type { OverlaySummary, UpdateSummary } from './failure-summary.ts';

interface Summary {
  readonly updates: readonly UpdateSummary[];
  readonly overlay: readonly OverlaySummary[];
}

export function failureTables(updates: readonly UpdateSummary[], overlay: readonly OverlaySummary[]): string {
  const parts = [...new Set(updates.map(({ killed }) => killed))].sort((a, b) => a - b);
  const rows = (row: (killed: number, flood: Summary, plumtree: Summary) => readonly Cell[]): (readonly Cell[])[] =>
    parts.map((killed) => {
      const of = (strategy: string): Summary => ({
        updates: updates.filter((entry) => entry.strategy === strategy && entry.killed === killed),
        overlay: overlay.filter((entry) => entry.strategy === strategy && entry.killed === killed),
      });
      return [percent(killed, 0), ...row(killed, of('flood'), of('plumtree'))];
    });
  return [
    'The first update after the failure: survivors that hold it so long after it was published.',
    markdownTable(
      ['killed', ...['1 s', '2 s', '5 s', '10 s'].flatMap((age) => [`flood, ${age}`, `Plumtree, ${age}`])],
      rows((_, flood, plumtree) =>
        [1000, 2000, 5000, 10_000].flatMap((age) => [flood, plumtree].map((all) => percent(firstAfter(all, age), 1))),
      ),
    ),
    'Recovery: from which second on all updates were with 99 % of the survivors within 3 s, and with all of them within 10 s; parts of the overlay.',
    markdownTable(
      [
        'killed',
        ...['99 % in 3 s: flood', 'Plumtree', 'all in 10 s: flood', 'Plumtree'],
        ...['islands at once: flood', 'after 5 s', 'after 10 s', 'one again after'],
      ],
      rows((_, flood, plumtree) => [
        ...[flood, plumtree].map((all) => seconds(recoveredAt(all, 3000, 0.99))),
        ...[flood, plumtree].map((all) => seconds(recoveredAt(all, 10_000, 1))),
        ...[0, 5, 10].map((second) => islandsAt(flood, second)),
        seconds(wholeAgainAt(flood)),
      ]),
    ),
    'Redundancy, copies ÷ (N − 1) − 1, of what was published in these seconds after the failure.',
    markdownTable(
      [
        'killed',
        ...['−6 to −4', '0', '1 to 5', '6 to 15', '51 to 60'].map((when) => `Plumtree, ${when}`),
        'flood, 51 to 60',
      ],
      rows((_, flood, plumtree) => [
        ...(
          [
            [-6, -4],
            [0, 0],
            [1, 5],
            [6, 15],
            [51, 60],
          ] as const
        ).map((span) => redundancyIn(plumtree, span)),
        redundancyIn(flood, [51, 60]),
      ]),
    ),
  ].join('\n\n');
}

function firstAfter({ updates }: Summary, age: number): number {
  return updates.find(({ second }) => second === 0)?.[`coverage${age}`] ?? NaN;
}

/** The first second from which on none fell short. */
function recoveredAt({ updates }: Summary, age: number, coverage: number): number {
  const short = updates.filter((row) => row.second >= 0 && (row[`coverage${age}`] ?? 0) < coverage);
  return Math.max(-1, ...short.map(({ second }) => second)) + 1;
}

function islandsAt({ overlay }: Summary, at: number): Cell {
  return Math.round(overlay.find(({ second }) => second === at)?.islands ?? NaN);
}

/** The first look from which on the overlay was one. */
function wholeAgainAt({ overlay }: Summary): number {
  const after = overlay.filter(({ second }) => second >= 0);
  const lastBroken = after.findLastIndex(({ islands }) => islands > 1);
  return after[lastBroken + 1]?.second ?? Infinity;
}

function redundancyIn({ updates }: Summary, [from, to]: readonly [number, number]): Cell {
  const rows = updates.filter(({ second }) => second >= from && second <= to);
  return (rows.reduce((sum, { redundancy }) => sum + redundancy, 0) / rows.length).toFixed(2);
}

/** Never 100 % unless it is. */
function percent(part: number, digits: number): string {
  const scale = 10 ** (digits + 2);
  return `${((Math.floor(part * scale + 1e-6) / scale) * 100).toFixed(digits)} %`;
}

function seconds(value: number): string {
  return value > 60 ? 'later than 60 s' : `${value} s`;
}
