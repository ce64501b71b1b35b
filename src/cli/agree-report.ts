/** What `gossip agree` tells: each measure of the real runs beside the simulator's, and which aims are met. */
import type { Agreement, Comparison, Range } from '../lab/agreement.ts';
import type { Calibration, Spread } from '../lab/calibration.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { tenthsOfPercent } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { rounded } from './sim-report.ts';
import { wrapped, type Page } from './sim-summary.ts';

export interface Agreed {
  readonly scenario: Scenario;
  readonly repeat: number;
  readonly seeds: number;
  readonly calibration: Calibration;
  readonly agreement: Agreement;
  /** What a hop took in the real runs, over links as they are. */
  readonly hopMs?: Spread;
}

const GAP = '  ';
const HEAD = ['', 'real', 'simulated', 'range', 'difference', 'aim', ''];

export function jsonOf({ scenario, repeat, seeds, calibration, agreement, hopMs }: Agreed): object {
  const { name, nodes, strategy, seed } = scenario;
  const { isMet, ...rest } = agreement;
  return { name, nodes, strategy, seed, repeat, seeds, isMet, ...(rounded({ ...rest, hopMs }) as object), calibration };
}

export function agreementSummary(agreed: Agreed, { width }: Page): string {
  const { scenario, repeat, seeds, agreement } = agreed;
  const { name, nodes, strategy, seed, description } = scenario;
  const runs = repeat === 1 ? '1 real run' : `${repeat} real runs`;
  const head = `${name}: ${nodes} nodes, ${strategy}, seed ${seed}; ${runs} beside ${seeds * repeat} simulated`;
  const table = aligned([HEAD, ...agreement.comparisons.map(lineOf)]);
  const foot =
    'range: of the simulated runs, in groups as large as the number of real ones; "by chance": reality is within it';
  return [
    ...wrapped(head, width),
    ...wrapped(description, width),
    '',
    ...table,
    '',
    ...aligned(hopLines(agreement)),
    '',
    ...aligned(controlLines(agreement)),
    '',
    ...wrapped(calibrationText(agreed), width),
    ...wrapped(foot, width),
    '',
  ].join('\n');
}

/** Times agree only as far as the machine was the same when it was calibrated. */
function calibrationText({ calibration, hopMs }: Agreed): string {
  if (hopMs === undefined) return `calibrated: a hop takes ${hopText(calibration.delayedHopMs)} longer than its link`;
  return `calibrated: a hop takes ${hopText(calibration.hopMs)}; in the real runs it took ${hopText(hopMs)}`;
}

function hopText({ p50, p90 }: Spread): string {
  return `p50 ${spanText(p50)}, p90 ${spanText(p90)}`;
}

function lineOf(comparison: Comparison): string[] {
  const { name, unit, real, simulated, difference, aim } = comparison;
  const text = (value: number | undefined): string => (value === undefined ? '' : valueText(value, unit));
  return [
    name,
    text(real),
    text(simulated?.p50),
    simulated === undefined ? '' : rangeText(simulated, unit),
    difference === undefined ? '' : differenceText(difference, real === undefined),
    aim === undefined ? '' : aim === 0 ? 'equal' : `${Math.round(100 * aim)} %`,
    verdictOf(comparison),
  ];
}

function verdictOf({ isMet, isAmongSimulated }: Comparison): string {
  if (isMet === undefined) return '';
  if (isMet) return 'met';
  return isAmongSimulated === true ? 'missed, by chance' : 'missed';
}

function hopLines({ hopShares: { real, simulated } }: Agreement): string[][] {
  const length = Math.max(real.length, simulated.length);
  const hops = Array.from({ length }, (_, hop) => hop).slice(1);
  const cells = (shares: readonly number[]): string[] => hops.map((hop) => tenthsOfPercent(shares[hop] ?? 0));
  return [
    ['deliveries after hops', ...hops.map(String)],
    ['  real', ...cells(real)],
    ['  simulated', ...cells(simulated)],
  ];
}

function controlLines({ controlPerUpdate: { real, simulated } }: Agreement): string[][] {
  const types = [...new Set([...Object.keys(real), ...Object.keys(simulated)])];
  const cells = (counts: { readonly [type: string]: number }): string[] =>
    types.map((type) => (counts[type] ?? 0).toFixed(1));
  return [
    ['control per update', ...types],
    ['  real', ...cells(real)],
    ['  simulated', ...cells(simulated)],
  ];
}

/** Names to the left, figures to the right. */
function aligned(lines: readonly (readonly string[])[]): string[] {
  const count = Math.max(...lines.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, i) =>
        i === 0 || i === HEAD.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join(GAP)
      .trimEnd(),
  );
}

function rangeText({ min, max }: Range, unit: Comparison['unit']): string {
  return min === max ? '' : `${valueText(min, unit)} – ${valueText(max, unit)}`;
}

function valueText(value: number, unit: Comparison['unit']): string {
  if (unit === 'part') return tenthsOfPercent(value);
  if (unit === 'ms') return spanText(value);
  return unit === 'hops' ? value.toFixed(2) : value.toFixed(value < 1000 ? 1 : 0);
}

/** A distance has no sign. */
function differenceText(difference: number, isDistance: boolean): string {
  return `${difference > 0 && !isDistance ? '+' : ''}${tenthsOfPercent(difference)}`;
}
