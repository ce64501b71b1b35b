/** What HyParView's experiment has to show, as pictures. */
import * as Plot from '@observablehq/plot';
import { writeChart } from '../src/lab/report/chart-files.ts';
import type { Panel } from '../src/lab/report/chart.ts';
import type { OverlaySummary, UpdateSummary } from './failure-summary.ts';
import { AGES_MS } from './massive-failure.ts';

/**
 * Of the parts that were killed, those that are drawn: all of them would lie on each other. From dark to light, in hues that
 * the colour-blind can tell (Viridis, whose light end is too pale on white, and an orange for the extreme).
 */
const COLORS: readonly (readonly [number, string])[] = [
  ...([
    [0.1, '#440154'],
    [0.3, '#3b528b'],
    [0.5, '#21918c'],
    [0.7, '#5ec962'],
  ] as const),
  ...([
    [0.8, '#c9b400'],
    [0.9, '#e8590c'],
    [0.95, '#a30000'],
  ] as const),
];
const KEY = { label: 'killed', entries: COLORS.map(([part, color]) => ({ label: percentOf(part), color })) };
const SIZE = { width: 920, height: 360 } as const;

interface Line {
  readonly strategy: string;
  readonly killed: string;
  readonly x: number;
  readonly y: number;
}

export async function drawFailure(
  updates: readonly UpdateSummary[],
  overlay: readonly OverlaySummary[],
  folder: string,
): Promise<void> {
  const drawn = <Row extends { readonly killed: number }>(rows: readonly Row[]): Row[] =>
    rows.filter(({ killed }) => COLORS.some(([part]) => part === killed));
  await drawCoverage(drawn(updates), folder);
  await drawFirst(drawn(updates), folder);
  await drawOverlay(drawn(overlay), folder);
  await drawRedundancy(drawn(updates), folder);
}

/** Published so shortly before the failure that it was still on its way: its N counts those who died. The line has a gap there. */
function isUnderWay({ second }: UpdateSummary): boolean {
  return second < 0 && second > -4;
}

async function drawCoverage(updates: readonly UpdateSummary[], folder: string): Promise<void> {
  const lines = updates.map((row) => line(row, row.second, isUnderWay(row) ? NaN : 100 * (row.coverage2000 ?? NaN)));
  await writeChart(`${folder}/hyparview-coverage`, {
    title: 'Up to 90 % killed: updates spread as before from 6 s after the failure on',
    subtitle: 'Survivors that hold an update 2 s after it was published, by when it was published; 10,000 nodes',
    key: KEY,
    panels: [panelOf(timeline(lines, 'published, seconds after the failure', 'coverage after 2 s, %'))],
  });
}

async function drawFirst(updates: readonly UpdateSummary[], folder: string): Promise<void> {
  const lines = updates
    .filter(({ second }) => second === 0)
    .flatMap((row) => AGES_MS.map((age) => line(row, age / 1000, 100 * row[`coverage${age}`]!)));
  const plot = timeline(lines, 'seconds after it was published (logarithmic)', 'coverage, %');
  await writeChart(`${folder}/hyparview-first-update`, {
    title: 'Up to 90 % killed: what is published at that very moment is with all but 0.3 % in 10 s',
    subtitle: 'Coverage of the first update after the failure, published a millisecond after it; 10,000 nodes',
    key: KEY,
    panels: [
      panelOf({ ...plot, x: { ...plot.x, type: 'log', ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10], tickFormat: String } }),
    ],
  });
}

async function drawOverlay(overlay: readonly OverlaySummary[], folder: string): Promise<void> {
  const shown = overlay.filter(({ second }) => second >= 0 && second <= 20);
  await writeChart(`${folder}/hyparview-overlay`, {
    title: 'Up to 90 % killed: 99.5 % of the survivors are one network again after 6 s',
    subtitle: 'Survivors in the largest part that the links between survivors connect; 10,000 nodes',
    key: KEY,
    panels: [
      panelOf(
        timeline(
          shown.map((row) => line(row, row.second, 100 * row.largest)),
          'seconds after the failure',
          'survivors in the largest part, %',
        ),
      ),
    ],
  });
}

async function drawRedundancy(updates: readonly UpdateSummary[], folder: string): Promise<void> {
  const lines = updates.map((row) => line(row, row.second, isUnderWay(row) ? NaN : row.redundancy));
  const plot = timeline(lines, 'published, seconds after the failure', 'redundancy: copies ÷ (N − 1) − 1');
  await writeChart(`${folder}/hyparview-redundancy`, {
    title: 'Plumtree mends its tree without going back to flooding',
    subtitle: 'Copies beyond the one that each survivor needs, by when the update was published; 10,000 nodes',
    key: KEY,
    panels: [panelOf({ ...plot, y: { ...plot.y, domain: [-0.5, 3.5] } })],
  });
}

function panelOf(plot: Plot.PlotOptions): Panel {
  return { ...SIZE, plot: () => plot };
}

function timeline(lines: readonly Line[], x: string, y: string): Plot.PlotOptions {
  return {
    ...{ width: SIZE.width, marginLeft: 56, marginRight: 20, marginBottom: 44 },
    x: { label: x, labelAnchor: 'center', labelArrow: 'none' },
    y: { label: y, labelAnchor: 'center', labelArrow: 'none', grid: true, domain: [0, 100], insetTop: 4 },
    fx: { label: null, padding: 0.08 },
    color: { type: 'ordinal', domain: KEY.entries.map(({ label }) => label), range: COLORS.map(([, color]) => color) },
    marks: [
      Plot.frame({ stroke: '#ddd' }),
      Plot.ruleX(lines.some((point) => point.x < 0) ? [0] : [], { stroke: '#888', strokeDasharray: '3 3' }),
      Plot.line(lines, { x: 'x', y: 'y', fx: 'strategy', stroke: 'killed', strokeWidth: 1.6, clip: true }),
    ],
  };
}

function line(row: { readonly strategy: string; readonly killed: number }, x: number, y: number): Line {
  return { strategy: row.strategy, killed: percentOf(row.killed), x, y };
}

function percentOf(part: number): string {
  return `${Math.round(100 * part)} %`;
}
