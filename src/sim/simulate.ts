/** The simulator as a library: a scenario in, its trace or its measures out. Needs nothing but JavaScript. */
import { Measures, type Measured } from '../trace/measures.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import { measurePlanOf } from '../scenario/play/measure-plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { SimulationMeasures } from './simulation-measures.ts';
import { Simulation } from './simulation.ts';
import { TraceHash } from './trace-hash.ts';

export type { Measured, MeasurePlan, OnDelivery, UpdateFacts } from '../trace/measures.ts';
export type { RunEvent } from '../trace/trace-event.ts';
export { DEFAULT_PARAMETERS, type Parameters } from '../core/index.ts';
export { parseScenario, ScenarioError } from '../scenario/scenario-file.ts';
export type { Delay, Fault, JoinPlan, NetworkPlan, Scenario, Selection, Workload } from '../scenario/scenario.ts';
export type { Observer, SimulationOptions } from './simulation.ts';
export { measurePlanOf, Measures, Simulation, SimulationMeasures, TraceHash };

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

/** Runs a scenario to its end, and tells what `gossip sim` measures of it. A measure that does not apply is left out. */
export function measure(scenario: Scenario): Measured {
  const measures = new SimulationMeasures(scenario);
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => measures.observe(time, node, event),
  });
  measures.follow(simulation);
  simulation.runUntil(scenario.durationMs);
  return measures.result();
}

/** The hash of a scenario's whole trace, 16 hex digits: the same in every engine. */
export function traceHashOf(scenario: Scenario): string {
  const hash = new TraceHash();
  for (const event of simulate(scenario)) hash.addEvent(event);
  return hash.toString();
}
