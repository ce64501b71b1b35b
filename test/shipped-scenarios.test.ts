/** Every scenario of `scenarios/` does what its description says. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { measure, parseScenario, type Measured, type Scenario } from '../src/sim/simulate.ts';

function read(name: string): Scenario {
  return parseScenario(JSON.parse(readFileSync(`scenarios/${name}.json`, 'utf8')));
}

const reachesAll = ({ coverage }: Measured): void => expect(coverage?.min).toBe(1);

/** From the last update before each kill until that: so long its publisher had to pass it on. */
function headStartsMs({ faults, workload: { updates } }: Scenario): number[] {
  return faults
    .filter((fault) => fault.do === 'kill' && fault.atMs >= updates.startMs)
    .map(({ atMs }) => (atMs - updates.startMs) % updates.everyMs);
}

/** What each is to show, besides that it publishes something. */
const CLAIMS: { readonly [name: string]: (measured: Measured) => void } = {
  'first-rumor': (measured) => {
    reachesAll(measured);
    expect(measured).toMatchObject({ updates: 1, live: 20, payloadPerUpdate: 2 * measured.links - 20 + 1 });
  },
  'ten-second-resampling': (measured) => {
    reachesAll(measured);
    expect(measured.updates).toBeGreaterThan(150);
  },
  'kill-half': (measured) => {
    reachesAll(measured);
    expect(measured.live).toBe(50);
    expect(measured.detectionMs?.p50).toBeLessThan(10_000);
  },
  'kill-ten': (measured) => {
    reachesAll(measured);
    expect(measured.live).toBe(90);
    expect(measured.detectionMs?.p50).toBeLessThan(10_000);
  },
  'partition-and-heal': (measured) => {
    reachesAll(measured);
    expect(measured.deliveryTimeMs?.max).toBeGreaterThan(29_000);
    expect(measured.falsePositives).toBeGreaterThan(40);
  },
  'one-way-partition': (measured) => {
    reachesAll(measured);
    expect(measured.falsePositives).toBeGreaterThan(0);
  },
  'massive-failure': (measured) => {
    reachesAll(measured);
    expect(measured.live).toBe(200);
  },
  pause: (measured) => {
    reachesAll(measured);
    expect(measured.falsePositives).toBe(0);
  },
  'slow-node': reachesAll,
  'lossy-network': reachesAll,
  regions: reachesAll,
  world: (measured) => {
    reachesAll(measured);
    // From Santiago to Hong Kong alone it takes 127 ms.
    expect(measured.timeToAllMs?.p50).toBeGreaterThan(127);
    expect(measured.stretch?.p50).toBeGreaterThan(1);
  },
  churn: (measured) => {
    reachesAll(measured);
    expect(measured.live).toBe(100);
  },
  'chain-join': reachesAll,
  'graph-flood': (measured) => {
    reachesAll(measured);
    expect(measured).toMatchObject({ links: 2000, payloadPerUpdate: 3501, controlPerUpdate: 0 });
  },
  'graph-push-once': (measured) => {
    expect(measured.coverage?.mean).toBeGreaterThan(0.9);
    expect(measured.coverage?.min).toBeLessThan(1);
    expect(measured.payloadPerUpdate).toBeCloseTo(3 * 500 * (measured.coverage?.mean ?? 0), -2);
  },
  'graph-tree': (measured) => {
    reachesAll(measured);
    // The flood that makes the first tree, shared by twenty updates; and what nodes fetch that a new origin's tree is slow to bring.
    expect(measured.redundancy).toBeLessThan(1);
  },
  'clock-drift': reachesAll,
  'restart-with-memory': (measured) => {
    reachesAll(measured);
    expect(measured.live).toBe(100);
  },
  'restart-without-memory': (measured) => {
    reachesAll(measured);
    expect(measured.live).toBe(100);
  },
};

describe('the shipped scenario', () => {
  const names = readdirSync('scenarios').map((file) => file.replace(/\.json$/, ''));

  test('has claims here, each of them', () => {
    expect(names.sort()).toEqual(Object.keys(CLAIMS).sort());
  });

  test('kills nobody who has only just published: an update that dies with its publisher says nothing of the network', () => {
    const headStarts = names.map(read).flatMap(headStartsMs);
    expect(headStarts.length).toBeGreaterThan(3);
    expect(headStarts.filter((ms) => ms < 400)).toEqual([]);
  });

  test.each(names)('%s does what it says', { timeout: 60_000 }, (name) => {
    const scenario = read(name);
    const { description, name: own } = scenario;
    expect(own).toBe(name);
    expect(description.length).toBeGreaterThan(40);
    const measured = measure(scenario);
    expect(measured.updates).toBeGreaterThan(0);
    CLAIMS[name]?.(measured);
  });
});
