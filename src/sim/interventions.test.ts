import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALL_FAULTS, scenarioOf } from '../../test/scenarios.ts';
import { injectFault, injectUpdate, type Deed } from './interventions.ts';
import { parseScenario } from '../scenario/scenario-file.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { traceHashOf } from './simulate.ts';
import { Simulation } from './simulation.ts';
import { TraceHash } from './trace-hash.ts';

type Intervention = { readonly afterMs: number } & ({ readonly deed: Deed } | { readonly node: number });

/** Runs it with these interventions. @returns its trace's hash, and the scenario with them in it */
function runWith(planned: Scenario, interventions: readonly Intervention[]): { hash: string; scenario: Scenario } {
  const hash = new TraceHash();
  let scenario = planned;
  const observe = (time: number, node: string, event: object) => hash.add(time, node, event);
  const simulation = new Simulation(scenario, { observe });
  for (const { afterMs, ...what } of interventions) {
    simulation.runUntil(Math.min(simulation.now + afterMs, scenario.durationMs - 1));
    if (simulation.now >= scenario.durationMs) break;
    if ('deed' in what) scenario = injectFault(simulation, scenario, what.deed);
    else if (simulation.isUp(what.node)) scenario = injectUpdate(simulation, scenario, what.node, 'By hand');
  }
  simulation.runUntil(scenario.durationMs);
  return { hash: hash.toString(), scenario };
}

const node = fc.nat({ max: 19 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('kill', 'leave', 'pause', 'resume'), nodes: fc.tuple(node) }),
  fc.record({ do: fc.constant('restart'), nodes: fc.tuple(node), remember: fc.boolean() }),
  fc.record({ do: fc.constant('partition'), nodes: fc.constant({ part: 0.5 }), oneWay: fc.boolean() }),
  fc.record({ do: fc.constant('heal') }),
);
/** Often right before or at a time for which something is planned. */
const afterMs = fc.oneof(fc.constantFrom(0, 1, 9, 10, 99, 499, 500, 699, 700, 999), fc.nat({ max: 1500 }));
const intervention: fc.Arbitrary<Intervention> = fc.oneof(fc.record({ afterMs, deed }), fc.record({ afterMs, node }));

describe('an intervention', () => {
  test('becomes part of the scenario: who runs that sees the same trace', () => {
    fc.assert(
      fc.property(fc.array(intervention, { maxLength: 6 }), fc.nat({ max: 1000 }), (interventions, seed) => {
        const { hash, scenario } = runWith(scenarioOf({ ...ALL_FAULTS, seed, durationMs: 6000 }), interventions);
        expect(traceHashOf(scenario)).toBe(hash);
      }),
      { numRuns: 15 },
    );
  }, 30_000);

  test('comes after what is planned for its millisecond: a start, an update, a fault', () => {
    const planned = scenarioOf({
      join: { how: 'seed', everyMs: 1 },
      workload: {
        favorites: true,
        updates: { count: 500, startMs: 2, everyMs: 1, origins: 0, warmUp: 0, receiptWithinMs: 0 },
      },
      faults: [
        { atMs: 15, do: 'kill', nodes: { count: 3 } },
        { atMs: 400, do: 'lose', chance: 0.2 },
      ],
      durationMs: 3000,
    });
    const interventions: Intervention[] = [
      { afterMs: 14, deed: { do: 'kill', nodes: [2] } },
      { afterMs: 0, node: 7 },
      { afterMs: 383, deed: { do: 'partition', nodes: { part: 0.5 }, oneWay: false } },
      { afterMs: 0, deed: { do: 'heal' } },
    ];
    const { hash, scenario } = runWith(planned, interventions);
    expect(scenario.faults.map(({ atMs }) => atMs)).toEqual([15, 15, 400, 400, 401]);
    expect(traceHashOf(scenario)).toBe(hash);
  });

  test('leaves a scenario that a file can hold', () => {
    const { scenario } = runWith(scenarioOf({ durationMs: 5000 }), [
      { afterMs: 1000, deed: { do: 'kill', nodes: [3] } },
      { afterMs: 1000, node: 5 },
    ]);
    expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
  });

  test('has no place after the end', () => {
    const scenario = scenarioOf({ durationMs: 1000 });
    const simulation = new Simulation(scenario);
    simulation.runUntil(1000);
    expect(() => injectFault(simulation, scenario, { do: 'heal' })).toThrow('the run ends at 1000 ms');
  });
});
