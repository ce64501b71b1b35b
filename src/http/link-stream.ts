/**
 * One open link: a stream of JSON lines each way within one HTTP exchange. It does not know which side opened it.
 *
 * A stream does not show whether its other side still reads: one that is stopped takes small lines into its buffers for minutes. So a
 * side that has said nothing for `QUIET_MS` says an empty line, and a side that has heard nothing for `SILENCE_MS` takes the
 * link for dead. Half of that time is enough where it has just heard something: both sides are awake then, and a process that is woken
 * for one line uses several times the CPU that the line takes. A writer by hand need not do that: only who names the feature
 * `keepalive` in its handshake is held to it.
 */
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { monotonicMs } from './clock.ts';
import type { Seal } from './guard.ts';
import { BadStream, LineReader } from './line-reader.ts';

/** A guess: two of the longest periods of heartbeats, and a little. So most links never need the timer. */
export const QUIET_MS = 12_000;
/** A guess: a quarter more, for what is slow. The first of five peers finds out that a process stands still after about half of it. */
export const SILENCE_MS = 15_000;
/** Of a side that promises nothing. A guess: nobody who uses it is silent for so long. */
export const IDLE_MS = 60_000;
/** A timer that is so late shows that this process stood still: what the other side said meanwhile is still to be read. A guess. */
const LATE_MS = 1000;
/** So long a side that was told the end may take to end its half. A guess. */
const END_MS = 1000;

export interface LinkListener {
  /** Lines that are not empty. @throws BadStream when they are not what the stream is for: it ends */
  heard(lines: readonly string[]): void;
  /** The other side has said a line, empty or not: it has read that the stream is open. Told each time. */
  answered(): void;
  /** There is room for more again. */
  drained(): void;
  /** Exactly once, unless `end` was called. */
  ended(reason: string, isSilent: boolean): void;
}

export class LinkStream {
  private readonly reader = new LineReader();
  readonly openedAt = monotonicMs();
  private silentSince = this.openedAt;
  private quietSince = this.openedAt;
  private readonly quiet = setTimeout(() => this.breakQuiet(), QUIET_MS).unref();
  private readonly silence: NodeJS.Timeout;
  private readonly silenceMs: number;
  private isOver = false;

  /**
   * @param keepsAlive the other side has promised not to be quiet for long
   * @param seal of its lines, where the network has a keyring
   */
  constructor(
    private readonly input: IncomingMessage,
    private readonly output: Writable,
    private readonly keepsAlive: boolean,
    private readonly listener: LinkListener,
    private readonly seal?: Seal,
  ) {
    this.silenceMs = keepsAlive ? SILENCE_MS : IDLE_MS;
    this.silence = setTimeout(() => this.noticeSilence(), this.silenceMs).unref();
    input.on('data', (chunk: Buffer) => this.take(chunk));
    input.once('end', () => this.answerEnd());
    for (const side of [input, output]) {
      side.on('error', (error: NodeJS.ErrnoException) => this.fail(error.code ?? error.message));
      side.once('close', () => this.fail('the connection closed'));
    }
    // Reading the first line has paused it.
    input.resume();
    output.on('drain', () => this.isOver || listener.drained());
  }

  get ageMs(): number {
    return monotonicMs() - this.openedAt;
  }

  /** Is what was written still waiting to be taken? Then nothing more should be. */
  get isFull(): boolean {
    return this.output.writableNeedDrain;
  }

  /** @param lines without their newlines */
  write(lines: readonly string[]): void {
    if (this.isOver) return;
    this.quietSince = monotonicMs();
    this.quiet.refresh();
    const { seal } = this;
    const sealed = seal === undefined ? lines : lines.map((line) => seal.seal(line));
    this.output.write(`${sealed.join('\n')}\n`);
  }

  /** Says an empty line, so that the other side hears something. */
  sayNothing(): void {
    this.write(['']);
  }

  private get hasLongBeenQuiet(): boolean {
    return monotonicMs() - this.quietSince >= QUIET_MS / 2;
  }

  private breakQuiet(): void {
    // Whoever does not read is not told more: it would pile up.
    if (this.isFull) this.quiet.refresh();
    else this.sayNothing();
  }

  private noticeSilence(): void {
    const now = monotonicMs();
    if (now - this.silentSince > this.silenceMs + LATE_MS) this.watchFrom(now);
    else this.fail(`it said nothing for ${this.silenceMs / 1000} s`, this.keepsAlive);
  }

  /** In good order: what was written arrives. */
  end(): void {
    if (this.isOver) return;
    this.finish();
    this.output.end();
    // The other side ends its half, too; one that does not is not waited for.
    setTimeout(() => this.destroy(), END_MS).unref();
  }

  /** By which key of the keyring its lines are sealed. */
  get keyId(): string | undefined {
    return this.seal?.keyId;
  }

  /** Ends it as if it had broken off. */
  breakOff(reason: string): void {
    this.fail(reason);
  }

  destroy(): void {
    this.finish();
    this.input.destroy();
    this.output.destroy();
  }

  private watchFrom(now: number): void {
    this.silentSince = now;
    this.silence.refresh();
  }

  private finish(): void {
    this.isOver = true;
    clearTimeout(this.quiet);
    clearTimeout(this.silence);
  }

  /** The other side has said all; what was written to it still arrives. */
  private answerEnd(): void {
    if (this.isOver) return;
    this.end();
    this.listener.ended('it ended the stream', false);
  }

  private take(chunk: Buffer): void {
    if (this.isOver) return;
    try {
      this.takeLines(this.opened(this.reader.take(chunk)));
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      this.fail(error.message);
    }
  }

  /** @throws BadStream */
  private opened(lines: readonly string[]): readonly string[] {
    const { seal } = this;
    return seal === undefined ? lines : lines.map((line) => seal.open(line) ?? notTheNextLine());
  }

  private takeLines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.watchFrom(monotonicMs());
    this.listener.answered();
    const said = lines.filter((line) => line !== '');
    if (said.length > 0) this.listener.heard(said);
    // What that leads to is said on a microtask.
    if (this.hasLongBeenQuiet) queueMicrotask(() => this.hasLongBeenQuiet && this.breakQuiet());
  }

  private fail(reason: string, isSilent = false): void {
    if (this.isOver) return;
    this.destroy();
    this.listener.ended(reason, isSilent);
  }
}

function notTheNextLine(): never {
  throw new BadStream('a line is not the next one that the other side has sealed');
}
