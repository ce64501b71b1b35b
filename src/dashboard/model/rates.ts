/** Messages and deliveries a second, over all that is kept. */
import type { Millis } from '../../trace/views.ts';
import type { Fact } from './fact.ts';

/** Fine enough for a recording of seconds, coarse enough for an hour. */
const BUCKET_MS = 250;
const MAX_BUCKETS = 8_000;

interface Bucket {
  payload: number;
  control: number;
  delivered: number;
}

export interface RateSeries {
  /** The middle of each span, in the feed's milliseconds. */
  readonly times: Millis[];
  readonly payloadPerSecond: number[];
  readonly controlPerSecond: number[];
  /** Payload for one delivery, less one; null where nothing was delivered. */
  readonly redundancy: (number | null)[];
}

export class Rates {
  private readonly buckets = new Map<number, Bucket>();

  observe(fact: Fact, at: Millis): void {
    if (fact.type === 'sent') {
      const bucket = this.bucketAt(at);
      if (fact.message === 'rumor') bucket.payload++;
      else bucket.control++;
    } else if (fact.type === 'applied') {
      this.bucketAt(at).delivered++;
    }
  }

  /** The last `spanMs` before a moment. */
  last(spanMs: Millis, untilMs: Millis): { payloadPerSecond: number; controlPerSecond: number; redundancy?: number } {
    const sum = this.sum(Math.floor((untilMs - spanMs) / BUCKET_MS) + 1, Math.floor(untilMs / BUCKET_MS));
    return {
      payloadPerSecond: (sum.payload * 1000) / spanMs,
      controlPerSecond: (sum.control * 1000) / spanMs,
      ...(sum.delivered > 0 && { redundancy: sum.payload / sum.delivered - 1 }),
    };
  }

  /** Between two moments, in at most so many spans of one length. */
  series(fromMs: Millis, untilMs: Millis, maxPoints: number): RateSeries {
    const first = Math.floor(fromMs / BUCKET_MS);
    const last = Math.floor(untilMs / BUCKET_MS);
    const width = Math.max(1, Math.ceil((last - first + 1) / maxPoints));
    const series: RateSeries = { times: [], payloadPerSecond: [], controlPerSecond: [], redundancy: [] };
    const perSecond = 1000 / (width * BUCKET_MS);
    // Spans that start at multiples of their length stay the same when the window moves on.
    for (let start = Math.floor(first / width) * width; start <= last; start += width) {
      const sum = this.sum(start, start + width - 1);
      series.times.push((start + width / 2) * BUCKET_MS);
      series.payloadPerSecond.push(sum.payload * perSecond);
      series.controlPerSecond.push(sum.control * perSecond);
      series.redundancy.push(sum.delivered === 0 ? null : Math.max(0, sum.payload / sum.delivered - 1));
    }
    return series;
  }

  private sum(first: number, last: number): Bucket {
    const sum = { payload: 0, control: 0, delivered: 0 };
    for (let index = first; index <= last; index++) {
      const bucket = this.buckets.get(index);
      if (bucket === undefined) continue;
      sum.payload += bucket.payload;
      sum.control += bucket.control;
      sum.delivered += bucket.delivered;
    }
    return sum;
  }

  private bucketAt(at: Millis): Bucket {
    const index = Math.floor(at / BUCKET_MS);
    let bucket = this.buckets.get(index);
    if (bucket === undefined) {
      bucket = { payload: 0, control: 0, delivered: 0 };
      this.buckets.set(index, bucket);
      const oldest = this.buckets.size > MAX_BUCKETS ? this.buckets.keys().next().value : undefined;
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return bucket;
  }
}
