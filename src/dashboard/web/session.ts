/**
 * What one page shows and how: the model of its feed, the moment that is looked at, what is chosen. Views draw from it; the
 * drawn frame by frame (`onFrame`) and those made of words a few times a second (`subscribe`).
 */
import type { Address, Millis } from '../../trace/views.ts';
import type { FeedAction, FeedMessage } from '../feed.ts';
import type { Connection, FeedSource } from '../feed-source.ts';
import { FeedModel } from '../model/feed-model.ts';
import type { NetworkState } from '../model/network-state.ts';
import { advance, seek, shownAt, SPEEDS, toggle, type Playhead } from '../model/playhead.ts';
import { ChosenUpdate } from '../model/chosen-update.ts';
import { doneWords, shortNames } from '../model/words.ts';

/** Words that change faster cannot be read, and cost layout. */
const WORDS_EVERY_MS = 200;

export type ColorBy = 'freshness' | 'favorite' | 'status' | 'update';

export class Session {
  readonly model = new FeedModel();
  playhead: Playhead = { mode: 'live' };
  speed = 1;
  node: Address | undefined;
  colorBy: ColorBy = 'freshness';
  connection: Connection = 'open';
  notice: { readonly text: string; readonly isBad: boolean } | undefined;
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

  act(action: FeedAction, node?: Address): void {
    this.source.act?.(action, node).then(
      (done) => this.say(doneWords(done, shortNames(this.model.timeline.head)), false),
      (error: Error) => this.say(`That did not work: ${error.message}.`, true),
    );
  }

  say(text: string, isBad: boolean): void {
    const notice = { text, isBad };
    this.change(() => (this.notice = notice));
    if (isBad) return;
    setTimeout(() => {
      if (this.notice === notice) this.change(() => (this.notice = undefined));
    }, GOOD_NEWS_MS);
  }

  private receive(message: FeedMessage): void {
    this.model.receive(message);
    this.hasNews = true;
    if (this.model.generation === this.generation) return;
    this.generation = this.model.generation;
    this.playhead = { mode: 'live' };
    this.chosen.restart();
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
/** A breath before it starts. */
const LEAD_MS = 600;
