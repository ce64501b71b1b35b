/**
 * What a receipt costs and how long it takes, beside the delivery of what it is about, in virtual time.
 * `npm run bench:receipts [-- --seeds 20 --nodes 100,1000]`
 *
 * One node publishes some times, so that its tree is its own, and once more for a receipt. Links take 10 to 100 ms.
 */
import { parseArgs } from 'node:util';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import type { ScenarioFile } from '../src/scenario/scenario-schema.ts';
import { Simulation, type Observer } from '../src/sim/simulation.ts';

const WARM_UP = 4;
const WARM_UP_EVERY_MS = 3000;
const START_MS = 20_000;
const PUBLISHED_MS = START_MS + WARM_UP * WARM_UP_EVERY_MS;
const WITHIN_MS = 20_000;
/** Processes end, and their machines say so. */
const PROCESSES = { refusedAfterMs: 50, closedAfterMs: 50 };

type Load = Pick<ScenarioFile, 'network' | 'faults'>;
const LOADS: { readonly [name: string]: (nodes: number, seed: number) => Load } = {
  'nothing fails': () => ({}),
  'one message in a hundred is lost': () => ({ network: { loss: 0.01 } }),
  'a twentieth dies 30 ms later': (nodes, seed) => dying(nodes, seed, PUBLISHED_MS + 30),
  'a twentieth has died before': (nodes, seed) => dying(nodes, seed, PUBLISHED_MS - 15_000),
};

/** Others than the origin. */
function dying(nodes: number, seed: number, atMs: number): Load {
  const dead = Array.from({ length: nodes / 20 }, (_, i) => 1 + ((20 * i + seed) % (nodes - 1)));
  return { network: PROCESSES, faults: [{ atMs, do: 'kill', nodes: dead }] };
}

interface Cost {
  readonly acknowledgements: number;
  readonly asked: number;
  readonly bytes: number;
  readonly deliveredMs: number;
  readonly afterMs: number;
  readonly isAll: boolean;
}

function measure(nodes: number, seed: number, load: Load): Cost {
  const scenario = parseScenario({
    nodes,
    seed,
    workload: { updates: 0 },
    durationMs: PUBLISHED_MS + WITHIN_MS,
    ...load,
  });
  const cost = { acknowledgements: 0, asked: 0, bytes: 0, deliveredMs: 0, afterMs: NaN, isAll: false };
  let uuid: string | undefined;
  const observe: Observer = (time, node, event) => {
    if (uuid === undefined || time < PUBLISHED_MS) return;
    if (event.type === 'sent' && event.message === 'receipt') {
      cost.acknowledgements++;
      cost.bytes += event.bytes ?? 0;
    } else if (event.type === 'sent' && event.message === 'rumor' && event.uuid === uuid) {
      const isAsked = node === event.origin && event.ttl === 1;
      if (isAsked) cost.asked++;
      cost.bytes += isAsked ? (event.bytes ?? 0) : FLAG_BYTES;
    } else if (event.type === 'applied' && event.uuid === uuid) cost.deliveredMs = time - PUBLISHED_MS;
    else if (event.type === 'receipt')
      Object.assign(cost, { afterMs: event.afterMs, isAll: event.reached === event.of });
  };
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => {
      if (event.type === 'published' && event.version > WARM_UP && node === simulation.addressOf(0)) uuid = event.uuid;
      observe(time, node, event);
    },
  });
  for (let i = 0; i < WARM_UP; i++) {
    simulation.schedule(START_MS + i * WARM_UP_EVERY_MS, () => simulation.publish(0, { book: `Warm-up ${i}` }));
  }
  simulation.schedule(PUBLISHED_MS, () => simulation.publish(0, { book: 'News' }, undefined, WITHIN_MS));
  simulation.runUntil(scenario.durationMs);
  return cost;
}

const FLAG_BYTES = ',"receipt":true'.length;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, nodes: { type: 'string', default: '100,1000' } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
console.log(
  `means of ${seeds.length} seeds: acknowledgements / (nodes - 1), asked again, kB; last delivery, receipt (slowest); all`,
);
for (const nodes of values.nodes.split(',').map(Number)) {
  for (const [name, load] of Object.entries(LOADS)) {
    const costs = seeds.map((seed) => measure(nodes, seed, load(nodes, seed)));
    const of = (key: Exclude<keyof Cost, 'isAll'>): number => mean(costs.map((cost) => cost[key]));
    console.log(
      `${nodes} nodes, ${name}: ${(of('acknowledgements') / (nodes - 1)).toFixed(2)}, ${of('asked').toFixed(1)}, ` +
        `${(of('bytes') / 1000).toFixed(1)} kB; ${of('deliveredMs').toFixed(0)} ms, ${of('afterMs').toFixed(0)} ms ` +
        `(${Math.max(...costs.map(({ afterMs }) => afterMs))} ms); ${costs.filter(({ isAll }) => isAll).length} of ${seeds.length}`,
    );
  }
}
