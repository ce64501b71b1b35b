/** Time to all and messages per update along each parameter that was varied. */
import { threeDigits } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { listOf, sentenceOf } from '../../text/words.ts';
import type { MeasureName } from '../run-measures.ts';
import type { SweepHead, Varied } from '../sweep-head.ts';
import type { Estimate } from '../statistics.ts';
import type { KeyEntry, Panel } from './chart.ts';
import { colorOf } from './colors.ts';
import type { Figure } from './document.ts';
import { heightsOf, linePanel, pointOf, yAxisOf, type LinePanel, type PanelPoint, type Series } from './line-panel.ts';
import { axisOf, fileNameOf, valuesText, valueText, wordsOf } from './parameter-words.ts';
import { whole, type ReportSetting } from './settings.ts';
import { slicesByStrategy, type Slice, type SlicePoint } from './slices.ts';
import { lookOf } from './strategy-look.ts';

/** More grey lines than these are a grey field. */
const MOST_FAINT = 60;
/** A change by this factor is told although a single seed gives no interval. A guess. */
const CLEAR_WITHOUT_INTERVAL = 1.1;
const ALONE = { width: 600, height: 320 } as const;
const DOTS = '2 4';
const DASHES = '6 4';

interface Told {
  readonly name: string;
  readonly axis: string;
  /** What it is, in short. */
  readonly heading: string;
  readonly format: (value: number) => string;
  readonly main: ToldMeasure;
  readonly beside: ToldMeasure;
  readonly how: string;
}

interface ToldMeasure {
  /** With the verbs that go with it. */
  readonly words: string;
  readonly verbs: readonly [falls: string, rises: string];
  readonly label: string;
  readonly dash: string;
  readonly of: (setting: ReportSetting) => Estimate | undefined;
}

const measured =
  (name: MeasureName) =>
  (setting: ReportSetting): Estimate | undefined =>
    whole(setting, name);

const TIME: Told = {
  ...{ name: 'time', axis: 'ms after publishing', heading: 'Time from publishing', format: spanText },
  main: {
    ...{ words: 'time to all', verbs: ['falls', 'rises'], label: 'the last node has it (median update)', dash: '' },
    of: measured('timeToAllMsP50'),
  },
  beside: {
    ...{
      words: 'delivery time',
      verbs: ['falls', 'rises'],
      label: 'half of the nodes have it',
      dash: DOTS,
    },
    of: measured('deliveryTimeMsP50'),
  },
  how:
    'Time to all is from publishing to the last live node, of the median update of a run. A cross at the upper edge: in some ' +
    'run half of the updates or more missed somebody, so that there is no such time.',
};

const MESSAGES: Told = {
  ...{ name: 'messages', axis: 'messages per update', heading: 'Messages per update', format: threeDigits },
  main: {
    ...{ words: 'payload messages per update', verbs: ['fall', 'rise'], label: 'payload', dash: '' },
    of: measured('payloadPerUpdate'),
  },
  beside: {
    ...{ words: 'messages per update', verbs: ['fall', 'rise'], label: 'payload and control', dash: DASHES },
    of: ({ messages }) => messages,
  },
  how: 'Payload is rumors sent; control is everything else that was sent from the first update on, heartbeats included, divided by the updates.',
};

const HELD =
  'Each panel holds all other parameters at the values under its title: a mean over them would hang on what happened to be ' +
  'tried. The grey lines are the same at the other values.';

/** Two figures for each parameter but the strategy, as far as there is something to show; of the strategy if that is all. */
export function parameterFigures(settings: readonly ReportSetting[], head: SweepHead): Figure[] {
  const varied = head.varied.filter(({ values }) => values.length > 1);
  const others = varied.filter(({ path }) => path !== 'strategy');
  if (others.length === 0) {
    return varied.flatMap((strategy) => [TIME, MESSAGES].map((told) => strategyFigure(settings, strategy, told, head)));
  }
  return others
    .flatMap((varied) => [TIME, MESSAGES].map((told) => parameterFigure(settings, varied, told, head)))
    .filter((figure) => figure !== undefined);
}

