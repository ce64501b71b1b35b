/** Theory's curves with the measured points on them, and how far these are off. */
import * as Plot from '@observablehq/plot';
import { percentText, threeDigits } from '../../text/numbers.ts';
import { counted, sentenceOf } from '../../text/words.ts';
import { quantileOf } from '../../trace/sample-quantile.ts';
import { chanceOfEveryone } from '../../trace/theory.ts';
import type { ParameterValue, SweepHead, Varied } from '../sweep-head.ts';
import type { KeyEntry, Panel } from './chart.ts';
import { colorOf, stepColor } from './colors.ts';
import type { Cell, Figure, Table } from './document.ts';
import { numberCell } from './frontier-figure.ts';
import { linePanel, percentAxisOf, heightsOf, pointOf, yAxisOf, yOptions, type Series } from './line-panel.ts';
import { intervalText } from './parameter-figures.ts';
import { axisOf, fileNameOf, namedValue, valuesText, valueText } from './parameter-words.ts';
import { environmentsOf, strategiesOf, type Environment } from './settings.ts';
import { slicesAlong, type Slice } from './slices.ts';
import { lookOf, strategyEntries, SYMBOLS } from './strategy-look.ts';
import {
  coverageByPush,
  idealised,
  QUANTITIES,
  type Comparison,
  type Idealised,
  type Quantity,
} from './theory-comparison.ts';

/** Curves in one panel, and environments beside each other. */
const [MOST_CURVES, MOST_PANELS] = [5, 3];
const CURVE_POINTS = 60;

type PushQuantity = 'coverage' | 'everyone';

export function theoryFigures(comparisons: readonly Comparison[], head: SweepHead): Figure[] {
  const byPath = (path: string): Varied | undefined =>
    head.varied.find((varied) => varied.path === path && varied.values.length > 1);
  const [fanout, ttl] = [byPath('parameters.fanout'), byPath('parameters.ttl')];
  return [
    fanout && pushFigure(comparisons, 'coverage', fanout, ttl, head),
    ttl && pushFigure(comparisons, 'coverage', ttl, fanout, head),
    fanout && pushFigure(comparisons, 'everyone', fanout, ttl, head),
    copiesFigure(comparisons, head),
  ].filter((figure) => figure !== undefined);
}

/** Of push-once: a quantity along one parameter, a curve for each value of the other, a panel for each environment. */
function pushFigure(
  comparisons: readonly Comparison[],
  quantity: PushQuantity,
  along: Varied,
  other: Varied | undefined,
  head: SweepHead,
): Figure | undefined {
  const compared = new Map(
    comparisons.filter((each) => each.quantity === quantity).map((each) => [each.setting, each] as const),
  );
  const environments = environmentsOf([...compared.keys()], head.varied)
    .map((environment) => ({ environment, slices: curvesOf(environment, along, other, head) }))
    .filter(({ slices }) => slices.length > 0)
    .slice(0, MOST_PANELS);
  if (environments.length === 0) return undefined;
  const others: readonly (ParameterValue | undefined)[] = other?.values.filter((value) =>
    environments.some(({ slices }) => slices.some(({ held }) => held[other.name] === value)),
  ) ?? [undefined];
  const styleOf = (
    value: ParameterValue | undefined,
  ): { readonly color: string; readonly symbol: (typeof SYMBOLS)[number] } => {
    const i = Math.max(0, others.indexOf(value));
    return { color: stepColor(i, others.length), symbol: SYMBOLS[i % SYMBOLS.length]! };
  };
  const drafts = environments.map(({ environment, slices }) => {
    const series = slices.flatMap((slice): Series[] => {
      const look = styleOf(other && slice.held[other.name]);
      const points = slice.points.map(({ x, setting }) => {
        const { measured, theory } = compared.get(setting)!;
        const tip = `${percentText(measured.value)}${intervalText(measured, percentText)}, theory ${percentText(theory)}`;
        return pointOf(x, measured, tip, 100);
      });
      return [
        { color: look.color, points: curveOf(slice, quantity, along, head) },
        { ...look, dash: 'none', points },
      ];
    });
    return { title: valuesText(head.varied, environment.values), note: heldText(slices, other, head), series };
  });
  const values = along.values.filter((value) =>
    environments.some(({ slices }) => slices.some(({ points }) => points.some(({ x }) => x === value))),
  );
  const x = { label: axisOf(along), values, format: (value: ParameterValue) => valueText(along, value) };
  const axis = quantity === 'coverage' ? 'coverage, %' : 'updates that reached all, %';
  const y = percentAxisOf(axis, drafts.flatMap(heightsOf));
  const size = drafts.length === 1 ? { width: 600, height: 320 } : undefined;
  const panels = drafts.map(({ title, note, series }): Panel => {
    return linePanel({ ...(title !== '' && { title }), ...(note !== '' && { note }), x, y, series }, size);
  });
  const entries = others.map((value): KeyEntry => {
    const label = other === undefined || value === undefined ? 'measured' : namedValue(other, value);
    return { label, ...styleOf(value), dash: '' };
  });
  return {
    name: `theory-${quantity}-by-${fileNameOf(along)}`,
    chart: {
      title: `${sentenceOf(QUANTITIES[quantity].words)}: ${deviationWords([...compared.values()], quantity)}`,
      subtitle: 'Lines: theory. Shapes: measured, mean over the seeds with 95 % interval',
      key: { label: '', entries },
      panels,
    },
    caption: SOURCES[quantity],
  };
}

