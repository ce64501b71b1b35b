import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulate } from '../sim/simulate.ts';
import { runOnce } from './run-once.ts';
import { SweepError } from './sweep-error.ts';
import { parseSeeds, parseSweepFile, type Grid } from './sweep-file.ts';
import { headOf, ignoredBy, runTaskOf, type SweepPlan } from './sweep-plan.ts';
import { distinct, parseValues, pathOf, withValue } from './vary.ts';

const PLAN: SweepPlan = {
  ...{ name: 'test', description: '', version: '0', command: 'gossip sweep' },
  base: { nodes: 30, join: 'graph', workload: { favorites: false, updates: 5 } },
  ...{ warmUpUpdates: 0, grids: [new Map()], seeds: [1, 2], maxRuns: 1000, jobs: 2 },
};
const grid = (values: Readonly<Record<string, string>>): Grid =>
  new Map(Object.entries(values).map(([name, text]) => [name, parseValues(text)]));
const settingsOf = (...grids: Grid[]) => headOf({ ...PLAN, grids }).settings.map(({ values }) => values);

describe('values', () => {
  test.each([
    ['2..5', [2, 3, 4, 5]],
    ['0..0.3:0.1', [0, 0.1, 0.2, 0.3]],
    ['0.5..2.5', [0.5, 1.5, 2.5]],
    ['1..3,8, 16', [1, 2, 3, 8, 16]],
    ['flood,random', ['flood', 'random']],
    ['true,false', [true, false]],
  ])('%s', (text, values) => expect(parseValues(text)).toEqual(values));

  test.each(['5..2', '1..', '..4', '1..x', '1..4:0', '1,,2', '1..99999'])('%s is refused', (text) => {
    expect(() => parseValues(text)).toThrow(SweepError);
  });

  test('seeds are a count, a range or a list', () => {
    expect([parseSeeds('3'), parseSeeds('11..13'), parseSeeds('1,5,1')]).toEqual([
      [1, 2, 3],
      [11, 12, 13],
      [1, 5],
    ]);
    for (const text of ['0', '-1', 'x', '1..', '3000000000..3000000001'])
      expect(() => parseSeeds(text)).toThrow(SweepError);
  });
});

describe('what varies', () => {
  test.each([
    ['fanout', 'parameters.fanout'],
    ['loss', 'network.loss'],
    ['degree', 'join.degree'],
    ['workload.updates.everyMs', 'workload.updates.everyMs'],
  ])('%s is %s', (name, path) => expect(pathOf(name, {})).toBe(path));

  test('killed is the part that the first killing fault strikes', () => {
    const base = {
      faults: [
        { atMs: 1, do: 'heal' },
        { atMs: 2, do: 'kill', nodes: { part: 0.1 } },
      ],
    };
    expect(withValue(base, pathOf('killed', base), 0.5)).toMatchObject({ faults: [{}, { nodes: { part: 0.5 } }] });
    expect(() => pathOf('killed', {})).toThrow('killed: the base scenario has no fault that kills');
  });

  test('a name that is nearly one is told', () => {
    expect(() => pathOf('fanuot', {})).toThrow('fanuot: nothing of that name can vary; did you mean fanout?');
  });

  test('is put into what stands in short', () => {
    expect(withValue({ join: 'graph' }, 'join.degree', 8)).toEqual({ join: { how: 'graph', degree: 8 } });
    expect(withValue({}, 'join.degree', 8)).toEqual({ join: { how: 'graph', degree: 8 } });
    expect(withValue({ workload: { updates: 5 } }, 'workload.updates.everyMs', 9)).toEqual({
      workload: { updates: { count: 5, everyMs: 9 } },
    });
  });
});

describe('values that cannot be are refused', () => {
  test.each([
    [{ fanout: 'a' }, 'fanout a: parameters.fanout: expected a whole number'],
    [{ fanout: 'NaN' }, 'fanout NaN: parameters.fanout: expected a whole number'],
    [{ fanout: '-1' }, 'fanout -1: parameters.fanout: expected a whole number'],
    [{ fanout: '1.5' }, 'fanout 1.5: parameters.fanout: expected a whole number'],
    [{ fanout: '3', strategy: 'flood,tree' }, 'expected one of'],
    [{ strategy: 'plumtre' }, 'did you mean plumtree?'],
    [{ ttl: '3', 'parameters.ttl': '4' }, 'ttl and parameters.ttl are one and the same field'],
  ])('%j, also where no setting has them', (values, line) => {
    expect(() => settingsOf(grid(values as Record<string, string>))).toThrow(line);
  });

  test('twice the same on one axis', () => {
    expect(() => distinct(parseValues('1..4,3'))).toThrow('3 is there twice');
    expect(() => parseSweepFile({ vary: { ttl: [3, '2..4'] } })).toThrow('vary.ttl: 3 is there twice');
  });
});

