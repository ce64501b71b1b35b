import type { Millis } from '../core/boundary.ts';

/** Each node works on one message at a time; the others wait in line. */
export class ServiceLines {
  private readonly freeAt: Float64Array;
  private readonly slowness: Float64Array;

  constructor(
    nodes: number,
    private readonly serviceMs: number,
  ) {
    this.freeAt = new Float64Array(nodes);
    this.slowness = new Float64Array(nodes).fill(1);
  }

  /** Joins the line. @returns when this message is done, in whole milliseconds */
  enter(node: number, now: Millis): Millis {
    const begins = Math.max(now, this.freeAt[node]!);
    return Math.ceil((this.freeAt[node] = begins + this.serviceMs * this.slowness[node]!));
  }

  /** Nobody waits any more: the process is another, or its line is formed anew. */
  clear(node: number): void {
    this.freeAt[node] = 0;
  }

  slow(node: number, factor: number): void {
    this.slowness[node] = factor;
  }
}
