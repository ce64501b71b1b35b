/**
 * Decides when to draw: at once when something happens, but not again within `LEAST_GAP_MS`; whatever happens in
 * between is drawn together at its end. When nothing happens, ages still grow, so once a second.
 */
const LEAST_GAP_MS = 200;
const IDLE_MS = 1000;

export class FramePacer {
  private timer: NodeJS.Timeout | undefined;
  private isResting = false;
  private isWanted = false;

  constructor(private readonly draw: () => void) {}

  /** Draws, and from now on whenever it should. */
  start(): void {
    this.drawNow();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Something happened. Cheap: called for every event. */
  touch(): void {
    if (this.isResting) this.isWanted = true;
    else if (this.timer !== undefined) this.drawNow();
  }

  private drawNow(): void {
    clearTimeout(this.timer);
    this.isResting = true;
    this.isWanted = false;
    this.timer = setTimeout(() => this.rested(), LEAST_GAP_MS);
    this.draw();
  }

  private rested(): void {
    this.isResting = false;
    if (this.isWanted) this.drawNow();
    else this.timer = setTimeout(() => this.drawNow(), IDLE_MS - LEAST_GAP_MS);
  }
}
