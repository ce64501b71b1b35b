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
  timesToLastMs(): (number | null)[] {
    return [...this.measures.eachUpdate].map((update) => {
      const ages = this.ages.get(update);
      return this.lastOf(update, (node) => ages?.get(node));
    });
  }

  /** Of each update, the part of the other nodes that had it so soon: later they may have held a newer one in its place. */
  coverageWithin(withinMs: number): number[] {
    return [...this.measures.eachUpdate].map((update) => {
      const others = this.othersOf(update);
      const had = others.filter((node) => (this.ages.get(update)?.get(node) ?? Infinity) <= withinMs);
      return others.length === 0 ? 1 : had.length / others.length;
    });
  }

  /** The milliseconds until a chain of pushes had led to the last node, wherever repair was faster; `null`: not to every node. */
  pushedToLastMs(pushes: PushReach): (number | null)[] {
    return [...this.measures.eachUpdate].map((update) =>
      this.lastOf(update, (node) => {
        const at = pushes.reachedAt(update.uuid, node);
        return at === undefined ? undefined : at - update.publishedAt;
      }),
    );
  }

  private lastOf(update: UpdateFacts, ageMsAt: (node: Address) => number | undefined): number | null {
    let last = 0;
    for (const node of this.othersOf(update)) {
      const age = ageMsAt(node);
      if (age === undefined) return null;
      if (age > last) last = age;
    }
    return last;
  }

  /** All but its origin, of those that count for it. */
  private othersOf({ uuid, publishedAt }: UpdateFacts): Address[] {
    const origin = this.origins.get(uuid);
    const counted = [...this.upSince].filter(([node, since]) => since <= publishedAt && node !== origin);
    return counted.map(([node]) => node);
  }
}
