/** The frontier as a picture, a panel for each size, and as a table in Markdown. */
import * as Plot from '@observablehq/plot';
import type { Chart, KeyEntry, Panel } from '../src/lab/report/chart.ts';
import { colorOf } from '../src/lab/report/colors.ts';
import { grouped } from '../src/lab/report/grouped.ts';
import { logTicks } from '../src/lab/report/line-panel.ts';
import { markdownTable } from '../src/lab/report/markdown-page.ts';
import { partText, threeDigits } from '../src/text/numbers.ts';
import { counted } from '../src/text/words.ts';
import { lookOf } from '../src/lab/report/strategy-look.ts';
import { FLOOD, type Point, type Span } from './frontier-points.ts';
import { fanoutOf, GOSSIPSUB, ONE_TREE, OWN_TREES } from './frontier-settings.ts';

type Drawn = Point & { readonly time: Span };

const SIZE = { width: 322, height: 360 } as const;
const MARGINS = { marginLeft: 54, marginRight: 12, marginTop: 14, marginBottom: 42 } as const;
const COPIES = [0.85, 13] as const;
/** From the lane in which gossipsub's copies lie, below all times, to above the slowest. */
const [LANE, LANE_TOP, BOTTOM] = [0.66, 0.82, 0.55];
const TIME_TICKS = [1, 1.5, 2, 2.5, 3, 3.5, 4];
const LABEL_SIZE = 11;

const LOOKS = {
  [OWN_TREES]: lookOf('plumtree'),
  [ONE_TREE]: { ...lookOf('plumtree'), symbol: 'diamond' },
  [FLOOD]: lookOf('flood'),
} as const;
const PUSH = lookOf('random');
const GOSSIPSUB_COLOR = colorOf('purple');

const looks = ({ setting }: Point) => (Object.hasOwn(LOOKS, setting) ? LOOKS[setting as keyof typeof LOOKS] : PUSH);

export function frontierChart(points: readonly Point[], date: string): Chart {
  const drawn = points.filter((point): point is Drawn => point.time !== undefined);
  const top = 1.06 * Math.max(...drawn.map(({ time }) => time.most));
  const own = drawn.filter(({ setting }) => setting === OWN_TREES);
  const [copies, time] = [rangeOf(own.map((each) => each.copies.mean)), rangeOf(own.map((each) => each.time.mean))];
  return {
    title: `A tree for each origin sends ${copies} copies a node and takes ${time} times as long as a flood`,
    subtitle:
      'Time to half of all deliveries over copies; points are means over the seeds, bars go from the least to the most. Down and left is better.',
    key: { label: '', entries: KEY },
    panels: [...grouped(drawn, ({ nodes }) => nodes)].map(([nodes, sized]) => panelOf(nodes, sized, top)),
    footer: `${FOOTER} npm run frontier, ${date}.`,
  };
}

const FOOTER = [
  'Simulated: a graph with five links a node on average, of 10–100 ms each, which keep their delay; no losses, no repair; 20 origins, 20 updates to warm up and 40 that are measured, one a second.',
  'Not drawn: fanout 1, which reaches fewer than half of the nodes.',
  'gossipsub is not simulated: its copies are D − 1, for the D of its specification (6, from 4 to 12) and of Ethereum (8, from 6 to 12).',
].join(' ');

/** Of what has no words of its own beside it. */
const KEY: readonly KeyEntry[] = [
  { label: 'random push: fanout, part of the nodes reached; hollow: not always all', ...PUSH, fillOpacity: 0 },
  { label: 'gossipsub: copies by mesh degree D, no time', color: GOSSIPSUB_COLOR, dash: '' },
];

function panelOf(nodes: number, points: readonly Drawn[], top: number): Panel {
  return {
    ...SIZE,
    title: counted(nodes, 'node'),
    note: counted(Math.max(...points.map(({ seeds }) => seeds)), 'seed'),
    plot: () => plotOf(points, top),
  };
}

