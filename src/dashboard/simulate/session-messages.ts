/** What the page and the simulation in its worker say to each other: structured clones of JSON. */
import type { Scenario } from '../../scenario/scenario.ts';
import type { Parameters } from '../../sim/simulate.ts';
import type { Measured } from '../../trace/measures.ts';
import type { Millis } from '../../trace/views.ts';
import type { ActionTarget, Deed, FeedAction, FeedMessage } from '../feed.ts';

/** Milliseconds of virtual time in one of real time; `Infinity`: as fast as it can. */
export type Speed = number;

/** From the page. */
export type Command =
  /** A new run from the beginning, in place of any other. `scenario` as in a scenario file. */
  | { readonly type: 'start'; readonly scenario: unknown; readonly speed: Speed; readonly isPaused: boolean }
  | { readonly type: 'speed'; readonly speed: Speed }
  | { readonly type: 'pause'; readonly isPaused: boolean }
  /** Goes on for so many milliseconds of virtual time, and pauses. */
  | { readonly type: 'step'; readonly ms: Millis }
  /** Answered by `acted` with the same number. */
  | { readonly type: 'act'; readonly number: number; readonly action: FeedAction; readonly target: ActionTarget }
  /** The page is done with the batch of this number. */
  | { readonly type: 'seen'; readonly batch: number }
  | { readonly type: 'stop' };

/** From the worker. */
export type Report =
  /** The next of the feed. Few batches are under way at a time: the run waits until the page has `seen` them. */
  | { readonly type: 'feed'; readonly batch: number; readonly messages: readonly FeedMessage[] }
  | { readonly type: 'standing'; readonly standing: Standing }
  /** One line that names the field; the run before, if any, goes on. */
  | { readonly type: 'refused'; readonly reason: string }
  /** What was done; or `problem`: why it could not be done, one line. */
  | { readonly type: 'acted'; readonly number: number; readonly deed: Deed }
  | { readonly type: 'acted'; readonly number: number; readonly problem: string }
  /** The run failed: one line. */
  | { readonly type: 'failed'; readonly reason: string };

/** How a run stands. */
export interface Standing {
  /** With all that was done to it since it began: who runs this sees the same. */
  readonly scenario: Scenario;
  readonly parameters: Parameters;
  readonly measured: Measured;
  readonly nowMs: Millis;
  readonly speed: Speed;
  readonly isPaused: boolean;
  readonly isDone: boolean;
  /** Virtual time in real time over the last seconds; absent while it stands still. */
  readonly realSpeed?: Speed;
  /** Events so far, and the hash of their lines: two runs with the same one did the same. */
  readonly events: number;
  readonly traceHash: string;
}
