import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LinkStream, TICK_MS } from './link-stream.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['hrtime', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** One side of a link whose other side is two pipes, and what it has told its listener. */
function side(acks = true) {
  const [input, output] = [new PassThrough(), new PassThrough({ highWaterMark: 1024 })];
  const heard: string[] = [];
  const ended: [string, boolean][] = [];
  let drained = 0;
  const stream = new LinkStream(input as unknown as IncomingMessage, output, acks, {
    heard: (lines) => heard.push(...lines),
    drained: () => drained++,
    answered: () => undefined,
    ended: (reason, isSilent) => ended.push([reason, isSilent]),
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      vi.advanceTimersByTime(TICK_MS);
      stream.tick();
    }
  };
  const written = (): string => String(output.read() ?? '');
  /** What comes in is read on a later turn. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { stream, input, output, heard, ended, pass, written, settle, drained: () => drained };
}

describe('what is heard', () => {
  test('is acknowledged with an empty line on the next tick, and once', async () => {
    const it = side();
    it.input.write('{"a":1}\n');
    await it.settle();
    expect([it.heard, it.written()]).toEqual([['{"a":1}'], '']);
    it.pass(TICK_MS);
    expect(it.written()).toBe('\n');
    it.pass(3 * TICK_MS);
    expect(it.written()).toBe('');
  });

  test('needs no acknowledgement where there is something to say', async () => {
    const it = side();
    it.input.write('{"a":1}\n');
    await it.settle();
    it.stream.write('{"b":2}\n');
    it.pass(TICK_MS);
    expect(it.written()).toBe('{"b":2}\n');
  });

  test('and is an acknowledgement is not acknowledged', async () => {
    const it = side();
    it.input.write('\n');
    await it.settle();
    it.pass(2 * TICK_MS);
    expect([it.heard, it.written()]).toEqual([[], '']);
  });
});

describe('a link is dead', () => {
  test('when the other side says nothing for four seconds after it was spoken to', async () => {
    const it = side();
    it.pass(10_000);
    it.stream.write('{"a":1}\n');
    it.pass(4000);
    expect(it.ended).toEqual([]);
    it.stream.write('{"a":2}\n');
    it.pass(TICK_MS);
    expect(it.ended).toEqual([['it does not answer', true]]);
    await it.settle();
    expect(it.ended).toHaveLength(1);
  });

  test('not when it answers in time, each time', async () => {
    const it = side();
    for (let i = 0; i < 20; i++) {
      it.stream.write('{"a":1}\n');
      it.pass(3 * TICK_MS);
      it.input.write('\n');
      await it.settle();
    }
    expect(it.ended).toEqual([]);
  });

  test('not when it was this process that stood still: what the other side said meanwhile is read first', async () => {
    const it = side();
    it.stream.write('{"a":1}\n');
    vi.advanceTimersByTime(30_000);
    it.stream.tick();
    it.input.write('\n');
    await it.settle();
    it.pass(2 * TICK_MS);
    expect(it.ended).toEqual([]);
    it.stream.write('{"a":2}\n');
    vi.advanceTimersByTime(30_000);
    it.pass(5 * TICK_MS);
    expect(it.ended).toEqual([['it does not answer', true]]);
  });

  test('not when the other side has never said that it acknowledges', () => {
    const it = side(false);
    it.stream.write('{"a":1}\n');
    it.pass(30_000);
    expect(it.ended).toEqual([]);
  });

  test('when half a line never ends', async () => {
    const it = side(false);
    for (let i = 0; i < 70; i++) {
      it.input.write('x');
      await it.settle();
      it.pass(TICK_MS);
    }
    expect(it.ended).toEqual([['nothing was said for long', false]]);
  });

  test('when the other side ends it, and only once', async () => {
    const it = side();
    it.input.end('{"a":1}\n');
    await it.settle();
    await it.settle();
    expect([it.heard, it.ended]).toEqual([['{"a":1}'], [['it ended the stream', false]]]);
  });
});

test('acknowledgements do not pile up for a reader that stops reading', async () => {
  const it = side();
  while (!it.stream.isFull) it.stream.write(`${'x'.repeat(99)}\n`);
  const full = it.output.writableLength + it.output.readableLength;
  for (let i = 0; i < 5; i++) {
    it.input.write('{"a":1}\n');
    await it.settle();
    it.pass(TICK_MS);
  }
  expect(it.output.writableLength + it.output.readableLength).toBe(full);
  it.output.resume();
  await it.settle();
  it.output.pause();
  it.pass(TICK_MS);
  expect(it.written()).toBe('\n');
});

test('a reader that stops reading fills the stream, and is written to again when it goes on', async () => {
  const it = side();
  while (!it.stream.isFull) it.stream.write(`${'x'.repeat(99)}\n`);
  expect(it.drained()).toBe(0);
  it.output.resume();
  await it.settle();
  expect([it.stream.isFull, it.drained()]).toEqual([false, 1]);
});

test('a link that is ended says so to nobody, and what was written arrives', async () => {
  const it = side();
  it.stream.write('{"a":1}\n');
  it.stream.end();
  it.stream.write('{"a":2}\n');
  expect(it.written()).toBe('{"a":1}\n');
  await it.settle();
  expect(it.ended).toEqual([]);
});
