/** What `gossip sim` tells of a run: one JSON object, or a table with theory's value beside each measure that has one. */
import type { Scenario } from '../sim/scenario.ts';
import type { Parameters } from '../core/parameters.ts';
import type { Measured } from '../trace/measures.ts';
import { chanceOfEveryone, floodCopies, pushOnceCopies, pushOnceCoverageAfter } from '../trace/theory.ts';
import { formatSpan } from './format-span.ts';

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
  const { coverage, timeToAllMs, lastDeliveryHop, controlPerUpdate, bytesPerUpdate, redundancy } = measured;
  const rows: Row[] = [];
  const add = (name: string, text: string, { theory = '', note = '' }: Partial<Row> = {}): void => {
    rows.push({ name, measured: text, theory, note });
  };
  if (coverage !== undefined) add('coverage', coverageText(coverage), theoryOfCoverage(run));
  if (timeToAllMs !== undefined) {
    add(
      'time to all',
      timesText(timeToAllMs),
      timeToAllMs.max === undefined ? { note: 'some nodes never got it' } : {},
    );
  } else if (coverage !== undefined) add('time to all', 'not reached', { note: 'most nodes never got it' });
  if (lastDeliveryHop !== undefined) {
    add('last delivery hop', `p50 ${lastDeliveryHop.p50}, max ${lastDeliveryHop.max}`, noteOnHops(run));
  }
  if (measured.payloadPerUpdate !== undefined) {
    add('payload per update', amount(measured.payloadPerUpdate), theoryOfPayload(run));
  }
  if (redundancy !== undefined) add('redundancy', redundancy.toFixed(2), theoryOfRedundancy(run));
  if (controlPerUpdate !== undefined) {
    add('control per update', amount(controlPerUpdate), { note: 'all else sent, idle links too' });
  }
  if (bytesPerUpdate !== undefined) add('bytes per update', bytesText(bytesPerUpdate));
  if (measured.detectionMs !== undefined) add('detection', timesText(measured.detectionMs), noteOnDetection(measured));
  add('false positives', String(measured.falsePositives), noteOnFalsePositives(measured));
  return rows;
}

function theoryOfCoverage({ scenario, parameters, measured }: MeasuredRun): Partial<Row> {
  if (scenario.strategy !== 'random') return { theory: '100 %' };
  const { nodes } = scenario;
  const { fanout, ttl } = parameters;
  const reached = pushOnceCoverageAfter(nodes, fanout, ttl);
  const chance = percent(chanceOfEveryone(nodes, fanout));
  const mean = measured.coverage?.mean ?? 0;
  const word = mean > reached + 0.001 ? 'repair and views without the sender reach more' : deviation(mean, reached);
  return { theory: percent(reached), note: `push-once, everyone with a chance of ${chance}; ${word}` };
}

function theoryOfPayload({ scenario, parameters, measured }: MeasuredRun): Partial<Row> {
  const { payloadPerUpdate = 0, redundancy, lastDeliveryHop } = measured;
  const { nodes, strategy } = scenario;
  switch (strategy) {
    case 'flood': {
      if (measured.live !== nodes) return { note: '2E − N + 1 while nothing fails' };
      const copies = floodCopies(nodes, measured.links);
      const isBound = (lastDeliveryHop?.max ?? 0) >= parameters.ttl;
      const word = isBound ? 'the TTL ran out' : deviation(payloadPerUpdate, copies);
      return { theory: amount(copies), note: `2E − N + 1, ${amount(measured.links)} links at the end; ${word}` };
    }
    case 'random': {
      const { fanout, ttl } = parameters;
      const copies = pushOnceCopies(nodes, fanout, pushOnceCoverageAfter(nodes, fanout, ttl));
      const fewer =
        fanout > meanPeers(measured) - 1 ? 'views hold fewer peers than that' : deviation(payloadPerUpdate, copies);
      return { theory: amount(copies), note: `fanout × reached; ${fewer}` };
    }
    case 'plumtree':
    case 'hub': {
      if (redundancy === undefined || redundancy <= -1) return {};
      const copies = payloadPerUpdate / (1 + redundancy);
      return { theory: amount(copies), note: `N − 1, a tree; ${deviation(payloadPerUpdate, copies)}` };
    }
  }
}

