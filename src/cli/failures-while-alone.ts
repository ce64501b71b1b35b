import type { TraceEvent } from '../trace/trace-event.ts';

/** Between two lines about it. A guess: a node that nobody answers is no reason for a long log. */
const TELL_AGAIN_MS = 60_000;

/** What is told of a failed send while a node has no peers. */
export interface FailureWhileAlone {
  readonly peer: string;
  readonly reason: string;
  /** Since the node was left alone. */
  readonly failures: number;
}

/** Counts failed sends while a node has no peers, and says which of them are worth a line: the first, and then one a minute. */
export class FailuresWhileAlone {
  private peers = 0;
  private failures = 0;
  private toldAt = -Infinity;

  take(event: TraceEvent): FailureWhileAlone | undefined {
    if (event.type === 'peerDown') this.peers--;
    if (event.type === 'peerUp') {
      this.peers++;
      this.failures = 0;
    }
    if (event.type !== 'unreachable' || this.peers > 0) return undefined;
    this.failures++;
    if (this.failures > 1 && event.time - this.toldAt < TELL_AGAIN_MS) return undefined;
    this.toldAt = event.time;
    return { peer: event.peer, reason: event.reason, failures: this.failures };
  }
}
