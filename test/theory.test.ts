/**
 * The protocol in the simulator against what theory says of it, each under the conditions that its formula is for. Where the
 * protocol differs from the idealised one, the formula for what it really does is derived here.
 */
import { describe, expect, test } from 'vitest';
import { measure, simulate } from '../src/sim/simulate.ts';
import { Simulation } from '../src/sim/simulation.ts';
import { SmallFastRandom } from '../src/scenario/play/small-fast-random.ts';
import { floodCopies, pushOnceCoverageAfter, swimFirstDetectionMs, treeCopies } from '../src/trace/theory.ts';
import { scenarioOf, SILENT, type ScenarioChanges } from './scenarios.ts';

/** Rounds in step: every message takes as long as every other. */
const IN_STEP = { delay: { kind: 'constant', ms: 10 } } as const;

/** Partners are drawn from all others, and nothing but updates is sent. */
function amongAll(nodes: number, changes: ScenarioChanges): ScenarioChanges {
  const parameters = { ...SILENT, ...changes.parameters };
  return { nodes, join: { how: 'graph', degree: nodes - 1 }, network: IN_STEP, ...changes, parameters };
}

function updates(count: number, origins = 0): NonNullable<ScenarioChanges['workload']> {
  return { updates: { count, startMs: 1000, everyMs: 1000, origins, warmUp: 0, receiptWithinMs: 0 } };
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** Of independent draws: their mean, and half the width of its 99 % interval (normal: there are dozens and more). */
function meanOf(draws: readonly number[]): { readonly mean: number; readonly within99: number } {
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / (draws.length - 1);
  return { mean, within99: 2.576 * Math.sqrt(variance / draws.length) };
}

describe('a flood', () => {
  test('among 100 that all know each other costs 9,801 copies, which is why peers are bounded', () => {
    const { payloadPerUpdate, controlPerUpdate } = measure(
      scenarioOf(amongAll(100, { strategy: 'flood', workload: updates(2) })),
    );
    expect([payloadPerUpdate, controlPerUpdate]).toEqual([floodCopies(100, 4950), 0]);
  });

  test('over a tree costs what a tree costs', () => {
    const join = { how: 'graph', degree: 2 - 2 / 50 } as const;
    const { links, payloadPerUpdate } = measure(
      scenarioOf(amongAll(50, { strategy: 'flood', join, workload: updates(3) })),
    );
    expect([links, payloadPerUpdate]).toEqual([49, treeCopies(50)]);
  });
});

describe('Plumtree', () => {
  test.each(seeds(5))('costs N − 1 copies for each update once the tree of its origin stands (seed %i)', (seed) => {
    const [nodes, first, later] = [150, 30, 10];
    const scenario = scenarioOf({
      ...{ seed, nodes, strategy: 'plumtree', join: { how: 'graph', degree: 6 } },
      ...{ parameters: { ...SILENT, ttl: 255 }, workload: updates(first + later, 5) },
    });
    const simulation = new Simulation(scenario);
    simulation.runUntil(1000 * first + 999);
    const before = simulation.rumorsSent;
    simulation.runUntil(1000 * (first + later) + 999);
    expect(simulation.rumorsSent - before).toBe(later * treeCopies(nodes));
  });
});

/**
 * Push-once of `RandomPush`, by mean field: `fanout` different ones, and never the one it came from, who has it already. So
 * one that lacks it is drawn with a chance of fanout ÷ (N − 2), where the idealised draw (with putting back, from all N − 1
 * others) has 1 − (1 − 1 ÷ (N − 1)) ^ fanout. The difference goes with 1 ÷ N.
 */
function coverageWithoutSender(nodes: number, fanout: number, ttl: number): number {
  let [reached, fresh] = [1 + fanout, fanout];
  for (let round = 1; round < ttl; round++) {
    fresh = (nodes - reached) * (1 - (1 - fanout / (nodes - 2)) ** fresh);
    reached += fresh;
  }
  return reached / nodes;
}

describe('push-once', () => {
  const [nodes, runs] = [100, 60];

  test.each([
    { fanout: 2, ttl: 200 },
    { fanout: 3, ttl: 200 },
    { fanout: 5, ttl: 200 },
    { fanout: 4, ttl: 4 },
  ])(
    'with fanout $fanout and TTL $ttl reaches what theory says, within the 99 % interval',
    { timeout: 30_000 },
    ({ fanout, ttl }) => {
      const draws = seeds(runs).map((seed) => {
        const parameters = { fanout, ttl };
        const scenario = scenarioOf(amongAll(nodes, { seed, strategy: 'random', parameters, workload: updates(5) }));
        return measure({ ...scenario, durationMs: 8000 }).coverage!.mean;
      });
      const { mean, within99 } = meanOf(draws);
      expect(within99).toBeLessThan(0.02);
      expect(Math.abs(mean - coverageWithoutSender(nodes, fanout, ttl))).toBeLessThan(within99);
      expect(
        Math.abs(coverageWithoutSender(nodes, fanout, ttl) - pushOnceCoverageAfter(nodes, fanout, ttl)),
      ).toBeLessThan(fanout / nodes);
    },
  );
});

describe('SWIM', () => {
  test('finds a failure out after e ÷ (e − 1) periods, where each member probes a random one each period', () => {
    const [members, random] = [50, new SmallFastRandom(1)];
    const periods = seeds(4000).map(() => {
      for (let period = 1; ; period++) {
        // The dead one is member 0 of the others that each draws from.
        for (let member = 1; member < members; member++) if (random.below(members - 1) === 0) return period;
      }
    });
    const { mean, within99 } = meanOf(periods);
    expect(Math.abs(mean - swimFirstDetectionMs(1))).toBeLessThan(within99);
  });
});

/**
 * Our detector does not draw whom it probes: each of the k peers of a node watches its own link to it, and each link
 * carries one heartbeat a period T, by whichever end is the first to speak. All clocks have phases of their own.
 *
 * Let a peer's beat come D after the dead node's own would, D uniform in (0, T). A node is silent on a link that it has
 * heard within T/2.
 *
 * - D > T/2: the peer carries the link. It next speaks, and finds out, after a time uniform in (0, T).
 * - D < T/2: the dead node carried it, at its last beat, a before it died, a uniform in (0, T) and the same for all its links.
 *   The peer is silent at the beat that follows within T/2, and speaks at the next one: T + D − a after the death.
 *
 * So, given a, one peer has found out nothing at time t with the chance
 *   q(t, a) = ½ (1 − t/T) + ½ clamp(1 − (t − T + a) ÷ (T/2)),
 * the first of k finds out after E = ⅟T ∫da ∫dt q(t, a)^k, and it is told a refusal later. For k = 1 that is ⅝ T, for k = 5
 * 0.27 T, a sixth of SWIM's 1.58 T with the same period: five look at it in each period, not one on average.
 *
 * Assumed: periods do not change (no Trickle), nothing else is sent, and jitter only keeps the phases independent.
 */
function firstOfPeersMs(peers: number, periodMs: number): number {
  const steps = 400;
  const clamp = (chance: number): number => Math.min(1, Math.max(0, chance));
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const a = (i + 0.5) / steps;
    for (let j = 0; j < 2 * steps; j++) {
      const t = (j + 0.5) / steps;
      sum += (clamp(1 - t) / 2 + clamp(1 - 2 * (t - 1 + a)) / 2) ** peers;
    }
  }
  return (periodMs * sum) / steps ** 2;
}

