/** Results made by hand, for tests of what is said of them. */
import { parseScenario } from '../../scenario/scenario-file.ts';
import { MEASURE_NAMES, type RunMeasures } from '../run-measures.ts';
import type { SweepResults } from '../run-table.ts';
import type { ParameterValue, Setting, Varied } from '../sweep-head.ts';

const PATHS: { readonly [name: string]: string } = {
  strategy: 'strategy',
  nodes: 'nodes',
  fanout: 'parameters.fanout',
  ttl: 'parameters.ttl',
  degree: 'join.degree',
  loss: 'network.loss',
  killed: 'faults[0].nodes.part',
};

interface Made {
  readonly name?: string;
  readonly scenario?: object;
  readonly seeds?: number;
  readonly settings: readonly Setting['values'][];
  readonly measure: (values: Setting['values'], seed: number) => RunMeasures;
}

/** Every run that `measure` tells of; what varies is whatever the settings have. */
export function resultsOf({ name = 'made', scenario = {}, seeds = 4, settings, measure }: Made): SweepResults {
  const names = [...new Set(settings.flatMap((values) => Object.keys(values)))];
  const varied = names.map((each): Varied => {
    const values = settings
      .map((setting) => setting[each])
      .filter((value): value is ParameterValue => value !== undefined);
    return { name: each, path: PATHS[each] ?? each, values: [...new Set(values)] };
  });
  const numbered = settings.map((values, i) => ({ number: i + 1, values }));
  const all = Array.from({ length: seeds }, (_, i) => i + 1);
  return {
    head: {
      ...{ format: 2, version: '1.2.3', name, description: '', command: 'gossip sweep made' },
      ...{ base: {}, scenario: parseScenario({ nodes: 100, ...scenario }), warmUpUpdates: 0 },
      ...{ varied, settings: numbered, seeds: all, measures: MEASURE_NAMES },
    },
    rows: numbered.flatMap(({ number, values }) =>
      all.map((seed) => ({ setting: number, values, seed, measures: measure(values, seed) })),
    ),
  };
}

export const WELL: RunMeasures = {
  ...{ coverageMin: 1, coverageMean: 1, reachedAll: 1, updates: 10, deliveryTimeMsP50: 100, timeToAllMsP50: 200 },
  ...{ payloadPerUpdate: 99, controlPerUpdate: 1 },
};
