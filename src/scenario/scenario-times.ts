/** When what a scenario plans happens, in milliseconds from the start of the run. */
import type { JoinPlan, Workload } from './scenario.ts';

export function startOf(node: number, join: JoinPlan): number {
  return join.how === 'graph' ? 0 : join.everyMs * node;
}

/** When the last node starts. */
export function joinedAfterMs(join: JoinPlan, nodes: number): number {
  return startOf(nodes - 1, join);
}

/** 0 when there are none. */
export function lastUpdateMs({ count, startMs, everyMs }: Workload['updates']): number {
  return count === 0 ? 0 : startMs + (count - 1) * everyMs;
}
