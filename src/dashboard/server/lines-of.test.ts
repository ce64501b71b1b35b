import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from './lines-of.ts';

async function read(chunks: readonly Buffer[], maxCharacters: number): Promise<(string | undefined)[]> {
  async function* stream(): AsyncGenerator<Buffer, void> {
    await Promise.resolve();
    yield* chunks;
  }
  const lines: (string | undefined)[] = [];
  for await (const line of linesOf(stream(), maxCharacters)) lines.push(line);
  return lines;
}

test('lines are the same wherever the text is cut, between the bytes of a character too', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '書', '😀'), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), async (lines, size) => {
      const text = Buffer.from(lines.map((it) => `${it}\n`).join(''));
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.subarray(i * size, (i + 1) * size),
      );
      expect(await read(chunks, 100)).toEqual(lines);
    }),
  );
});

test('a line that is too long is none, and those after it are read', async () => {
  expect(await read([Buffer.from('ab\nabc'), Buffer.from('def\nabc\nx')], 3)).toEqual(['ab', undefined, 'abc', 'x']);
  expect(await read([Buffer.from('abcdef')], 3)).toEqual([undefined]);
});
