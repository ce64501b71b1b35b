import type { TraceEvent } from '../trace/trace-event.ts';

/** Between two warnings. A guess: seldom enough for a log, often enough to be seen. */
const WARN_EVERY_MS = 600_000;

/** Warns when the table is full: first at once, then now and then as long as it matters. */
export function fullTableWarning(warn: (warning: string) => void): (event: TraceEvent) => void {
  let warnedAt = -Infinity;
  return (event) => {
    const isFull = (event.type === 'dropped' || event.type === 'reaped') && event.reason === 'full';
    if (!isFull || event.time - warnedAt < WARN_EVERY_MS) return;
    warnedAt = event.time;
    warn('the table is full: members never seen alive are forgotten, and then nothing new is kept');
  };
}
