import { describe, expect, it } from 'vitest';
import { sanitize } from './sanitize.ts';

describe('sanitize', () => {
  it('leaves a title as it is, accents, CJK and joined emoji included', () => {
    for (const title of ['Cien años de soledad', '紅樓夢', 'नमस्ते', '👨‍👩‍👧 ❤️', "L'Étranger – «Camus»"]) {
      expect(sanitize(title)).toBe(title);
    }
  });

  it('disarms terminal sequences of either kind', () => {
    expect(sanitize('a\u001b[2J\u001b]0;owned\u0007b')).toBe('a[2J]0;ownedb');
    expect(sanitize('a\u009b31mb\u0090c')).toBe('a31mbc');
  });

  it('keeps a title on one line', () => {
    expect(sanitize('one\r\ntwo\tthree\u2028four')).toBe('one two three four');
  });

  it('drops what reorders or hides the rest of the line', () => {
    expect(sanitize('abc\u202edef\u2066ghi\u200f\u200b\ufeff')).toBe('abcdefghi');
  });

  it('bounds stacked marks, joiners and length, and mends half characters', () => {
    expect(sanitize(`a${'\u0301'.repeat(50)}b`)).toBe('a\u0301\u0301\u0301b');
    expect(sanitize('a\u200d\u200d\u200db')).toBe('a\u200db');
    expect(sanitize('x'.repeat(1_000_000)).length).toBeLessThan(1000);
    expect(sanitize('a\ud83d')).toBe('a\ufffd');
  });
});
