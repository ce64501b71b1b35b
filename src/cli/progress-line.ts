/** How far something has come, told on stderr: one line that is overwritten on a terminal, else a line now and then. */
const REPAINT_MS = 200;
const LINE_EVERY_MS = 5000;
const ERASE = '\r\u001b[K';

export class ProgressLine {
  private readonly startedAt: number;
  private toldAt: number;
  private isShown = false;

  /** @param isQuiet tells nothing unless there is a terminal */
  constructor(
    private readonly stderr: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
    private readonly isQuiet: boolean,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.startedAt = clock();
    this.toldAt = this.startedAt;
  }

  /**
   * Called as often as one likes.
   *
   * @param lineOf makes the line of the milliseconds since the start, when it is time for one
   */
  tell(lineOf: (elapsedMs: number) => string): void {
    const time = this.clock();
    const { isTTY } = this.stderr;
    if (time - this.toldAt < (isTTY ? REPAINT_MS : LINE_EVERY_MS) || (this.isQuiet && !isTTY)) return;
    this.toldAt = time;
    const line = lineOf(time - this.startedAt);
    this.stderr.write(isTTY ? `${ERASE}${line}` : `${line}\n`);
    this.isShown = isTTY;
  }

  /** Before anything else is printed. */
  clear(): void {
    if (this.isShown) this.stderr.write(ERASE);
    this.isShown = false;
  }
}
