/** The view for where no screen can be drawn (TERM=dumb, or no terminal): one line of plain text a message. */
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
  const unsubscribe = source.subscribe((event) => {
    if (isShown(event)) stdout.write(`${plainLine(event, options)}\n`);
  });
  await untilStopped(signal);
  unsubscribe();
}

function plainLine(event: ToldEvent, { homeHost, namesNode }: PlainLogOptions): string {
  const { kind, text } = eventWords(event, homeHost);
  const time = new Date(event.time).toISOString().slice(11, 23);
  const node = namesNode ? [shortAddress(event.node, homeHost)] : [];
  return [time, ...node, padEnd(kind, 11), text].join(' ');
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
