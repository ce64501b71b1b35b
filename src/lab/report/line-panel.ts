/** A panel of points with their intervals, joined by lines, over a numeric axis or one of names. */
import * as Plot from '@observablehq/plot';
import { threeDigits } from '../../text/numbers.ts';
import type { Estimate } from '../statistics.ts';
import type { ParameterValue } from '../sweep-head.ts';
import type { Panel, SymbolName } from './chart.ts';
import { colorOf } from './colors.ts';

export interface PanelPoint {
  readonly x: ParameterValue;
  /** NaN: there is none, and the line has a gap. */
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** Told of it when it is pointed at. */
  readonly tip: string;
}

export interface Series {
  readonly color: string;
  /** None: a line alone, such as theory's. */
  readonly symbol?: SymbolName;
  readonly isHollow?: boolean;
  /** Dashes of its line; `none`: no line. */
  readonly dash?: string;
  readonly points: readonly PanelPoint[];
}

export interface XAxis {
  readonly label: string;
  /** All that panels beside each other have, in order. */
  readonly values: readonly ParameterValue[];
  readonly format: (value: ParameterValue) => string;
}

export interface YAxis {
  readonly label: string;
  readonly isLog: boolean;
  readonly domain: readonly [number, number];
  /** Where numbers and lines are. */
  readonly ticks: readonly number[];
}

export interface LinePanel {
  readonly title?: string;
  readonly note?: string;
  readonly x: XAxis;
  readonly y: YAxis;
  readonly series: readonly Series[];
  /** Lines that are only there to be compared with. */
  readonly faint?: readonly (readonly PanelPoint[])[];
  /** Where something was tried and there is no value to show: crosses along the upper edge. */
  readonly missing?: readonly PanelPoint[];
}

const SIZE = { width: 320, height: 270 } as const;
/** From here on equal steps on paper are equal factors. */
const LOG_FROM = 20;

export function linePanel(panel: LinePanel, size: { readonly width: number; readonly height: number } = SIZE): Panel {
  const { title, note } = panel;
  return {
    ...size,
    ...(title !== undefined && { title }),
    ...(note !== undefined && { note }),
    plot: (width) => plotOf(panel, width),
  };
}

/** For what starts at zero, unless it spans more than a page of equal steps can show. */
export function yAxisOf(label: string, values: readonly number[]): YAxis {
  const shown = values.filter((value) => Number.isFinite(value));
  const most = Math.max(...shown, 0);
  const least = Math.min(...shown.filter((value) => value > 0));
  if (least > 0 && most / least >= LOG_FROM) {
    const domain = [least / 1.25, most * 1.3] as const;
    return { label: `${label} (log.)`, isLog: true, domain, ticks: logTicks(...domain) };
  }
  const domain = [0, most > 0 ? most * 1.08 : 1] as const;
  return { label, isLog: false, domain, ticks: evenTicks(...domain) };
}

/** Parts of a whole, in percent: from zero, or from nearer by where all are high. */
export function percentAxisOf(label: string, values: readonly number[]): YAxis {
  const least = Math.min(...values.filter((value) => Number.isFinite(value)), 100);
  const from = [99, 98, 95, 90, 80, 50].find((bound) => least >= bound) ?? 0;
  return { label, isLog: false, domain: [from, 100 + (100 - from) * 0.04], ticks: evenTicks(from, 100) };
}

/** Five steps or so of 1, 2 or 5 times a power of ten. */
function evenTicks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.8)!;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten; where these are few, their doubles and fives. */
export function logTicks(from: number, to: number): number[] {
  const factors = to / from > 1000 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: 30 }, (_, i) => 10 ** (i - 12));
  return powers.flatMap((power) => factors.map((factor) => factor * power)).filter((v) => v >= from && v <= to);
}

/** All numbers that a panel has to show up and down; its faint lines end where they leave it. */
export function heightsOf({ series }: Pick<LinePanel, 'series'>): number[] {
  return series
    .flatMap(({ points }) => points)
    .flatMap(({ y, low, high }) => [y, low, high].filter((value) => value !== undefined));
}

