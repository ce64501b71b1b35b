/**
 * What a log says of refusals: whoever sends what is no message decides how many there are, and must not decide how
 * much is written. Of each host one line at once, and after a while one with how many more it were.
 */
import { isAddress, splitAddress } from '../core/index.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** A guess: slow enough for any disk, quick enough for who looks for the cause. */
const QUIET_MS = 10_000;
/** Hosts with a line of their own; names can be made up, so the others share one. A guess. */
const MAX_HOSTS = 64;
const OTHERS = 'other hosts';

type Refusal = Pick<Extract<TraceEvent, { type: 'refused' }>, 'from' | 'reason' | 'count'>;

export class RefusalLines {
  /** By host, what was refused of it since its line. */
  private readonly suppressed = new Map<string, number>();

  constructor(private readonly write: (facts: object) => void) {}

  add({ from, reason, count = 1 }: Refusal): void {
    const host = this.placeOf(isAddress(from) ? splitAddress(from).host : from);
    const earlier = this.suppressed.get(host);
    if (earlier !== undefined) {
      this.suppressed.set(host, earlier + count);
      return;
    }
    this.suppressed.set(host, 0);
    this.write({ from, reason, count });
    setTimeout(() => this.sumUp(host), QUIET_MS).unref();
  }

  private placeOf(host: string): string {
    return this.suppressed.has(host) || this.suppressed.size < MAX_HOSTS ? host : OTHERS;
  }

  private sumUp(host: string): void {
    const suppressed = this.suppressed.get(host) ?? 0;
    this.suppressed.delete(host);
    if (suppressed > 0) this.write({ from: host, suppressed });
  }
}
