import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSeal, MAC_LENGTH } from './line-seal.ts';

const NONCES = { opener: 'o'.repeat(22), listener: 'l'.repeat(22) };
const key = createSecretKey(Buffer.alloc(32, 7));

function sides() {
  return { opener: new LineSeal('k', key, NONCES, true), listener: new LineSeal('k', key, NONCES, false) };
}

const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 });

test('what one side says the other reads, both ways', () => {
  fc.assert(
    fc.property(texts, (lines) => {
      const { opener, listener } = sides();
      for (const line of lines) {
        expect(listener.open(opener.seal(line))).toBe(line);
        expect(opener.open(listener.seal(line))).toBe(line);
      }
    }),
  );
});

/** The lines of a side, made otherwise on their way. @returns the first of them that is another than was said */
type Tampering = (lines: readonly string[], at: number, place: number) => readonly [lines: string[], first: number];

const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  changed: (lines, at, place) => {
    const line = lines[at] as string;
    const i = place % line.length;
    const other = String.fromCharCode(line.charCodeAt(i) === 0x41 ? 0x42 : 0x41);
    return [lines.with(at, line.slice(0, i) + other + line.slice(i + 1)), at];
  },
  replayed: (lines, at) => [lines.toSpliced(at, 0, lines[at] as string), at + 1],
  'left out': (lines, at) => [lines.toSpliced(at, 1), at],
  moved: (lines, at) => [lines.toSpliced(at, 2, lines[at + 1] as string, lines[at] as string), at],
  'put in': (lines, at, place) => [lines.toSpliced(at, 0, `${'A'.repeat(MAC_LENGTH)}{"n":${place}}`), at],
  'cut short': (lines, at, place) => {
    const line = lines[at] as string;
    return [lines.with(at, line.slice(0, place % line.length)), at];
  },
};

test.each(Object.entries(TAMPERINGS))('a line that was %s is found, and nothing from there on is read', (_, tamper) => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 3, maxLength: 10 }), fc.nat(), fc.nat(), (said, where, place) => {
      const { opener, listener } = sides();
      const sealed = said.map((text) => opener.seal(text));
      const [lines, first] = tamper(sealed, where % (said.length - 1), place);
      const read = lines.map((line) => listener.open(line));
      expect(read.slice(0, first)).toEqual(said.slice(0, first));
      // Of a line left out it is the next one that shows it.
      if (first < lines.length) expect(read[first]).toBeUndefined();
    }),
  );
});

test('a line of one link, or of the other direction, is none of another', () => {
  const { opener } = sides();
  const line = opener.seal('{"a":1}');
  expect(new LineSeal('k', key, { ...NONCES, listener: 'm'.repeat(22) }, false).open(line)).toBeUndefined();
  expect(new LineSeal('k', key, NONCES, true).open(line)).toBeUndefined();
  const otherKey = createSecretKey(Buffer.alloc(32, 8));
  expect(new LineSeal('k', otherKey, NONCES, false).open(line)).toBeUndefined();
});
