import type { TraceEvent } from '../trace/trace-event.ts';

/** Between two warnings of one kind. A guess: seldom enough for a log, often enough to be seen. */
const WARN_EVERY_MS = 600_000;

/** Warns when others cannot reach this node at its address, or another process speaks from it: at once, then now and then. */
export function contestedWarning(warn: (warning: string) => void): (event: TraceEvent) => void {
  const warnedAt = { outOfReach: -Infinity, shared: -Infinity };
  return (event) => {
    if (event.type !== 'contested') return;
    const kind = event.status === 'alive' ? 'shared' : 'outOfReach';
    if (event.time - warnedAt[kind] < WARN_EVERY_MS) return;
    warnedAt[kind] = event.time;
    warn(
      kind === 'shared'
        ? `another process speaks from ${event.node}: does it advertise the same address?`
        : `others cannot reach this node at ${event.node}: is the advertised address right, and the port open?`,
    );
  };
}
