/** How many runs of a sweep are done, how fast, and how long the rest will take. */
import type { SweepProgress } from '../lab/sweep.ts';
import { amountText } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { ProgressLine } from './progress-line.ts';

export class RunProgress {
  private readonly line: ProgressLine;

  constructor(...line: ConstructorParameters<typeof ProgressLine>) {
    this.line = new ProgressLine(...line);
  }

  /** Called as often as one likes. */
  tell(progress: SweepProgress): void {
    this.line.tell((elapsedMs) => runsLine(progress, elapsedMs));
  }

  /** Before anything else is printed. */
  clear(): void {
    this.line.clear();
  }
}

export function runsLine({ total, before, done }: SweepProgress, elapsedMs: number): string {
  const all = before + done;
  const part = `${all} of ${total} runs (${Math.floor((100 * all) / total)} %)`;
  if (done === 0) return part;
  const perSecond = (1000 * done) / elapsedMs;
  return `${part}, ${amountText(perSecond)} a second, about ${spanText((elapsedMs * (total - all)) / done)} left`;
}
