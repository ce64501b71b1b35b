/**
 * Does more news come in than usual? Then tables differ because it has come to one node and not yet to the other. To compare
 * them, and to ask for what was only announced, would add copies and announcements to what keeps the network busy already,
 * and the copies would prune links that are needed. So whoever asks here waits until the storm is over, with bounded patience,
 * since something may be missing all the same.
 *
 * What is usual is learned: a network of many members, with news all the time, is no storm, and repairs at once.
 */
import type { Millis } from './boundary.ts';

/** More than so many times the usual, and so many more. Measured: 2 and 2 see a storm in a steady stream now and then. */
const STORM_FACTOR = 3;
const STORM_LEAST = 3;
/** The usual is that of about so many windows. A guess: longer than a storm. */
const USUAL_WINDOWS = 60;

export class NewsStorm {
  private readonly windowMs: Millis;
  private readonly patienceMs: Millis;
  private windowFrom: Millis;
  private latestAt: Millis;
  private patientSince: Millis;
  private inWindow = 0;
  private inWindowBefore = 0;
  /** News in a window. */
  private usual = 0;

  constructor(windowMs: Millis, patienceMs: Millis, now: Millis) {
    this.windowMs = windowMs;
    this.patienceMs = patienceMs;
    this.windowFrom = this.latestAt = this.patientSince = now;
  }

  /** Something came that was news here. */
  add(now: Millis): void {
    const windows = Math.floor((now - this.windowFrom) / this.windowMs);
    if (windows > 0) this.turnPage(windows, now);
    this.inWindow++;
    this.latestAt = now;
  }

  private turnPage(windows: number, now: Millis): void {
    const empty = windows - 1;
    this.usual += (this.inWindow - this.usual) / USUAL_WINDOWS;
    this.usual *= Math.max(0, 1 - empty / USUAL_WINDOWS);
    this.inWindowBefore = empty === 0 ? this.inWindow : 0;
    this.inWindow = 0;
    this.windowFrom = now;
    if (empty > 0) this.patientSince = now;
  }

  /** Tables were compared just now: patience begins anew. */
  compared(now: Millis): void {
    this.patientSince = now;
  }

  /** Is there a storm, and patience with it? */
  isOn(now: Millis): boolean {
    if (now - this.latestAt >= this.windowMs || now - this.patientSince >= this.patienceMs) return false;
    return Math.max(this.inWindow, this.inWindowBefore) > STORM_FACTOR * this.usual + STORM_LEAST;
  }
}
