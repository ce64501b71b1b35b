/** What stands out on the time line. */
import type { Address, Millis } from '../../trace/views.ts';
import type { Fact } from './fact.ts';

export type MarkKind = 'published' | 'killed' | 'left' | 'paused' | 'resumed' | 'restarted' | 'unreachable';

export interface Mark {
  readonly at: Millis;
  readonly kind: MarkKind;
  readonly node: Address;
}

const MAX_MARKS = 5_000;

export class Marks {
  readonly all: Mark[] = [];
  private readonly started = new Set<Address>();

  observe(fact: Fact, at: Millis): void {
    const { node } = fact;
    if (fact.type === 'published' && fact.status === undefined) this.add({ at, kind: 'published', node });
    else if (fact.type === 'stopped') this.add({ at, kind: fact.why, node });
    else if (fact.type === 'paused' || fact.type === 'resumed') this.add({ at, kind: fact.type, node });
    else if (fact.type === 'reach' && !fact.isReachable) this.add({ at, kind: 'unreachable', node });
    else if (fact.type === 'started') {
      if (this.started.has(node)) this.add({ at, kind: 'restarted', node });
      this.started.add(node);
    }
  }

  private add(mark: Mark): void {
    this.all.push(mark);
    if (this.all.length > MAX_MARKS) this.all.splice(0, MAX_MARKS / 10);
  }
}