describe('the failure detector', () => {
  const [periodMs, diesMs, delayMs, refusedAfterMs] = [1000, 30_000, 2, 3];

  /** One of them dies: when its peers are first refused, and when the first says it is down; from its death on. */
  function death(peers: number, seed: number): { readonly refusedMs: number; readonly downMs: number } {
    const scenario = scenarioOf({
      ...{ seed, nodes: peers + 1, join: { how: 'graph', degree: peers }, durationMs: diesMs + 10_000 },
      parameters: { ...SILENT, heartbeatMs: periodMs, heartbeatMinMs: periodMs },
      workload: { favorites: true },
      network: { delay: { kind: 'constant', ms: delayMs }, refusedAfterMs },
      faults: [{ atMs: diesMs, do: 'kill', nodes: [0] }],
    });
    const after = [...simulate(scenario)].filter(({ time }) => time >= diesMs);
    const refused = after.find(({ type }) => type === 'unreachable');
    const down = after.find((event) => event.type === 'status' && event.status === 'down');
    return { refusedMs: (refused?.time ?? NaN) - diesMs, downMs: (down?.time ?? NaN) - diesMs };
  }

  test.each([
    { peers: 1, runs: 300, periods: 5 / 8 },
    { peers: 2, runs: 300, periods: 0.46 },
    { peers: 5, runs: 200, periods: 0.27 },
  ])(
    'first of $peers finds a death out after $periods periods and a refusal',
    { timeout: 30_000 },
    ({ peers, runs, periods }) => {
      expect(firstOfPeersMs(peers, 1)).toBeCloseTo(periods, 2);
      const { mean, within99 } = meanOf(seeds(runs).map((seed) => death(peers, seed).refusedMs));
      expect(within99).toBeLessThan(0.1 * periodMs);
      expect(Math.abs(mean - (firstOfPeersMs(peers, periodMs) + refusedAfterMs))).toBeLessThan(within99);
    },
  );

  test('calls it down a moment after helpers have been refused as well', () => {
    const newsMs = 100;
    for (const seed of seeds(20)) {
      const { refusedMs, downMs } = death(5, seed);
      expect(downMs - refusedMs).toBeCloseTo(delayMs + refusedAfterMs + delayMs + newsMs, 6);
    }
  });
});
