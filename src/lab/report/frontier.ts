/**
 * The frontier of cost, speed and reliability (Pareto): the settings of one environment that no other beats. One beats another
 * that is at least as good in all three and better in one.
 */
import type { Setting, SweepHead } from '../sweep-head.ts';
import { valuesText } from './parameter-words.ts';
import { whole, type ReportSetting } from './settings.ts';

export interface Candidate {
  readonly setting: ReportSetting;
  /** Payload and control, per update. */
  readonly messages: number;
  /** To the last node; infinite where in some run half of the updates missed somebody. */
  readonly timeMs: number;
  /** Part of the updates that reached all. */
  readonly reliability: number;
}

/** Settings that lack the cost or the reliability are left out. */
export function candidatesOf(settings: readonly ReportSetting[]): Candidate[] {
  return settings.flatMap((setting) => {
    const messages = setting.messages?.value;
    const reliability = setting.measures.reachedAll?.value;
    const timeMs = whole(setting, 'timeToAllMsP50')?.value ?? Infinity;
    return messages === undefined || reliability === undefined ? [] : [{ setting, messages, timeMs, reliability }];
  });
}

export function beats(a: Candidate, b: Candidate): boolean {
  const isAsGood = a.messages <= b.messages && a.timeMs <= b.timeMs && a.reliability >= b.reliability;
  return isAsGood && (a.messages < b.messages || a.timeMs < b.timeMs || a.reliability > b.reliability);
}

/** @returns those that none of the others beats, cheapest first; two that are the same in all three both */
export function frontierOf(candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter((each) => !candidates.some((other) => beats(other, each)))
    .sort((a, b) => a.messages - b.messages || a.timeMs - b.timeMs);
}

/** A setting by what was chosen in it; what its environment gives is not part of its name. */
export function nameOf({ setting }: Candidate, given: Setting['values'], { varied }: SweepHead): string {
  const chosen = valuesText(varied, setting.values, ['strategy', ...Object.keys(given)]);
  return chosen === '' ? setting.strategy : `${setting.strategy} (${chosen})`;
}
