import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, formatFingerprint, hex32 } from './fingerprint.ts';

describe('a fingerprint', () => {
  test.each([
    ['', '1aee8d83c14d9671'],
    ['a', '82c9790130324e85'],
    ['127.0.0.1:7001 3 suspect', '187dcaebe04e1d51'],
    ['é漢🙂', '3832ba1f7b43a4e5'],
  ])('of %j is the same on every platform', (text, expected) => {
    const { high, low } = fingerprintOf(text);
    expect(formatFingerprint(high, low)).toBe(expected);
  });

  test('is 16 hex digits, also of small and negative halves', () => {
    expect(formatFingerprint(0, 1)).toBe('0000000000000001');
    expect(formatFingerprint(-1, 0)).toBe('ffffffff00000000');
    expect(hex32(-2)).toBe('fffffffe');
    fc.assert(fc.property(fc.integer(), fc.integer(), (a, b) => /^[0-9a-f]{16}$/.test(formatFingerprint(a, b))));
  });

  test('of pairs of similar texts does not collide, neither alone nor under the XOR that makes a set of them', () => {
    const texts = [];
    for (let port = 7000; port < 7020; port++) {
      for (let version = 1; version <= 5; version++) {
        for (const claim of ['suspect', 'down', 'left']) texts.push(`127.0.0.1:${port} ${version} ${claim}`);
      }
    }
    const prints = texts.map(fingerprintOf);
    const seen = new Set(prints.map(({ high, low }) => formatFingerprint(high, low)));
    expect(seen.size).toBe(texts.length);
    for (const [i, a] of prints.entries()) {
      for (const b of prints.slice(0, i)) seen.add(formatFingerprint(a.high ^ b.high, a.low ^ b.low));
    }
    expect(seen.size).toBe(texts.length + (texts.length * (texts.length - 1)) / 2);
  });
});
