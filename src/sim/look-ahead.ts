import { isRumor, type GossipNode, type Message } from '../core/index.ts';
import type { TimeWheel } from './time-wheel.ts';
import { DELIVER, KIND_BITS, KIND_MASK } from './wire.ts';

/**
 * Has what the next entries of the wheel are about fetched from memory at the same time, which takes little longer than
 * for one of them. With 100,000 nodes, whose turns come in no order, most time goes into waiting for memory.
 */
export class LookAhead {
  /** Means nothing: but for it, reading would be optimised away. */
  private touched = 0;

  constructor(
    private readonly wheel: TimeWheel,
    private readonly cores: readonly (GossipNode | undefined)[],
  ) {}

  look(): void {
    const { wheel, cores } = this;
    const count = wheel.ahead - 1;
    wheel.ahead = 0;
    for (let i = 0; i < count; i++) {
      const head = wheel.peekHead(i);
      const core = cores[head >> KIND_BITS];
      if (core === undefined) continue;
      const isNews = (head & KIND_MASK) === DELIVER && isRumor(wheel.peekReference(i) as Message);
      this.touched = (this.touched ^ core.touch(isNews ? 'rumor' : 'other')) | 0;
    }
  }
}
