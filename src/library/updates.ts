/** One reader of updates. It reads in its own time, and what waits for it is bounded. */
import type { Change, Member, Snapshot, Update } from './gossip.ts';

export class UpdateQueue<Value> implements AsyncIterableIterator<Update<Value>, undefined> {
  private waiting: Change<Value>[] = [];
  /** Why the next that is read is a snapshot, with all that has changed up to then. */
  private snapshotDue: Snapshot<Value>['reason'] | undefined = 'start';
  private readonly readers: ((result: IteratorResult<Update<Value>, undefined>) => void)[] = [];
  private isEnded = false;

  constructor(
    private readonly members: () => readonly Member<Value>[],
    private readonly maxWaiting: number,
    /** Told once, when nobody reads any more. */
    private readonly ended: (queue: UpdateQueue<Value>) => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  tell(change: Change<Value>): void {
    // The snapshot that is due will show it.
    if (this.isEnded || this.snapshotDue !== undefined) return;
    const reader = this.readers.shift();
    if (reader !== undefined) return reader({ done: false, value: change });
    this.waiting.push(change);
    if (this.waiting.length <= this.maxWaiting) return;
    this.waiting = [];
    this.snapshotDue = 'missed';
  }

  next(): Promise<IteratorResult<Update<Value>, undefined>> {
    const update = this.take();
    if (update !== undefined) return Promise.resolve({ done: false, value: update });
    if (this.isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.readers.push(resolve));
  }

  return(): Promise<IteratorResult<Update<Value>, undefined>> {
    this.end();
    this.waiting = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Nothing more comes; what waits can still be read. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.snapshotDue = undefined;
    for (const reader of this.readers.splice(0)) reader({ done: true, value: undefined });
    this.ended(this);
  }

  private take(): Update<Value> | undefined {
    const reason = this.snapshotDue;
    if (reason === undefined) return this.waiting.shift();
    this.snapshotDue = undefined;
    return { type: 'snapshot', reason, members: this.members() };
  }
}
