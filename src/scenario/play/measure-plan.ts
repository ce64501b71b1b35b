/** Which of a scenario's publications are its updates, those that measures are of. */
import { joinedAfterMs } from '../scenario-times.ts';
import type { Scenario } from '../scenario.ts';

/** Before the end of a run, for the last of the updates that come at any time: what comes later could not be repaired. */
const REPAIR_MS = 10_000;

/**
 * Updates and what is published by hand are measured, from the first of them on. Where there are none, what nodes choose
 * anew is, from when updates would start until some seconds before the end. Where there is not even that, the favourites
 * are that each node tells when it starts.
 */
export function measurePlanOf({ workload, durationMs, join, nodes }: Scenario) {
  const { favorites, resampleMs, updates, publish } = workload;
  const times = publish.map(({ atMs }) => atMs);
  if (updates.count > updates.warmUp) times.push(updates.startMs + updates.warmUp * updates.everyMs);
  if (times.length > 0) {
    const fromMs = times.reduce((a, b) => Math.min(a, b));
    return { fromMs, untilMs: Infinity, exceptFirst: favorites };
  }
  if (resampleMs === 0) return { fromMs: 0, untilMs: Infinity, exceptFirst: false };
  const afterJoin = durationMs - joinedAfterMs(join, nodes);
  return { fromMs: updates.startMs, untilMs: durationMs - Math.min(REPAIR_MS, afterJoin / 3), exceptFirst: favorites };
}
