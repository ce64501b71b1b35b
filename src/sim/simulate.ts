/** The simulator as a library: a scenario in, its trace out. Needs nothing but JavaScript. */
import type { RunEvent } from '../trace/trace-event.ts';
import type { Scenario } from './scenario.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';
import { TraceHash } from './trace-hash.ts';

export type { Delay, Fault, JoinPlan, NetworkPlan, Scenario, Selection, Workload } from './scenario.ts';
export type { RunEvent } from '../trace/trace-event.ts';
export { Simulation, TraceHash, type SimulationOptions };

/** Inputs handled between two looks at the trace: it is held in memory for that long. */
const STEPS_AT_A_TIME = 256;

/** Runs a scenario to its end, and tells everything that happens in it, in order. */
export function* simulate(scenario: Scenario): Generator<RunEvent, Simulation> {
  let events: RunEvent[] = [];
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => events.push({ time, node, ...event }),
  });
  for (let isDone = false; !isDone;) {
    isDone = simulation.runUntil(scenario.durationMs, STEPS_AT_A_TIME);
    yield* events;
    events = [];
  }
  return simulation;
}

/** The hash of a scenario's whole trace. */
export function traceHashOf(scenario: Scenario): string {
  const hash = new TraceHash();
  for (const event of simulate(scenario)) hash.add(event);
  return hash.toString();
}
