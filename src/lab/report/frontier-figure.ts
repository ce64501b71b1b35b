/** The frontier as a picture, one panel for each environment, and as a table. */
import * as Plot from '@observablehq/plot';
import { percentText, threeDigits } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { counted } from '../../text/words.ts';
import type { SweepHead } from '../sweep-head.ts';
import type { KeyEntry, Panel } from './chart.ts';
import { colorOf } from './colors.ts';
import type { Cell, Figure, Table } from './document.ts';
import { beats, candidatesOf, frontierOf, nameOf, type Candidate } from './frontier.ts';
import { yAxisOf, yOptions, type YAxis } from './line-panel.ts';
import { valuesText, valueText, wordsOf } from './parameter-words.ts';
import { intervalText } from './parameter-figures.ts';
import { LABEL_FONT_SIZE, placeLabels } from './point-labels.ts';
import { environmentsOf, isChoice, strategiesOf, whole, type Environment, type ReportSetting } from './settings.ts';
import { lookOf, strategyEntries, SYMBOLS } from './strategy-look.ts';

/** How full a shape is: the part of the updates that reached all, at least. */
const RELIABILITIES = [
  { least: 1, opacity: 1, label: 'all' },
  { least: 0.99, opacity: 0.55, label: '99 % and more' },
  { least: 0.9, opacity: 0.28, label: '90 % and more' },
  { least: 0, opacity: 0, label: 'fewer' },
] as const;
/** Of environments drawn; the table has all. */
const MOST_PANELS = 6;
/** Of a panel, where there are one, two or more of them. */
const SIZES = [
  { width: 640, height: 420 },
  { width: 490, height: 380 },
  { width: 322, height: 340 },
] as const;
/** Around a plot: left, right, above and below; and what is left free inside it. */
const [LEFT, RIGHT, TOP, BOTTOM, INSET] = [60, 16, 14, 42, 8];
/** Pixels from one number on the axis to the next: the widest has six characters. */
const TICK_ROOM = 46;

export interface FrontierIn extends Environment {
  readonly candidates: readonly Candidate[];
  /** Cheapest first: its place in here is its number in the picture. */
  readonly frontier: readonly Candidate[];
}

/** Where there is but one candidate there is nothing to choose. */
export function frontiersOf(settings: readonly ReportSetting[], { varied }: SweepHead): FrontierIn[] {
  return environmentsOf(settings, varied)
    .map((environment) => {
      const candidates = candidatesOf(environment.settings);
      return { ...environment, candidates, frontier: frontierOf(candidates) };
    })
    .filter(({ candidates }) => candidates.length > 1);
}

