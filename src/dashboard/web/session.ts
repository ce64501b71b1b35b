/**
 * What one page shows and how: the model of its feed, the moment that is looked at, what is chosen. Views draw from it; the
 * drawn frame by frame (`onFrame`) and those made of words a few times a second (`subscribe`).
 */
import type { Address, Millis } from '../../trace/views.ts';
import type { ActionTarget, Deed, FeedAction, FeedMessage } from '../feed.ts';
import type { Connection, FeedSource } from '../feed-source.ts';
import { FeedModel } from '../model/feed-model.ts';
import type { NetworkState } from '../model/network-state.ts';
import { advance, seek, shownAt, SPEEDS, toggle, type Playhead } from '../model/playhead.ts';
import { ChosenUpdate } from '../model/chosen-update.ts';
import type { Sides } from '../model/partitions.ts';
import type { Update } from '../model/update-log.ts';
import { deedWords, shortNames } from '../model/words.ts';

/** Words that change faster cannot be read, and cost layout. */
const WORDS_EVERY_MS = 200;

export type ColorBy = 'freshness' | 'favorite' | 'status' | 'update';

export interface Notice {
  readonly text: string;
  readonly isBad: boolean;
  /** The update that was asked for is the first of this node after so many. */
  readonly published?: { readonly origin: Address; readonly after: number };
}

export class Session {
  readonly model = new FeedModel();
  playhead: Playhead = { mode: 'live' };
  speed = 1;
  node: Address | undefined;
  colorBy: ColorBy = 'freshness';
  connection: Connection = 'open';
  /** The view beside the graph, by its panel's name; absent: the first. */
  view: string | undefined;
  /** Where a new run is shown from; absent: live. */
  opensAtMs: Millis | undefined;
  notice: Notice | undefined;
  /** What an action strikes; beside it, `node` is the one whose card is open. */
  selection: ReadonlySet<Address> = new Set();
  /** A click or a lasso in the graph selects. */
  isSelecting = false;
  private wasSplitHere = false;
  readonly chosen = new ChosenUpdate(this.model);
  private readonly listeners = new Set<() => void>();
  private readonly frameListeners = new Set<(nowMs: number) => void>();
  private version = 0;
  private lastFrameAt = 0;
  private lastWordsAt = 0;
  private hasNews = true;
  private generation = 0;

  constructor(private readonly source: FeedSource) {}

  /** @returns how to end it */
  start(): () => void {
    let request = 0;
    const frame = (now: number): void => {
      // First, so that a view that fails does not stop the others' frames too.
      request = requestAnimationFrame(frame);
      this.onAnimationFrame(now);
    };
    request = requestAnimationFrame(frame);
    const unsubscribe = this.source.subscribe(
      (message) => this.receive(message),
      (connection) => this.change(() => (this.connection = connection)),
    );
    return () => {
      cancelAnimationFrame(request);
      unsubscribe();
    };
  }

  get nowMs(): Millis {
    return shownAt(this.playhead, this.model.range);
  }

  get state(): NetworkState {
    return this.model.stateAt(this.nowMs);
  }

  /** Who is on which side at the moment shown; `undefined`: the network is whole. */
  get sides(): Sides | undefined {
    return this.model.partitions.sidesAt(this.nowMs, this.model.timeline);
  }

  /** Is it split now, whatever moment is shown? */
  get isSplit(): boolean {
    return this.wasSplitHere || this.model.partitions.isSplit;
  }

