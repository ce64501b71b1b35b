/** Every setting with what was measured of it. */
import { percentText, threeDigits } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { counted } from '../../text/words.ts';
import { MEASURES, type MeasureName } from '../run-measures.ts';
import type { SweepHead } from '../sweep-head.ts';
import type { Estimate } from '../statistics.ts';
import type { Cell, Table } from './document.ts';
import { valueText, wordsOf } from './parameter-words.ts';
import type { ReportSetting } from './settings.ts';

/** Those of the rest that are of the protocol; `runs.csv` has all. */
const SHOWN: readonly MeasureName[] = [
  ...([
    'reachedAll',
    'coverageMean',
    'coverageMin',
    'timeToAllMsP50',
    'stretchP50',
    'deliveryTimeMsP50',
    'deliveryTimeMsP99',
  ] as const),
  ...(['payloadPerUpdate', 'controlPerUpdate', 'bytesPerUpdate', 'redundancy', 'lastDeliveryHopMax'] as const),
  ...(['detectionMsP50', 'falsePositives'] as const),
];

export function settingsTable(settings: readonly ReportSetting[], { varied }: SweepHead): Table {
  const columns = varied.filter(({ values }) => values.length > 1);
  const measures = SHOWN.filter((name) => settings.some(({ measures }) => isWorthAColumn(name, measures[name])));
  return {
    caption: 'All settings: means over the seeds ± half of the 95 % interval',
    foldedUnder: `All ${counted(settings.length, 'setting')}`,
    columns: [
      { name: 'setting', isNumber: true },
      ...columns.map((each) => ({
        ...{ name: wordsOf(each).words, isNumber: each.values.every((value) => typeof value === 'number') },
        ...(wordsOf(each).unit !== '' && { unit: wordsOf(each).unit }),
      })),
      { name: 'runs', isNumber: true },
      ...measures.map((name) => ({ name: MEASURES[name].words, isNumber: true })),
    ],
    rows: settings.map((setting): Cell[] => [
      { text: String(setting.number) },
      ...columns.map((each): Cell => {
        const value = setting.values[each.name];
        return { text: valueText(each, value), ...(typeof value === 'number' && { sortBy: value }) };
      }),
      { text: String(setting.runs) },
      ...measures.map((name) => measureCell(setting, name)),
    ]),
  };
}

/** Nothing was found down, nowhere: that is no column. */
function isWorthAColumn(name: MeasureName, estimate: Estimate | undefined): boolean {
  return estimate !== undefined && (name !== 'falsePositives' || estimate.value > 0);
}

function measureCell({ measures, runs }: ReportSetting, name: MeasureName): Cell {
  const estimate = measures[name];
  if (estimate === undefined) return { text: '–' };
  const { value, interval, count } = estimate;
  const unit = name === 'redundancy' ? '' : MEASURES[name].unit;
  const format = unit === 'part' ? percentText : unit === 'ms' ? spanText : threeDigits;
  // A proportion's interval is not about its middle.
  if (name === 'reachedAll') return { text: format(value), sortBy: value };
  const half = interval === undefined ? 0 : (interval.high - interval.low) / 2;
  const margin = half === 0 ? '' : ` ± ${unit === 'part' ? `${threeDigits(100 * half)}` : format(half)}`;
  const some = count === runs ? '' : ` (${count} of ${runs} runs)`;
  return { text: `${format(value)}${margin}${some}`, sortBy: value };
}
