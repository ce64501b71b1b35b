/** A scenario played once by real processes, from the first start to its end. */
import { Cluster } from '../cluster/cluster.ts';
import { MEASURED } from '../cluster/measure-cluster.ts';
import { playScenario } from '../cluster/play-scenario.ts';
import { TraceMerge } from '../cluster/trace-merge.ts';
import type { Watch } from '../cluster/channel.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { spanText } from '../text/spans.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis } from '../trace/views.ts';

/** Where real nodes come from. */
export interface Machine {
  /** The command that starts one node, before its options. */
  readonly command: readonly [string, ...string[]];
  readonly host: string;
  /** Of node 0; the others follow. */
  readonly basePort: number;
  /** Ends what runs, when it resolves. */
  readonly stopped: Promise<void>;
  /** Told how far it has come, a line at a time. */
  readonly say: (line: string) => void;
}

export interface RealRun {
  /** With its times as they were played (`playScenario`). */
  readonly played: Scenario;
  /** All that was watched, in the order of its times. */
  readonly events: readonly RunEvent[];
  /** When each node listened for the first time, in the order of these times. */
  readonly startsMs: readonly Millis[];
  /** That came too fast to be taken. */
  readonly missedEvents: number;
}

export interface Played {
  readonly scenario: Scenario;
  /** Nothing is put between the nodes. */
  readonly isNetworkReal: boolean;
}

/** It was asked to stop before its end. */
export class Stopped extends Error {}

/**
 * @param probe called once all listen, to look at the processes while they run
 * @throws Stopped, or what a node that failed said last; no process is left either way
 */
export async function runReal(
  { scenario, isNetworkReal }: Played,
  machine: Machine,
  watch: Watch = MEASURED,
  probe: (cluster: Cluster, played: Scenario) => void = () => undefined,
): Promise<RealRun> {
  const { host, basePort, command, stopped, say } = machine;
  const cluster = new Cluster(scenario, { host, basePort, command, watch, isNetworkReal, isSeeded: true });
  const events: RunEvent[] = [];
  const merge = new TraceMerge((event) => events.push(event));
  cluster.subscribe((event) => merge.add(event));
  try {
    say(`real: starting ${scenario.nodes} processes …`);
    const ended = new Promise<Scenario>((resolve) => {
      void playScenario(cluster, scenario, () => undefined).then((played) => {
        say(`real: all listen, ${spanText(played.durationMs - cluster.now)} to go`);
        probe(cluster, played);
        cluster.schedule(played.durationMs, () => resolve(played));
      });
    });
    const interrupted = stopped.then(() => undefined);
    const played = await Promise.race([ended, interrupted, cluster.failure]);
    if (played === undefined) throw new Stopped('stopped before its end');
    const endMs = cluster.now;
    await cluster.report();
    merge.release(endMs);
    return { played, events, startsMs: startsOf(events), missedEvents: cluster.missedEvents };
  } finally {
    await cluster.stop();
  }
}

function startsOf(events: readonly RunEvent[]): Millis[] {
  const first = new Map<string, Millis>();
  for (const { type, node, time } of events) if (type === 'started' && !first.has(node)) first.set(node, time);
  return [...first.values()];
}
