import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IDLE_MS, LinkStream, QUIET_MS, SILENCE_MS } from './link-stream.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['hrtime', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** One side of a link whose other side is two pipes, and what it has told its listener. */
function side(keepsAlive = true) {
  const [input, output] = [new PassThrough(), new PassThrough({ highWaterMark: 1024 })];
  const heard: string[] = [];
  const ended: [string, boolean][] = [];
  let drained = 0;
  const stream = new LinkStream(input as unknown as IncomingMessage, output, keepsAlive, {
    heard: (lines) => heard.push(...lines),
    drained: () => drained++,
    answered: () => undefined,
    ended: (reason, isSilent) => ended.push([reason, isSilent]),
  });
  const pass = (ms: number): void => void vi.advanceTimersByTime(ms);
  const written = (): string => String(output.read() ?? '');
  /** What comes in is read on a later turn. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const hear = async (line: string): Promise<void> => {
    input.write(line);
    await settle();
  };
  return { stream, input, output, heard, ended, pass, written, settle, hear, drained: () => drained };
}

describe('an empty line is said', () => {
  test('when nothing was said for long, again and again', async () => {
    const it = side();
    for (let i = 0; i < 3; i++) {
      it.pass(QUIET_MS - 1);
      expect(it.written()).toBe('');
      it.pass(1);
      expect(it.written()).toBe('\n');
      await it.hear('\n');
    }
  });

  test('not by a side that has something to say', async () => {
    const it = side();
    for (let i = 0; i < 10; i++) {
      it.stream.write(['{"b":2}']);
      it.pass(QUIET_MS / 2 - 1);
      await it.hear('\n');
      expect(it.written()).toBe('{"b":2}\n');
    }
  });

  test('to one that speaks, when nothing was said to it for half of that time', async () => {
    const it = side();
    it.pass(QUIET_MS / 2 - 1);
    await it.hear('{"a":1}\n');
    expect([it.heard, it.written()]).toEqual([['{"a":1}'], '']);
    it.pass(1);
    await it.hear('{"a":2}\n');
    expect([it.heard, it.written()]).toEqual([['{"a":1}', '{"a":2}'], '\n']);
    await it.hear('{"a":3}\n');
    expect(it.written()).toBe('');
  });

  test('not where what was heard is answered', async () => {
    const it = side();
    it.pass(QUIET_MS / 2);
    it.heard.push = (...lines) => {
      queueMicrotask(() => it.stream.write(['{"b":1}']));
      return lines.length;
    };
    await it.hear('{"a":1}\n');
    expect(it.written()).toBe('{"b":1}\n');
  });

  test('not to one that only says empty lines', async () => {
    const it = side();
    it.pass(QUIET_MS - 1);
    await it.hear('\n');
    expect(it.heard).toEqual([]);
    expect(it.written()).toBe('\n');
    await it.hear('\n');
    expect(it.written()).toBe('');
  });

  test('not to a reader that has stopped reading, until it reads again', async () => {
    const it = side();
    while (!it.stream.isFull) it.stream.write(['x'.repeat(99)]);
    const waiting = () => it.output.writableLength + it.output.readableLength;
    const full = waiting();
    for (let i = 0; i < 5; i++) {
      await it.hear('{"a":1}\n');
      it.pass(QUIET_MS);
    }
    expect(waiting()).toBe(full);
    it.output.resume();
    await it.settle();
    it.output.pause();
    await it.hear('\n');
    expect(it.written()).toBe('\n');
  });
});

describe('a link is dead', () => {
  test('when the other side says nothing for long, whatever is said to it', async () => {
    const it = side();
    it.pass(10_000);
    await it.hear('\n');
    for (let ms = 0; ms < SILENCE_MS - 1000; ms += 1000) {
      it.stream.write(['{"a":1}']);
      it.pass(1000);
    }
    expect(it.ended).toEqual([]);
    it.pass(1000);
    expect(it.ended).toEqual([['it said nothing for 15 s', true]]);
    await it.settle();
    expect(it.ended).toHaveLength(1);
  });

  test('not while it says empty lines', async () => {
    const it = side();
    for (let i = 0; i < 20; i++) {
      it.pass(SILENCE_MS - 1);
      await it.hear('\n');
    }
    expect(it.ended).toEqual([]);
  });

  test('not when it was this process that stood still: what the other side said meanwhile is read first', async () => {
    const it = side();
    it.pass(QUIET_MS);
    // A timer that comes half a minute late.
    const [seconds, nanoseconds] = process.hrtime();
    vi.spyOn(process, 'hrtime').mockReturnValueOnce([seconds + 30, nanoseconds]);
    it.pass(SILENCE_MS - QUIET_MS);
    expect(it.ended).toEqual([]);
    await it.hear('\n');
    it.pass(SILENCE_MS - 1);
    expect(it.ended).toEqual([]);
    it.pass(1);
    expect(it.ended).toEqual([['it said nothing for 15 s', true]]);
  });

  test('after a minute when it has never promised to speak', () => {
    const it = side(false);
    it.pass(IDLE_MS - 1);
    expect(it.ended).toEqual([]);
    it.pass(1);
    expect(it.ended).toEqual([['it said nothing for 60 s', false]]);
  });

  test('when half a line never ends', async () => {
    const it = side(false);
    for (let i = 0; i < 60; i++) {
      await it.hear('x');
      it.pass(1000);
    }
    expect(it.ended).toEqual([['it said nothing for 60 s', false]]);
  });

  test('when the other side ends it, and only once', async () => {
    const it = side();
    it.input.end('{"a":1}\n');
    await it.settle();
    await it.settle();
    expect([it.heard, it.ended]).toEqual([['{"a":1}'], [['it ended the stream', false]]]);
  });
});

test('a reader that stops reading fills the stream, and is written to again when it goes on', async () => {
  const it = side();
  while (!it.stream.isFull) it.stream.write(['x'.repeat(99)]);
  expect(it.drained()).toBe(0);
  it.output.resume();
  await it.settle();
  expect([it.stream.isFull, it.drained()]).toEqual([false, 1]);
});

test('a link that is ended says so to nobody, and what was written arrives', async () => {
  const it = side();
  it.stream.write(['{"a":1}']);
  it.stream.end();
  it.stream.write(['{"a":2}']);
  expect(it.written()).toBe('{"a":1}\n');
  await it.settle();
  expect(it.ended).toEqual([]);
});
