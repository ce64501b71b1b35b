/** How far a simulation has come, told on stderr: one line that is overwritten on a terminal, else a line now and then. */
import { formatCount } from '../tui/format-count.ts';
import { formatSpan } from './format-span.ts';

const REPAINT_MS = 200;
const LINE_EVERY_MS = 5000;
const ERASE = '\r\u001b[K';

export class SimProgress {
  private readonly startedAt: number;
  private toldAt: number;
  private isShown = false;

  /** @param isQuiet tells nothing unless there is a terminal */
  constructor(
    private readonly durationMs: number,
    private readonly stderr: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
    private readonly isQuiet: boolean,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.startedAt = clock();
    this.toldAt = this.startedAt;
  }

  /** Called as often as one likes. */
  tell(nowMs: number, events: number): void {
    const time = this.clock();
    const { isTTY } = this.stderr;
    if (time - this.toldAt < (isTTY ? REPAINT_MS : LINE_EVERY_MS) || (this.isQuiet && !isTTY)) return;
    this.toldAt = time;
    const elapsed = time - this.startedAt;
    const line = progressLine(nowMs, this.durationMs, events, elapsed);
    this.stderr.write(isTTY ? `${ERASE}${line}` : `${line}\n`);
    this.isShown = isTTY;
  }

  /** Before anything else is printed. */
  clear(): void {
    if (this.isShown) this.stderr.write(ERASE);
    this.isShown = false;
  }
}

function progressLine(nowMs: number, durationMs: number, events: number, elapsedMs: number): string {
  const done = `${formatSpan(nowMs)} of ${formatSpan(durationMs)}`;
  const rate = `${formatCount(Math.round((1000 * events) / elapsedMs))} events/s`;
  if (nowMs === 0) return `${done}, ${rate}`;
  const leftMs = (elapsedMs * (durationMs - nowMs)) / nowMs;
  return `${done} (${Math.floor((100 * nowMs) / durationMs)} %), ${rate}, about ${formatSpan(leftMs)} left`;
}