function plotOf(points: readonly Drawn[], top: number): Plot.PlotOptions {
  const ticks = TIME_TICKS.filter((tick) => tick <= top);
  return {
    ...MARGINS,
    x: {
      ...{
        type: 'log',
        domain: [...COPIES],
        label: 'copies ÷ (N − 1) (log.)',
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      ...{ ticks: logTicks(...COPIES), tickFormat: threeDigits, tickSize: 0 },
    },
    y: {
      ...{
        domain: [BOTTOM, top],
        label: 'time ÷ that of a flood',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 46,
      },
      ...{ ticks, tickFormat: String, tickSize: 0 },
    },
    symbol: { domain: ['circle', 'square', 'triangle', 'diamond'], range: ['circle', 'square', 'triangle', 'diamond'] },
    marks: [
      Plot.gridX(logTicks(...COPIES), { stroke: colorOf('faint'), strokeOpacity: 1 }),
      Plot.gridY(ticks, { stroke: colorOf('rule'), strokeOpacity: 1 }),
      ...gossipsubMarks(),
      ...pointMarks(points),
      ...labelMarks(points, top),
      Plot.ruleY([BOTTOM], { stroke: colorOf('muted') }),
    ],
  };
}

/** In a lane of its own: it has copies, and no time that could be compared. */
function gossipsubMarks(): Plot.Markish[] {
  const [from, to] = GOSSIPSUB.copies;
  const style = { fill: GOSSIPSUB_COLOR, fontSize: 10 } as const;
  return [
    Plot.ruleY([LANE_TOP], { stroke: colorOf('muted'), strokeDasharray: '2 3' }),
    Plot.ruleY([LANE], { x1: from, x2: to, stroke: GOSSIPSUB_COLOR, strokeWidth: 5, strokeOpacity: 0.45 }),
    Plot.ruleX(GOSSIPSUB.degrees, {
      ...{ x: (degree: number) => degree - 1, y1: LANE - 0.05, y2: LANE + 0.05 },
      ...{ stroke: GOSSIPSUB_COLOR, strokeWidth: 2.5 },
    }),
    Plot.text(GOSSIPSUB.degrees, {
      ...{ x: (degree: number) => degree - 1, y: LANE, dy: -12, text: (degree: number) => `D ${degree}`, ...style },
    }),
    Plot.text(['gossipsub'], { x: from, y: LANE, dx: -8, textAnchor: 'end', text: String, ...style }),
  ];
}

function pointMarks(points: readonly Drawn[]): Plot.Markish[] {
  const stroke = (point: Drawn): string => looks(point).color;
  const bar = { stroke, strokeWidth: 1.5 };
  // The widest pushes lie where the flood does, which is what they are compared with.
  const floodOnTop = points.toSorted((a, b) => Number(a.setting === FLOOD) - Number(b.setting === FLOOD));
  return [
    Plot.ruleX(points, {
      x: ({ copies }: Drawn) => copies.mean,
      y1: ({ time }: Drawn) => time.least,
      y2: ({ time }: Drawn) => time.most,
      ...bar,
    }),
    Plot.ruleY(points, {
      y: ({ time }: Drawn) => time.mean,
      x1: ({ copies }: Drawn) => copies.least,
      x2: ({ copies }: Drawn) => copies.most,
      ...bar,
    }),
    Plot.dot(floodOnTop, {
      ...{ x: ({ copies }: Drawn) => copies.mean, y: ({ time }: Drawn) => time.mean, r: 4, ...bar },
      symbol: (point: Drawn) => looks(point).symbol,
      fill: (point: Drawn) => (point.isComplete ? looks(point).color : colorOf('paper')),
      title: tipOf,
    }),
  ];
}

function labelMarks(points: readonly Drawn[], top: number): Plot.Markish[] {
  const place = {
    x: ({ copies }: Drawn) => copies.mean,
    y: ({ time }: Drawn) => time.mean,
    textAnchor: 'start',
    fontSize: LABEL_SIZE,
    // So that no line of the grid goes through it.
    ...{ stroke: colorOf('paper'), strokeWidth: 4 },
  } as const;
  const of = (setting: string): Drawn[] => points.filter((point) => point.setting === setting);
  const style = (setting: keyof typeof LOOKS) => ({ ...place, text: 'setting', fill: LOOKS[setting].color }) as const;
  return [
    Plot.text(of(OWN_TREES), { ...style(OWN_TREES), dx: -5, dy: 16 }),
    Plot.text(of(ONE_TREE), { ...style(ONE_TREE), dx: -5, dy: -19 }),
    Plot.text(of(FLOOD), { ...style(FLOOD), dx: 10, dy: 2 }),
    Plot.text(labelled(points, top), { ...place, text: pushLabel, fill: PUSH.color, dx: 10 }),
  ];
}

function pushLabel({ setting, coverage, isComplete }: Drawn): string {
  return isComplete ? String(fanoutOf(setting)) : `${fanoutOf(setting)}: ${partText(coverage.mean)}`;
}

/** Those pushes whose label is a line's height from that of a flood, and from each before. */
function labelled(points: readonly Drawn[], top: number): Drawn[] {
  const height = SIZE.height - MARGINS.marginTop - MARGINS.marginBottom;
  const least = (1.2 * LABEL_SIZE * (top - BOTTOM)) / height;
  const taken = [1];
  return points.filter(({ setting, time }) => {
    if (fanoutOf(setting) === undefined || taken.some((each) => Math.abs(each - time.mean) < least)) return false;
    taken.push(time.mean);
    return true;
  });
}

function tipOf({ setting, copies, time, coverage }: Drawn): string {
  return `${setting}: ${spanText(copies)} copies, ${spanText(time)} × a flood's time, ${partText(coverage.mean)} of the nodes`;
}

/** One row a size and setting, in the order of the points. */
export function frontierTable(points: readonly Point[]): string {
  const name = (words: string) => ({ name: words, isNumber: true });
  const rows = points.map(({ nodes, setting, seeds, copies, coverage, time, last, bytes }) => [
    { text: nodes.toLocaleString('en-US') },
    { text: setting },
    { text: String(seeds) },
    { text: spanText(copies) },
    { text: partText(coverage.mean) },
    ...[time, last, bytes].map((span) => ({ text: span === undefined ? '–' : spanText(span) })),
  ]);
  const columns = [
    ...[name('nodes'), { name: 'way', isNumber: false }, name('seeds'), name('copies ÷ (N − 1)')],
    ...[name('nodes reached'), name('half of all, × flood'), name('last, × flood'), name('bytes, × flood')],
  ];
  return markdownTable({ caption: 'Mean over the seeds (least–most)', columns, rows }) + '\n';
}

function spanText({ mean, least, most }: Span): string {
  const [middle, low, high] = [mean, least, most].map((value) => value.toFixed(2));
  return low === high ? middle! : `${middle} (${low}–${high})`;
}

function rangeOf(numbers: readonly number[]): string {
  const [low, high] = [Math.min(...numbers).toFixed(2), Math.max(...numbers).toFixed(2)];
  return low === high ? low : `${low} to ${high}`;
}
