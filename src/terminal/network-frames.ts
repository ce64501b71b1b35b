import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis, NetworkState, NetworkView } from '../trace/views.ts';
import { isTold, type ToldEvent } from './event-line.ts';
import { RateMeter } from './rate-meter.ts';
import { ToldLog, type ToldEntry } from './told-log.ts';
import type { FrameSource } from './use-frames.ts';

/** One moment of a network, as its screen shows it. */
export interface NetworkFrame {
  readonly now: Millis;
  readonly state: NetworkState;
  readonly rumorsPerSecond: number;
  readonly controlPerSecond: number;
  readonly told: readonly ToldEntry[];
}

export class NetworkFrames implements FrameSource<NetworkFrame> {
  private readonly log = new ToldLog();
  private readonly rumors = new RateMeter();
  private readonly control = new RateMeter();
  private rumorsSent = 0;
  private controlSent = 0;

  constructor(private readonly view: NetworkView) {}

  open(onNews: () => void): () => void {
    this.log.opened(this.view.now());
    this.rumors.reset();
    this.control.reset();
    const unsubscribe = this.view.subscribe((event) => {
      this.count(event);
      if (!isNews(event)) return;
      this.log.add(event);
      onNews();
    });
    return () => {
      unsubscribe();
      this.log.closed(this.view.now());
    };
  }

  takeFrame(): NetworkFrame {
    const now = this.view.now();
    return {
      now,
      state: this.view.state(),
      rumorsPerSecond: this.rumors.sample(now, this.rumorsSent),
      controlPerSecond: this.control.sample(now, this.controlSent),
      told: this.log.newestFirst(),
    };
  }

  private count(event: RunEvent): void {
    if (event.type !== 'sent') return;
    if (event.message === 'rumor') this.rumorsSent++;
    else this.controlSent++;
  }
}

const DROWNING: ReadonlySet<string> = new Set(['applied', 'duplicate', 'stale', 'unreachable']);

/** What every node does with every rumor, and each send to one that is gone, would drown the rest: news is what changes. */
export function isNews(event: RunEvent): event is ToldEvent {
  return isTold(event) && !DROWNING.has(event.type);
}
