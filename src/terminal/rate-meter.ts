import type { Millis } from '../trace/views.ts';

/** Long enough to be steady under heartbeats once a second, short enough to follow a burst. */
const WINDOW_MS = 5_000;

/** Turns a total that is looked at now and then into how much it grows per second. */
export class RateMeter {
  private readonly samples: { readonly time: Millis; readonly total: number }[] = [];

  /** @returns the rate over the last seconds, this look included */
  sample(time: Millis, total: number): number {
    this.samples.push({ time, total });
    // One sample older than the window stays, so that there is always a span to measure over.
    while (this.samples.length > 2 && time - this.samples[1]!.time >= WINDOW_MS) this.samples.shift();
    const first = this.samples[0]!;
    return time > first.time ? ((total - first.total) * 1000) / (time - first.time) : 0;
  }

  /** Forgets what was seen, so that a gap in looking does not count. */
  reset(): void {
    this.samples.length = 0;
  }
}
