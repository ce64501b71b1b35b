/**
 * A trace as JSON lines, to a file or to standard output. A file of a run that has an end gets its name when it is whole;
 * until then, and for ever if the run is cut short, it is called `NAME.partial`. One that is recorded until somebody ends
 * it has its name from the start.
 */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { escapeControls } from '../trace/escape-controls.ts';
import { unwritableOutput } from './output.ts';
import { unwritable } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

/** Lines are put together to pieces of this many characters, which costs a tenth of writing each. */
const PIECE = 64 * 1024;
/** Where nobody waits for it to be written: what a disk or a pipe may be behind. A guess: seconds of a busy network. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;

export class TraceFile {
  /** Lines, and their bytes. */
  events = 0;
  bytes = 0;
  /** Rejects with one line when it cannot be written any more. */
  readonly failed: Promise<never>;
  private pending = '';
  private failure: Error | undefined;
  private fail!: (error: Error) => void;

  private constructor(
    /** Where it is until it is whole, and whether it is called otherwise then. */
    readonly path: string,
    private readonly finalPath: string | undefined,
    private readonly stream: WriteStream | NodeJS.WriteStream,
  ) {
    this.failed = new Promise((_, reject) => {
      this.fail = (error) => {
        this.failure ??= error;
        reject(this.failure);
      };
    });
    this.failed.catch(() => undefined);
    stream.on('error', (error: Error) => {
      this.fail(stream === process.stdout ? unwritableOutput(process.stdout, error) : unwritable(path, error));
    });
  }

  /**
   * @param path `-` for standard output; a device or a pipe is written to as it is
   * @param isNamedAtOnce it has no end but that somebody ends it, and is whole whenever that is
   */
  static async create(path: string, isNamedAtOnce = false): Promise<TraceFile> {
    if (path === '-') return new TraceFile('standard output', undefined, process.stdout);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw new UsageError(`${path} is a directory`);
    const isSpecial = found !== undefined && !found.isFile();
    const isFinal = isSpecial || isNamedAtOnce;
    const target = isFinal ? path : `${path}.partial`;
    try {
      const handle = await open(target, 'w');
      return new TraceFile(target, isFinal ? undefined : path, createWriteStream(target, { fd: handle }));
    } catch (error) {
      throw unwritable(target, error as Error);
    }
  }

  add(line: string): void {
    this.events++;
    this.pending += line;
    this.pending += '\n';
    if (this.pending.length >= PIECE) this.flush();
  }

  flush(): void {
    if (this.pending === '' || this.failure !== undefined) return;
    this.bytes += Buffer.byteLength(this.pending);
    this.stream.write(this.stream === process.stdout ? escapeControls(this.pending) : this.pending);
    this.pending = '';
    if (this.stream.writableLength > MAX_WAITING_BYTES)
      this.fail(new Error(`cannot write ${this.path}: it takes less than there is to write`));
  }

  /** Waits until what was added is not held in memory any more, but for a piece or two. */
  async drained(): Promise<void> {
    this.throwFailure();
    if (this.stream.writableNeedDrain) {
      // Of an error the stream's own listener says what it means.
      await Promise.race([once(this.stream, 'drain'), once(this.stream, 'close')]).catch(() => undefined);
    }
    this.throwFailure();
  }

  /** @returns the name it has now */
  async close(isWhole: boolean): Promise<string> {
    this.flush();
    if (this.stream === process.stdout) {
      await this.drained();
      return this.path;
    }
    this.stream.end();
    await finished(this.stream).catch((error: Error) => this.fail(unwritable(this.path, error)));
    this.throwFailure();
    if (!isWhole || this.finalPath === undefined) return this.path;
    await rename(this.path, this.finalPath);
    return this.finalPath;
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
