/** One run of one setting in virtual time. Only plain data goes in and out: it is done in a thread of its own. */
import { measurePlanOf } from '../scenario/play/measure-plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../sim/simulation.ts';
import type { MeasurePlan } from '../trace/measures.ts';
import { PushReach } from './push-reach.ts';
import { flattened, type RunMeasures } from './run-measures.ts';
import { SteadyControl, type Traffic } from './steady-control.ts';
import { UpdateArrivals } from './update-arrivals.ts';

export interface RunTask {
  readonly scenario: Scenario;
  /** The first of the scenario's updates, which nothing is measured of: they shape the broadcast tree. */
  readonly warmUpUpdates: number;
  /** Is what pushing alone reaches wanted? Following each push costs CPU. */
  readonly followsPushes: boolean;
  /** If it is wanted how many nodes had each update so soon. */
  readonly withinMs?: number;
}

export interface RunOutcome {
  readonly measures: RunMeasures;
  /** Of each update that is measured, the milliseconds until the last node had it; `null`: one never did. */
  readonly timesToAllMs: readonly (number | null)[];
  /** If it is wanted, the same by pushing alone (`push-reach.ts`) though repair helped; `null`: pushing did not come to all. */
  readonly pushedToAllMs?: readonly (number | null)[];
  /** If it is wanted, of each update, the part of the other nodes that had it in time. */
  readonly coverageWithin?: readonly number[];
  /** Of one update, copies and what else was sent while updates came (`steady-control.ts`). */
  readonly cost: Traffic;
}

export function runOnce({ scenario, warmUpUpdates, followsPushes, withinMs }: RunTask): RunOutcome {
  const startedAt = performance.now();
  const plan = measurePlanAfter(scenario, warmUpUpdates);
  const arrivals = new UpdateArrivals(scenario, plan, withinMs);
  const pushes = followsPushes ? new PushReach(plan.fromMs, plan.untilMs) : undefined;
  const control = steadyControlOf(scenario, warmUpUpdates);
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => {
      control.observe(time, event);
      arrivals.observe(time, node, event);
      pushes?.observe(time, node, event);
    },
  });
  arrivals.measures.follow(simulation);
  simulation.runUntil(scenario.durationMs);
  const timesToAllMs = arrivals.measures.timesToAllMs();
  const measures = flattened(arrivals.measures.result(), {
    reachedAll: partReached(timesToAllMs, Infinity),
    events: simulation.eventsHandled,
    wallMs: performance.now() - startedAt,
  });
  const copies = measures.payloadPerUpdate ?? 0;
  const cost = { messages: copies + control.perUpdate().messages, bytes: control.bytesWith(copies) };
  return {
    ...{ measures, timesToAllMs, cost },
    ...(pushes !== undefined && { pushedToAllMs: arrivals.pushedToAllMs(pushes) }),
    ...(withinMs !== undefined && { coverageWithin: arrivals.coverageInTime() }),
  };
}

function steadyControlOf(scenario: Scenario, warmUpUpdates: number): SteadyControl {
  const { everyMs, count, warmUp } = scenario.workload.updates;
  const measured = Math.max(1, count - warmUp - warmUpUpdates);
  const fromMs = firstMeasuredMs(scenario, warmUpUpdates);
  return new SteadyControl(fromMs, fromMs + measured * everyMs, measured);
}

/** As `gossip sim` measures, but from the first update after those that warm up. */
function measurePlanAfter(scenario: Scenario, warmUpUpdates: number): MeasurePlan {
  const plan = measurePlanOf(scenario);
  return warmUpUpdates === 0 ? plan : { ...plan, fromMs: Math.round(firstMeasuredMs(scenario, warmUpUpdates)) };
}

function firstMeasuredMs({ workload: { updates } }: Scenario, warmUpUpdates: number): number {
  return updates.startMs + (updates.warmUp + warmUpUpdates) * updates.everyMs;
}

/** @returns `undefined` of no updates */
function partReached(timesToAllMs: readonly (number | null)[], withinMs: number): number | undefined {
  if (timesToAllMs.length === 0) return undefined;
  return timesToAllMs.filter((time) => time !== null && time <= withinMs).length / timesToAllMs.length;
}
