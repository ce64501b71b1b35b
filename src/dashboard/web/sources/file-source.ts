/** A recorded trace that is opened in the page: JSON lines, read piece by piece, so that a large one shows what it has so far. */
import type { RunEvent } from '../../../trace/trace-event.ts';
import type { FeedMessage } from '../../feed.ts';
import type { FeedSource } from '../../feed-source.ts';
import { readTraceLine } from '../../model/trace-lines.ts';

/** About ten milliseconds of reading, then the page draws. */
const LINES_AT_A_TIME = 4_000;
/** Times of real nodes count from 1970, those of simulated ones from the start of the run. */
const EPOCH_FROM_MS = 1e11;

export function fileSource(file: Blob & { readonly name: string }): FeedSource {
  return {
    subscribe(listener) {
      let isWanted = true;
      const tell = (message: FeedMessage): void => {
        if (isWanted) listener(message);
      };
      readFile(file, tell, () => isWanted).catch((error: Error) => tell({ type: 'failed', reason: error.message }));
      return () => {
        isWanted = false;
      };
    },
  };
}

async function readFile(
  file: Blob & { readonly name: string },
  tell: (message: FeedMessage) => void,
  isWanted: () => boolean,
): Promise<void> {
  let nowMs = 0;
  let isOpened = false;
  let read = 0;
  let number = 0;
  let strange = 0;
  let complaint = 'it holds no events';
  const flush = (events: RunEvent[]): void => {
    const first = events[0];
    if (first === undefined) return;
    if (!isOpened) {
      const epoch = first.time >= EPOCH_FROM_MS ? { epochMs: 0 } : {};
      tell({ type: 'opened', source: 'recording', name: file.name, actions: [], fromMs: first.time, ...epoch });
      nowMs = first.time;
      isOpened = true;
    }
    nowMs = events.reduce((latest, { time }) => Math.max(latest, time), nowMs);
    tell({ type: 'events', events, nowMs });
    tell({ type: 'progress', part: file.size === 0 ? 1 : Math.min(1, read / file.size), nowMs });
  };
  for await (const lines of linesOf(file)) {
    const events: RunEvent[] = [];
    for (const line of lines) {
      number++;
      read += line.length + 1;
      if (line.trim() === '') continue;
      try {
        const event = readTraceLine(line);
        if (event !== undefined) events.push(event);
      } catch (error) {
        if (strange++ === 0) complaint = `line ${number} ${(error as Error).message}`;
      }
    }
    if (!isWanted()) return;
    flush(events);
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (!isOpened) throw new Error(`${file.name} is no trace: ${complaint}`);
  tell({ type: 'ended', nowMs, strange });
}

async function* linesOf(file: Blob): AsyncGenerator<string[]> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value = '' } = await reader.read();
    const lines = (rest + value).split('\n');
    rest = done ? '' : (lines.pop() ?? '');
    for (let i = 0; i < lines.length; i += LINES_AT_A_TIME) yield lines.slice(i, i + LINES_AT_A_TIME);
    if (done) return;
  }
}
