import type { Counters } from '../trace/counters.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis, NodeSnapshot, NodeView } from '../trace/views.ts';
import { isTold, type ToldEvent } from './event-line.ts';
import { RateMeter } from './rate-meter.ts';
import { ToldLog, type ToldEntry } from './told-log.ts';
import type { FrameSource } from './use-frames.ts';

type ContestedEvent = Extract<RunEvent, { type: 'contested' }>;

/** Signs of it become as rare as every five minutes: so long, and a little, it is shown. */
const CONTESTED_SHOWN_MS = 330_000;

/** One moment of a node, as its screen shows it. */
export interface NodeFrame {
  readonly now: Millis;
  readonly strategy: string;
  readonly cluster: string;
  readonly snapshot: NodeSnapshot;
  readonly counters: Readonly<Counters>;
  /** Sent and received together. */
  readonly rumorsPerSecond: number;
  readonly controlPerSecond: number;
  /** Others cannot reach this node at its address, or another speaks from it: the latest sign of the last minutes. */
  readonly contested: ContestedEvent | undefined;
  /** The last messages, newest first. */
  readonly told: readonly ToldEntry[];
}

export class NodeFrames implements FrameSource<NodeFrame> {
  private readonly log = new ToldLog();
  private readonly rumors = new RateMeter();
  private readonly control = new RateMeter();

  private contested: ContestedEvent | undefined;

  constructor(private readonly view: NodeView) {}

  open(onNews: () => void): () => void {
    this.log.opened(this.view.now());
    this.rumors.reset();
    this.control.reset();
    const unsubscribe = this.view.subscribe((event) => {
      if (!isTold(event)) return;
      this.log.add(event);
      if (event.type === 'contested') this.contested = event;
      // Like single sends and receipts, what changes nothing can wait for the next frame: it comes in swarms.
      if (isChange(event)) onNews();
    });
    return () => {
      unsubscribe();
      this.log.closed(this.view.now());
    };
  }

  takeFrame(): NodeFrame {
    const now = this.view.now();
    const counters = { ...this.view.counters };
    return {
      now,
      strategy: this.view.strategy,
      cluster: this.view.cluster,
      snapshot: this.view.snapshot(),
      counters,
      rumorsPerSecond: this.rumors.sample(now, counters.rumorsSent + counters.rumorsReceived),
      controlPerSecond: this.control.sample(now, counters.controlSent + counters.controlReceived),
      contested: now - (this.contested?.time ?? -Infinity) <= CONTESTED_SHOWN_MS ? this.contested : undefined,
      told: this.log.newestFirst(),
    };
  }
}

/** Not a repetition of what this node knows already. */
export function isChange(event: RunEvent): event is ToldEvent {
  return isTold(event) && event.type !== 'duplicate' && event.type !== 'stale';
}
