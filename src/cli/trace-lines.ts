/** A recorded trace, event by event, in memory that does not grow with it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { wordsOfSystemError } from '../trace/system-error.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import { UsageError } from './usage-error.ts';

export class RecordedTrace {
  private constructor(
    private readonly name: string,
    /** `undefined`: standard input, which can be read only once. */
    private readonly path: string | undefined,
    private readonly directory?: string,
  ) {}

  /** @param isReadTwice what cannot be read twice (standard input, a pipe) is kept in a file meanwhile */
  static async open(name: string, isReadTwice: boolean): Promise<RecordedTrace> {
    const isFile = name !== '-' && (await statOf(name)).isFile();
    if (isFile || !isReadTwice) return new RecordedTrace(name, name === '-' ? undefined : name);
    const directory = await mkdtemp(join(tmpdir(), 'gossip-trace-'));
    const path = join(directory, 'trace.jsonl');
    await pipeline(name === '-' ? process.stdin : createReadStream(name), createWriteStream(path));
    return new RecordedTrace(name, path, directory);
  }

  async read(observe: (event: RunEvent) => void): Promise<void> {
    const stream = this.path === undefined ? process.stdin : createReadStream(this.path, { highWaterMark: 1 << 18 });
    stream.setEncoding('utf8');
    let rest = '';
    let line = 0;
    for await (const piece of stream as AsyncIterable<string>) {
      const text = rest + piece;
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        line++;
        if (end > from) observe(this.eventOf(text.slice(from, end), line));
        from = end + 1;
      }
      rest = text.slice(from);
    }
    if (rest.trim() !== '') this.readLast(rest, line + 1, observe);
  }

  async close(): Promise<void> {
    if (this.directory !== undefined) await rm(this.directory, { recursive: true });
  }

  /** A run that was cut short may have left half a line. */
  private readLast(text: string, line: number, observe: (event: RunEvent) => void): void {
    if (line > 1 && !text.trimEnd().endsWith('}'))
      process.stderr.write(`gossip: line ${line} is cut short: left out\n`);
    else observe(this.eventOf(text, line));
  }

  private eventOf(text: string, line: number): RunEvent {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.complaint(text, line, 'is not JSON');
    }
    const event = (value ?? {}) as Partial<RunEvent>;
    if (typeof event.time !== 'number' || typeof event.node !== 'string' || typeof event.type !== 'string')
      throw this.complaint(text, line, 'is no event: it lacks time, node or type');
    return event as RunEvent;
  }

  private complaint(text: string, line: number, problem: string): UsageError {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    return new UsageError(`${this.name === '-' ? 'standard input' : this.name}, line ${line} ${problem}: ${shown}`);
  }
}

async function statOf(path: string) {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new UsageError(`${path} is a directory`);
    return found;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${wordsOfSystemError(error)}`);
  }
}
