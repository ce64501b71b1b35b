import { formatFingerprint, RunningFingerprint } from '../core/fingerprint.ts';
import type { RunEvent } from '../trace/trace-event.ts';

/** One number for a whole trace: two runs with the same one did the same, line by line. */
export class TraceHash {
  private readonly fingerprint = new RunningFingerprint();

  add(event: RunEvent): void {
    this.addLine(JSON.stringify(event));
  }

  /** An event that is a line of JSON already. */
  addLine(line: string): void {
    this.fingerprint.add(line).add('\n');
  }

  /** 16 hex digits, of all lines so far. */
  toString(): string {
    const { high, low } = this.fingerprint;
    return formatFingerprint(high, low);
  }
}
