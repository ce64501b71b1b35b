/** A sweep's scenario in words. */
import type { Delay, Fault, Scenario } from '../../scenario/scenario.ts';
import { countText, percentText, threeDigits } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { counted, listOf } from '../../text/words.ts';
import type { SweepHead, Varied } from '../sweep-head.ts';
import { valueText, wordsOf } from './parameter-words.ts';

/** What does not vary, as a list of short phrases. */
export function scenarioWords({ scenario, varied }: SweepHead): string {
  const { nodes, join, workload, network, faults, durationMs, strategy } = scenario;
  const varies = (start: string): boolean =>
    varied.some(({ path, values }) => values.length > 1 && path.startsWith(start));
  const { count, startMs, everyMs } = workload.updates;
  const phrases = [
    varies('nodes') ? '' : counted(nodes, 'node'),
    varies('strategy') ? '' : `strategy ${strategy}`,
    joinWords(join, varies('join')),
    varies('network.delay') ? '' : delayWords(network.delay),
    varies('network.loss') || network.loss === 0 ? '' : `${percentText(network.loss)} of messages lost`,
    network.serviceMs > 0 && !varies('network.serviceMs')
      ? `each message occupies a node for ${spanText(network.serviceMs)}`
      : '',
    count > 0 ? `${counted(count, 'update')}, one every ${spanText(everyMs)} from ${spanText(startMs)} on` : '',
    workload.publish.length > 0 ? counted(workload.publish.length, 'update by hand', 'updates by hand') : '',
    workload.resampleMs > 0 ? `a new favourite of each node every ${spanText(workload.resampleMs)}` : '',
    varies('faults') ? '' : faultWords(faults),
    `${spanText(durationMs)} of virtual time`,
  ];
  return phrases.filter(Boolean).join('; ');
}

function joinWords(join: Scenario['join'], varies: boolean): string {
  if (join.how !== 'graph')
    return `each node joins through ${{ seed: 'the first', chain: 'the one before', random: 'a random one' }[join.how]}`;
  return varies ? 'a ready random graph' : `a ready random graph of mean degree ${threeDigits(join.degree)}`;
}

function delayWords(delay: Delay): string {
  switch (delay.kind) {
    case 'constant':
      return `links of ${spanText(delay.ms)}`;
    case 'uniform':
      return `links of ${threeDigits(delay.minMs)} to ${spanText(delay.maxMs)}${drawnWords(delay)}`;
    case 'logNormal':
      return `links of ${spanText(delay.medianMs)} in the median (log-normal, σ ${threeDigits(delay.sigma)})${drawnWords(delay)}`;
    case 'regions':
      return `links between ${counted(delay.matrixMs.length, 'region')}`;
  }
}

function drawnWords({ perMessage }: { readonly perMessage: boolean }): string {
  return perMessage ? ', drawn for each message' : ', each its own';
}

function faultWords(faults: readonly Fault[]): string {
  const kinds = [...new Set(faults.map((fault) => fault.do))];
  return faults.length === 0 ? '' : `${counted(faults.length, 'fault')} (${listOf(kinds)})`;
}

/** Each parameter that varies, with its values. */
export function variedWords(varied: readonly Varied[]): string {
  return varied
    .filter(({ values }) => values.length > 1)
    .map((each) => `${wordsOf(each).words} ${listOf(each.values.map((value) => valueText(each, value)))}`)
    .join('; ');
}

/** Parameters of the core that the base scenario sets and nothing varies. */
export function setParameters({ scenario, varied }: SweepHead): string {
  const paths = new Set(varied.map(({ path }) => path));
  return Object.entries(scenario.parameters)
    .filter(([name]) => !paths.has(`parameters.${name}`))
    .map(([name, value]) => `${name} ${typeof value === 'number' ? countText(value) : String(value)}`)
    .join(', ');
}

/** `1–20`, `1, 4, 7–9`. */
export function seedsWords(seeds: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const seed of seeds.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && seed === last[1] + 1) last[1] = seed;
    else runs.push([seed, seed]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
