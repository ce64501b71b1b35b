import { describe, expect, test } from 'vitest';
import type { RunMeasures } from '../run-measures.ts';
import type { Setting } from '../sweep-head.ts';
import { resultsOf, WELL } from './report-fixture.ts';
import { reportSettings } from './settings.ts';
import { compareWithTheory } from './theory-comparison.ts';

const NO_REPAIR = { heartbeatMs: 2_592_000_000, heartbeatMinMs: 2_592_000_000 };
const GRAPH = { how: 'graph', degree: 20 };

function compared(
  values: Setting['values'],
  measures: Partial<RunMeasures>,
  scenario: object = {},
): [string, number, number][] {
  const results = resultsOf({ scenario, settings: [values], measure: () => ({ ...WELL, ...measures }) });
  const all = compareWithTheory(reportSettings(results), results.head);
  return all.map(({ quantity, theory, deviation }) => [quantity, theory, Number(deviation.toFixed(6))]);
}

describe('theory stands beside what was measured', () => {
  test('of a tree: N − 1 copies', () => {
    expect(compared({ strategy: 'plumtree' }, { payloadPerUpdate: 108.9 })).toEqual([['treeCopies', 99, 0.1]]);
  });

  test('of a flood: 2E − N + 1 copies over the links that were there', () => {
    const flood = { payloadPerUpdate: 301 * 0.95, links: 200, lastDeliveryHopMax: 6 };
    expect(compared({ strategy: 'flood' }, flood)).toEqual([['floodCopies', 301, -0.05]]);
  });

  test('of push-once: coverage by rounds, and the chance of everyone where the TTL does not bind', () => {
    const scenario = { join: GRAPH, parameters: { ...NO_REPAIR, ttl: 32 } };
    const all = compared({ strategy: 'random', fanout: 5 }, { coverageMean: 0.98, reachedAll: 0.5 }, scenario);
    expect(all.map(([quantity]) => quantity)).toEqual(['coverage', 'pushCopies', 'everyone']);
    const [[, coverage, deviation]] = all as [[string, number, number]];
    expect(coverage).toBeCloseTo(0.993, 2);
    expect(deviation).toBeCloseTo(0.98 - coverage, 5);
    expect(all[2]![1]).toBeCloseTo(0.51, 2);
  });

  test('which loses what is lost of its fanout', () => {
    const at = (fanout: number, loss: number): number => {
      const scenario = { join: GRAPH, network: { loss }, parameters: { ...NO_REPAIR, fanout } };
      return compared({ strategy: 'random' }, {}, scenario)[0]![1];
    };
    expect(at(8, 0.5)).toBeCloseTo(at(4, 0), 12);
  });
});

describe('theory is left out', () => {
  const push = { strategy: 'random', fanout: 3 };
  const alone = { join: GRAPH, parameters: NO_REPAIR };

  test.each<[string, Setting['values'], Partial<RunMeasures>, object]>([
    ['of a tree that loses messages', { strategy: 'plumtree' }, {}, { network: { loss: 0.1 } }],
    ['of a flood that its TTL ends', { strategy: 'flood', ttl: 4 }, { links: 200, lastDeliveryHopMax: 4 }, {}],
    [
      'of a flood that missed somebody',
      { strategy: 'flood' },
      { links: 200, reachedAll: 0.9, lastDeliveryHopMax: 5 },
      {},
    ],
    ['of push-once that is repaired', push, {}, { join: GRAPH }],
    ['of push-once to more peers than there are', push, {}, { ...alone, join: { how: 'graph', degree: 3 } }],
    ['where something dies', push, {}, { ...alone, faults: [{ atMs: 1000, do: 'kill', nodes: { part: 0.1 } }] }],
    ['of a strategy that it knows nothing of', { strategy: 'shout' }, {}, {}],
  ])('%s', (_, values, measures, scenario) => {
    expect(compared(values, measures, scenario)).toEqual([]);
  });
});
