import { describe, expect, test } from 'vitest';
import { DEFAULT_PARAMETERS } from '../core/parameters.ts';
import { parseScenario, ScenarioError } from './scenario-file.ts';
import { nearestName } from './nearest-name.ts';

function complaint(json: unknown): string {
  try {
    parseScenario(json);
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as Error).message;
  }
  return 'accepted';
}

describe('a scenario file that says nothing', () => {
  const scenario = parseScenario({});

  test('is the brief’s hundred nodes with a favourite each, and ten updates to measure', () => {
    expect(scenario).toMatchObject({ seed: 1, nodes: 100, strategy: 'plumtree', parameters: {}, faults: [] });
    expect(scenario.join).toEqual({ how: 'seed', everyMs: 20 });
    expect(scenario.workload).toEqual({
      favorites: true,
      resampleMs: 0,
      updates: { count: 10, startMs: 11_980, everyMs: 1000, origins: 0, warmUp: 0, receiptWithinMs: 0 },
      publish: [],
    });
  });

  test('goes on for twenty seconds after the last update', () => {
    expect(scenario.durationMs).toBe(40_980);
  });

  test('is what its own output reads back as', () => {
    expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
  });
});

describe('a default that depends on other fields', () => {
  test('tells favourites only while tables stay small', () => {
    expect(parseScenario({ nodes: 1000 }).workload.favorites).toBe(true);
    expect(parseScenario({ nodes: 1001 }).workload.favorites).toBe(false);
  });

  test('publishes no updates of its own beside those by hand or by resampling', () => {
    const publish = [{ atMs: 5, node: 0 }];
    expect(parseScenario({ workload: { publish } }).workload.updates.count).toBe(0);
    expect(parseScenario({ workload: { resampleMs: 10_000 } }).workload.updates.count).toBe(0);
    expect(parseScenario({ workload: { publish, updates: 3 } }).workload.updates.count).toBe(3);
  });

  test('lasts beyond the last fault, churn, update and join', () => {
    const churn = { atMs: 50_000, do: 'churn', killsPerSecond: 1, untilMs: 90_000 };
    expect(parseScenario({ faults: [churn] }).durationMs).toBe(110_000);
    expect(parseScenario({ faults: [{ atMs: 60_000, do: 'heal' }] }).durationMs).toBe(80_000);
    expect(parseScenario({ join: { how: 'chain', everyMs: 1000 }, workload: { updates: 0 } }).durationMs).toBe(119_000);
  });

  test('has a large network join within ten seconds, too', () => {
    expect(parseScenario({ nodes: 100_000 }).join).toEqual({ how: 'seed', everyMs: 0.1 });
  });

  test('fits into a run that was made short', () => {
    const { workload, durationMs } = parseScenario({ durationMs: 4980 });
    expect(durationMs).toBe(4980);
    expect(workload.updates.startMs).toBe(2980);
    expect(workload.updates.startMs + 9 * workload.updates.everyMs).toBeCloseTo(3980);
  });
});

describe('in short', () => {
  test('a number is a constant delay, a word a way to join, a count the updates', () => {
    const { network, join, workload } = parseScenario({
      network: { delay: 50 },
      join: 'graph',
      workload: { updates: 20 },
    });
    expect(network.delay).toEqual({ kind: 'constant', ms: 50 });
    expect(join).toEqual({ how: 'graph', degree: 5 });
    expect(workload.updates.count).toBe(20);
  });
});

test('faults are put in the order of their times, those of one time as they stand', () => {
  const faults = [
    { atMs: 9, do: 'heal' },
    { atMs: 5, do: 'kill', nodes: [1] },
    { atMs: 5, do: 'restart', nodes: [1] },
  ];
  expect(parseScenario({ faults }).faults.map((fault) => fault.do)).toEqual(['kill', 'restart', 'heal']);
});

