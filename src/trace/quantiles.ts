/**
 * Quantiles of a stream in constant memory: values are counted by their first three significant digits, so a quantile is
 * off by half a percent at most (DDSketch's idea, Masson et al., VLDB 2019, https://arxiv.org/abs/1908.10693, with decimal
 * buckets, in which round numbers stay what they are). The largest value is kept exactly.
 */
import { rankOf } from './sample-quantile.ts';

export class Quantiles {
  private total = 0;
  private largest = 0;

  constructor(
    private readonly counts = new Map<number, number>(),
    private readonly missing = 0,
  ) {}

  /** @param value not negative */
  add(value: number): void {
    const rounded = threeDigits(value);
    this.counts.set(rounded, (this.counts.get(rounded) ?? 0) + 1);
    this.total++;
    if (value > this.largest) this.largest = value;
  }

  /** These, and so many that did not happen: they count as later than everything that did. */
  withMissing(count: number): Quantiles {
    const all = new Quantiles(new Map(this.counts), this.missing + count);
    all.total = this.total;
    all.largest = this.largest;
    return all;
  }

  /** By nearest rank; `undefined` when it falls on what did not happen, or there is nothing. */
  quantile(part: number): number | undefined {
    const rank = rankOf(part, this.total + this.missing);
    if (rank > this.total) return undefined;
    let seen = 0;
    for (const value of [...this.counts.keys()].sort((a, b) => a - b)) {
      seen += this.counts.get(value) ?? 0;
      if (seen >= rank) return Math.min(value, this.largest);
    }
    return this.largest;
  }

  get max(): number | undefined {
    return this.missing > 0 || this.total === 0 ? undefined : this.largest;
  }

  get size(): number {
    return this.total + this.missing;
  }
}

function threeDigits(value: number): number {
  if (value < 1e-6) return 0;
  const digits = 2 - Math.floor(Math.log10(value));
  const scale = 10 ** Math.abs(digits);
  return digits >= 0 ? Math.round(value * scale) / scale : Math.round(value / scale) * scale;
}
