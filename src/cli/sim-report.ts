/** What `gossip sim` tells of a run: one JSON object, or a table with theory's value beside each measure that has one. */
import type { Scenario } from '../scenario/scenario.ts';
import type { Parameters } from '../core/index.ts';
import { amountText, bytesText, partText } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { counted } from '../text/words.ts';
import type { Measured } from '../trace/measures.ts';
import { theoryBeside } from '../text/theory-beside.ts';
import type { Times } from '../trace/spread.ts';

/** A scenario that was played somewhere. */
export interface MeasuredRun {
  readonly scenario: Scenario;
  readonly parameters: Parameters;
  readonly measured: Measured;
  /** Where it was ended before its time. */
  readonly stoppedAtMs?: number;
}

export interface SimRun extends MeasuredRun {
  readonly events: number;
  readonly wallMs: number;
  readonly peakRssMiB: number;
  readonly traceHash?: string;
}

/** What was run, and its measures by the names that they have everywhere. */
export function jsonOf(run: SimRun): object {
  const { events, wallMs, peakRssMiB, traceHash } = run;
  return rounded({
    ...measuresOf(run),
    events,
    eventsPerSecond: Math.round((1000 * events) / Math.max(1, wallMs)),
    wallMs: Math.round(wallMs),
    peakRssMiB: Math.round(peakRssMiB),
    ...(traceHash !== undefined && { traceHash }),
  }) as object;
}

/** The same of any host's run. */
export function measuresOf({ scenario, parameters, measured, stoppedAtMs }: MeasuredRun): object {
  const { name, nodes, seed, strategy, durationMs } = scenario;
  const { updates, live, links, ...measures } = measured;
  return {
    name,
    nodes,
    seed,
    strategy,
    ...(strategy === 'random' && { fanout: parameters.fanout }),
    ttl: parameters.ttl,
    durationMs,
    ...(stoppedAtMs !== undefined && { stoppedAtMs }),
    updates,
    live,
    links,
    ...measures,
  };
}

/** To six decimals: enough for all, and no tails of binary fractions. */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e6;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(rounded);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry)]));
}

export interface Row {
  readonly name: string;
  readonly measured: string;
  readonly theory: string;
  readonly note: string;
}

export function rowsOf(run: MeasuredRun): Row[] {
  const { measured } = run;
  const {
    coverage,
    deliveryTimeMs,
    timeToAllMs,
    stretch,
    lastDeliveryHop,
    controlPerUpdate,
    bytesPerUpdate,
    redundancy,
  } = measured;
  const theory = theoryBeside(run);
  const rows: Row[] = [];
  const add = (name: string, text: string, { theory = '', note = '' }: Partial<Row> = {}): void => {
    rows.push({ name, measured: text, theory, note });
  };
  if (coverage !== undefined) add('coverage', coverageText(coverage), theory.coverage);
  const isAlone = deliveryTimeMs === undefined && coverage?.min === 1;
  if (coverage !== undefined && !isAlone) {
    add('delivery time', ...reached(deliveryTimeMs, 'most nodes never got it', 'some nodes never got it'));
    add('time to all', ...reached(timeToAllMs, 'most updates missed some node', 'some updates missed some node'));
  }
  if (stretch !== undefined) add('stretch', stretchText(stretch), { theory: '1', note: 'a flood over the same links' });
  if (lastDeliveryHop !== undefined) {
    add('last delivery hop', `p50 ${lastDeliveryHop.p50}, max ${lastDeliveryHop.max}`, theory.lastDeliveryHop);
  }
  if (measured.payloadPerUpdate !== undefined) {
    add('payload per update', amountText(measured.payloadPerUpdate), theory.payloadPerUpdate);
  }
  if (redundancy !== undefined) add('redundancy', redundancy.toFixed(2), theory.redundancy);
  if (controlPerUpdate !== undefined) {
    add('control per update', amountText(controlPerUpdate), { note: 'all else sent, idle links too' });
  }
  if (bytesPerUpdate !== undefined) add('bytes per update', bytesText(bytesPerUpdate));
  if (measured.detectionMs !== undefined) add('detection', timesText(measured.detectionMs), noteOnDetection(measured));
  add('false positives', String(measured.falsePositives), noteOnFalsePositives(measured));
  return rows;
}

/** Times that end where somebody was missed. */
function reached(times: Times | undefined, noneNote: string, someNote: string): [string, Partial<Row>] {
  if (times === undefined) return ['not reached', { note: noneNote }];
  return [timesText(times), times.max === undefined ? { note: someNote } : {}];
}

function stretchText({ p50, max }: NonNullable<Measured['stretch']>): string {
  const parts = Object.entries({ p50, max }).filter(([, value]) => value !== undefined);
  return parts.map(([name, value]) => `${name} ${value!.toFixed(2)}`).join(', ');
}

function noteOnDetection({ detectionMs }: Measured): Partial<Row> {
  return detectionMs?.max === undefined ? { note: 'not every living node said it' } : {};
}

function noteOnFalsePositives({ falsePositives, live }: Measured): Partial<Row> {
  return falsePositives === 0 ? {} : { note: `of ${live}: they live, and were said to be down` };
}

function coverageText({ min, mean }: { readonly min: number; readonly mean: number }): string {
  return min === mean ? partText(mean) : `mean ${partText(mean)}, least ${partText(min)}`;
}

function timesText(times: Times): string {
  const parts = (['p50', 'p99', 'max'] as const).flatMap((name) => {
    const value = times[name];
    return value === undefined ? [] : [`${name} ${spanText(value)}`];
  });
  return parts.join(', ');
}

/** For the head and foot of the summary. */
export function headOf({ scenario, parameters, measured, stoppedAtMs }: MeasuredRun, clock: string): string {
  const { name, nodes, strategy, seed, durationMs } = scenario;
  const fanout = strategy === 'random' ? ` with fanout ${parameters.fanout}` : '';
  const span = stoppedAtMs === undefined ? spanText(durationMs) : `${spanText(stoppedAtMs)} of ${spanText(durationMs)}`;
  const live = measured.live === nodes ? '' : ` (${amountText(measured.live)} at the end)`;
  const updates = counted(measured.updates, 'update');
  return `${name}: ${amountText(nodes)} nodes${live}, ${strategy}${fanout}, seed ${seed}; ${updates} in ${span}${clock}`;
}

export function footOf({ events, wallMs, peakRssMiB, traceHash }: SimRun): string {
  const rate = amountText(Math.round((1000 * events) / Math.max(1, wallMs)));
  const hash = traceHash === undefined ? '' : `, trace ${traceHash}`;
  return `${amountText(events)} events in ${spanText(wallMs)}: ${rate} a second, ${Math.round(peakRssMiB)} MiB${hash}`;
}