const SOURCES: { readonly [name in PushQuantity]: string } = {
  coverage:
    'Theory: rounds in step, each of those newly reached tells fanout others drawn from all (mean field; without a TTL the final size ' +
    'of an epidemic). Nodes draw from their own peers, never who told them, and their rounds overlap. Loss enters theory as a fanout smaller by that part.',
  everyone:
    'Theory: e^(−e^(−c)) with fanout = ln N + c (Kermarrec, Massoulié, Ganesh, 2003), where the TTL does not bind. Loss enters it as a fanout ' +
    'smaller by that part. The interval is of a proportion (Wilson), with the updates of one run as a cluster.',
};

/** Slices along a parameter that differ in the other one alone: evenly chosen where there are many. */
function curvesOf({ settings }: Environment, along: Varied, other: Varied | undefined, head: SweepHead): Slice[] {
  const slices = slicesAlong(settings, along, head);
  const [first] = slices;
  if (first === undefined) return [];
  const alike = slices.filter(({ held }) =>
    Object.entries(first.held).every(([name, value]) => name === other?.name || held[name] === value),
  );
  if (other === undefined) return alike.slice(0, 1);
  const sorted = alike.toSorted((a, b) => Number(a.held[other.name]) - Number(b.held[other.name]));
  if (sorted.length <= MOST_CURVES) return sorted;
  return Array.from(
    { length: MOST_CURVES },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MOST_CURVES - 1))]!,
  );
}

function curveOf({ points }: Slice, quantity: PushQuantity, along: Varied, head: SweepHead): Series['points'] {
  const name = along.path === 'parameters.ttl' ? 'ttl' : 'fanout';
  const ideal = idealised(points[0]!.setting, head);
  const [from, to] = [Number(points[0]!.x), Number(points.at(-1)!.x)];
  const count = name === 'ttl' ? to - from : CURVE_POINTS;
  return Array.from({ length: count + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / count;
    return { x, y: 100 * theoryAt(quantity, { ...ideal, [name]: x }), tip: '' };
  });
}

function theoryAt(quantity: PushQuantity, ideal: Idealised): number {
  return quantity === 'coverage' ? coverageByPush(ideal) : chanceOfEveryone(ideal.nodes, ideal.fanout * ideal.arrives);
}

function heldText(slices: readonly Slice[], other: Varied | undefined, { varied }: SweepHead): string {
  return valuesText(
    varied.filter((each) => each.path.startsWith('parameters.') || each.path.startsWith('join')),
    slices[0]?.held ?? {},
    other === undefined ? [] : [other.name],
  );
}

/** Copies measured against copies by theory, all strategies: on the diagonal both are the same. */
function copiesFigure(comparisons: readonly Comparison[], head: SweepHead): Figure | undefined {
  const copies = comparisons.filter(({ quantity }) => isOfCopies(quantity));
  if (copies.length === 0) return undefined;
  const all = copies.flatMap(({ theory, measured }) => [theory, measured.value]);
  const x = yAxisOf('copies by theory, per update', all);
  const y = { ...x, label: x.label.replace('by theory', 'measured') };
  const look = ({ setting }: Comparison): ReturnType<typeof lookOf> => lookOf(setting.strategy);
  const bars = copies.filter(({ measured }) => measured.interval !== undefined);
  const plot = (width: number): Plot.PlotOptions => ({
    ...{ width, marginLeft: 60, marginRight: 16, marginTop: 14, marginBottom: 42 },
    x: { ...yOptions(x), domain: [...x.domain] },
    y: { ...yOptions(y), domain: [...y.domain] },
    symbol: { domain: [...SYMBOLS], range: [...SYMBOLS] },
    marks: [
      Plot.gridX([...x.ticks], { stroke: colorOf('faint'), strokeOpacity: 1 }),
      Plot.gridY([...y.ticks], { stroke: colorOf('rule'), strokeOpacity: 1 }),
      Plot.line([...x.domain], {
        x: (v: number) => v,
        y: (v: number) => v,
        stroke: colorOf('muted'),
        strokeDasharray: '5 4',
      }),
      Plot.ruleX(bars, {
        ...{ x: 'theory', stroke: (each: Comparison) => look(each).color, strokeWidth: 1.25 },
        y1: ({ measured }: Comparison) => Math.max(y.domain[0], measured.interval!.low),
        y2: ({ measured }: Comparison) => Math.min(y.domain[1], measured.interval!.high),
      }),
      Plot.dot(copies, {
        ...{ x: 'theory', y: ({ measured }: Comparison) => measured.value, r: 3.5 },
        symbol: (each: Comparison) => look(each).symbol,
        stroke: (each: Comparison) => look(each).color,
        fill: (each: Comparison) => look(each).color,
        fillOpacity: 0.35,
        title: (each: Comparison) => tipOf(each, head),
      }),
    ],
  });
  return {
    name: 'theory-copies',
    chart: {
      title: `Copies per update: ${deviationWords(copies, 'floodCopies')}`,
      subtitle: 'Payload messages of each setting, measured against theory; on the dashed line they are the same',
      key: { label: '', entries: strategyEntries(strategiesOf(copies.map(({ setting }) => setting))) },
      panels: [{ width: 520, height: 420, plot }],
    },
    caption:
      'Theory: a flood takes 2E − N + 1 copies over E links while its TTL does not bind; a tree N − 1 (the first updates, which find ' +
      'the tree, take more); push-once fanout × those that were reached before their copy had run out of TTL.',
  };
}

