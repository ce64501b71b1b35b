/**
 * What a run measures, and when pushing alone would have brought each update to its last node. A node counts for an update
 * there when it was up from the update's publication to the end.
 */
import { SimulationMeasures } from '../sim/simulation-measures.ts';
import type { Scenario } from '../sim/scenario.ts';
import type { MeasurePlan, UpdateFacts } from '../trace/measures.ts';
import type { PushReach } from './push-reach.ts';

type Observed = Parameters<SimulationMeasures['observe']>;
type Address = Observed[1];

export class UpdateArrivals {
  readonly measures: SimulationMeasures;
  private readonly origins = new Map<string, Address>();
  private readonly upSince = new Map<Address, number>();

  constructor(scenario: Scenario, plan: MeasurePlan) {
    this.measures = new SimulationMeasures(scenario, plan);
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

  private pushedTo({ uuid, publishedAt }: UpdateFacts, pushes: PushReach): number | null {
    const origin = this.origins.get(uuid);
    let last = 0;
    for (const [node, since] of this.upSince) {
      if (since > publishedAt || node === origin) continue;
      const at = pushes.reachedAt(uuid, node);
      if (at === undefined) return null;
      last = Math.max(last, at - publishedAt);
    }
    return last;
  }
}
