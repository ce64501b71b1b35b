import type { Millis } from '../trace/views.ts';
import type { ToldEvent } from './event-line.ts';
import { Recent } from './recent.ts';

/** What is told of a time when nobody was listening. */
export interface Pause {
  readonly type: 'pause';
  readonly time: Millis;
  readonly sinceTime: Millis;
}

export type ToldEntry = ToldEvent | Pause;

/** More than the tallest terminal shows. */
const LIMIT = 200;

/** The last messages of a node or network. */
export class ToldLog {
  private readonly recent = new Recent<ToldEntry>(LIMIT);
  private closedAt: Millis | undefined;

  opened(now: Millis): void {
    if (this.closedAt !== undefined) this.recent.add({ type: 'pause', time: now, sinceTime: this.closedAt });
  }

  closed(now: Millis): void {
    this.closedAt = now;
  }

  add(event: ToldEvent): void {
    this.recent.add(event);
  }

  newestFirst(): ToldEntry[] {
    return this.recent.newestFirst();
  }
}
