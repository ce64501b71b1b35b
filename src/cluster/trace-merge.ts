/**
 * One trace from those of many nodes, in the order of its times. An event waits for as long as one of another node that
 * happened before it may take to become known; what a node could not tell in time comes when it comes.
 */
import FlatQueue from 'flatqueue';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis } from '../trace/views.ts';

export class TraceMerge {
  private readonly waiting = new FlatQueue<RunEvent>();

  constructor(private readonly emit: (event: RunEvent) => void) {}

  add(event: RunEvent): void {
    this.waiting.push(event, event.time);
  }

  /** Emits what happened up to then. */
  release(until: Millis): void {
    for (let time = this.waiting.peekValue(); time !== undefined && time <= until; time = this.waiting.peekValue()) {
      this.emit(this.waiting.pop() as RunEvent);
    }
  }
}
