import { expect, test } from 'vitest';
import { parseScenario } from '../scenario/scenario-file.ts';
import { simulate } from '../sim/simulate.ts';
import { hopsOf, spreadOf, type Calibration } from './calibration.ts';
import { fitHop, ORIGINS, type HopFit } from './fit-hop.ts';

const measured = (p50: number, p90: number, burstCpuMsPerMessage: number, strategy = 'plumtree'): Calibration => ({
  ...{ nodes: 16, strategy, cores: 2, burstCpuMsPerMessage },
  ...{ hopMs: { count: 400, p50, p90, p99: 3 * p90 }, wireMs: { count: 400, p50, p90, p99: 3 * p90 } },
  delayedHopMs: { count: 400, p50, p90, p99: 3 * p90 },
});

/** Hops of other runs than those it was fitted to. */
function hopsUnder({ nodes, strategy }: Calibration, { service, delay }: Pick<HopFit, 'service' | 'delay'>) {
  const hops = [101, 102, 103].flatMap((seed) => {
    const scenario = parseScenario({
      ...{ nodes, strategy, seed, durationMs: 60_000 },
      join: { how: 'seed', everyMs: 90 },
      network: { delay, ...service },
      workload: { updates: { count: 40, startMs: 15_000, everyMs: 1000, origins: ORIGINS } },
    });
    return hopsOf([...simulate(scenario)], 25_000).hopsMs;
  });
  return spreadOf(hops)!;
}

test.each([
  ['few messages at a time', measured(8, 20, 1)],
  ['many copies at a time', measured(12, 25, 1.5, 'flood')],
  ['hops of a few milliseconds', measured(4, 10, 0.7)],
  ['more CPU than a hop is long', measured(5, 12, 6)],
])('simulated hops take what was measured: %s', (_, calibration) => {
  const fit = fitHop(calibration);
  const { p50, p90 } = hopsUnder(calibration, fit);
  expect(Math.abs(p50 - calibration.hopMs.p50)).toBeLessThanOrEqual(1);
  expect(Math.abs(p90 - calibration.hopMs.p90)).toBeLessThanOrEqual(0.15 * calibration.hopMs.p90);
});

test('hops that all take about the same are fitted to links that can be', () => {
  const { hopMs, ...rest } = measured(1.5, 1.52, 0);
  const narrow = { ...rest, hopMs: { ...hopMs, p99: 1.53 } };
  expect(Math.abs(hopsUnder(narrow, fitHop(narrow)).p50 - 1.5)).toBeLessThanOrEqual(1);
});

test('links that are given a delay take what was measured beyond it', () => {
  const calibration = measured(8, 20, 1);
  const { service, addedMs } = fitHop(calibration);
  const { p50 } = hopsUnder(calibration, {
    ...(service !== undefined && { service }),
    delay: { kind: 'constant', ms: 50 + addedMs },
  });
  expect(Math.abs(p50 - 58)).toBeLessThanOrEqual(1);
});

test('where CPU could not be read nobody waits for it', () => {
  const { burstCpuMsPerMessage: _, ...rest } = measured(8, 20, 1);
  const fit = fitHop(rest);
  expect(fit.service).toBeUndefined();
  expect(Math.abs(hopsUnder(rest, fit).p50 - 8)).toBeLessThanOrEqual(1);
});
