import { describe, expect, test } from 'vitest';
import { scenarioOf, SILENT, type ScenarioChanges } from '../../test/scenarios.ts';
import { FloodTimes } from './flood-times.ts';
import type { Delay } from '../scenario/scenario.ts';
import { measure } from './simulate.ts';
import { Simulation } from './simulation.ts';

/** A hundred nodes whose overlay goes on changing, or (`SILENT`) stays. */
function stretchOf({ network, workload, ...changes }: ScenarioChanges): { p50?: number; max?: number } | undefined {
  const updates = { count: 10, startMs: 15_000, everyMs: 1000, origins: 0, warmUp: 0, receiptWithinMs: 0 };
  return measure(
    scenarioOf({
      nodes: 100,
      durationMs: 45_000,
      workload: { updates, ...workload },
      network: { ...network },
      ...changes,
    }),
  ).stretch;
}

const KEPT: Delay = { kind: 'uniform', minMs: 10, maxMs: 100, perMessage: false };
const EXACT: Delay = { kind: 'regions', matrixMs: [[5, 40, 90], [40, 5, 70], [90, 70, 5]], jitterMs: 0 }; // prettier-ignore

describe('the stretch', () => {
  test('of a flood is 1 where links keep their delays to the millisecond', () => {
    const graph = { join: { how: 'graph', degree: 5 }, parameters: SILENT } as const;
    expect(stretchOf({ ...graph, strategy: 'flood', network: { delay: EXACT } })).toEqual({ p50: 1, max: 1 });
    expect(stretchOf({ ...graph, strategy: 'flood', network: { delay: { kind: 'constant', ms: 30 } } })).toEqual({
      ...{ p50: 1, max: 1 },
    });
  });

  test('of a flood is about 1 where each message differs a little, or nodes take their time', () => {
    const { p50, max } = stretchOf({ strategy: 'flood', network: { delay: KEPT } })!;
    expect(p50).toBeCloseTo(1, 1);
    expect(max).toBeLessThan(1.1);
    expect(stretchOf({ strategy: 'flood', network: { delay: KEPT, serviceMs: 10 } })!.p50).toBeCloseTo(1, 1);
  });

  test('of the tree is more', () => {
    const { p50, max } = stretchOf({ strategy: 'plumtree', network: { delay: EXACT } })!;
    expect(p50).toBeGreaterThanOrEqual(1);
    expect(max).toBeGreaterThan(1);
  });

  test('is left out where no link keeps a delay, or no message takes any time', () => {
    expect(stretchOf({ network: { delay: { ...KEPT, perMessage: true } } })).toBeUndefined();
    expect(stretchOf({ network: { delay: { kind: 'constant', ms: 0 } } })).toBeUndefined();
  });

  test('is left out where a flood would not have come to all', () => {
    const faults = [{ atMs: 14_000, do: 'partition', nodes: { part: 0.5 }, oneWay: false }] as const;
    const heal = { atMs: 26_000, do: 'heal' } as const;
    expect(stretchOf({ strategy: 'flood', faults: [...faults, heal] })).toBeUndefined();
  });
});

describe('the time a flood would take', () => {
  /** Three in a row, told by hand: 0 to 1 takes 10 ms, 1 to 2 takes 10 ms, 0 to 2 takes 50 ms. */
  const matrixMs = [[0, 10, 50], [10, 0, 10], [50, 10, 0]]; // prettier-ignore
  const delay: Delay = { kind: 'regions', matrixMs, jitterMs: 0 };
  const [A, B, C] = ['n0:7000', 'n1:7000', 'n2:7000'] as const;

  function running(): Simulation {
    const scenario = scenarioOf({
      nodes: 3,
      network: { delay },
      join: { how: 'graph', degree: 2 },
      parameters: SILENT,
    });
    const simulation = new Simulation(scenario);
    simulation.runUntil(1);
    return simulation;
  }

  function linked(...links: readonly (readonly [string, string])[]): FloodTimes {
    const floods = new FloodTimes();
    for (const [from, peer] of links) floods.observe(from, { type: 'peerUp', peer });
    return floods;
  }

  test('is that of the fastest way to the farthest node', () => {
    const simulation = running();
    const floods = linked([A, B], [B, C], [A, C]);
    expect(floods.msFrom(A, simulation)).toBe(20);
    floods.observe(B, { type: 'peerDown', peer: C, reason: 'left' });
    expect(floods.msFrom(A, simulation)).toBe(50);
  });

  test('is nobody knows when, as long as a node is out of reach or stands still', () => {
    const simulation = running();
    expect(linked([A, B]).msFrom(A, simulation)).toBeUndefined();
    simulation.pause(2);
    expect(linked([A, B], [B, C]).msFrom(A, simulation)).toBeUndefined();
    simulation.kill(2);
    expect(linked([A, B]).msFrom(A, simulation)).toBe(10);
  });
});
