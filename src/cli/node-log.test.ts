import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TraceEvent } from '../trace/trace-event.ts';
import { createNodeLog, logEvents } from './node-log.ts';

const SELF = '127.0.0.1:7000';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log at work: `tell` has an event logged, `lines` are those since one last looked. */
function startLog() {
  const written: string[] = [];
  let tell!: (event: TraceEvent) => void;
  logEvents(createNodeLog('info', { write: (line) => void written.push(line) }), SELF, (listener) => {
    tell = listener;
    return () => undefined;
  });
  written.splice(0);
  return {
    tell: (facts: object) => tell({ time: 1, node: SELF, ...facts } as TraceEvent),
    lines: () => written.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>),
    texts: () => written.splice(0),
  };
}

test('a line of the log steers no terminal and hides nothing, and says the same', () => {
  const { tell, texts } = startLog();
  const book = 'a\u009b31m\u202eb\u2028c';
  tell({ type: 'applied', uuid: 'u', origin: SELF, version: 1, via: SELF, hops: 1, payload: { book } });
  const [line = ''] = texts();
  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(line)).toMatchObject({ payload: { book } });
});
