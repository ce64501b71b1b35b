/**
 * When each update came to each node; `Measures` keeps only quantiles over all of them. A node counts for an update when it
 * was up from the update's publication to the end.
 */
import { Measures, type MeasurePlan, type UpdateFacts } from '../trace/measures.ts';
import type { PushReach } from './push-reach.ts';

type Observed = Parameters<Measures['observe']>;
type Address = Observed[1];

export class UpdateArrivals {
  readonly measures: Measures;
  private readonly ages = new Map<UpdateFacts, Map<Address, number>>();
  private readonly origins = new Map<string, Address>();
  private readonly upSince = new Map<Address, number>();
  private observed: Address = '';

  constructor(plan: MeasurePlan) {
    this.measures = new Measures(plan, (update, ageMs) => {
      let ages = this.ages.get(update);
      if (ages === undefined) this.ages.set(update, (ages = new Map<Address, number>()));
      if (!ages.has(this.observed)) ages.set(this.observed, ageMs);
    });
  }

  observe(...[time, node, event]: Observed): void {
    if (event.type === 'started') this.upSince.set(node, time);
    else if (event.type === 'stopped') this.upSince.delete(node);
    else if (event.type === 'published') this.origins.set(event.uuid, node);
    this.observed = node;
    this.measures.observe(time, node, event);
  }

  /** Of each update, in the order of their publication, the milliseconds until the last node had it; `null`: one never did. */
  timesToAllMs(): (number | null)[] {
    return [...this.measures.eachUpdate].map((update) => {
      const ages = this.ages.get(update);
      return this.lastOf(update, (node) => ages?.get(node));
    });
  }

  /** The same until a chain of pushes had led to the last node, wherever repair was faster; `null`: not to every node. */
  pushedToAllMs(pushes: PushReach): (number | null)[] {
    return [...this.measures.eachUpdate].map((update) =>
      this.lastOf(update, (node) => {
        const at = pushes.reachedAt(update.uuid, node);
        return at === undefined ? undefined : at - update.publishedAt;
      }),
    );
  }

  private lastOf({ uuid, publishedAt }: UpdateFacts, ageMsAt: (node: Address) => number | undefined): number | null {
    const origin = this.origins.get(uuid);
    let last = 0;
    for (const [node, since] of this.upSince) {
      if (since > publishedAt || node === origin) continue;
      const age = ageMsAt(node);
      if (age === undefined) return null;
      if (age > last) last = age;
    }
    return last;
  }
}
