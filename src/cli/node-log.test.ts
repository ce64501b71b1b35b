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

const refused = (from: string, count?: number) => ({ type: 'refused', from, reason: 'version: must be >= 1', count });

test('a line of the log steers no terminal and hides nothing, and says the same', () => {
  const { tell, texts } = startLog();
  const book = 'a\u009b31m\u202eb\u2028c';
  tell({ type: 'applied', uuid: 'u', origin: SELF, version: 1, via: SELF, hops: 1, payload: { book } });
  const [line = ''] = texts();
  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(line)).toMatchObject({ payload: { book } });
});

test('of what one host has refused there is a line, and after ten seconds one with how many more', () => {
  const { tell, lines } = startLog();
  tell(refused('10.0.0.1:9', 1000));
  expect(lines()).toMatchObject([{ level: 40, from: '10.0.0.1:9', reason: 'version: must be >= 1', count: 1000 }]);
  for (let i = 0; i < 5000; i++) tell(refused(`10.0.0.1:${i + 1}`, 2));
  tell(refused('[::1]:9'));
  expect(lines()).toMatchObject([{ from: '[::1]:9' }]);
  vi.advanceTimersByTime(10_000);
  expect(lines()).toMatchObject([{ level: 40, from: '10.0.0.1', suppressed: 10_000, msg: 'refused' }]);
  vi.advanceTimersByTime(60_000);
  expect(lines()).toEqual([]);
  tell(refused('10.0.0.1:9'));
  expect(lines()).toHaveLength(1);
});

test('a bounded number of hosts have lines of their own', () => {
  const { tell, lines } = startLog();
  for (let i = 0; i < 10_000; i++) tell(refused(`host-${i}:1`, 1));
  expect(lines()).toHaveLength(64 + 1);
  vi.advanceTimersByTime(10_000);
  expect(lines()).toMatchObject([{ from: 'other hosts', suppressed: 10_000 - 65 }]);
  expect(vi.getTimerCount()).toBe(0);
});
