/**
 * What a run measures, and when pushing alone would have brought each update to its last node. A node counts for an update
 * there when it was up from the update's publication to the end.
 */
import { SimulationMeasures } from '../sim/simulation-measures.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { MeasurePlan, UpdateFacts } from '../trace/measures.ts';
import type { PushReach } from './push-reach.ts';

type Observed = Parameters<SimulationMeasures['observe']>;
type Address = Observed[1];

export class UpdateArrivals {
  readonly measures: SimulationMeasures;
  private readonly origins = new Map<string, Address>();
  private readonly upSince = new Map<Address, number>();
  /** Of each update, how many nodes had it in time. */
  private readonly inTime = new Map<UpdateFacts, number>();

  /** @param withinMs what counts as in time for `coverageInTime` */
  constructor(scenario: Scenario, plan: MeasurePlan, withinMs = Infinity) {
    this.measures = new SimulationMeasures(scenario, plan, (update, ageMs) => {
      if (ageMs <= withinMs) this.inTime.set(update, (this.inTime.get(update) ?? 0) + 1);
    });
  }

  observe(...[time, node, event]: Observed): void {
    if (event.type === 'started') this.upSince.set(node, time);
    else if (event.type === 'stopped') this.upSince.delete(node);
    else if (event.type === 'published') this.origins.set(event.uuid, node);
    this.measures.observe(time, node, event);
  }

  /**
   * The time to all until a chain of pushes had led to the last node, wherever repair was faster, of each update in the
   * order of their publication; `null`: not to every node.
   */
  pushedToAllMs(pushes: PushReach): (number | null)[] {
    return [...this.measures.eachUpdate].map((update) => this.pushedTo(update, pushes));
  }

  /** Of each update, the part of the other nodes that had it in time: later they may have held a newer one in its place. */
  coverageInTime(): number[] {
    return [...this.measures.eachUpdate].map((update) => {
      const others = this.othersOf(update).length;
      return others === 0 ? 1 : Math.min(1, (this.inTime.get(update) ?? 0) / others);
    });
  }

  private othersOf({ uuid, publishedAt }: UpdateFacts): Address[] {
    const origin = this.origins.get(uuid);
    return [...this.upSince].flatMap(([node, since]) => (since > publishedAt || node === origin ? [] : [node]));
  }

  private pushedTo(update: UpdateFacts, pushes: PushReach): number | null {
    let last = 0;
    for (const node of this.othersOf(update)) {
      const at = pushes.reachedAt(update.uuid, node);
      if (at === undefined) return null;
      last = Math.max(last, at - update.publishedAt);
    }
    return last;
  }
}
