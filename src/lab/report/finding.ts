/** What the numbers say, in sentences made of them. */
import { DEFAULT_STRATEGY } from '../../core/index.ts';
import { percentText, threeDigits } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { counted, sentenceOf } from '../../text/words.ts';
import type { SweepHead } from '../sweep-head.ts';
import { beats, nameOf, type Candidate } from './frontier.ts';
import type { FrontierIn } from './frontier-figure.ts';
import { intervalText } from './parameter-figures.ts';
import { valuesText } from './parameter-words.ts';
import { whole } from './settings.ts';

/** More environments than these are for the table. */
const MOST_TOLD = 5;

export interface Finding {
  /** What to know first. */
  readonly headline: readonly string[];
  readonly more: readonly string[];
}

/**
 * Over each environment: what the default strategy does there, and what is better if something is; then how many settings missed
 * nobody, the cheapest and the fastest of them, or how near one came.
 */
export function finding(frontiers: readonly FrontierIn[], head: SweepHead): Finding {
  const told = frontiers.slice(0, MOST_TOLD);
  const ofDefault = told.flatMap((frontier) => sentencesIn(frontier, head, defaultText));
  const all = told.flatMap((frontier) => sentencesIn(frontier, head, reachText));
  const left = frontiers.length - told.length;
  if (left > 0) all.push(`${counted(left, 'more environment')} in the table of the frontier.`);
  return ofDefault.length > 0 ? { headline: ofDefault, more: all } : { headline: all, more: [] };
}

function sentencesIn(
  frontier: FrontierIn,
  head: SweepHead,
  textOf: (frontier: FrontierIn, name: NameOf) => string,
): string[] {
  const where = valuesText(head.varied, frontier.values);
  const text = textOf(frontier, (each) => nameOf(each, frontier.values, head));
  return text === '' ? [] : [sentenceOf(where === '' ? text : `At ${where}: ${text}`)];
}

type NameOf = (each: Candidate) => string;

/** Of the default strategy the setting that serves most updates, and of those the cheapest. */
function defaultText({ candidates, frontier }: FrontierIn, name: NameOf): string {
  const ours = candidates.filter(({ setting }) => setting.strategy === DEFAULT_STRATEGY);
  const [ownBest] = ours.toSorted(mostReliableFirst);
  if (ownBest === undefined || ours.length === candidates.length) return '';
  const costs = `the default, ${name(ownBest)}, takes ${costsText(ownBest)}.`;
  if (frontier.includes(ownBest)) return `${costs} No setting beats it in cost, speed and reliability together.`;
  const better = frontier.find((each) => beats(each, ownBest));
  const how = better === undefined ? '' : `: ${name(better)} takes ${costsText(better)}`;
  return `${costs} It is not the best choice here${how}.`;
}

function costsText({ messages, timeMs, reliability }: Candidate): string {
  const time = timeMs < Infinity ? `${spanText(timeMs)} to all` : 'no time to all in every run';
  const missed = reliability < 1 ? `, and ${percentText(reliability)} of the updates reach all` : '';
  return `${threeDigits(messages)} messages per update and ${time}${missed}`;
}

function mostReliableFirst(a: Candidate, b: Candidate): number {
  return b.reliability - a.reliability || a.messages - b.messages;
}

function reachText({ candidates, frontier }: FrontierIn, name: NameOf): string {
  const complete = candidates.filter(({ reliability, timeMs }) => reliability === 1 && timeMs < Infinity);
  const count = counted(candidates.length, 'setting');
  if (complete.length === 0) {
    const [most] = frontier.toSorted(mostReliableFirst);
    if (most === undefined) return '';
    const estimate = most.setting.measures.reachedAll!;
    const reached = `${percentText(most.reliability)}${intervalText(estimate, percentText)} of the updates`;
    return `none of ${count} brought every update to every live node; nearest is ${name(most)} with ${reached}, at ${threeDigits(most.messages)} messages per update.`;
  }
  const [cheapest] = complete.toSorted((a, b) => a.messages - b.messages || a.timeMs - b.timeMs);
  const [fastest] = complete.toSorted((a, b) => a.timeMs - b.timeMs || a.messages - b.messages);
  const told = (each: Candidate): string =>
    `${name(each)}, ${threeDigits(each.messages)} messages per update (${threeDigits(whole(each.setting, 'payloadPerUpdate')?.value ?? 0)} of them payload) and ${spanText(each.timeMs)} to all`;
  const every = complete.length === candidates.length ? `all ${count}` : `${complete.length} of ${count}`;
  const both =
    cheapest === fastest
      ? `The cheapest and fastest of these: ${told(cheapest!)}.`
      : `The cheapest of these: ${told(cheapest!)}. The fastest: ${told(fastest!)}.`;
  return `${every} brought every measured update to every live node in every run. ${both}`;
}
