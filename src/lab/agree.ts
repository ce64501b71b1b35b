/** One scenario with real processes, and the same in the simulator with what this machine was measured to charge. */
import { measurePlanOf } from '../sim/measure-plan.ts';
import type { Delay, Scenario } from '../sim/scenario.ts';
import { Simulation } from '../sim/simulation.ts';
import { Deliveries, type Delivered } from '../trace/deliveries.ts';
import { hopsOf, logNormalOf, spreadOf, type Calibration, type Spread } from './calibration.ts';
import type { RealRun } from './real-run.ts';

/** What is left of a hop, where handling takes most of it: a socket's way. A guess. */
const LEAST_WAY_MS = 0.1;

export function deliveredBy({ played, events }: RealRun): Delivered {
  const deliveries = new Deliveries(measurePlanOf(played));
  for (const event of events) deliveries.observe(event.time, event.node, event);
  return deliveries.result();
}

/** What a hop took in these runs: far from what was calibrated, the machine was not the same. */
export function hopsIn(runs: readonly RealRun[]): Spread | undefined {
  return spreadOf(runs.flatMap(({ played, events }) => hopsOf(events, measurePlanOf(played).fromMs).hopsMs));
}

export function deliveredIn(scenario: Scenario): Delivered {
  const deliveries = new Deliveries(measurePlanOf(scenario));
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => deliveries.observe(time, node, event),
  });
  simulation.runUntil(scenario.durationMs);
  return deliveries.result();
}

/**
 * What the simulator is to run so that it is like a real run: at the times at which that was played, its nodes starting as
 * far apart, and over links that take as long as this machine's.
 */
export function modelOf({ played, startsMs }: RealRun, isNetworkReal: boolean, calibration: Calibration): Scenario {
  const { network } = played;
  const { cpuMsPerMessage = 0, cores, hopMs, delayedHopMs } = calibration;
  // Handling is part of a measured hop, and is charged where nodes wait for it.
  const delay = isNetworkReal
    ? logNormalOf(without(hopMs, cpuMsPerMessage))
    : later(network.delay, Math.max(0, delayedHopMs.p50 - cpuMsPerMessage));
  const toldMs = calibration.refusedMs?.p50 ?? 2 * calibration.hopMs.p50;
  return {
    ...played,
    join: apart(played, startsMs),
    network: {
      ...network,
      delay,
      ...(cpuMsPerMessage > 0 && { serviceMs: cpuMsPerMessage, cores }),
      // Neither is a message: both take the machine's time, not the scenario's.
      ...(network.refusedAfterMs !== null && { refusedAfterMs: toldMs, closedAfterMs: toldMs }),
    },
  };
}

function without({ count, p50, p90, p99 }: Spread, ms: number): Spread {
  const [middle, high, highest] = [p50, p90, p99].map((value) => Math.max(LEAST_WAY_MS, value - ms)) as [
    number,
    number,
    number,
  ];
  return { count, p50: middle, p90: high, p99: highest };
}

/** Processes that are started together listen one after the other. */
function apart({ join, nodes }: Scenario, startsMs: RealRun['startsMs']): Scenario['join'] {
  if (join.how === 'graph' || nodes < 2) return join;
  const [first = 0] = startsMs;
  const last = startsMs[nodes - 1] ?? first;
  return { ...join, everyMs: (last - first) / (nodes - 1) };
}

function later(delay: Delay, byMs: number): Delay {
  switch (delay.kind) {
    case 'constant':
      return { ...delay, ms: delay.ms + byMs };
    case 'uniform':
      return { ...delay, minMs: Math.round(delay.minMs + byMs), maxMs: Math.round(delay.maxMs + byMs) };
    case 'logNormal':
      return { ...delay, medianMs: delay.medianMs + byMs, maxMs: delay.maxMs + byMs };
    case 'regions':
      return { ...delay, matrixMs: delay.matrixMs.map((row) => row.map((ms) => ms + byMs)) };
  }
}
