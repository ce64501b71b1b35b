/** What the dashboard's server shows: live nodes that are observed, or a network of processes that is told of by its parent. */
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address, Done, Millis, NetworkView } from '../../trace/views.ts';
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
  /** @returns what was done. @throws Refusal with one line for people */
  act(action: FeedAction, node?: Address): Promise<Done>;
}

/** An action that cannot be done: its message is one line for people. */
export class Refusal extends Error {}

/** Processes tell theirs every 100 ms; a busy machine needs some more. */
const REPORT_LATENESS_MS = 250;

const ALL_ACTIONS = ['publish', 'kill', 'pauseOrResume', 'restart', 'splitOrHeal'] as const satisfies FeedAction[];

type NodeAction = Exclude<FeedAction, 'splitOrHeal'>;
/** Why it cannot be done to a node. */
const NOT_IT: { readonly [action in NodeAction]: string } = {
  publish: 'does not run, or is paused',
  kill: 'does not run',
  pauseOrResume: 'does not run',
  restart: 'has not been started yet',
};
/** Why to none at all. */
const NONE: { readonly [action in NodeAction]: string } = {
  publish: 'no node runs that is not paused',
  kill: 'no node runs',
  pauseOrResume: 'no node runs',
  restart: 'no node has been started yet',
};

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

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to reject
  async act(action: FeedAction, node?: Address): Promise<Done> {
    if (action === 'splitOrHeal') return this.view.splitOrHeal();
    const isKnown = node === undefined || this.view.state().nodes.some(({ address }) => address === node);
    if (!isKnown) throw new Refusal(`there is no node ${node}`);
    const done = this.view[action](node);
    if (done === undefined) throw new Refusal(node === undefined ? NONE[action] : `${node} ${NOT_IT[action]}`);
    return done;
  }
}
