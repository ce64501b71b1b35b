/** The view for where no screen can be drawn (TERM=dumb, or no terminal): one line of plain text for each message. */
import type { RunEvent } from '../trace/trace-event.ts';
import { eventWords, type ToldEvent } from './event-line.ts';
import { padEnd } from './fit-text.ts';
import type { ScreenOptions } from './full-screen.tsx';
import { shortAddress } from './short-address.ts';

export interface PlainLogOptions extends ScreenOptions {
  /** The host that is left out of addresses. */
  readonly homeHost: string;
  readonly namesNode?: boolean;
  readonly isShown: (event: RunEvent) => event is ToldEvent;
}

interface EventSource {
  subscribe(listener: (event: RunEvent) => void): () => void;
}

/** @returns when the process is told to stop */
export async function showPlainLog(source: EventSource, options: PlainLogOptions): Promise<void> {
  const { stdout = process.stdout, isShown, signal } = options;
  const fold = new RepeatFold((line) => stdout.write(`${line}\n`));
  const unsubscribe = source.subscribe((event) => {
    if (isShown(event)) fold.add(timeText(event), tellingOf(event, options));
  });
  await untilStopped(signal);
  unsubscribe();
  fold.end();
}

/** A line that comes again at once is counted, and the count is written before the next other line, as syslog does. */
class RepeatFold {
  private last: string | undefined;
  private repeats = 0;
  private lastTime = '';

  constructor(private readonly write: (line: string) => void) {}

  add(time: string, telling: string): void {
    if (telling === this.last) {
      this.repeats++;
      this.lastTime = time;
      return;
    }
    this.end();
    this.last = telling;
    this.write(`${time} ${telling}`);
  }

  end(): void {
    if (this.repeats > 0) this.write(`${this.lastTime} ${this.last} (again, ×${this.repeats})`);
    this.repeats = 0;
  }
}

function timeText({ time }: ToldEvent): string {
  return new Date(time).toISOString().slice(11, 23);
}

function tellingOf(event: ToldEvent, { homeHost, namesNode }: PlainLogOptions): string {
  const { kind, text } = eventWords(event, homeHost);
  const node = namesNode ? [shortAddress(event.node, homeHost)] : [];
  return [...node, padEnd(kind, 11), text].join(' ');
}

async function untilStopped(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
  });
}
