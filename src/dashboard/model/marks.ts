/** What stands out on the time line. */
import type { Address, Millis } from '../../trace/views.ts';
import type { Fact } from './fact.ts';

export type MarkKind = 'published' | 'killed' | 'left' | 'paused' | 'resumed' | 'restarted' | 'unreachable';

export interface Mark {
  readonly at: Millis;
  readonly kind: MarkKind;
  readonly node: Address;
}

export interface Span {
  readonly fromMs: Millis;
  untilMs: Millis;
}

const MAX_MARKS = 5_000;
/** Messages are lost to a partition all the time while there is one: every node tries at least once in a heartbeat. */
const PARTITION_GAP_MS = 3_000;

export class Marks {
  readonly all: Mark[] = [];
  /** When messages were lost because two parts were cut off from each other. No trace tells of the cut itself. */
  readonly partitions: Span[] = [];
  private readonly started = new Set<Address>();

  observe(fact: Fact, at: Millis): void {
    const { node } = fact;
    if (fact.type === 'published' && fact.status === undefined) this.add({ at, kind: 'published', node });
    else if (fact.type === 'stopped') this.add({ at, kind: fact.why, node });
    else if (fact.type === 'paused' || fact.type === 'resumed') this.add({ at, kind: fact.type, node });
    else if (fact.type === 'reach' && !fact.isReachable) this.add({ at, kind: 'unreachable', node });
    else if (fact.type === 'lost' && fact.reason === 'partition') this.onPartition(at);
    else if (fact.type === 'started') {
      if (this.started.has(node)) this.add({ at, kind: 'restarted', node });
      this.started.add(node);
    }
  }

  private add(mark: Mark): void {
    this.all.push(mark);
    if (this.all.length > MAX_MARKS) this.all.splice(0, MAX_MARKS / 10);
  }

  private onPartition(at: Millis): void {
    const last = this.partitions.at(-1);
    if (last !== undefined && at - last.untilMs <= PARTITION_GAP_MS) last.untilMs = at;
    else this.partitions.push({ fromMs: at, untilMs: at });
  }
}
