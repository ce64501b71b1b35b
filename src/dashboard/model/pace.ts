/** Lets something costly be drawn as often as it can be without making frames late, and never more than a third of the time. */

/** A frame of sixty a second, and some slack. */
const IN_TIME_MS = 25;
/** Of what it took, until the next. */
const REST = 2;
/** What is drawn in one frame shows in the time to the next or to the one after that: browsers work ahead. */
const FRAMES_TO_LOOK_AT = 2;

export class Pace {
  private drawnAt = -Infinity;
  private costMs = 0;
  private framesToLookAt = 0;

  /** Called in each frame, with what it took since the last. @returns whether to draw in this one */
  mayDraw(now: number, elapsedMs: number): boolean {
    if (this.framesToLookAt > 0) {
      this.framesToLookAt--;
      this.costMs = Math.max(this.costMs, elapsedMs);
    }
    return this.costMs <= IN_TIME_MS || now - this.drawnAt >= (1 + REST) * this.costMs;
  }

  /** It was drawn in this frame. */
  drawn(now: number): void {
    this.drawnAt = now;
    this.costMs = 0;
    this.framesToLookAt = FRAMES_TO_LOOK_AT;
  }
}
