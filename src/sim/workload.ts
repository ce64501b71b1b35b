import { drawResamplingMs } from '../scenario/resampling.ts';
import type { Workload as Plan } from '../scenario/scenario.ts';
import type { Speakers } from '../scenario/play/stage.ts';
import type { SmallFastRandom } from '../scenario/play/small-fast-random.ts';
import { Updates } from '../scenario/play/updates.ts';

/** How many favourites there are to choose from. */
const BOOKS = 1000;

/** Speakers who choose a favourite anew. */
interface Choosers extends Speakers {
  resampleAfter(node: number, afterMs: number): void;
}

/** Who publishes what when: updates, and the favourites that a real node chooses by itself. */
export class Workload extends Updates {
  constructor(
    private readonly workload: Plan,
    private readonly choosers: Choosers,
    random: SmallFastRandom,
  ) {
    super(workload, choosers, random);
  }

  started(node: number): void {
    const { favorites, resampleMs } = this.workload;
    if (favorites) this.tell(node, this.drawBook());
    if (resampleMs > 0) this.resampleLater(node);
  }

  resample(node: number): void {
    this.tell(node, this.drawBook());
    this.resampleLater(node);
  }

  private resampleLater(node: number): void {
    this.choosers.resampleAfter(node, drawResamplingMs(this.random, this.workload.resampleMs));
  }

  private drawBook(): string {
    return `Book ${this.random.below(BOOKS) + 1}`;
  }
}
