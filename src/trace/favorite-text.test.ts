import { describe, expect, it } from 'vitest';
import type { Payload } from '../core/messages.ts';
import { favoriteText } from './favorite-text.ts';

describe('favoriteText', () => {
  it('is the title of a favourite', () => {
    expect(favoriteText({ book: 'Middlemarch by George Eliot' })).toBe('Middlemarch by George Eliot');
  });

  it('is compact JSON for any other payload', () => {
    expect(favoriteText({ book: 7, tags: ['a', null] })).toBe('{"book":7,"tags":["a",null]}');
    expect(favoriteText('plain')).toBe('"plain"');
    expect(favoriteText(null)).toBe('null');
    expect(favoriteText([])).toBe('[]');
  });

  it('says so when there is nothing to read', () => {
    expect(favoriteText({ book: ' \u001b\u200b' })).toBe('(untitled)');
    expect(favoriteText(undefined)).toBe('');
  });

  it('carries no control characters, wherever they hide', () => {
    expect(favoriteText({ book: 'x\u001b[31m' })).toBe('x[31m');
    expect(favoriteText({ '\u009b2J\u202e': 1 })).toBe('{"2J":1}');
  });

  it('survives a payload nested too deep to print', () => {
    const depth = 200_000;
    const deep = JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as Payload;
    expect(favoriteText(deep)).toBe('(nested too deep to show)');
  });
});
