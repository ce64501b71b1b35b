import { describe, expect, it } from 'vitest';
import { segment } from './styled-line.ts';
import { colorModeOf, toTerminal } from './terminal-style.ts';

const line = [segment('a', { bold: true, color: 'green' }), segment('b'), segment('c', { color: 'gray' })];

describe('toTerminal', () => {
  it('styles each segment and nothing beyond it', () => {
    expect(toTerminal(line, 'color')).toBe('\u001b[1;32ma\u001b[0mb\u001b[90mc\u001b[0m');
  });

  it('uses no colour where none is wanted, but keeps bold and dim', () => {
    expect(toTerminal(line, 'plain')).toBe('\u001b[1ma\u001b[0mb\u001b[2mc\u001b[0m');
  });
});

describe('colorModeOf', () => {
  it('honours NO_COLOR when it is set to anything', () => {
    expect(colorModeOf({ NO_COLOR: '1' })).toBe('plain');
    expect(colorModeOf({ NO_COLOR: '' })).toBe('color');
    expect(colorModeOf({})).toBe('color');
  });
});