function theoryOfRedundancy({ scenario, measured }: MeasuredRun): Partial<Row> {
  if (scenario.strategy !== 'plumtree' && scenario.strategy !== 'hub') return {};
  const { redundancy = 0 } = measured;
  if (redundancy < -0.01) return { theory: '0', note: 'below it: not all got every update by itself' };
  if (redundancy <= 0.02) return { theory: '0' };
  return { theory: '0', note: 'each duplicate prunes a link' };
}

/**
 * No value stands beside it: SWIM's is for members that draw whom they probe, and what is derived for peers that watch their
 * own links (test/theory.test.ts) is when the first of them finds out, not when each survivor says so.
 */
function noteOnDetection({ detectionMs }: Measured): Partial<Row> {
  return detectionMs?.max === undefined ? { note: 'not every living node said it' } : {};
}

function noteOnHops({ scenario, parameters, measured }: MeasuredRun): Partial<Row> {
  if ((measured.lastDeliveryHop?.max ?? 0) >= parameters.ttl) return { note: `the TTL is ${parameters.ttl}` };
  const isTree = scenario.strategy === 'plumtree' || scenario.strategy === 'hub';
  return isTree ? { note: 'deeper than a flood, which takes the shortest ways' } : {};
}

function noteOnFalsePositives({ falsePositives, live }: Measured): Partial<Row> {
  return falsePositives === 0 ? {} : { note: `of ${live}: they live, and were said to be down` };
}

function meanPeers({ links, live }: Measured): number {
  return (2 * links) / Math.max(1, live);
}

function deviation(measured: number, theory: number): string {
  const part = measured / theory - 1;
  if (Math.abs(part) < 0.0005) return 'exactly so';
  if (Math.abs(part) < 0.01) return 'agrees';
  return `measured ${Math.abs(100 * part).toFixed(Math.abs(part) < 0.1 ? 1 : 0)} % ${part > 0 ? 'more' : 'less'}`;
}

function coverageText({ min, mean }: { readonly min: number; readonly mean: number }): string {
  return min === mean ? percent(mean) : `mean ${percent(mean)}, least ${percent(min)}`;
}

/** Never 100 % unless it is. */
function percent(part: number): string {
  const value = Math.floor(1000 * part + 1e-9) / 10;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}

function timesText(times: { readonly p50?: number; readonly p99?: number; readonly max?: number }): string {
  const parts = (['p50', 'p99', 'max'] as const).flatMap((name) => {
    const value = times[name];
    return value === undefined ? [] : [`${name} ${formatSpan(value)}`];
  });
  return parts.join(', ');
}

function amount(value: number): string {
  const text = value < 100 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** For the head and foot of the summary. */
export function headOf({ scenario, parameters, measured, stoppedAtMs }: MeasuredRun, clock: string): string {
  const { name, nodes, strategy, seed, durationMs } = scenario;
  const fanout = strategy === 'random' ? ` with fanout ${parameters.fanout}` : '';
  const span =
    stoppedAtMs === undefined ? formatSpan(durationMs) : `${formatSpan(stoppedAtMs)} of ${formatSpan(durationMs)}`;
  const live = measured.live === nodes ? '' : ` (${amount(measured.live)} at the end)`;
  const updates = `${measured.updates} update${measured.updates === 1 ? '' : 's'}`;
  return `${name}: ${amount(nodes)} nodes${live}, ${strategy}${fanout}, seed ${seed}; ${updates} in ${span}${clock}`;
}

export function footOf({ events, wallMs, peakRssMiB, traceHash }: SimRun): string {
  const rate = amount(Math.round((1000 * events) / Math.max(1, wallMs)));
  const hash = traceHash === undefined ? '' : `, trace ${traceHash}`;
  return `${amount(events)} events in ${formatSpan(wallMs)}: ${rate} a second, ${Math.round(peakRssMiB)} MiB${hash}`;
}