function parameterFigure(
  settings: readonly ReportSetting[],
  varied: Varied,
  told: Told,
  head: SweepHead,
): Figure | undefined {
  const groups = slicesByStrategy(settings, varied, head).filter(([first]) =>
    first?.points.some(({ setting }) => told.beside.of(setting) ?? told.main.of(setting)),
  );
  if (groups.length === 0) return undefined;
  const drafts = groups.map((slices) => draftOf(slices, told, head));
  const y = yAxisOf(told.axis, drafts.flatMap(heightsOf));
  const present = new Set(groups.flatMap(([first]) => first!.points.map(({ x }) => x)));
  const values = varied.values.filter((value) => present.has(value));
  const x = { label: axisOf(varied), values, format: (value: Varied['values'][number]) => valueText(varied, value) };
  const panels = drafts.map((draft): Panel => linePanel({ ...draft, x, y }, drafts.length === 1 ? ALONE : undefined));
  return {
    name: `${told.name}-by-${fileNameOf(varied)}`,
    chart: {
      title: titleOf(
        groups.map(([first]) => first!),
        varied,
        told,
      ),
      subtitle: `${told.heading} against ${wordsOf(varied).words}, by strategy; mean over the seeds with 95 % interval`,
      key: { label: '', entries: keyOf(told, drafts) },
      panels,
    },
    caption: `${told.how} ${HELD}`,
  };
}

function strategyFigure(settings: readonly ReportSetting[], strategy: Varied, told: Told, head: SweepHead): Figure {
  const series = settings.flatMap((setting): Series[] => {
    const look = lookOf(setting.strategy);
    const point = (of: ToldMeasure['of']): PanelPoint =>
      pointOf(setting.strategy, of(setting), tipOf(setting, told, head));
    return [
      { ...look, isHollow: true, dash: 'none', points: [point(told.beside.of)] },
      { ...look, dash: 'none', points: [point(told.main.of)] },
    ];
  });
  const missing = settings.filter((each) => told.main.of(each) === undefined);
  const x = { label: 'strategy', values: strategy.values, format: String };
  const ordered = settings.toSorted(
    (a, b) => (told.main.of(a)?.value ?? Infinity) - (told.main.of(b)?.value ?? Infinity),
  );
  const words = ordered.map((each) => {
    const value = told.main.of(each)?.value;
    return `${value === undefined ? 'none' : told.format(value)} under ${each.strategy}`;
  });
  const entry = { color: colorOf('ink'), symbol: 'circle' } as const;
  return {
    name: `${told.name}-by-strategy`,
    chart: {
      title: `${sentenceOf(told.main.words)}: ${listOf(words)}`,
      subtitle: `${told.heading} by strategy; mean over the seeds with 95 % interval`,
      key: {
        label: '',
        entries: [
          { ...entry, label: told.main.label },
          { ...entry, label: told.beside.label, fillOpacity: 0 },
        ],
      },
      panels: [
        linePanel(
          {
            ...{ x, y: yAxisOf(told.axis, heightsOf({ series })), series },
            missing: missing.map((each) => pointOf(each.strategy, undefined, tipOf(each, told, head))),
          },
          ALONE,
        ),
      ],
    },
    caption: told.how,
  };
}

type Draft = Omit<LinePanel, 'x' | 'y'>;

function draftOf([first, ...others]: readonly Slice[], told: Told, head: SweepHead): Draft {
  const { strategy, held, points } = first!;
  const { color, symbol } = lookOf(strategy);
  const along = (of: Told['main']['of'], slice: Slice): PanelPoint[] =>
    slice.points.map(({ x, setting }) => pointOf(x, of(setting), tipOf(setting, told, head)));
  const series: Series[] = [
    { color, symbol, isHollow: true, dash: told.beside.dash, points: along(told.beside.of, first!) },
    { color, symbol, points: along(told.main.of, first!) },
  ];
  const missing = points
    .filter(({ setting }) => told.main.of(setting) === undefined)
    .map(({ x, setting }) => pointOf(x, undefined, `${tipOf(setting, told, head)}: not in every run`));
  const note = valuesText(head.varied, held);
  return {
    ...{ title: strategy, note: note === '' ? 'nothing else varied' : note, series, missing },
    faint: others.slice(0, MOST_FAINT).map((slice) => along(told.main.of, slice)),
  };
}

