/** The simulator beside real processes: what does not depend on the machine's speed has to agree. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Agreement } from '../../src/lab/agreement.ts';
import type { Calibration } from '../../src/lab/calibration.ts';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { childrenOf, gossip, isAlive, temporaryDirectory } from './real-network.ts';

const NODES = 6;
/** All peers of all: chance has no say in how many copies an update costs. */
const FLOOD = {
  nodes: NODES,
  strategy: 'flood',
  parameters: { maxPeers: NODES - 1 },
  join: { how: 'seed', everyMs: 0 },
  network: { delay: { kind: 'uniform', minMs: 10, maxMs: 60 } },
  workload: { updates: { count: 6, startMs: 7000, everyMs: 500 } },
  durationMs: 12_000,
};
const SPREAD = { count: 100, p50: 4, p90: 8, p99: 20 };
const CALIBRATION: Calibration = {
  ...{ nodes: NODES, strategy: 'flood', cores: 2 },
  ...{ hopMs: SPREAD, delayedHopMs: SPREAD, wireMs: SPREAD, refusedMs: SPREAD },
};

function written(name: string, value: object): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

function comparison({ comparisons }: Agreement, name: string) {
  return comparisons.find((candidate) => candidate.name === name);
}

describe('gossip agree', () => {
  test('finds as many messages in reality as in the simulator, and every update everywhere', async () => {
    const scenario = written('flood.json', FLOOD);
    const calibration = written('machine.json', CALIBRATION);
    const port = await freePort(NODES);
    const run = gossip('agree', scenario, '--calibration', calibration, '--seeds', 5, '--base-port', port, '--json');
    const { stdout, stderr } = await run.ended;
    expect(stderr).toMatch(/^real: starting 6 processes …\nreal: all listen, \d+ s to go\nsimulated: 5 runs …\n$/);
    const agreement = JSON.parse(stdout) as Agreement;
    expect(comparison(agreement, 'coverage')).toMatchObject({ real: 1, difference: 0, isMet: true });
    expect(comparison(agreement, 'payload per update')).toMatchObject({ isMet: true });
    const { real, simulated } = agreement.hopShares;
    for (const shares of [real, simulated]) expect(shares.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 4);
  });

  test('leaves no process when it is asked to stop', async () => {
    const run = gossip('agree', written('flood.json', FLOOD), '--base-port', await freePort(NODES));
    await eventually('its nodes listen', () => run.stderr.includes('all listen'), 20_000);
    const children = childrenOf(run.pid);
    expect(children).toHaveLength(NODES);
    const { code, stdout } = await run.kill('SIGINT');
    expect([code, stdout]).toEqual([130, '']);
    await eventually('all are gone', () => !children.some(isAlive), 8000);
  });

  test.each<[string, object, RegExp]>([
    ['a calibration that is none', { nodes: 6 }, /^gossip: \S+: \S+/],
    ['one with a field too many', { ...CALIBRATION, more: 1 }, /^gossip: \S+: more/],
  ])('refuses %s before anything starts', async (_name, calibration, words) => {
    const run = gossip('agree', written('flood.json', FLOOD), '--calibration', written('machine.json', calibration));
    const { code, stdout, stderr } = await run.ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('gossip calibrate', () => {
  test('measures what a hop costs, in the form that agree reads', async () => {
    const run = gossip('calibrate', '-n', 3, '--base-port', await freePort(3), '--json');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    const measured = JSON.parse(stdout) as Calibration;
    expect(measured).toMatchObject({ nodes: 3, strategy: 'plumtree' });
    const { hopMs, wireMs, delayedHopMs, refusedMs } = measured;
    for (const spread of [hopMs, wireMs, delayedHopMs, refusedMs]) {
      expect(spread?.count).toBeGreaterThan(0);
      expect(spread?.p50).toBeLessThanOrEqual(spread?.p90 ?? NaN);
    }
    expect(wireMs.p50).toBeLessThanOrEqual(hopMs.p50);
    expect(wireMs.p50).toBeGreaterThan(0);
  }, 120_000);
});
