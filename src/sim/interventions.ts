/**
 * What somebody who watches a run does to it. Each deed is written into the scenario, so that who runs that scenario sees
 * the same trace to the byte: it is done where a planned one has its place, in a millisecond of its own to come, after
 * what is planned for that millisecond and before all else that happens in it.
 */
import type { Fault, Scenario } from '../scenario/scenario.ts';
import { startOf } from '../scenario/scenario-times.ts';
import type { Simulation } from './simulation.ts';

/** A fault without its time. */
export type Deed = Fault extends infer Each ? (Each extends Fault ? Omit<Each, 'atMs'> : never) : never;

/** @returns the scenario with this fault in it, a millisecond after the simulation's present */
export function injectFault(simulation: Simulation, scenario: Scenario, deed: Deed): Scenario {
  const atMs = enterNext(simulation, scenario);
  runPlanned(simulation, startsAt(scenario, atMs) + tellingsAt(scenario, atMs) + faultsAt(scenario, atMs));
  const fault = { ...deed, atMs } as Fault;
  simulation.apply(fault);
  return { ...scenario, faults: [...scenario.faults, fault].sort((a, b) => a.atMs - b.atMs) };
}

/** The same of a node that tells something. One that does not run says nothing. */
export function injectUpdate(simulation: Simulation, scenario: Scenario, node: number, book: string): Scenario {
  const atMs = enterNext(simulation, scenario);
  runPlanned(simulation, startsAt(scenario, atMs) + tellingsAt(scenario, atMs));
  if (simulation.isUp(node) && !simulation.isPaused(node)) simulation.publish(node, { book });
  const { workload } = scenario;
  return { ...scenario, workload: { ...workload, publish: [...workload.publish, { atMs, node, book }] } };
}

function enterNext(simulation: Simulation, { durationMs }: Scenario): number {
  simulation.runUntil(simulation.now);
  if (simulation.now + 1 > durationMs) throw new RangeError(`the run ends at ${durationMs} ms`);
  return simulation.enterNext();
}

/** What was planned before the run began comes first in its millisecond, in the order in which it was planned. */
function runPlanned(simulation: Simulation, count: number): void {
  if (count > 0) simulation.runUntil(simulation.now, count);
}

function startsAt({ nodes, join }: Scenario, atMs: number): number {
  return countOf(nodes, (node) => Math.round(startOf(node, join)) === atMs);
}

function tellingsAt({ workload: { updates, publish } }: Scenario, atMs: number): number {
  const planned = countOf(updates.count, (i) => Math.round(updates.startMs + i * updates.everyMs) === atMs);
  return planned + publish.filter((entry) => Math.round(entry.atMs) === atMs).length;
}

function faultsAt({ faults }: Scenario, atMs: number): number {
  return faults.filter((fault) => Math.round(fault.atMs) === atMs).length;
}

function countOf(count: number, isSo: (index: number) => boolean): number {
  let found = 0;
  for (let index = 0; index < count; index++) if (isSo(index)) found++;
  return found;
}
