/**
 * How a run's updates came to its nodes: after how many hops, when the last node had each, and what else was said
 * meanwhile. `Measures` says how much; this says how it is distributed, to hold one host's run against another's.
 */
import type { Address, CoreEvent, Millis } from '../core/index.ts';
import { Measures, type Measured, type MeasurePlan } from './measures.ts';
import type { HostEvent, TransportEvent } from './trace-event.ts';

export interface Delivered {
  readonly measured: Measured;
  /** At `h`: how many nodes an update first reached after `h` hops, over all updates. */
  readonly hops: readonly number[];
  /** Of each update that came to all. */
  readonly timesToAllMs: readonly Millis[];
  /** Messages that are no rumors, by type, from when updates are measured. */
  readonly control: { readonly [type: string]: number };
}

export class Deliveries {
  private readonly measures: Measures;
  private readonly hops = new Map<string, number[]>();
  private readonly control: { [type: string]: number } = {};

  constructor(private readonly plan: MeasurePlan) {
    this.measures = new Measures(plan);
  }

  observe(time: Millis, node: Address, event: CoreEvent | TransportEvent | HostEvent): void {
    this.measures.observe(time, node, event);
    if (time < this.plan.fromMs) return;
    if (event.type === 'published') this.hops.set(event.uuid, []);
    else if (event.type === 'applied') this.onApplied(event.uuid, event.hops);
    else if (event.type === 'sent' && event.message !== 'rumor') {
      this.control[event.message] = (this.control[event.message] ?? 0) + 1;
    }
  }

  /** Of the trace up to now, which is taken for its end: to be called once. */
  result(): Delivered {
    const hops: number[] = [];
    for (const { uuid } of this.measures.eachUpdate) {
      (this.hops.get(uuid) ?? []).forEach((count, hop) => (hops[hop] = (hops[hop] ?? 0) + count));
    }
    return {
      measured: this.measures.result(),
      hops: Array.from(hops, (count = 0) => count),
      timesToAllMs: this.measures.timesToAllMs().filter((ms) => ms !== null),
      control: this.control,
    };
  }

  private onApplied(uuid: string, hop: number): void {
    const counts = this.hops.get(uuid);
    if (counts !== undefined) counts[hop] = (counts[hop] ?? 0) + 1;
  }
}
