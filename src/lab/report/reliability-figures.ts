/** What loss and failures do to reliability: coverage and the updates that reached all, along each of them that was varied. */
import { percentText } from '../../text/numbers.ts';
import { listOf, sentenceOf } from '../../text/words.ts';
import type { MeasureName } from '../run-measures.ts';
import type { SweepHead, Varied } from '../sweep-head.ts';
import type { KeyEntry } from './chart.ts';
import { colorOf } from './colors.ts';
import type { Figure } from './document.ts';
import { heightsOf, linePanel, percentAxisOf, pointOf, type PanelPoint, type Series } from './line-panel.ts';
import { axisOf, fileNameOf, valuesText, valueText, wordsOf } from './parameter-words.ts';
import { intervalText } from './parameter-figures.ts';
import { whole, type ReportSetting } from './settings.ts';
import { slicesByStrategy, type Slice } from './slices.ts';
import { lookOf, strategyEntries } from './strategy-look.ts';

const MEASURED = [
  { name: 'coverageMean', title: 'coverage', axis: 'live nodes that hold an update, %' },
  { name: 'reachedAll', title: 'updates that reached all', axis: 'updates that reached all, %' },
] as const satisfies readonly { readonly name: MeasureName; readonly title: string; readonly axis: string }[];
const SIZE = { width: 490, height: 300 } as const;
const MOST_FAINT = 60;

/** Where no update missed anybody there is nothing to see: a note says so in place of a figure. */
export function reliabilityFigures(
  settings: readonly ReportSetting[],
  head: SweepHead,
): { readonly figures: Figure[]; readonly notes: string[] } {
  const adverse = head.varied.filter((varied) => isAdverse(varied) && varied.values.length > 1);
  const measured = settings.filter(({ measures }) => measures.reachedAll !== undefined);
  if (measured.length > 0 && measured.every(({ measures }) => measures.reachedAll?.value === 1)) {
    const tried = adverse.map((varied) => `${wordsOf(varied).words} ${valueText(varied, varied.values.at(-1))}`);
    if (tried.length === 0) return { figures: [], notes: [] };
    return { figures: [], notes: [`Every measured update reached every live node, up to ${listOf(tried)}.`] };
  }
  const figures = adverse
    .map((varied) => reliabilityFigure(settings, varied, head))
    .filter((figure) => figure !== undefined);
  return { figures, notes: [] };
}

/** Does it lose messages, or break nodes or links? */
export function isAdverse({ name, path }: Varied): boolean {
  return /^(network\.(loss|duplication|reordering)|faults\b)/.test(path) || /kill|churn|crash|partition/i.test(name);
}

function reliabilityFigure(settings: readonly ReportSetting[], varied: Varied, head: SweepHead): Figure | undefined {
  const groups = slicesByStrategy(settings, varied, head).filter((slices) => slices.length > 0);
  const told = MEASURED.filter(({ name }) =>
    groups.some(([first]) => first!.points.some((p) => valueOf(p.setting, name))),
  );
  if (groups.length === 0 || told.length === 0) return undefined;
  const along = (slice: Slice, name: MeasureName): PanelPoint[] =>
    slice.points.map(({ x, setting }) => pointOf(x, valueOf(setting, name), tipOf(setting, name, head), 100));
  const x = {
    label: axisOf(varied),
    values: varied.values,
    format: (value: Varied['values'][number]) => valueText(varied, value),
  };
  const panels = told.map(({ name, title, axis }) => {
    const series = groups.map(([first]): Series => ({ ...lookOf(first!.strategy), points: along(first!, name) }));
    const faint = groups.flatMap(([, ...others]) => others.map((slice) => along(slice, name))).slice(0, MOST_FAINT);
    return linePanel({ title, x, y: percentAxisOf(axis, heightsOf({ series })), series, faint }, SIZE);
  });
  const firsts = groups.map(([first]) => first!);
  const hasFaint = groups.some(([, ...others]) => others.length > 0);
  const faintEntry: KeyEntry[] = hasFaint ? [{ label: 'at other values', color: colorOf('muted'), dash: '' }] : [];
  return {
    name: `reliability-by-${fileNameOf(varied)}`,
    chart: {
      title: titleOf(firsts, varied, told.at(-1)!.name),
      subtitle: `Mean over the seeds with 95 % interval, against ${wordsOf(varied).words}`,
      key: { label: '', entries: [...strategyEntries(firsts.map(({ strategy }) => strategy)), ...faintEntry] },
      panels,
    },
    caption: `Measured at the end of the run, so with what repair had brought by then. Held: ${heldText(firsts, head)}.`,
  };
}

function valueOf(setting: ReportSetting, name: MeasureName): ReturnType<typeof whole> {
  return name === 'reachedAll' ? setting.measures[name] : whole(setting, name);
}

function tipOf(setting: ReportSetting, name: MeasureName, { varied }: SweepHead): string {
  const estimate = valueOf(setting, name);
  const value = estimate === undefined ? 'none' : percentText(estimate.value) + intervalText(estimate, percentText);
  return `${[setting.strategy, valuesText(varied, setting.values, ['strategy'])].filter(Boolean).join(', ')}: ${value}`;
}

function heldText(slices: readonly Slice[], { varied }: SweepHead): string {
  const held = slices.map(({ strategy, held }) => {
    const values = valuesText(varied, held);
    return values === '' ? strategy : `${strategy} at ${values}`;
  });
  return held.join('; ');
}

/** How far each strategy gets at the worst that was tried. */
function titleOf(slices: readonly Slice[], varied: Varied, name: MeasureName): string {
  const worst = slices.flatMap(({ strategy, points }) => {
    const last = points.at(-1)!;
    const estimate = valueOf(last.setting, name);
    return estimate === undefined ? [] : [{ strategy, x: last.x, value: estimate.value }];
  });
  const words = listOf(
    worst.toSorted((a, b) => b.value - a.value).map(({ strategy, value }) => `${percentText(value)} under ${strategy}`),
  );
  const at = worst[0] === undefined ? '' : ` at ${valueText(varied, worst[0].x)}`;
  const what = name === 'reachedAll' ? 'updates that reached all' : 'coverage';
  return `${sentenceOf(wordsOf(varied).words)}${at}: ${what}, ${words}`;
}
