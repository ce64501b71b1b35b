/** Where in the lessons one is, in the page's address: `#lesson=ttl&step=3`; `#lessons` is their list. */
import { encodeScenario, readAddress } from '../scenario-address.ts';
import { pageScenario } from '../page-limits.ts';
import { withValue } from '../settings.ts';
import type { Lesson, Step } from './lesson.ts';
import { LESSONS } from './lessons.ts';

/** `list`, or a step of a lesson. */
export type LessonPlace =
  | { readonly kind: 'list' }
  | { readonly kind: 'step'; readonly lesson: Lesson; readonly index: number; readonly step: Step };

export const LIST_HASH = '#lessons';
/** How long what a lesson leaves open runs on. */
const PLAY_MS = 120_000;

/** @returns undefined for any other address; a lesson or a step that there is not leads to the list, or to the first step */
export function lessonPlaceAt(hash: string): LessonPlace | undefined {
  if (hash === LIST_HASH) return { kind: 'list' };
  const [, id, number = '1'] = /^#lesson=([^&]*)(?:&step=(\d{1,3}))?$/.exec(hash) ?? [];
  if (id === undefined) return undefined;
  const lesson = LESSONS.find((candidate) => candidate.id === id);
  if (lesson === undefined) return { kind: 'list' };
  const index = Number(number) - 1;
  const step = lesson.steps[index];
  return step === undefined
    ? { kind: 'step', lesson, index: 0, step: lesson.steps[0] }
    : { kind: 'step', lesson, index, step };
}

export function lessonHash(lesson: Lesson, index = 0): string {
  return `#lesson=${lesson.id}&step=${index + 1}`;
}

/** The scenario that a step looks at, as an address has it. */
export function runOf(lesson: Lesson, index: number): string {
  return lesson.steps.slice(0, index + 1).findLast(({ run }) => run !== undefined)?.run ?? lesson.run;
}

/** Of the lesson's last scenario, live, and long enough to do something to it. */
export function playHash(lesson: Lesson): string {
  const settings = readAddress(runOf(lesson, lesson.steps.length - 1));
  return `#${encodeScenario(pageScenario(withValue(settings, ['durationMs'], PLAY_MS)))}`;
}
