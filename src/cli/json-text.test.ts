import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson, type JsonError } from './json-text.ts';

function fault(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    const { line, column, message } = error as JsonError;
    return `${line}:${column} ${message}`;
  }
  return 'none';
}

describe('JSON that is none', () => {
  test.each([
    ['', '1:1 expected a value, found the end'],
    ['{', '1:2 expected a field name in quotes or }, found the end'],
    ['{"a": 1,\n  "b": 2,\n}', '3:1 expected a field name in quotes, found "}"'],
    ['{"a": 1\n  "b": 2}', '2:3 expected a comma or }, found "\\""'],
    ['{nodes: 3}', '1:2 expected a field name in quotes or }, found "n"'],
    ['{"a" 1}', '1:6 expected a colon, found "1"'],
    ['[1, 2', '1:6 expected a comma or ], found the end'],
    ['[1,]', '1:4 expected a value, found "]"'],
    ['{} {}', '1:4 expected nothing more, found "{"'],
    ['[01]', '1:3 expected a comma or ], found "1"'],
    ['[1 // no comments\n]', '1:4 expected a comma or ], found "/"'],
    ["{'a': 1}", '1:2 expected a field name in quotes or }, found "\'"'],
    ['["a\nb"]', '1:2 expected a value or ], found "\\""'],
  ])('%j is told where: %s', (text, where) => {
    expect(fault(text)).toBe(where);
  });

  test('is told a place inside it, wherever it was cut or changed', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', '}', ',', 'x', '"'), (json, at, put) => {
        const text = json.slice(0, at % (json.length + 1)) + put;
        const told = fault(text);
        if (told === 'none') return;
        const [line = 0, column = 0] = told.split(/[: ]/).map(Number);
        expect(text.split('\n').length).toBeGreaterThanOrEqual(line);
        expect((text.split('\n')[line - 1] ?? '').length + 1).toBeGreaterThanOrEqual(column);
      }),
    );
  });
});

test('a byte order mark is passed over', () => {
  expect(parseJson('\ufeff{"a": [1, true, null]}')).toEqual({ a: [1, true, null] });
});