describe('settings', () => {
  test('are all combinations, without what changes nothing for a strategy', () => {
    expect(settingsOf(grid({ strategy: 'flood,random', fanout: '2..3', loss: '0' }))).toEqual([
      { strategy: 'flood', loss: 0 },
      { strategy: 'random', fanout: 2, loss: 0 },
      { strategy: 'random', fanout: 3, loss: 0 },
    ]);
  });

  test('tell which strategies ignore something that varies', () => {
    const head = (vary: Parameters<typeof grid>[0]) => headOf({ ...PLAN, grids: [grid(vary)] });
    expect(ignoredBy(head({ strategy: 'flood,random,plumtree', fanout: '2..3' }))).toEqual([
      'flood and plumtree ignore fanout',
    ]);
    expect(ignoredBy(head({ strategy: 'flood', fanout: '2..3', loss: '0,0.1' }))).toEqual(['flood ignores fanout']);
    expect(ignoredBy(head({ strategy: 'random', fanout: '2..3' }))).toEqual([]);
  });

  test('of several grids are those of each, none twice', () => {
    const flood = grid({ strategy: 'flood', degree: '4,6' });
    expect(settingsOf(flood, grid({ strategy: 'flood', degree: '6,8' }))).toHaveLength(3);
  });

  test('have the same nodes speak under the same seed', () => {
    const head = headOf({ ...PLAN, grids: [grid({ strategy: 'flood,plumtree', loss: '0' })] });
    const origins = head.settings.map((setting) => runTaskOf(head, setting, 2).scenario);
    expect(origins.map(({ seed, workload, join }) => ({ seed, workload, join }))).toEqual(
      Array(2).fill({ seed: 2, workload: origins[0]!.workload, join: origins[0]!.join }),
    );
    const speakers = head.settings.map((setting) =>
      [...simulate(runTaskOf(head, setting, 2).scenario)].flatMap(({ type, node }) =>
        type === 'published' ? [node] : [],
      ),
    );
    expect(speakers[0]).toHaveLength(5);
    expect(speakers[0]).toEqual(speakers[1]);
  });

  test.each<[string, Partial<SweepPlan>, RegExp]>([
    [
      'too many runs',
      { grids: [grid({ ttl: '1..100', nodes: '2..100' })] },
      /^19,800 runs \(100 ttl × 99 nodes = 9,900 settings, 2 seeds each\), where at most 1,000 .*--max-runs$/,
    ],
    [
      'a TTL that cannot be',
      { grids: [grid({ ttl: '4,300' })] },
      /^setting 2 \(ttl 300\): parameters\.ttl: expected a whole number from 1 to 255, got 300$/,
    ],
    [
      'a strategy that is none',
      { grids: [grid({ strategy: 'floood' })] },
      /setting 1 \(strategy floood\): strategy: expected one of/,
    ],
    ['more peers than nodes', { grids: [grid({ degree: '40' })] }, /join\.degree: expected at most 29/],
    ['a field that is none', { grids: [grid({ 'network.lots': '1' })] }, /network\.lots: there is no such field/],
    ['a fault that is not there', { grids: [grid({ 'faults[3].atMs': '1' })] }, /faults/],
    ['more warm-up than updates', { warmUpUpdates: 5, grids: [grid({})] }, /warmUpUpdates: all of its 5 updates/],
    [
      'more than memory holds',
      { jobs: 1000, grids: [grid({ nodes: '1000000' })] },
      /1,000,000 nodes in 1000 runs at once take about 4656\.6 GiB/,
    ],
    ['seed', { grids: [grid({ seed: '1..3' })] }, /say --seeds/],
  ])('with %s are refused before anything runs', (_what, plan, line) => {
    expect(() => headOf({ ...PLAN, ...plan })).toThrow(SweepError);
    expect(() => headOf({ ...PLAN, ...plan })).toThrow(line);
  });
});

describe('a sweep file', () => {
  test.each<[unknown, string]>([
    [{ gridz: [] }, 'gridz: there is no such field; did you mean grids?'],
    [{ seeds: 0 }, 'seeds: expected'],
    [{ vary: { fanout: { from: 1 } } }, 'vary.fanout: expected a value, a range such as "2..8", or a list of values'],
    [{ grids: [{ fanout: '4..2' }] }, 'grids[0].fanout: 4..2: expected FIRST..LAST'],
  ])('%j is refused by its field', (json, line) => expect(() => parseSweepFile(json)).toThrow(line));

  test.each([
    ['first-look', 16],
    ['thousand', 200],
  ])('%s is shipped with %d settings', (name, count) => {
    const file = parseSweepFile(JSON.parse(readFileSync(`sweeps/${name}.json`, 'utf8')));
    const grids = file.grids.map((each) => new Map([...each, ...file.vary]));
    const base = file.scenario as SweepPlan['base'];
    const head = headOf({ ...PLAN, base, grids, seeds: file.seeds!, maxRuns: 100_000 });
    expect([head.settings.length, head.seeds.length]).toEqual([count, 20]);
  });
});

describe('a run', () => {
  test('does not measure the updates that warm up', () => {
    const head = headOf({ ...PLAN, warmUpUpdates: 2 });
    const { measures, timesToAllMs } = runOnce(runTaskOf(head, head.settings[0]!, 1));
    expect([measures.updates, timesToAllMs.length]).toEqual([3, 3]);
  });

  test('counts an update as with all only if no node that was up throughout lacks it', () => {
    const lost = {
      ...PLAN,
      base: {
        ...PLAN.base,
        strategy: 'flood',
        parameters: { ttl: 1, heartbeatMs: 2592000000, heartbeatMinMs: 2592000000 },
      },
    };
    const head = headOf(lost);
    const { measures, timesToAllMs } = runOnce(runTaskOf(head, head.settings[0]!, 1));
    expect([measures.reachedAll, timesToAllMs]).toEqual([0, [null, null, null, null, null]]);
    const whole = headOf({ ...PLAN, base: { ...PLAN.base, strategy: 'flood' } });
    const reached = runOnce(runTaskOf(whole, whole.settings[0]!, 1));
    expect(reached.measures.reachedAll).toBe(1);
    const longestMs = Math.max(...reached.timesToAllMs.map((time) => time ?? Infinity));
    expect(reached.measures).toMatchObject({ timeToAllMsMax: longestMs, deliveryTimeMsMax: longestMs });
    expect(reached.measures.stretchP50).toBeCloseTo(1, 1);
  });
});
