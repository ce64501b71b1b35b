import { describe, expect, test } from 'vitest';
import { LinkDelays, MESSAGE_JITTER } from './link-delays.ts';
import { Network } from './network.ts';
import type { Delay, NetworkPlan } from '../scenario.ts';
import { parseScenario } from '../scenario-file.ts';
import { SmallFastRandom } from './small-fast-random.ts';

const UNIFORM = { kind: 'uniform', minMs: 10, maxMs: 100, perMessage: false } as const;

function networkOf(delay: Delay, reordering = 1): Network {
  const plan: NetworkPlan = { ...parseScenario({ nodes: 100 }).network, delay, reordering };
  return new Network(plan, 100, new SmallFastRandom(1), 7);
}

const delays = (network: Network, from: number, to: number) =>
  Array.from({ length: 200 }, () => network.arrivalOf(from, to, 1000, 1000) - 1000);

describe('a link keeps its delay', () => {
  test.each<{ readonly delay: Delay }>([
    { delay: UNIFORM },
    { delay: { kind: 'logNormal', medianMs: 200, sigma: 0.5, maxMs: 4000, perMessage: false } },
  ])('both ways, but for a few parts in a hundred: $delay.kind', ({ delay }) => {
    const network = networkOf(delay);
    const both = [...delays(network, 3, 8), ...delays(network, 8, 3)];
    const middle = (Math.min(...both) + Math.max(...both)) / 2;
    expect(Math.max(...both) - middle).toBeLessThanOrEqual(MESSAGE_JITTER * middle + 1);
    expect(new Set(both).size).toBeGreaterThan(1);
  });

  test('and each link has its own, from the shortest to the longest', () => {
    const links = new LinkDelays(7);
    const all = Array.from({ length: 4950 }, (_, i) => links.between(i % 99, 99 + Math.floor(i / 99), UNIFORM));
    const inTenths = Array.from({ length: 9 }, (_, i) => all.filter((ms) => Math.floor((ms - 10) / 10) === i).length);
    for (const count of inTenths) expect(Math.abs(count - 550)).toBeLessThan(110);
  });

  test('which follows from the seed alone', () => {
    expect(new LinkDelays(7).between(1, 2, UNIFORM)).toBe(new LinkDelays(7).between(2, 1, UNIFORM));
    expect(new LinkDelays(7).between(1, 2, UNIFORM)).not.toBe(new LinkDelays(8).between(1, 2, UNIFORM));
  });

  test('and never leaves its bounds', () => {
    const network = networkOf({ kind: 'uniform', minMs: 99, maxMs: 100, perMessage: false });
    expect(new Set(delays(network, 0, 1)).size).toBeLessThanOrEqual(2);
    for (const ms of delays(network, 0, 1)) expect([99, 100]).toContain(ms);
  });

  test('unless each message is to have its own', () => {
    const drawn = delays(networkOf({ ...UNIFORM, perMessage: true }), 3, 8);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(80);
  });
});
