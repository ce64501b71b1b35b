/** Which moment is shown: the newest as it comes, one that stands still, or one that moves at a chosen speed. */
import type { Millis } from '../../trace/views.ts';

/** Milliseconds of the network in a millisecond of the viewer. */
export const SPEEDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] as const;

export type Playhead =
  | { readonly mode: 'live' }
  | { readonly mode: 'paused'; readonly atMs: Millis }
  | { readonly mode: 'playing'; readonly atMs: Millis };

export interface Range {
  readonly fromMs: Millis;
  readonly untilMs: Millis;
  /** Does it still grow? */
  readonly isOpen: boolean;
}

export function shownAt(playhead: Playhead, range: Range): Millis {
  return playhead.mode === 'live' ? range.untilMs : clamp(playhead.atMs, range);
}

/** Played to its end, what still grows is live again, and what is over stands still. */
export function advance(playhead: Playhead, range: Range, elapsedMs: Millis, speed: number): Playhead {
  if (playhead.mode !== 'playing') return playhead;
  const atMs = Math.max(playhead.atMs, range.fromMs) + elapsedMs * speed;
  if (atMs < range.untilMs) return { mode: 'playing', atMs };
  return range.isOpen ? { mode: 'live' } : { mode: 'paused', atMs: range.untilMs };
}

/** Space: stop, or go on; from the end of what is over, from its start again. */
export function toggle(playhead: Playhead, range: Range): Playhead {
  const atMs = shownAt(playhead, range);
  if (playhead.mode !== 'paused') return { mode: 'paused', atMs };
  return { mode: 'playing', atMs: atMs >= range.untilMs && !range.isOpen ? range.fromMs : atMs };
}

export function seek(playhead: Playhead, range: Range, atMs: Millis): Playhead {
  return { mode: playhead.mode === 'playing' ? 'playing' : 'paused', atMs: clamp(atMs, range) };
}

function clamp(atMs: Millis, { fromMs, untilMs }: Range): Millis {
  return Math.min(Math.max(atMs, fromMs), untilMs);
}