describe('a file is refused with one line:', () => {
  const fault = (more: object): object => ({
    faults: [
      { atMs: 1, do: 'heal' },
      { atMs: 1, ...more },
    ],
  });
  test.each<[object | null | number | string, string]>([
    [null, 'expected an object, got null'],
    [[], 'expected an object, got a list'],
    ['x', 'expected an object, got "x"'],
    [{ nodes: 0 }, 'nodes: expected a whole number from 1 to 1000000, got 0'],
    [{ nodes: 1.5 }, 'nodes: expected a whole number from 1 to 1000000, got 1.5'],
    [{ nodes: '100' }, 'nodes: expected a whole number from 1 to 1000000, got "100"'],
    [{ seed: -1 }, 'seed: expected a whole number from 0 to 2147483647, got -1'],
    [{ seed: NaN }, 'seed: expected a whole number from 0 to 2147483647, got NaN'],
    [{ durationMs: Infinity }, 'durationMs: expected a number from 1 to 2592000000, got Infinity'],
    [{ strategy: 'shout' }, 'strategy: expected one of "plumtree", "flood", "random", got "shout"'],
    [{ strateggy: 'flood' }, 'strateggy: there is no such field; did you mean strategy?'],
    [{ parameters: { fanuot: 3 } }, 'parameters.fanuot: there is no such field; did you mean fanout?'],
    [{ parameters: { ttl: 'far' } }, 'parameters.ttl: expected a whole number from 1 to 255, got "far"'],
    [{ parameters: { failedSendsAreReported: 1 } }, 'parameters.failedSendsAreReported: expected true or false, got 1'],
    [{ join: 'ring' }, 'join: expected one of "seed", "chain", "random", "graph" or an object with "how", got "ring"'],
    [{ join: { everyMs: 5 } }, 'join.how: expected one of "seed", "chain", "random", "graph", got nothing'],
    [{ join: { how: 'graph', everyMs: 5 } }, 'join.everyMs: there is no such field; there is how, degree'],
    [{ join: { how: 'graph', degree: 100 } }, 'join.degree: expected at most 99, one less than nodes, got 100'],
    [
      { join: { how: 'graph', degree: 1 } },
      'join.degree: 1 cannot connect 100 nodes; a tree has a mean degree of 1.98',
    ],
    [
      { join: { how: 'seed', everyMs: 1000 }, durationMs: 5000 },
      'join.everyMs: the last of 100 nodes would start at 99000 ms, after the end (durationMs 5000)',
    ],
    [{ network: { loss: 2 } }, 'network.loss: expected a number from 0 to 1, got 2'],
    [{ network: { delay: -1 } }, 'network.delay: expected a number from 0 to 3600000 or an object with "kind", got -1'],
    [
      { network: { delay: {} } },
      'network.delay.kind: expected one of "constant", "uniform", "logNormal", "regions", got nothing',
    ],
    [
      { network: { delay: { kind: 'uniform', minMs: 1 } } },
      'network.delay.maxMs: expected a number from 0 to 3600000, got nothing',
    ],
    [
      { network: { delay: { kind: 'uniform', minMs: 9, maxMs: 5 } } },
      'network.delay.minMs: expected at most maxMs (5), got 9',
    ],
    [
      { network: { delay: { kind: 'regions', matrixMs: [[1, 2], [3]] } } },
      'network.delay.matrixMs[1]: expected 2 delays, as many as there are rows, got 1',
    ],
    [
      { network: { timeoutMs: 'never' } },
      'network.timeoutMs: expected a number from 0 to 3600000 or null, got "never"',
    ],
    [
      fault({ do: 'kill' }),
      'faults[1].nodes: expected a list of 0 to 1000000 entries or {"count": …} or {"part": …}, got nothing',
    ],
    [fault({ do: 'kill', nodes: { part: 'half' } }), 'faults[1].nodes.part: expected a number from 0 to 1, got "half"'],
    [fault({ do: 'kill', nodes: [1, 100] }), 'faults[1].nodes[1]: expected a node from 0 to 99, got 100'],
    [fault({ do: 'kill', nodes: [1, 1] }), 'faults[1].nodes[1]: node 1 is named twice'],
    [fault({ do: 'kill', nodes: { count: 101 } }), 'faults[1].nodes.count: expected at most nodes (100), got 101'],
    [
      fault({ do: 'murder' }),
      'faults[1].do: expected one of "kill", "leave", "pause", "resume", "restart", "slow", "partition", "heal", "drift", "lose", "churn", got "murder"',
    ],
    [fault({ do: 'slow', nodes: [1], factor: 9 }), 'faults[1].do: "slow" changes nothing while network.serviceMs is 0'],
    [
      { durationMs: 99, nodes: 1, workload: { updates: 0 }, faults: [{ atMs: 100, do: 'heal' }] },
      'faults[0].atMs: expected at most durationMs (99), got 100',
    ],
    [
      { workload: { publish: [{ atMs: 1, node: 100 }] } },
      'workload.publish[0].node: expected a node from 0 to 99, got 100',
    ],
    [
      { join: { how: 'chain', everyMs: 10 }, workload: { publish: [{ atMs: 49, node: 5 }] } },
      'workload.publish[0].atMs: node 5 starts only at 50 ms, got 49',
    ],
    [
      JSON.parse('{"__proto__": {"nodes": 3}}') as object,
      '__proto__: there is no such field; there is name, description, seed, nodes, durationMs, strategy, parameters, join, workload, network, faults',
    ],
    [
      { 'a\u001b[31m\n': 1 },
      '["a\\u001b[31m\\n"]: there is no such field; there is name, description, seed, nodes, durationMs, strategy, parameters, join, workload, network, faults',
    ],
  ])('%j', (json, line) => {
    expect(complaint(json)).toBe(line);
  });

  test('its paths are those of the file, whatever the order of the faults', () => {
    const faults = [
      { atMs: 9, do: 'heal' },
      { atMs: 5, do: 'kill', nodes: [700] },
    ];
    expect(complaint({ faults })).toMatch(/^faults\[1\]\.nodes\[0\]/);
  });

  test('also when it is nested beyond all measure', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
    expect(complaint({ faults: deep })).toBe('faults[0]: expected an object with "do", got a list');
    expect(complaint({ name: deep })).toMatch(/^name: expected a text/);
  });

  test('also when a text is long or would move the cursor', () => {
    expect(complaint({ strategy: 'x'.repeat(1e6) }).length).toBeLessThan(200);
    expect(complaint({ strategy: '\u001b[2J\u009b\u2028' })).toMatch(/got "\\u001b\[2J\?\?"$/);
  });
});

describe('the parameters', () => {
  test('may be any of the core’s, each with its default', () => {
    const finite = Object.entries(DEFAULT_PARAMETERS).filter(([, value]) => value !== Infinity);
    const parameters = Object.fromEntries(finite);
    expect(parseScenario({ parameters }).parameters).toEqual(parameters);
  });

  test.each(['heartbeatMs', 'shuffleMs', 'heartbeatMinMs'])('%s cannot be so short that time stands still', (name) => {
    expect(complaint({ parameters: { [name]: 0 } })).toMatch(`parameters.${name}: expected a whole number from`);
  });
});

test.each([
  ['node', 'nodes'],
  ['NODES', 'nodes'],
  ['durationMS', 'durationMs'],
  ['duration', 'durationMs'],
  ['xyzzy', undefined],
])('the nearest known name to %s is %s', (name, nearest) => {
  expect(nearestName(name, ['nodes', 'durationMs', 'seed'])).toBe(nearest);
});
