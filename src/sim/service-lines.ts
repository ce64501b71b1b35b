import type { Millis } from '../core/index.ts';

/** Each node works on one message at a time, and nodes that share a machine on as many as it has cores; the others wait in line. */
export class ServiceLines {
  private readonly freeAt: Float64Array;
  private readonly slowness: Float64Array;
  /** When each of the shared cores is free. */
  private readonly coreFreeAt: Float64Array;

  /** @param cores that all nodes share; 0: each has its own */
  constructor(
    nodes: number,
    private readonly serviceMs: number,
    cores: number,
  ) {
    this.freeAt = new Float64Array(nodes);
    this.slowness = new Float64Array(nodes).fill(1);
    this.coreFreeAt = new Float64Array(cores);
  }

  /** Joins the line. @returns when this message is done, in whole milliseconds */
  enter(node: number, now: Millis): Millis {
    const core = this.nextCore();
    const begins = Math.max(now, this.freeAt[node]!, this.coreFreeAt[core] ?? 0);
    const ends = begins + this.serviceMs * this.slowness[node]!;
    this.freeAt[node] = ends;
    if (core >= 0) this.coreFreeAt[core] = ends;
    return Math.ceil(ends);
  }

  /** Nobody waits any more: the process is another, or its line is formed anew. */
  clear(node: number): void {
    this.freeAt[node] = 0;
  }

  slow(node: number, factor: number): void {
    this.slowness[node] = factor;
  }

  /** The one that is free first; -1 where none is shared. */
  private nextCore(): number {
    const { coreFreeAt } = this;
    let next = coreFreeAt.length - 1;
    for (let core = next - 1; core >= 0; core--) if (coreFreeAt[core]! <= coreFreeAt[next]!) next = core;
    return next;
  }
}