export function frontierFigure(frontiers: readonly FrontierIn[], head: SweepHead): Figure | undefined {
  const drawn = frontiers.slice(0, MOST_PANELS);
  const all = drawn.flatMap(({ candidates }) => candidates);
  if (!all.some(({ timeMs }) => timeMs < Infinity)) return undefined;
  const y = yAxisOf('time to all, ms', all.map(({ timeMs }) => timeMs).filter(Number.isFinite));
  const x = yAxisOf(
    'messages per update',
    all.map(({ messages }) => messages),
  );
  const size = SIZES[Math.min(drawn.length, SIZES.length) - 1]!;
  const panels = drawn.map((frontier): Panel => {
    const title = valuesText(head.varied, frontier.values);
    return {
      ...size,
      ...(title !== '' && { title }),
      plot: (width) => plotOf(frontier, x, y, { width, height: size.height }, head),
    };
  });
  const left = frontiers.length - drawn.length;
  return {
    name: 'frontier',
    chart: {
      title: titleOf(frontiers),
      subtitle:
        'Cost, speed and reliability of each setting. Named: those that no other beats, with their numbers in the table',
      key: { label: '', entries: keyOf(all) },
      panels,
    },
    caption: [
      'Messages per update are payload and control, which is all else that is sent from the first measured update to the end of the run: the fewer updates share it, the more of it is what links say at rest. Time to all is to the last node, of the median update, mean over the seeds.',
      all.some(({ timeMs }) => timeMs === Infinity)
        ? 'Above the dotted line: settings under which in some run half of the updates or more missed somebody.'
        : '',
      'The fuller a shape, the more of the updates reached all. A line joins the settings on the frontier whose every update reached all. What lies closer together than its intervals is not told apart.',
      left > 0 ? `${counted(left, 'more environment')} in the table only.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  };
}

function titleOf(frontiers: readonly FrontierIn[]): string {
  const [settings, best] = [
    frontiers.reduce((sum, { candidates }) => sum + candidates.length, 0),
    frontiers.reduce((sum, { frontier }) => sum + frontier.length, 0),
  ];
  const where = frontiers.length > 1 ? `, over ${frontiers.length} environments` : '';
  return `${best} of ${counted(settings, 'setting')} are beaten by no other in cost, speed and reliability together${where}`;
}

function plotOf(
  { values, candidates, frontier }: FrontierIn,
  x: YAxis,
  y: YAxis,
  { width, height }: { readonly width: number; readonly height: number },
  head: SweepHead,
): Plot.PlotOptions {
  const top = y.domain[1];
  const hasRail = candidates.some(({ timeMs }) => timeMs === Infinity);
  const rail = y.isLog ? top * 1.2 : top * 1.06;
  const xDomain = x.isLog ? [...x.domain] : [0, x.domain[1]];
  const yDomain = [y.domain[0], y.isLog ? rail * 1.12 : rail * 1.05];
  const heightOf = ({ timeMs }: Candidate): number => Math.min(timeMs, rail);
  const onFrontier = new Set(frontier);
  const complete = frontier.filter(({ reliability, timeMs }) => reliability === 1 && timeMs < Infinity);
  const channels = {
    ...{ x: 'messages', y: heightOf, symbol: symbolOf, stroke: strokeOf },
    title: (each: Candidate) => tipOf(each, head),
  } as const;
  const across = placeOn(xDomain, x.isLog, LEFT + INSET, width - RIGHT - INSET);
  const up = placeOn(yDomain, y.isLog, height - BOTTOM, TOP);
  const placeOf = (each: Candidate) => ({ x: across(each.messages), y: up(heightOf(each)) });
  const labels = placeLabels(
    frontier.map((each, i) => {
      return { ...placeOf(each), names: [`${i + 1} ${nameOf(each, values, head)}`, String(i + 1)] };
    }),
    candidates.map(placeOf),
    { left: LEFT, right: width, top: 0, bottom: height - BOTTOM },
  );
  return {
    ...{ width, marginLeft: LEFT, marginRight: RIGHT, marginTop: TOP, marginBottom: BOTTOM },
    x: { ...yOptions(x), ticks: withRoom(x.ticks, across), domain: xDomain, inset: INSET },
    y: { ...yOptions(y), domain: yDomain },
    symbol: { domain: [...SYMBOLS], range: [...SYMBOLS] },
    marks: [
      Plot.gridX([...x.ticks], { stroke: colorOf('faint'), strokeOpacity: 1 }),
      Plot.gridY([...y.ticks], { stroke: colorOf('rule'), strokeOpacity: 1 }),
      Plot.ruleY(hasRail ? [top] : [], { stroke: colorOf('muted'), strokeDasharray: '2 3' }),
      Plot.text(hasRail ? ['above: not in every run'] : [], {
        ...{ frameAnchor: 'left', y: top, dx: 4, dy: 8, textAnchor: 'start', fontSize: 10, fill: colorOf('muted') },
      }),
      Plot.line(frontierSteps(complete), { x: 'messages', y: 'timeMs', stroke: colorOf('ink'), strokeWidth: 1.25 }),
      Plot.dot(
        candidates.filter((each) => !onFrontier.has(each)),
        { ...channels, r: 3.5, fill: strokeOf, fillOpacity: opacityOf, strokeOpacity: 0.55 },
      ),
      Plot.dot(frontier, { ...channels, r: 5, fill: colorOf('paper'), stroke: colorOf('paper') }),
      Plot.dot(frontier, { ...channels, r: 5, strokeWidth: 2, fill: strokeOf, fillOpacity: opacityOf }),
      labels.map(({ text, dx, dy, anchor }, i) =>
        Plot.text(frontier.slice(i, i + 1), {
          ...{ x: 'messages', y: heightOf, text: () => text, dx, dy, textAnchor: anchor },
          ...{ fontWeight: 'bold', fontSize: LABEL_FONT_SIZE },
          ...{ fill: colorOf('ink'), stroke: colorOf('paper'), strokeWidth: 3 },
        }),
      ),
    ],
  };
}

/** As many of them, from the first on, as can be written beside each other. */
function withRoom(ticks: readonly number[], across: (value: number) => number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || across(tick) - across(last) >= TICK_ROOM) kept.push(tick);
  }
  return kept;
}

/** Where a value is, in pixels. */
function placeOn(domain: readonly number[], isLog: boolean, from: number, to: number): (value: number) => number {
  const scale = (value: number): number => (isLog ? Math.log(value) : value);
  const [low, high] = [scale(domain[0]!), scale(domain[1]!)];
  return (value) => from + ((scale(value) - low) / (high - low)) * (to - from);
}

/** Cheaper ones are slower, where all are as reliable: down in steps, since nothing is known between two settings. */
function frontierSteps(frontier: readonly Candidate[]): { readonly messages: number; readonly timeMs: number }[] {
  return frontier.flatMap((each, i) => {
    const next = frontier[i + 1];
    return next === undefined ? [each] : [each, { messages: next.messages, timeMs: each.timeMs }];
  });
}

const symbolOf = ({ setting }: Candidate): string => lookOf(setting.strategy).symbol;
const strokeOf = ({ setting }: Candidate): string => lookOf(setting.strategy).color;
const opacityOf = ({ reliability }: Candidate): number =>
  RELIABILITIES.find(({ least }) => reliability >= least)?.opacity ?? 0;

function tipOf({ setting, messages, timeMs, reliability }: Candidate, head: SweepHead): string {
  const name = [setting.strategy, valuesText(head.varied, setting.values, ['strategy'])].filter(Boolean).join(', ');
  const time = timeMs < Infinity ? `all after ${spanText(timeMs)}` : 'not to all in every run';
  return `${name}: ${threeDigits(messages)} messages, ${time}, ${percentText(reliability)} of updates reached all`;
}

function keyOf(all: readonly Candidate[]): KeyEntry[] {
  const reached = RELIABILITIES.filter(({ opacity }) => all.some((each) => opacityOf(each) === opacity)).map(
    ({ label, opacity }): KeyEntry => ({
      ...{ label: `reached all: ${label}`, color: colorOf('ink'), symbol: 'circle', fillOpacity: opacity },
    }),
  );
  const strategies = strategyEntries(strategiesOf(all.map(({ setting }) => setting)));
  return reached.length > 1 ? [...strategies, ...reached] : strategies;
}

export function frontierTable(frontiers: readonly FrontierIn[], head: SweepHead): Table {
  const given = head.varied.filter((each) => !isChoice(each) && each.values.length > 1);
  const chosen = head.varied.filter((each) => isChoice(each) && each.values.length > 1);
  const isBeaten = (a: Candidate, all: readonly Candidate[]): number => all.filter((b) => beats(a, b)).length;
  const columns = [...given, ...chosen].map((each) => {
    const { words, unit } = wordsOf(each);
    return { name: words, ...(unit !== '' && { unit }), isNumber: each.values.every((v) => typeof v === 'number') };
  });
  return {
    caption: 'The frontier: settings that no other of the same environment beats, cheapest first',
    columns: [
      { name: 'no.', isNumber: true },
      ...columns,
      { name: 'messages', unit: 'per update', isNumber: true },
      { name: 'of these payload', unit: 'per update', isNumber: true },
      { name: 'time to all', isNumber: true },
      { name: 'updates that reached all', unit: '95 % interval', isNumber: true },
      { name: 'settings it beats', isNumber: true },
    ],
    rows: frontiers.flatMap(({ frontier, candidates }) =>
      frontier.map((each, i): Cell[] => [
        numberCell(i + 1, String),
        ...[...given, ...chosen].map((varied): Cell => {
          const value = each.setting.values[varied.name];
          return { text: valueText(varied, value), ...(typeof value === 'number' && { sortBy: value }) };
        }),
        numberCell(each.messages, threeDigits),
        numberCell(whole(each.setting, 'payloadPerUpdate')?.value, threeDigits),
        numberCell(each.timeMs === Infinity ? undefined : each.timeMs, spanText),
        reliabilityCell(each.setting),
        numberCell(isBeaten(each, candidates), String),
      ]),
    ),
  };
}

function reliabilityCell({ measures }: ReportSetting): Cell {
  const estimate = measures.reachedAll;
  if (estimate === undefined) return { text: '–' };
  return { text: `${percentText(estimate.value)}${intervalText(estimate, percentText)}`, sortBy: estimate.value };
}

export function numberCell(value: number | undefined, format: (value: number) => string): Cell {
  return value === undefined ? { text: '–' } : { text: format(value), sortBy: value };
}
