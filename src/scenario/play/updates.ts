import type { Payload } from '../../core/index.ts';
import type { Workload as Plan } from '../scenario.ts';
import type { SmallFastRandom } from './small-fast-random.ts';
import type { Speakers } from './stage.ts';

/** Tries before a random live node is searched for instead: where few run, guessing takes long. */
const GUESSES = 32;

/** Has nodes publish a scenario's updates at their times. */
export class Updates {
  /** Whose turn it is to publish, where only some do. */
  private readonly origins: number[] = [];

  constructor(
    private readonly updates: Pick<Plan, 'updates' | 'publish'>,
    private readonly speakers: Speakers,
    protected readonly random: SmallFastRandom,
  ) {}

  /** For the whole run. */
  plan(): void {
    const { updates, publish } = this.updates;
    const receiptWithinMs = updates.receiptWithinMs === 0 ? undefined : updates.receiptWithinMs;
    for (let i = 0; i < updates.count; i++) {
      const atMs = updates.startMs + i * updates.everyMs;
      // By its time: a count of its own would be a second number beside that of all updates, those of joining included.
      const news = `News at ${Math.round(atMs)} ms`;
      if (updates.origins === 0)
        this.speakers.schedule(atMs, () => this.tell(this.drawRunning(), news, receiptWithinMs));
      else this.speakers.schedule(atMs, () => this.tell(this.originOf(i % updates.origins), news, receiptWithinMs));
    }
    for (const { atMs, node, book } of publish) this.speakers.schedule(atMs, () => this.tell(node, book));
  }

  /** One that does not run says nothing. */
  protected tell(node: number, book: string, receiptWithinMs?: number): void {
    const payload: Payload = { book };
    if (this.isRunning(node)) this.speakers.publish(node, payload, undefined, receiptWithinMs);
  }

  /** The same node each time, while it runs. */
  private originOf(turn: number): number {
    const chosen = this.origins[turn];
    if (chosen !== undefined && this.isRunning(chosen)) return chosen;
    return (this.origins[turn] = this.drawRunning(this.origins));
  }

  /** A random node that runs, and is none of these where there are others; any where none runs. */
  private drawRunning(except: readonly number[] = []): number {
    const { size, runningCount } = this.speakers;
    const isFit = (each: number): boolean =>
      runningCount === 0 || (this.isRunning(each) && (runningCount <= except.length || !except.includes(each)));
    let node = this.random.below(size);
    for (let i = 1; i < GUESSES && !isFit(node); i++) node = this.random.below(size);
    while (!isFit(node)) node = (node + 1) % size;
    return node;
  }

  private isRunning(node: number): boolean {
    return this.speakers.isUp(node) && !this.speakers.isPaused(node);
  }
}
