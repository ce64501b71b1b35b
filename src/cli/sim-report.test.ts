import { describe, expect, test } from 'vitest';
import { DEFAULT_PARAMETERS } from '../core/parameters.ts';
import { parseScenario } from '../scenario/scenario-file.ts';
import type { Measured } from '../trace/measures.ts';
import { jsonOf, rowsOf, type SimRun } from './sim-report.ts';
import { simSummaryOf } from './sim-summary.ts';

const MEASURED: Measured = {
  updates: 10,
  live: 100,
  links: 250,
  coverage: { min: 0.99, mean: 0.999 },
  deliveryTimeMs: { p50: 143, p99: 2310 },
  timeToAllMs: { p50: 240 },
  stretch: { p50: 1.04 },
  lastDeliveryHop: { p50: 5, max: 7 },
  payloadPerUpdate: 401,
  redundancy: 401 / 99 - 1,
  controlPerUpdate: 1234.5,
  bytesPerUpdate: 123_456,
  falsePositives: 0,
};

function runOf(scenario: object, measured: Partial<Measured> = {}, more: Partial<SimRun> = {}): SimRun {
  const parsed = parseScenario({ name: 'example', ...scenario });
  const parameters = { ...DEFAULT_PARAMETERS, ...parsed.parameters };
  const totals = { events: 12_345, wallMs: 500, peakRssMiB: 71.4 };
  return { scenario: parsed, parameters, measured: { ...MEASURED, ...measured }, ...totals, ...more };
}

function row(run: SimRun, name: string): string {
  const found = rowsOf(run).find((candidate) => candidate.name === name);
  return found === undefined ? 'none' : [found.measured, found.theory, found.note].join(' | ');
}

describe('beside what was measured, theory', () => {
  test('of a flood is 2E − N + 1, for the links that there are', () => {
    const run = runOf({ strategy: 'flood' });
    expect(row(run, 'payload per update')).toBe('401 | 401 | 2E − N + 1 of 250 links; exactly so');
    const more = runOf({ strategy: 'flood' }, { payloadPerUpdate: 450 });
    expect(row(more, 'payload per update')).toMatch(/measured 12 % more$/);
  });

  test('of a flood is silent where nodes have died, and names the TTL where it ran out', () => {
    expect(row(runOf({ strategy: 'flood' }, { live: 90 }), 'payload per update')).toMatch(/^401 \| {2}\| /);
    const short = runOf({ strategy: 'flood', parameters: { ttl: 7 } });
    expect(row(short, 'payload per update')).toMatch(/the TTL ran out$/);
    expect(row(short, 'last delivery hop')).toBe('p50 5, max 7 |  | the TTL is 7');
  });

  test('of a tree is N − 1, of the nodes that there were', () => {
    const run = runOf({}, { payloadPerUpdate: 74, redundancy: 74 / 74 - 1, live: 50 });
    expect(row(run, 'payload per update')).toBe('74 | 74 | N − 1, a tree; exactly so');
  });

  test('of push-once is the part that it reaches, and what that costs', () => {
    const run = runOf({ strategy: 'random', parameters: { fanout: 3 } }, { coverage: { min: 0.9, mean: 0.93 } });
    expect(row(run, 'coverage')).toBe(
      'mean 93 %, least 90 % | 94.4 % | push-once, everyone with a chance of 0.6 %; measured 1.5 % less',
    );
    expect(row(run, 'payload per update')).toMatch(/^401 \| 283 \| fanout × reached; /);
  });

  test('of detection is none: SWIM’s is of the first to find out, and of another way of probing', () => {
    const some = runOf({ parameters: { heartbeatMs: 2000 } }, { detectionMs: { p50: 1500 } });
    expect(row(some, 'detection')).toBe('p50 1.50 s |  | not every living node said it');
    const all = runOf({}, { detectionMs: { p50: 1500, max: 2000 } });
    expect(row(all, 'detection')).toBe('p50 1.50 s, max 2 s |  | ');
  });
});

describe('the summary', () => {
  test('rounds coverage down: 100 % is everyone', () => {
    expect(row(runOf({}, { coverage: { min: 1, mean: 1 } }), 'coverage')).toMatch(/^100 % /);
    expect(row(runOf({}, { coverage: { min: 0.9999, mean: 0.99999 } }), 'coverage')).toMatch(
      /^mean 99\.99 %, least 99\.99 %/,
    );
  });

  test('tells a delivery time from the time to all, and what is missing of either', () => {
    expect(row(runOf({}), 'delivery time')).toBe('p50 143 ms, p99 2.31 s |  | some nodes never got it');
    expect(row(runOf({}), 'time to all')).toBe('p50 240 ms |  | some updates missed some node');
    expect(row(runOf({}), 'stretch')).toBe('p50 1.04 | 1 | a flood over the same links');
    const { timeToAllMs: _, ...rest } = MEASURED;
    expect(row({ ...runOf({}), measured: rest }, 'time to all')).toBe('not reached |  | most updates missed some node');
  });

  test('of a node alone has no times: there is nobody to wait for', () => {
    const { deliveryTimeMs: _, stretch: __, ...rest } = MEASURED;
    const alone = { ...rest, live: 1, coverage: { min: 1, mean: 1 }, timeToAllMs: { p50: 0, p99: 0, max: 0 } };
    const names = rowsOf({ ...runOf({ nodes: 1 }), measured: alone }).map(({ name }) => name);
    expect(names).not.toContain('time to all');
    expect(names).not.toContain('delivery time');
  });

  test('has no line for what does not apply', () => {
    const { updates, live, links, falsePositives } = MEASURED;
    const run = { ...runOf({}), measured: { updates, live, links, falsePositives } };
    expect(rowsOf(run).map(({ name }) => name)).toEqual(['false positives']);
  });

  test.each([72, 80, 100, 200])('fits %d columns', (width) => {
    const run = runOf({ description: 'A word or two about it. '.repeat(9), strategy: 'flood' });
    const lines = simSummaryOf(run, { isStyled: false, width }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('says where a run was ended', () => {
    const text = simSummaryOf(runOf({}, {}, { stoppedAtMs: 5000 }), { isStyled: false, width: 120 });
    expect(text).toMatch(/^example: 100 nodes, plumtree, seed 1; 10 updates in 5 s of 41\.0 s of virtual time\n/);
  });
});

describe('the JSON', () => {
  test('has the measures by their names, and nothing that does not apply', () => {
    const json = jsonOf(runOf({}));
    expect(json).toMatchObject({ name: 'example', nodes: 100, seed: 1, strategy: 'plumtree', ttl: 32, updates: 10 });
    expect(json).toMatchObject({ coverage: { min: 0.99, mean: 0.999 }, redundancy: 3.050505, eventsPerSecond: 24_690 });
    for (const name of ['fanout', 'detectionMs', 'traceHash', 'stoppedAtMs']) expect(json).not.toHaveProperty(name);
  });

  test('tells the fanout where there is one', () => {
    expect(jsonOf(runOf({ strategy: 'random' }))).toHaveProperty('fanout', 5);
  });
});