/** @param scale 100 for what is told in percent */
export function pointOf(x: ParameterValue, estimate: Estimate | undefined, tip: string, scale = 1): PanelPoint {
  if (estimate === undefined) return { x, y: NaN, tip };
  const { value, interval } = estimate;
  const bounds = interval && { low: scale * interval.low, high: scale * interval.high };
  return { x, y: scale * value, ...bounds, tip };
}

function plotOf({ x, y, series, faint = [], missing = [] }: LinePanel, width: number): Plot.PlotOptions {
  const [bottom, top] = y.domain;
  const within = (value: number): number => Math.min(top, Math.max(bottom, value));
  const marks: Plot.Markish[] = [Plot.gridY([...y.ticks], { stroke: colorOf('rule'), strokeOpacity: 1 })];
  // Where they leave the frame they end: the renderer of PNG traps on lines far outside of what clips them.
  const isInside = (value: number): boolean => value >= bottom && value <= top;
  const lines = faint.flatMap((points, line) =>
    points.map((point) => ({ ...point, line, y: isInside(point.y) ? point.y : NaN })),
  );
  marks.push(
    Plot.line(lines, { x: 'x', y: 'y', z: 'line', stroke: colorOf('muted'), strokeOpacity: 0.28, clip: true }),
  );
  for (const { points, color, symbol, isHollow = false, dash = '' } of series) {
    if (dash !== 'none') {
      marks.push(
        Plot.line(points, { x: 'x', y: 'y', stroke: color, strokeWidth: 1.75, strokeDasharray: dash, clip: true }),
      );
    }
    if (symbol === undefined) continue;
    const bars = points.filter(({ low, high }) => low !== undefined && high !== undefined);
    marks.push(
      Plot.ruleX(bars, {
        ...{ x: 'x', stroke: color, strokeWidth: 1.5 },
        ...{ y1: ({ low }: PanelPoint) => within(low!), y2: ({ high }: PanelPoint) => within(high!) },
      }),
      Plot.dot(points, {
        ...{ x: 'x', y: 'y', symbol, r: 4, stroke: color, strokeWidth: 1.5, title: 'tip' },
        fill: isHollow ? colorOf('paper') : color,
      }),
    );
  }
  marks.push(
    Plot.dot(missing, {
      x: 'x',
      y: top,
      symbol: 'times',
      r: 4,
      stroke: colorOf('ink'),
      strokeWidth: 1.5,
      title: 'tip',
    }),
    Plot.ruleY([bottom], { stroke: colorOf('muted') }),
  );
  return {
    ...{ width, marginLeft: 60, marginRight: 14, marginTop: 14, marginBottom: 42 },
    x: xOptions(x),
    y: { ...yOptions(y), domain: [...y.domain] },
    marks,
  };
}

export function yOptions({ label, isLog, ticks }: YAxis): Plot.ScaleOptions {
  const type = isLog ? ({ type: 'log' } as const) : {};
  const place = { labelAnchor: 'center', labelArrow: 'none', tickSize: 0 } as const;
  return { label, ...place, ...type, ticks: [...ticks], tickFormat: threeDigits };
}

function xOptions({ label, values, format }: XAxis): Plot.ScaleOptions {
  const common = { label, labelAnchor: 'center', labelArrow: 'none', tickFormat: format, inset: 12 } as const;
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) return { ...common, type: 'point', domain: [...values] };
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = least > 0 && most / least >= LOG_FROM;
  const place = (value: number): number => (isLog ? Math.log(value) : value);
  const ticks = spacedOut(numbers, place, (place(most) - place(least)) / 8);
  return { ...common, label: isLog ? `${label} (log.)` : label, ...(isLog && { type: 'log' }), ticks };
}

/** What was tried is what is written on the axis, as far as there is room. */
function spacedOut(values: readonly number[], place: (value: number) => number, room: number): number[] {
  const kept: number[] = [];
  for (const value of values.toSorted((a, b) => a - b)) {
    const last = kept.at(-1);
    if (last === undefined || place(value) - place(last) >= room) kept.push(value);
  }
  return kept;
}
