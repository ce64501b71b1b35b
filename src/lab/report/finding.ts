/** What the numbers say, in sentences made of them. */
import { percentText, threeDigits } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { counted, sentenceOf } from '../../text/words.ts';
import type { SweepHead } from '../sweep-head.ts';
import type { Candidate } from './frontier.ts';
import type { FrontierIn } from './frontier-figure.ts';
import { intervalText } from './parameter-figures.ts';
import { valuesText } from './parameter-words.ts';
import { whole } from './settings.ts';

/** More environments than these are for the table. */
const MOST_TOLD = 5;

/** Over each environment: how many settings never missed anybody, the cheapest and the fastest of them; or how near one came. */
export function finding(frontiers: readonly FrontierIn[], head: SweepHead): string[] {
  const sentences = frontiers.slice(0, MOST_TOLD).map((frontier) => findingIn(frontier, head));
  const left = frontiers.length - sentences.length;
  if (left > 0) sentences.push(`${counted(left, 'more environment')} in the table of the frontier.`);
  return sentences;
}

function findingIn({ values, candidates, frontier }: FrontierIn, { varied }: SweepHead): string {
  const where = valuesText(varied, values);
  const complete = candidates.filter(({ reliability, timeMs }) => reliability === 1 && timeMs < Infinity);
  const name = ({ setting }: Candidate): string => {
    const chosen = valuesText(varied, setting.values, ['strategy', ...Object.keys(values)]);
    return chosen === '' ? setting.strategy : `${setting.strategy} (${chosen})`;
  };
  const start = where === '' ? '' : `At ${where}: `;
  const count = counted(candidates.length, 'setting');
  const [most] = frontier.toSorted((a, b) => b.reliability - a.reliability || a.messages - b.messages);
  if (complete.length === 0) {
    if (most === undefined) return '';
    const estimate = most.setting.measures.reachedAll!;
    const reached = `${percentText(most.reliability)}${intervalText(estimate, percentText)} of the updates`;
    return sentenceOf(
      `${start}none of ${count} brought every update to every live node; nearest is ${name(most)} with ${reached}, at ${threeDigits(most.messages)} messages per update.`,
    );
  }
  const [cheapest] = complete.toSorted((a, b) => a.messages - b.messages || a.timeMs - b.timeMs);
  const [fastest] = complete.toSorted((a, b) => a.timeMs - b.timeMs || a.messages - b.messages);
  const told = (each: Candidate): string =>
    `${name(each)} at ${threeDigits(each.messages)} messages per update (${threeDigits(whole(each.setting, 'payloadPerUpdate')?.value ?? 0)} of them payload), all after ${spanText(each.timeMs)}`;
  const every = complete.length === candidates.length ? `all ${count}` : `${complete.length} of ${count}`;
  const both =
    cheapest === fastest
      ? `cheapest and fastest of these: ${told(cheapest!)}.`
      : `cheapest of these: ${told(cheapest!)}; fastest: ${told(fastest!)}.`;
  return sentenceOf(`${start}${every} brought every measured update to every live node in every run; ${both}`);
}
