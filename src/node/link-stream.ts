/**
 * One open link: a stream of JSON lines each way within one HTTP exchange. It does not know which side opened it.
 *
 * Lines are acknowledged, since a stream alone does not show whether the other side still reads: whoever was sent something
 * and has nothing to say itself answers with an empty line, at the latest on the next tick. A side that hears nothing for
 * `SILENCE_MS` after it spoke takes the link for dead. A writer by hand need not do that: only who names the feature
 * `ack` in its handshake is held to it.
 */
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { monotonicMs } from './clock.ts';
import { BadStream, LineReader } from './line-reader.ts';

/** The time between two ticks. */
export const TICK_MS = 1000;
/** As long as the answer to a request may take. */
const SILENCE_MS = 4000;
/** A link over which neither side says anything has a heartbeat every few seconds; a stream without any is nobody's. A guess. */
const IDLE_MS = 60_000;

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
  private lastHeardAt = this.openedAt;
  /** When this side first spoke since it last heard anything. */
  private unheardSince = Infinity;
  private lastTickAt = this.openedAt;
  private owesAck = false;
  private isOver = false;

  constructor(
    private readonly input: IncomingMessage,
    private readonly output: Writable,
    private readonly acks: boolean,
    private readonly listener: LinkListener,
  ) {
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

  /** @param lines each with its newline */
  write(lines: string): void {
    if (this.isOver) return;
    this.owesAck = false;
    this.unheardSince = Math.min(this.unheardSince, monotonicMs());
    this.output.write(lines);
  }

  tick(): void {
    const now = monotonicMs();
    // This process stood still: what the other side said meanwhile has not been read yet.
    const lateMs = now - this.lastTickAt - TICK_MS;
    if (lateMs > TICK_MS) this.unheardSince += lateMs;
    this.lastTickAt = now;
    if (this.acks && now - this.unheardSince > SILENCE_MS) return this.fail('it does not answer', true);
    if (now - this.lastHeardAt > IDLE_MS) return this.fail('nothing was said for long');
    if (this.owesAck && !this.isFull) this.acknowledge();
  }

  /** Says an empty line. */
  acknowledge(): void {
    this.owesAck = false;
    this.output.write('\n');
  }

  /** In good order: what was written arrives. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.output.end();
    // The other side ends its half, too; one that does not is not waited for.
    setTimeout(() => this.destroy(), TICK_MS).unref();
  }

  destroy(): void {
    this.isOver = true;
    this.input.destroy();
    this.output.destroy();
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
      this.takeLines(this.reader.take(chunk));
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      this.fail(error.message);
    }
  }

  private takeLines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.lastHeardAt = monotonicMs();
    this.unheardSince = Infinity;
    this.listener.answered();
    const said = lines.filter((line) => line !== '');
    if (said.length === 0) return;
    this.owesAck = true;
    this.listener.heard(said);
  }

  private fail(reason: string, isSilent = false): void {
    if (this.isOver) return;
    this.destroy();
    this.listener.ended(reason, isSilent);
  }
}
