import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeControls } from './escape-controls.ts';

test('what steers a terminal or reorders a line is written out', () => {
  expect(escapeControls('a\u009b31m\u202eb\u2028c\u0085d\u061ce\ufefff\ud800g\u{e0041}\u001b[2J\u007f')).toBe(
    'a\\u009b31m\\u202eb\\u2028c\\u0085d\\u061ce\\ufefff\\ud800g\\udb40\\udc41\\u001b[2J\\u007f',
  );
});

test('all else stays as it is', () => {
  for (const text of ['Cien años de soledad', '紅樓夢', 'नमस्ते', '👨‍👩‍👧 ❤️', '{"a":1}\n', 'می‌خواهم'])
    expect(escapeControls(text)).toBe(text);
});

test('JSON says the same afterwards, whatever it says', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), (a, b) => {
      expect(JSON.parse(escapeControls(JSON.stringify({ [a]: b })))).toEqual({ [a]: b });
    }),
  );
});
