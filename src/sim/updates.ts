import type { Payload } from '../core/messages.ts';
import type { Workload as Plan } from './scenario.ts';
import type { SmallFastRandom } from './small-fast-random.ts';
import type { Speakers } from './stage.ts';

/** Tries before a random live node is searched for instead: where few run, guessing takes long. */
const GUESSES = 32;

/** Has nodes publish a scenario's updates at their times. */
export class Updates {
  constructor(
    private readonly updates: Pick<Plan, 'updates' | 'publish'>,
    private readonly speakers: Speakers,
    protected readonly random: SmallFastRandom,
  ) {}

  /** For the whole run. */
  plan(): void {
    const { updates, publish } = this.updates;
    for (let i = 0; i < updates.count; i++) {
      const atMs = updates.startMs + i * updates.everyMs;
      // By its time: a count of its own would be a second number beside that of all updates, those of joining included.
      this.speakers.schedule(atMs, () => this.tellSomewhere(`News at ${Math.round(atMs)} ms`));
    }
    for (const { atMs, node, book } of publish) this.speakers.schedule(atMs, () => this.tell(node, book));
  }

  /** One that does not run says nothing. */
  protected tell(node: number, book: string): void {
    const payload: Payload = { book };
    if (this.isRunning(node)) this.speakers.publish(node, payload);
  }

  private tellSomewhere(book: string): void {
    const { size, runningCount } = this.speakers;
    if (runningCount === 0) return;
    let node = this.random.below(size);
    for (let i = 1; i < GUESSES && !this.isRunning(node); i++) node = this.random.below(size);
    while (!this.isRunning(node)) node = (node + 1) % size;
    this.tell(node, book);
  }

  private isRunning(node: number): boolean {
    return this.speakers.isUp(node) && !this.speakers.isPaused(node);
  }
}
