/** What the dashboard's server shows: live nodes that are observed, or a network of processes that is told of by its parent. */
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address, Done, Millis, NetworkView } from '../../trace/views.ts';
import type { ActionTarget, Deed, FeedAction, FeedMessage } from '../feed.ts';

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
  /** The nodes that are to take part, where that is known. */
  readonly expected?: readonly Address[];
  now(): Millis;
  /** Calls `listener` with everything from now on. @returns how to stop that */
  subscribe(listener: (item: FeedItem) => void): () => void;
  /** @returns what was done. @throws Refusal with one line for people */
  act(action: FeedAction, target: ActionTarget): Promise<Deed>;
}

/** An action that cannot be done: its message is one line for people. */
export class Refusal extends Error {}

/** Processes tell theirs every 100 ms; a busy machine needs some more. */
const REPORT_LATENESS_MS = 250;

const ALL_ACTIONS = ['publish', 'kill', 'pause', 'resume', 'restart', 'split', 'heal'] as const satisfies FeedAction[];

type NodeAction = Exclude<FeedAction, 'split' | 'heal'>;
/** Why it cannot be done to a node. */
const NOT_IT: { readonly [action in NodeAction]: string } = {
  publish: 'does not run, or is paused',
  kill: 'does not run',
  pause: 'does not run, or is paused',
  resume: 'is not paused',
  restart: 'has not been started yet',
};
/** Why to none at all. */
const NONE: { readonly [action in NodeAction]: string } = {
  publish: 'no node runs that is not paused',
  kill: 'no node runs',
  pause: 'no node runs that is not paused',
  resume: 'no node is paused',
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

  get expected(): readonly Address[] {
    return this.view.state().nodes.map(({ address }) => address);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to reject
  async act(action: FeedAction, { nodes, text }: ActionTarget): Promise<Deed> {
    const known = this.expected;
    const outsider = nodes?.find((node) => !known.includes(node));
    if (outsider !== undefined) throw new Refusal(`there is no node ${outsider}`);
    if (nodes?.length === 0) throw new Refusal('no node is named');
    if (action === 'split') return this.split(nodes);
    if (action === 'heal') {
      this.view.heal();
      return { did: 'heal', nodes: [] };
    }
    const wanted = action === 'publish' ? nodes?.slice(0, 1) : nodes;
    const done = (wanted ?? [undefined]).flatMap((node) => this.strike(action, node, text)?.node ?? []);
    if (done.length > 0) return { did: action, nodes: done };
    throw new Refusal(wanted?.length === 1 ? `${wanted[0]} ${NOT_IT[action]}` : NONE[action]);
  }

  /** In place of any other cut. */
  private split(nodes: readonly Address[] | undefined): Deed {
    if (nodes?.length === this.expected.length) throw new Refusal('nobody would be left on the other side');
    this.view.heal();
    this.view.split(nodes);
    return { did: 'split', nodes: nodes ?? [] };
  }

  private strike(action: NodeAction, node: Address | undefined, text: string | undefined): Done | undefined {
    const { view } = this;
    if (action === 'publish') return view.publish(node, text);
    if (action === 'kill' || action === 'restart') return view[action](node);
    const from = action === 'pause' ? 'running' : 'paused';
    const fitting = view.state().nodes.filter(({ phase, address }) => phase === from && (node ?? address) === address);
    const any = fitting[Math.floor(Math.random() * fitting.length)];
    return any && view.pauseOrResume(any.address);
  }
}
