import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padEnd, padStart, truncateEnd, truncateStart, widthOf } from './fit-text.ts';

describe('truncateEnd', () => {
  it('leaves what fits and marks what was cut', () => {
    expect(truncateEnd('Dune', 4)).toBe('Dune');
    expect(truncateEnd('Middlemarch', 6)).toBe('Middl…');
    expect(truncateEnd('Dune', 0)).toBe('');
  });

  it('never cuts a wide character or a joined emoji in half', () => {
    expect(truncateEnd('紅樓夢', 4)).toBe('紅…');
    expect(truncateEnd('👨‍👩‍👧👨‍👩‍👧', 3)).toBe('👨‍👩‍👧…');
  });

  it('never takes more columns than it was given', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(text, fc.nat(30), (s, width) => widthOf(truncateEnd(s, width)) <= width));
    fc.assert(fc.property(text, fc.nat(30), (s, width) => widthOf(truncateStart(s, width)) <= width));
  });
});

describe('truncateStart', () => {
  it('keeps the port of a long address', () => {
    expect(truncateStart('books.example.org:7001', 10)).toBe('….org:7001');
  });
});

describe('padding', () => {
  it('counts columns, not characters', () => {
    expect(padEnd('紅', 4)).toBe('紅  ');
    expect(padStart('é'.normalize('NFD'), 3)).toBe(`  ${'é'.normalize('NFD')}`);
  });
});