function tipOf(setting: ReportSetting, told: Told, head: SweepHead): string {
  const main = told.main.of(setting);
  const value = main === undefined ? 'none' : `${told.format(main.value)}${intervalText(main, told.format)}`;
  const name = [setting.strategy, valuesText(head.varied, setting.values, ['strategy'])].filter(Boolean).join(', ');
  return `${name}: ${value}`;
}

export function intervalText({ interval }: Estimate, format: (value: number) => string): string {
  return interval === undefined ? '' : ` (${format(interval.low)} to ${format(interval.high)})`;
}

function keyOf(told: Told, drafts: readonly Draft[]): KeyEntry[] {
  const entry = { color: colorOf('ink'), symbol: 'circle' } as const;
  const has = (i: number): boolean =>
    drafts.some(({ series }) => series[i]!.points.some(({ y }) => Number.isFinite(y)));
  const entries: KeyEntry[] = [];
  if (has(1)) entries.push({ ...entry, label: told.main.label, dash: told.main.dash });
  if (has(0)) entries.push({ ...entry, label: told.beside.label, dash: told.beside.dash, fillOpacity: 0 });
  if (drafts.some(({ faint = [] }) => faint.length > 0)) {
    entries.push({ label: 'at other values', color: colorOf('muted'), dash: '' });
  }
  return entries;
}

/**
 * From the numbers: under which strategy the parameter does most, where the intervals of its two ends lie apart. Of what is
 * shown beside the main measure, where that one has no two values to compare.
 */
function titleOf(slices: readonly Slice[], varied: Varied, told: Told): string {
  const [main, beside] = [told.main, told.beside].map((each) => slices.flatMap((slice) => changeAlong(slice, each)));
  const [measure, changes] = main!.length > 0 ? [told.main, main!] : [told.beside, beside!];
  const [most] = changes.filter(({ isClear }) => isClear).sort((a, b) => b.factor - a.factor);
  const words = sentenceOf(wordsOf(varied).words);
  if (most === undefined) {
    const under = listOf(slices.map(({ strategy }) => strategy));
    return `${words}: no change of ${measure.words} that these runs could show, under ${under}`;
  }
  const { strategy, first, last, from, to } = most;
  const range = [first, last].map(({ x }) => valueText(varied, x)).join(' → ');
  const caveat = measure.of(first.setting)?.count === 1 ? ' (one seed, no interval)' : '';
  const verb = measure.verbs[to < from ? 0 : 1];
  return `${words} ${range}: ${measure.words} ${verb} from ${told.format(from)} to ${told.format(to)} under ${strategy}${caveat}`;
}

interface Change {
  readonly strategy: string;
  readonly first: SlicePoint;
  readonly last: SlicePoint;
  readonly from: number;
  readonly to: number;
  /** Of the larger to the smaller. */
  readonly factor: number;
  readonly isClear: boolean;
}

function changeAlong({ strategy, points }: Slice, { of }: ToldMeasure): Change[] {
  const having = points.filter(({ setting }) => of(setting) !== undefined);
  const [first, last] = [having[0], having.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const [a, b] = [of(first.setting)!, of(last.setting)!];
  const factor = Math.max(a.value, b.value) / Math.min(a.value, b.value);
  const isClear =
    a.interval === undefined || b.interval === undefined
      ? factor >= CLEAR_WITHOUT_INTERVAL
      : a.interval.high < b.interval.low || b.interval.high < a.interval.low;
  return [{ strategy, first, last, from: a.value, to: b.value, factor, isClear }];
}
