/** One scenario with real processes, and the same in the simulator with what this machine was measured to charge. */
import { measurePlanOf } from '../scenario/play/measure-plan.ts';
import type { Delay, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../sim/simulation.ts';
import { Deliveries, type Delivered } from '../trace/deliveries.ts';
import { hopsOf, spreadOf, type Calibration, type Spread } from './calibration.ts';
import type { HopFit } from './fit-hop.ts';
import type { RealRun } from './real-run.ts';

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
export function modelOf(
  { played, startsMs }: RealRun,
  isNetworkReal: boolean,
  calibration: Calibration,
  { delay, addedMs, service }: HopFit,
): Scenario {
  const { network } = played;
  const { refusedMs, wireMs } = calibration;
  return {
    ...played,
    join: apart(played, startsMs),
    network: {
      ...network,
      ...service,
      delay: isNetworkReal ? delay : later(network.delay, addedMs),
      // Neither is a message: both take the machine's time, not the scenario's. It refuses in no more time than a message's way.
      ...(network.refusedAfterMs !== null && {
        refusedAfterMs: wireMs.p50,
        closedAfterMs: refusedMs?.p50 ?? 2 * wireMs.p50,
      }),
    },
  };
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
