/** What a thread does: one run with one mechanism switched off. From the sources, since a bundle's classes are others. */
import { islandsOf, networkOf, tablesOf } from '../../src/verify/network-facts.ts';
import { measurePlanOf } from '../../src/scenario/play/measure-plan.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { Measures } from '../../src/trace/measures.ts';
import { LOADS, scenarioOf, type LoadName } from './loads.ts';
import { MECHANISMS, switchOff } from './mechanisms.ts';

export interface Task {
  readonly load: LoadName;
  readonly nodes: number;
  readonly seed: number;
  /** Empty: none is off. */
  readonly off: string;
}

export type Values = { readonly [measure: string]: number };

/** How often it is looked whether all agree. */
const LOOK_EVERY_MS = 250;

export default function run({ load, nodes, seed, off }: Task): Values {
  const mechanism = MECHANISMS.find(({ name }) => name === off);
  const restore = mechanism === undefined ? () => undefined : switchOff(mechanism);
  try {
    return measured(load, nodes, seed, mechanism?.parameters ?? {});
  } finally {
    restore();
  }
}

function measured(load: LoadName, nodes: number, seed: number, parameters: object): Values {
  const scenario = scenarioOf(load, nodes, seed, parameters);
  const measures = new Measures(measurePlanOf(scenario));
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => measures.observe(time, node, event),
  });
  const { calmMs } = LOADS[load];
  let agreedAt = scenario.durationMs;
  for (let now = calmMs; now < scenario.durationMs; now += LOOK_EVERY_MS) {
    simulation.runUntil(now);
    if (!isOfOneMind(simulation)) continue;
    agreedAt = now;
    break;
  }
  simulation.runUntil(scenario.durationMs);
  const { coverage, deliveryTimeMs, payloadPerUpdate, controlPerUpdate, bytesPerUpdate, detectionMs, falsePositives } =
    measures.result();
  const all = {
    'delivery p50, ms': deliveryTimeMs?.p50,
    'delivery p99, ms': deliveryTimeMs?.p99,
    'slowest delivery, ms': deliveryTimeMs?.max,
    'coverage, %': coverage === undefined ? undefined : 100 * coverage.mean,
    'copies / (N - 1)': payloadPerUpdate === undefined ? undefined : payloadPerUpdate / (nodes - 1),
    'control an update': controlPerUpdate,
    'kB an update': bytesPerUpdate === undefined ? undefined : bytesPerUpdate / 1000,
    'detection, slowest, ms': detectionMs?.max,
    'live called down': falsePositives,
    'agreement after, ms': load === 'brief' ? undefined : agreedAt - calmMs,
    'messages a node and second':
      (simulation.rumorsSent + simulation.controlSent) / nodes / (scenario.durationMs / 1000),
    islands: islandsOf(networkOf(snapshotsOf(simulation))),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Values;
}

function isOfOneMind(simulation: Simulation): boolean {
  const snapshots = snapshotsOf(simulation);
  if (snapshots.some(({ records }) => records.length < simulation.size)) return false;
  const network = networkOf(snapshots);
  return islandsOf(network) === 1 && tablesOf(network).length === 1;
}

function snapshotsOf(simulation: Simulation) {
  const live = Array.from({ length: simulation.size }, (_, node) => node).filter((node) => simulation.isUp(node));
  return live.map((node) => simulation.snapshot(node));
}
