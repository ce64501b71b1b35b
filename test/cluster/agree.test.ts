/** The simulator beside real processes: what does not depend on the machine's speed has to agree. */
import { describe, expect, test } from 'vitest';
import type { Agreement } from '../../src/lab/agreement.ts';
import type { Calibration } from '../../src/lab/calibration.ts';
import { freePort } from '../free-port.ts';
import { CALIBRATION, FLOOD, NODES, written } from '../processes/agreement-files.ts';
import { gossip } from '../processes/real-network.ts';

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
    expect(stderr).toMatch(
      /^real: starting 6 processes …\nreal: all listen, \d+(?:\.\d+)? s to go\nsimulated: 5 runs …\n$/,
    );
    const agreement = JSON.parse(stdout) as Agreement;
    expect(comparison(agreement, 'coverage')).toMatchObject({ real: 1, difference: 0, isMet: true });
    expect(comparison(agreement, 'payload per update')).toMatchObject({ isMet: true });
    const { real, simulated } = agreement.hopShares;
    for (const shares of [real, simulated]) expect(shares.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 4);
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
