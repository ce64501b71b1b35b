import type { Payload } from '../core/messages.ts';
import { drawExponential } from './distributions.ts';
import type { Workload as Plan } from './scenario.ts';
import type { Simulation } from './simulation.ts';
import type { SmallFastRandom } from './small-fast-random.ts';

/** Tries before a random live node is searched for instead: where few run, guessing takes long. */
const GUESSES = 32;
/** How many favourites there are to choose from. */
const BOOKS = 1000;

/** Who publishes what when. */
export class Workload {
  constructor(
    private readonly workload: Plan,
    private readonly simulation: Simulation,
    private readonly random: SmallFastRandom,
  ) {}

  /** Updates at their times, for the whole run. */
  plan(): void {
    const { updates, publish } = this.workload;
    for (let i = 0; i < updates.count; i++) {
      const tell = () => this.tellSomewhere(`Update ${i + 1}`);
      this.simulation.schedule(updates.startMs + i * updates.everyMs, tell);
    }
    for (const { atMs, node, book } of publish) this.simulation.schedule(atMs, () => this.tell(node, book));
  }

  started(node: number): void {
    const { favorites, resampleMs } = this.workload;
    if (favorites) this.tell(node, this.drawBook());
    if (resampleMs > 0) this.simulation.resampleAfter(node, drawExponential(this.random, resampleMs));
  }

  resample(node: number): void {
    this.tell(node, this.drawBook());
    this.simulation.resampleAfter(node, drawExponential(this.random, this.workload.resampleMs));
  }

  /** One that does not run says nothing. */
  private tell(node: number, book: string): void {
    const payload: Payload = { book };
    if (this.isRunning(node)) this.simulation.publish(node, payload);
  }

  private tellSomewhere(book: string): void {
    const { size, runningCount } = this.simulation;
    if (runningCount === 0) return;
    let node = this.random.below(size);
    for (let i = 1; i < GUESSES && !this.isRunning(node); i++) node = this.random.below(size);
    while (!this.isRunning(node)) node = (node + 1) % size;
    this.tell(node, book);
  }

  private isRunning(node: number): boolean {
    return this.simulation.isUp(node) && !this.simulation.isPaused(node);
  }

  private drawBook(): string {
    return `Book ${this.random.below(BOOKS) + 1}`;
  }
}
