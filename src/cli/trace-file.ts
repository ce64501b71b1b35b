/**
 * A trace as JSON lines, to a file or to standard output. A file gets its name when it is whole; until then, and for ever
 * if the run is cut short, it is called `NAME.partial`.
 */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { escapeControls } from '../trace/escape-controls.ts';
import { UsageError } from './usage-error.ts';

/** Lines are put together to pieces of this many characters, which costs a tenth of writing each. */
const PIECE = 64 * 1024;

export class TraceFile {
  private pending = '';
  private failure: Error | undefined;

  private constructor(
    /** Where it is until it is whole, and whether it is called otherwise then. */
    readonly path: string,
    private readonly finalPath: string | undefined,
    private readonly stream: WriteStream | NodeJS.WriteStream,
  ) {
    stream.on('error', (error: Error) => {
      this.failure = error;
    });
  }

  /** @param path `-` for standard output; a device or a pipe is written to as it is */
  static async create(path: string): Promise<TraceFile> {
    if (path === '-') return new TraceFile('standard output', undefined, process.stdout);
    const isSpecial = await stat(path).then(
      (found) => !found.isFile() && !found.isDirectory(),
      () => false,
    );
    const target = isSpecial ? path : `${path}.partial`;
    try {
      if ((await stat(path).catch(() => undefined))?.isDirectory() === true)
        throw new UsageError(`${path} is a directory`);
      const handle = await open(target, 'w');
      return new TraceFile(target, isSpecial ? undefined : path, createWriteStream(target, { fd: handle }));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`cannot write ${target}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
    }
  }

  add(line: string): void {
    this.pending += line;
    this.pending += '\n';
    if (this.pending.length >= PIECE) this.write();
  }

  /** Waits until what was added is not held in memory any more, but for a piece or two. */
  async drained(): Promise<void> {
    this.throwFailure();
    if (this.stream.writableNeedDrain) await Promise.race([once(this.stream, 'drain'), once(this.stream, 'close')]);
    this.throwFailure();
  }

  /** @returns the name it has now */
  async close(isWhole: boolean): Promise<string> {
    this.write();
    if (this.stream === process.stdout) {
      await this.drained();
      return this.path;
    }
    this.stream.end();
    await finished(this.stream);
    if (!isWhole || this.finalPath === undefined) return this.path;
    await rename(this.path, this.finalPath);
    return this.finalPath;
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private write(): void {
    const isShown = this.stream === process.stdout;
    if (this.pending !== '' && this.failure === undefined)
      this.stream.write(isShown ? escapeControls(this.pending) : this.pending);
    this.pending = '';
  }
}
