import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { MAX_BODY_BYTES } from './limits.ts';
import { BadStream, LineReader } from './line-reader.ts';

describe('a reader of lines', () => {
  test('reads the same however the bytes are cut', () => {
    const lines = fc.array(fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.replaceAll('\n', '')));
    fc.assert(
      fc.property(lines, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (said, lengths) => {
        const bytes = Buffer.from(said.map((line) => `${line}\n`).join(''));
        const reader = new LineReader();
        const read: string[] = [];
        for (let at = 0; at < bytes.length;) {
          const end = at + (lengths.next().value as number);
          read.push(...reader.take(bytes.subarray(at, end)));
          at = end;
        }
        expect(read).toEqual(said.map((line) => Buffer.from(line).toString()));
      }),
    );
  });

  test('takes a line that comes byte by byte without copying its beginning each time', () => {
    const reader = new LineReader();
    const concat = vi.spyOn(Buffer, 'concat');
    const copy = vi.spyOn(Buffer.prototype, 'copy');
    for (let i = 0; i < MAX_BODY_BYTES; i++) reader.take(Buffer.from('x'));
    // One for each byte, and one for each time that the room doubles.
    expect(concat.mock.calls.length + copy.mock.calls.length).toBeLessThan(MAX_BODY_BYTES + 20);
    vi.restoreAllMocks();
    expect(() => reader.take(Buffer.from('x'))).toThrow(BadStream);
  });

  test('takes a line of as many bytes as a body may have, and no longer one', () => {
    expect(new LineReader().take(Buffer.from(`${'x'.repeat(MAX_BODY_BYTES)}\n`))).toHaveLength(1);
    expect(() => new LineReader().take(Buffer.from(`${'x'.repeat(MAX_BODY_BYTES + 1)}\n`))).toThrow(BadStream);
    expect(() => new LineReader().take(Buffer.from(`1\n${'x'.repeat(MAX_BODY_BYTES + 1)}\n`))).toThrow(BadStream);
  });
});
