/**
 * What the simulator's links and its nodes' handling are to take, so that its hops take as long as those that were measured. A
 * measured hop contains waits for a core and for a node that is busy, which the simulator makes by itself, and its time is
 * whole milliseconds: what was measured, put in as it is, comes out longer. So updates are sent through a simulated network
 * of as many nodes, and what its hops take too long or too short is taken off or added, a few times.
 */
import { parseScenario } from '../scenario/scenario-file.ts';
import type { Delay } from '../scenario/scenario.ts';
import { simulate } from '../sim/simulate.ts';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';
import type { Millis } from '../trace/views.ts';
import { hopsOf, LINK_DELAY_MS, logNormalOf, spreadOf, type Calibration, type Spread } from './calibration.ts';

export interface HopFit {
  /** How long handling takes, on as many shared cores as there are; absent where CPU could not be read. */
  readonly service?: { readonly serviceMs: Millis; readonly cores: number };
  /** Of links as they are. */
  readonly delay: Delay;
  /** What a link takes that is given a delay, beyond it. */
  readonly addedMs: Millis;
}

/** What is left of a hop, where handling takes most of it: a socket's way. A guess. */
const LEAST_WAY_MS = 0.1;
/**
 * A message's CPU is that of both ends, and part of it is spent when the update is already held: answering, passing it on, telling of
 * it. So no more than this part of a hop is handling that others wait for. A guess.
 */
const GREATEST_SERVICE_PART = 0.5;
/** Each comes nearer by what the last was off; later ones change less than a tenth of a millisecond. */
const ROUNDS = 6;
/** Each origin's first updates still find out which links to push over: so few of them publish in turn. */
export const ORIGINS = 5;
const TREE_GROWS = 10;
const MEASURED = 120;
const START_MS = 1000;
/** Apart by more than a delivery takes. */
const EVERY_MS = 1000;

export function fitHop(calibration: Calibration): HopFit {
  const { cpuMsPerMessage = 0, burstCpuMsPerMessage = cpuMsPerMessage, cores, hopMs, delayedHopMs } = calibration;
  // What others wait for is a message's CPU while there are many: a third to a sixth of what one alone takes, with cold caches.
  const serviceMs = Math.min(burstCpuMsPerMessage, GREATEST_SERVICE_PART * hopMs.p50);
  const service = serviceMs > 0 ? { service: { serviceMs, cores } } : {};
  let way = { ...hopMs, p50: hopMs.p50 - serviceMs, p90: hopMs.p90 - serviceMs };
  let addedMs = Math.max(0, delayedHopMs.p50 - serviceMs);
  for (let round = 0; round < ROUNDS; round++) {
    const bare = simulatedHop(calibration, { ...service, delay: logNormalOf(possible(way)) });
    way = { ...way, p50: way.p50 + hopMs.p50 - bare.p50, p90: way.p90 + hopMs.p90 - bare.p90 };
    const slow = simulatedHop(calibration, { ...service, delay: { kind: 'constant', ms: LINK_DELAY_MS + addedMs } });
    addedMs = Math.max(0, addedMs + delayedHopMs.p50 - (slow.p50 - LINK_DELAY_MS));
  }
  return { ...service, delay: logNormalOf(possible(way)), addedMs };
}

/** Each round moves the median and the 90th percentile: the others give way. */
function possible({ p50, p90, p99, ...rest }: Spread): Spread {
  const middle = Math.max(LEAST_WAY_MS, p50);
  const late = Math.max(middle, p90);
  return { ...rest, p50: middle, p90: late, p99: Math.max(late, p99) };
}

function simulatedHop({ nodes, strategy }: Calibration, { service, delay }: Omit<HopFit, 'addedMs'>): Spread {
  const scenario = parseScenario({
    ...{ nodes, strategy },
    join: { how: 'graph', degree: Math.min(4, nodes - 1) },
    network: { delay, ...service },
    workload: { updates: { count: TREE_GROWS + MEASURED, startMs: START_MS, everyMs: EVERY_MS, origins: ORIGINS } },
    durationMs: START_MS + (TREE_GROWS + MEASURED + 1) * EVERY_MS,
  });
  const { hopsMs } = hopsOf([...simulate(scenario)], START_MS + TREE_GROWS * EVERY_MS);
  const spread = spreadOf(withinTheirMillisecond(hopsMs));
  if (spread === undefined) throw new Error('no update reached a second node in the simulator');
  return spread;
}

/** Spread over the millisecond that they were rounded to, so that quantiles are no whole numbers either. */
function withinTheirMillisecond(hopsMs: readonly Millis[]): Millis[] {
  const random = new SmallFastRandom(1);
  return hopsMs.map((ms) => ms - 0.5 + random.part());
}
