/**
 * A simulation that somebody watches: in slices of virtual time, at the speed that was asked for and no faster than the
 * page takes in what happens. Knows neither worker nor timer: both are handed in.
 */
import { ScenarioError } from '../../sim/simulate.ts';
import type { FeedMessage } from '../feed.ts';
import type { Command, Report, Speed } from './session-messages.ts';
import { pageScenario } from './page-limits.ts';
import { WatchedRun } from './watched-run.ts';

export interface SessionHost {
  post(report: Report): void;
  /** Real time in milliseconds. */
  now(): number;
  /** @returns how to call it off */
  after(ms: number, action: () => void): () => void;
}

/** Of a slice: short enough that a command does not wait. */
const SLICE_MS = 12;
/** Between two slices: a frame. */
const FRAME_MS = 16;
/** Inputs handled between two looks at the clock. */
const INPUTS_AT_A_TIME = 64;
/** Events in one batch, but for what a few inputs more bring. */
export const BATCH_EVENTS = 4000;
/** One is on its way while the page takes in the other. */
export const BATCHES_UNDER_WAY = 2;
/** What was missed in a longer stop is not made up for. */
const MAX_LAG_MS = 250;
const STANDING_EVERY_MS = 250;
/** The real speed is that of so many standings: two seconds. */
const SPEED_SAMPLES = 9;

export class SimulationSession {
  private run: WatchedRun | undefined;
  private speed: Speed = 1;
  private isPaused = false;
  /** While paused: goes on up to here. */
  private stepToMs = 0;
  /** Where virtual time stood at a moment of real time; it counts on from there. */
  private anchor = { virtualMs: 0, realMs: 0 };
  private posted = 0;
  private seen = 0;
  private stoodAt = -Infinity;
  /** Moments of real and of virtual time, since it last began to run on. */
  private samples: { readonly realMs: number; readonly virtualMs: number }[] = [];
  private cancel: (() => void) | undefined;

  constructor(private readonly host: SessionHost) {}

  receive(command: Command): void {
    switch (command.type) {
      case 'start':
        return this.start(command);
      case 'speed':
        this.speed = command.speed;
        return this.goOn();
      case 'pause':
        this.isPaused = command.isPaused;
        this.stepToMs = 0;
        return this.goOn();
      case 'step':
        this.isPaused = true;
        this.stepToMs = (this.run?.nowMs ?? 0) + command.ms;
        return this.goOn();
      case 'act':
        return this.act(command);
      case 'seen':
        this.seen = Math.max(this.seen, command.batch);
        if (this.cancel === undefined) this.wake(0);
        return;
      case 'stop':
        this.cancel?.();
        this.run = undefined;
    }
  }

  private start({ scenario, speed, isPaused }: Extract<Command, { type: 'start' }>): void {
    try {
      this.run = new WatchedRun(pageScenario(scenario));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      return this.host.post({ type: 'refused', reason: error.message });
    }
    this.speed = speed;
    this.isPaused = isPaused;
    this.stepToMs = 0;
    this.post([this.run.opened()]);
    this.goOn();
  }

  private act({ number, action, target }: Extract<Command, { type: 'act' }>): void {
    try {
      if (this.run === undefined) throw new Error('nothing runs');
      this.host.post({ type: 'acted', number, deed: this.run.act(action, target) });
    } catch (error) {
      return this.host.post({ type: 'acted', number, problem: (error as Error).message });
    }
    this.flush();
    this.goOn();
  }

  /** From the present on, as it is asked for now. */
  private goOn(): void {
    this.anchorHere();
    this.samples = [];
    this.tellStanding();
    this.wake(0);
  }

  private anchorHere(): void {
    this.anchor = { virtualMs: this.run?.nowMs ?? 0, realMs: this.host.now() };
  }

  private wake(afterMs: number): void {
    this.cancel?.();
    this.cancel = undefined;
    if (this.run === undefined || this.run.isDone || this.posted - this.seen >= BATCHES_UNDER_WAY) return;
    if (this.isPaused && this.run.nowMs >= this.stepToMs) return;
    this.cancel = this.host.after(afterMs, () => this.slice());
  }

  private slice(): void {
    const { run, host } = this;
    this.cancel = undefined;
    if (run === undefined) return;
    const beganAt = host.now();
    const targetMs = this.targetMs(beganAt);
    let hasCaughtUp: boolean;
    try {
      do hasCaughtUp = run.runUntil(targetMs, INPUTS_AT_A_TIME);
      while (!hasCaughtUp && run.waiting < BATCH_EVENTS && host.now() - beganAt < SLICE_MS);
    } catch (error) {
      this.run = undefined;
      return host.post({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
    this.flush();
    if (run.isDone || host.now() - this.stoodAt >= STANDING_EVERY_MS) this.tellStanding();
    if (this.isPaused && run.nowMs >= this.stepToMs) this.tellStanding();
    this.wake(hasCaughtUp ? FRAME_MS : 0);
  }

  /** Up to where virtual time should have come; what it lags behind by much is forgiven. */
  private targetMs(realMs: number): number {
    const { run, anchor, speed } = this;
    if (run === undefined) return 0;
    if (this.isPaused) return this.stepToMs;
    if (speed === Infinity) return Infinity;
    const wantedMs = anchor.virtualMs + (realMs - anchor.realMs) * speed;
    if (wantedMs - run.nowMs <= MAX_LAG_MS * speed) return wantedMs;
    this.anchor = { virtualMs: run.nowMs, realMs: realMs - FRAME_MS };
    return run.nowMs + FRAME_MS * speed;
  }

  private flush(): void {
    const messages = this.run?.takeMessages() ?? [];
    if (messages.length > 0) this.post(messages);
  }

  private post(messages: readonly FeedMessage[]): void {
    this.host.post({ type: 'feed', batch: ++this.posted, messages });
  }

  private realSpeed(): number | undefined {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (first === undefined || last === undefined || last.realMs - first.realMs < STANDING_EVERY_MS) return undefined;
    return (last.virtualMs - first.virtualMs) / (last.realMs - first.realMs);
  }

  private tellStanding(): void {
    const { run, host, speed, isPaused } = this;
    if (run === undefined) return;
    this.stoodAt = host.now();
    this.samples = [...this.samples, { realMs: this.stoodAt, virtualMs: run.nowMs }].slice(-SPEED_SAMPLES);
    const realSpeed = isPaused || run.isDone ? undefined : this.realSpeed();
    const standing = { ...run.standing(), speed, isPaused, ...(realSpeed !== undefined && { realSpeed }) };
    host.post({ type: 'standing', standing });
  }
}