  get canAct(): boolean {
    const isOpen = this.model.phase === 'open' && this.connection === 'open';
    return this.source.act !== undefined && this.playhead.mode === 'live' && isOpen;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getVersion = (): number => this.version;

  /** Calls `listener` before each drawn frame, with the browser's clock. @returns how to stop that */
  onFrame(listener: (nowMs: number) => void): () => void {
    this.frameListeners.add(listener);
    return () => this.frameListeners.delete(listener);
  }

  /** By the viewer: shown at once. */
  change(action: () => void): void {
    action();
    this.tellListeners();
  }

  choose(node: Address | undefined): void {
    this.change(() => (this.node = node));
  }

  select(nodes: Iterable<Address>): void {
    this.change(() => (this.selection = new Set(nodes)));
  }

  toggleSelected(node: Address): void {
    const selection = new Set(this.selection);
    if (!selection.delete(node)) selection.add(node);
    this.select(selection);
  }

  /** Step by step: the card, what is selected, the way to select more. */
  stepBack(): void {
    if (this.node !== undefined) return this.choose(undefined);
    if (this.selection.size > 0) return this.select([]);
    this.change(() => (this.isSelecting = false));
  }

  chooseUpdate(uuid: string | undefined): void {
    this.change(() => {
      this.chosen.choose(uuid);
      if (uuid !== undefined) this.colorBy = 'update';
      else if (this.colorBy === 'update') this.colorBy = 'freshness';
    });
  }

  /** From its publication on, so slowly that it takes some seconds to cross. */
  watch(uuid: string): void {
    const update = this.model.updates.find(uuid);
    if (update === undefined) return;
    this.chooseUpdate(uuid);
    const took = Math.max(1, (update.deliveries.at(-1) ?? 0) - update.publishedAt);
    const wanted = took / WAVE_SECONDS / 1000;
    this.change(() => {
      this.speed = SPEEDS.findLast((speed) => speed <= wanted) ?? SPEEDS[0];
      this.playhead = { mode: 'playing', atMs: update.publishedAt - LEAD_MS * this.speed };
    });
  }

  seek(atMs: Millis): void {
    this.change(() => (this.playhead = seek(this.playhead, this.model.range, atMs)));
  }

  togglePlay(): void {
    this.change(() => (this.playhead = toggle(this.playhead, this.model.range)));
  }

  goLive(): void {
    this.change(() => (this.playhead = { mode: 'live' }));
  }

  act(action: FeedAction, target: ActionTarget = {}): void {
    const after = this.model.updates.lastNumber;
    this.source.act?.(action, target).then(
      (deed) => this.onDone(deed, after),
      (error: Error) => this.say({ text: `That did not work: ${error.message}.`, isBad: true }),
    );
  }

  /** The update of this notice, as soon as it is told of. */
  publishedBy({ published }: Notice): Update | undefined {
    return published && this.model.updates.firstAfter(published.origin, published.after);
  }

  say(notice: Notice): void {
    this.change(() => (this.notice = notice));
    if (notice.isBad) return;
    setTimeout(
      () => {
        if (this.notice === notice) this.change(() => (this.notice = undefined));
      },
      notice.published === undefined ? GOOD_NEWS_MS : OFFER_MS,
    );
  }

  private onDone(deed: Deed, after: number): void {
    const text = deedWords(deed, shortNames(this.model.timeline.head));
    const [origin] = deed.nodes;
    if (deed.did === 'split' || deed.did === 'heal') this.wasSplitHere = deed.did === 'split';
    if (deed.did === 'heal') this.model.partitions.heal(this.model.range.untilMs);
    const isPublished = deed.did === 'publish' && origin !== undefined;
    this.say({ text, isBad: false, ...(isPublished && { published: { origin, after } }) });
  }

  private receive(message: FeedMessage): void {
    this.model.receive(message);
    this.hasNews = true;
    if (this.model.generation === this.generation) return;
    this.generation = this.model.generation;
    this.playhead = this.opensAtMs === undefined ? { mode: 'live' } : { mode: 'paused', atMs: this.opensAtMs };
    this.chosen.restart();
    this.wasSplitHere = false;
    this.selection = new Set();
  }

  private onAnimationFrame(now: number): void {
    const elapsed = Math.min(now - this.lastFrameAt, 250);
    this.lastFrameAt = now;
    if (this.playhead.mode === 'playing') {
      this.playhead = advance(this.playhead, this.model.range, elapsed, this.speed);
      this.hasNews = true;
    }
    for (const listener of this.frameListeners) listener(now);
    if (!this.hasNews || now - this.lastWordsAt < WORDS_EVERY_MS) return;
    this.lastWordsAt = now;
    this.tellListeners();
  }

  private tellListeners(): void {
    this.hasNews = false;
    this.version++;
    for (const listener of this.listeners) listener();
  }
}

/** How long a watched wave takes, at most about three times as long. */
const WAVE_SECONDS = 9;
/** What went well needs no more attention than this; what did not stays until it is dismissed. */
const GOOD_NEWS_MS = 5_000;
/** Long enough to find the button in it. */
const OFFER_MS = 20_000;
/** A breath before it starts. */
const LEAD_MS = 600;
