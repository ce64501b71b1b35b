import type { Millis } from '../core/index.ts';

/** As good as never, and still a whole number. */
const FAR_OFF_MS = 2 ** 45;

/**
 * Each node's own clock. All agree with virtual time until one drifts; until then there is nothing to keep or to compute.
 *
 * Virtual time begins at the Unix epoch. Any origin would do, and this one keeps times in a run short of 24 days small
 * integers, which engines hold in place where others need an allocation.
 */
export class Clocks {
  private rates: Float64Array | undefined;
  /** When its rate last changed: in virtual time, and by its own. */
  private readonly turned: Float64Array;
  private readonly showed: Float64Array;

  constructor(private readonly nodes: number) {
    this.turned = new Float64Array(nodes);
    this.showed = new Float64Array(nodes);
  }

  /** What its clock shows. */
  timeOf(node: number, now: Millis): Millis {
    return this.rates === undefined ? now : Math.floor(this.exactly(node, now, this.rates));
  }

  /** How long, in whole milliseconds of virtual time, until its clock has gone this far. */
  waitOf(node: number, ms: number): number {
    const rate = this.rates === undefined ? 1 : this.rates[node]!;
    return Math.min(Math.max(0, Math.ceil(ms / rate)), FAR_OFF_MS);
  }

  drift(node: number, rate: number, now: Millis): void {
    this.rates ??= new Float64Array(this.nodes).fill(1);
    this.showed[node] = this.exactly(node, now, this.rates);
    this.turned[node] = now;
    this.rates[node] = rate;
  }

  private exactly(node: number, now: Millis, rates: Float64Array): number {
    return this.showed[node]! + (now - this.turned[node]!) * rates[node]!;
  }
}
