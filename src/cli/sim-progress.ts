/** How far a simulation has come. */
import { briefCount } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { ProgressLine } from './progress-line.ts';

export class SimProgress {
  private readonly line: ProgressLine;

  constructor(
    private readonly durationMs: number,
    ...line: ConstructorParameters<typeof ProgressLine>
  ) {
    this.line = new ProgressLine(...line);
  }

  /** Called as often as one likes. */
  tell(nowMs: number, events: number): void {
    this.line.tell((elapsedMs) => progressLine(nowMs, this.durationMs, events, elapsedMs));
  }

  /** Before anything else is printed. */
  clear(): void {
    this.line.clear();
  }
}

function progressLine(nowMs: number, durationMs: number, events: number, elapsedMs: number): string {
  const done = `${spanText(nowMs)} of ${spanText(durationMs)}`;
  const rate = `${briefCount(Math.round((1000 * events) / elapsedMs))} events/s`;
  if (nowMs === 0) return `${done}, ${rate}`;
  const leftMs = (elapsedMs * (durationMs - nowMs)) / nowMs;
  return `${done} (${Math.floor((100 * nowMs) / durationMs)} %), ${rate}, about ${spanText(leftMs)} left`;
}