function isOfCopies(quantity: Quantity): boolean {
  return QUANTITIES[quantity].measure === 'payloadPerUpdate';
}

function tipOf({ setting, theory, measured, quantity }: Comparison, { varied }: SweepHead): string {
  const name = [setting.strategy, valuesText(varied, setting.values, ['strategy'])].filter(Boolean).join(', ');
  const format = isOfCopies(quantity) ? threeDigits : percentText;
  return `${name}: ${format(measured.value)}${intervalText(measured, format)}, theory ${format(theory)}`;
}

/** `within 1.2 % of theory in half of 12 settings, at most 5.6 % off`. */
function deviationWords(comparisons: readonly Comparison[], quantity: Quantity): string {
  const sizes = comparisons.map(({ deviation }) => Math.abs(deviation));
  const unit = isOfCopies(quantity) ? '%' : 'points';
  const [half = 0, most = 0] = [quantileOf(sizes, 0.5), quantileOf(sizes, 1)];
  const number = (size: number): string => threeDigits(100 * size);
  if (sizes.length === 1) return `${number(most)} ${unit} off theory in the one setting compared`;
  return `half of ${counted(sizes.length, 'setting')} within ${number(half)} ${unit} of theory, the worst ${number(most)} ${unit} off`;
}

/** One row for each formula. */
export function deviationSummary(comparisons: readonly Comparison[], { varied }: SweepHead): Table {
  const quantities = (Object.keys(QUANTITIES) as Quantity[]).filter((name) =>
    comparisons.some((c) => c.quantity === name),
  );
  return {
    caption: 'How far measurements are from theory',
    columns: [
      { name: 'quantity', isNumber: false },
      { name: 'settings compared', isNumber: true },
      { name: 'median deviation', unit: 'without its sign', isNumber: true },
      { name: 'largest deviation', isNumber: true },
      { name: 'which is at', isNumber: false },
    ],
    rows: quantities.map((quantity): Cell[] => {
      const own = comparisons.filter((each) => each.quantity === quantity);
      const sizes = own.map(({ deviation }) => Math.abs(deviation));
      const [half = 0, largest] = [quantileOf(sizes, 0.5), quantileOf(sizes, 1)];
      const most = own.findLast((_, i) => sizes[i] === largest)!;
      return [
        { text: QUANTITIES[quantity].words },
        numberCell(own.length, String),
        { text: deviationText(half, quantity, ''), sortBy: half },
        { text: deviationText(most.deviation, quantity), sortBy: most.deviation },
        { text: valuesText(varied, most.setting.values, ['strategy']) || '–' },
      ];
    }),
  };
}

/** All that was compared. */
export function deviationTable(comparisons: readonly Comparison[], { varied }: SweepHead): Table {
  return {
    caption: 'Measured beside theory, setting by setting',
    foldedUnder: `All ${counted(comparisons.length, 'comparison')}`,
    columns: [
      { name: 'quantity', isNumber: false },
      { name: 'setting', isNumber: false },
      { name: 'theory', isNumber: true },
      { name: 'measured', unit: '95 % interval', isNumber: true },
      { name: 'deviation', isNumber: true },
    ],
    rows: comparisons.map(({ setting, quantity, theory, measured, deviation }): Cell[] => {
      const format = isOfCopies(quantity) ? threeDigits : percentText;
      return [
        { text: QUANTITIES[quantity].words },
        { text: valuesText(varied, setting.values, ['strategy']) || setting.strategy },
        numberCell(theory, format),
        { text: format(measured.value) + intervalText(measured, format), sortBy: measured.value },
        { text: deviationText(deviation, quantity), sortBy: deviation },
      ];
    }),
  };
}

/** Copies in percent of theory's, parts of a whole in percentage points. */
function deviationText(deviation: number, quantity: Quantity, plus = '+'): string {
  const sign = deviation > 0 ? plus : deviation < 0 ? '−' : '';
  return `${sign}${threeDigits(100 * Math.abs(deviation))} ${isOfCopies(quantity) ? '%' : 'points'}`;
}
