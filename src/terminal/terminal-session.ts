/**
 * A terminal for the time a screen has it: the alternate buffer on entering, everything as it was on leaving, however
 * the process ends. It never touches the scrollback.
 */
import { FramePainter } from './frame-painter.ts';

/** Alternate buffer, no cursor, and no wrapping: a title whose width we misjudge must not push lines around. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
/** Erased first: after a resize, tmux would leave some of it on the normal screen. */
const LEAVE = '\u001b[0m\u001b[H\u001b[J\u001b[?7h\u001b[?25h\u001b[?1049l';

/** Being asked to stop closes the screen, as `q` does; a second signal finds no handler of ours. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Whatever else wrote to the terminal, a warning say, is gone after this. */
const REPAINT_MS = 5_000;

export class TerminalSession {
  private readonly painter = new FramePainter();
  private isOpen = false;
  private lastFrame = '';
  private repainting: NodeJS.Timeout | undefined;

  /** `onInterrupt` is called when the process is told to stop or the terminal is gone. */
  constructor(
    private readonly stdin: NodeJS.ReadStream,
    private readonly stdout: NodeJS.WriteStream,
    private readonly onInterrupt: () => void,
  ) {}

  enter(): void {
    this.isOpen = true;
    this.stdout.write(ENTER);
    for (const signal of SIGNALS) process.on(signal, this.interrupt);
    process.on('SIGCONT', this.resume);
    process.on('exit', this.restore);
    // Comes before any handler of the error and before it is printed, which should happen on the normal screen.
    process.on('uncaughtExceptionMonitor', this.interrupt);
    this.stdout.on('error', this.interrupt);
    this.stdout.on('resize', this.forget);
    this.repainting = setInterval(this.repaint, REPAINT_MS).unref();
  }

  paint(frame: string): void {
    if (!this.isOpen) return;
    this.lastFrame = frame;
    const bytes = this.painter.paint(frame);
    if (bytes !== '') this.stdout.write(bytes);
  }

  /** Gives the terminal back and stops listening. Safe to call more than once. */
  leave(): void {
    this.restore();
    clearInterval(this.repainting);
    for (const signal of SIGNALS) process.off(signal, this.interrupt);
    process.off('SIGCONT', this.resume);
    process.off('exit', this.restore);
    process.off('uncaughtExceptionMonitor', this.interrupt);
    this.stdout.off('resize', this.forget);
  }

  /** Safe to call more than once, also while the process is exiting. */
  private readonly restore = (): void => {
    if (!this.isOpen) return;
    this.isOpen = false;
    if (this.stdin.isTTY && this.stdin.isRaw) this.stdin.setRawMode(false);
    this.stdout.write(LEAVE, () => this.stdout.off('error', this.interrupt));
  };

  /**
   * Closes the screen only after all listeners of a signal have run: were ours gone by then, Ink's would take the
   * signal for unhandled and end the process with it.
   */
  private readonly interrupt = (): void => {
    this.restore();
    setImmediate(this.onInterrupt);
  };

  /** The shell had the terminal in between. */
  private readonly resume = (): void => {
    if (!this.isOpen) return;
    if (this.stdin.isTTY && this.stdin.isRaw) {
      this.stdin.setRawMode(false);
      this.stdin.setRawMode(true);
    }
    this.stdout.write(ENTER);
    this.repaint();
  };

  /** The frame for the new size comes by itself; the last one, made for the old size, must not be painted again. */
  private readonly forget = (): void => this.painter.forget();

  private readonly repaint = (): void => {
    this.painter.forget();
    this.paint(this.lastFrame);
  };
}
