/** What the dashboard's server shows: live nodes that are observed, or a network of processes that is told of by its parent. */
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address, Millis, NetworkView } from '../../trace/views.ts';
import type { FeedAction, FeedMessage } from '../feed.ts';

export type FeedItem =
  /** `text`: its JSON, where there is one already. */
  | { readonly type: 'event'; readonly time: Millis; readonly event: RunEvent; readonly text?: string }
  | Extract<FeedMessage, { type: 'snapshot' | 'reach' }>;

export interface ServedNetwork {
  /** For people. */
  readonly name: string;
  /** The clock's zero in milliseconds since 1970; 0 if times are already that. */
  readonly epochMs: Millis;
  readonly actions: readonly FeedAction[];
  /** By how much later than another's an event of the same time may become known. */
  readonly latenessMs: Millis;
  now(): Millis;
  /** Calls `listener` with everything from now on. @returns how to stop that */
  subscribe(listener: (item: FeedItem) => void): () => void;
  /** @throws Refusal with one line for people */
  act(action: FeedAction, node?: Address): Promise<void>;
}

/** An action that cannot be done: its message is one line for people. */
export class Refusal extends Error {}

/** Processes tell theirs every 100 ms; a busy machine needs some more. */
const REPORT_LATENESS_MS = 250;

const ALL_ACTIONS = ['publish', 'kill', 'pauseOrResume', 'restart', 'splitOrHeal'] as const satisfies FeedAction[];

/** A network whose processes are ours. */
export class OwnNetwork implements ServedNetwork {
  readonly actions = ALL_ACTIONS;
  readonly latenessMs = REPORT_LATENESS_MS;
  readonly epochMs: Millis;

  constructor(
    private readonly view: NetworkView,
    readonly name: string,
  ) {
    this.epochMs = Date.now() - view.now();
  }

  now(): Millis {
    return this.view.now();
  }

  subscribe(listener: (item: FeedItem) => void): () => void {
    return this.view.subscribe((event) => listener({ type: 'event', time: event.time, event }));
  }

  act(action: FeedAction, node?: Address): Promise<void> {
    const isKnown = node === undefined || this.view.state().nodes.some(({ address }) => address === node);
    if (!isKnown) return Promise.reject(new Refusal(`there is no node ${node}`));
    this.view[action](node);
    return Promise.resolve();
  }
}
