/**
 * What a lesson is: steps of a sentence or two, each over a run of the simulator that is over before the step is shown. So every
 * step can be entered from its address, and every number in its text is measured in the very run that it speaks of.
 *
 * A text holds two kinds of marks: `{copies}` or `{copies Emma}` is what was measured (`run-facts.ts`), of the lesson's first
 * update or of the one with this book; `[peers](peer)` is a word that the glossary explains.
 */
import type { Millis } from '../../../trace/views.ts';
import type { NodeFactName } from './run-facts.ts';

export interface Lesson {
  /** In its address, for good: links lead there. */
  readonly id: string;
  readonly title: string;
  /** One line: what it shows. */
  readonly about: string;
  /** The scenario of its first step, as an address has it. */
  readonly run: string;
  /** At least two; the last one leaves the scenario open to play with. */
  readonly steps: readonly [Step, Step, ...Step[]];
}

/** What stands out while a step is shown: a part of the page by its name in lessons.css. */
export type Highlight = 'legend' | 'redundancy';

export interface Step {
  /** Another scenario from here on. */
  readonly run?: string;
  readonly text: string;
  /** Where playing begins; absent: where the step before ended, or shortly before `until` where that is elsewhere. */
  readonly from?: Moment;
  /** Where it stops. */
  readonly until: Moment;
  /** The book whose wave is drawn. */
  readonly watch?: string;
  /** The node whose card is open. */
  readonly node?: NodeFactName;
  readonly view?: 'updates' | 'nodes' | 'knowledge' | 'curves';
  readonly colorBy?: 'freshness' | 'status';
  readonly highlight?: Highlight;
  /** Asked before anything is played. */
  readonly question?: Question;
}

export interface Question {
  readonly ask: string;
  readonly options: readonly string[];
  /** The index of the right one. */
  readonly answer: number;
  /** Said when the run has come to `until`. */
  readonly reveal: string;
}

/** A virtual time, or something that happened to an update: to the lesson's first where `of` names no book. */
export type Moment =
  { readonly at: Millis } | { readonly on: Happening; readonly of?: string; readonly plusMs?: Millis };

export type Happening =
  | 'published'
  /** Its first copies arrive. */
  | 'firstDelivery'
  | 'firstDuplicate'
  /** A copy comes where a newer version is held. */
  | 'firstStale'
  /** The last node comes to hold it. */
  | 'lastDelivery'
  /** Its last copy arrives, is lost or is thrown away. */
  | 'lastCopy'
  /** The last verdict on a node that was killed. */
  | 'lastDown'
  /** The last node that was called dead wrongly is known to live again. */
  | 'lastAlive';
