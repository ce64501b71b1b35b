/**
 * Each signed request is taken once: its nonce is remembered for as long as its time would let it in again. What there is no room to
 * remember is not let in again either: the window then begins after it.
 */

/**
 * How far the clocks of two nodes may differ, in seconds. Longer than what machines drift that set their clocks now and then, and than
 * a request under way (4 s); short enough that what must be remembered stays small. A guess.
 */
export const MAX_SKEW_SECONDS = 30;
/** Nonces that are remembered: of a thousand requests a second, which is far above what nodes send each other. 7 MB at most. */
const MAX_NONCES = 65_536;

export class ReplayWindow {
  /** Nonces by the second in which they were made. */
  private readonly nonces = new Map<number, Set<string>>();
  private count = 0;

  /** @param from seconds since the epoch: what was made before, this process may have seen before it was started anew */
  constructor(
    private from: number,
    private readonly maxNonces = MAX_NONCES,
  ) {}

  get size(): number {
    return this.count;
  }

  /**
   * Takes a request, which is signed by one of our keys: others could fill it.
   *
   * @param created when it was made, and `now`: whole seconds since the epoch
   * @returns why it is refused, or `undefined`: it is new
   */
  take(nonce: string, created: number, now: number): string | undefined {
    this.forget(now);
    const ageSeconds = now - created;
    if (Math.abs(ageSeconds) > MAX_SKEW_SECONDS) {
      const where = ageSeconds > 0 ? `${ageSeconds} s before` : `${-ageSeconds} s after`;
      return `created: ${where} this node's clock, where at most ${MAX_SKEW_SECONDS} s are taken: set the clocks`;
    }
    if (created < this.from) return 'created: before this node was started, or remembers what it has taken';
    const ofThisSecond = this.nonces.get(created) ?? new Set();
    if (ofThisSecond.has(nonce)) return 'nonce: this request was taken before';
    ofThisSecond.add(nonce);
    this.nonces.set(created, ofThisSecond);
    this.count++;
    if (this.count > this.maxNonces) this.drop(Math.min(...this.nonces.keys()));
    return undefined;
  }

  /** What is too old is refused without being remembered. */
  private forget(now: number): void {
    for (const second of this.nonces.keys()) {
      if (now - second > MAX_SKEW_SECONDS) this.remove(second);
    }
  }

  private drop(second: number): void {
    this.from = Math.max(this.from, second + 1);
    this.remove(second);
  }

  private remove(second: number): void {
    this.count -= this.nonces.get(second)?.size ?? 0;
    this.nonces.delete(second);
  }
}
