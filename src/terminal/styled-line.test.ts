import { describe, expect, it } from 'vitest';
import { joinFitting, lineWidth, plainText, segment, spread, truncateLine } from './styled-line.ts';

const bold = { bold: true };

describe('truncateLine', () => {
  it('cuts across segments and keeps their styles', () => {
    const cut = truncateLine([segment('peers '), segment('紅樓夢', bold), segment(' more')], 9);
    expect(plainText(cut)).toBe('peers 紅…');
    expect(cut[1]?.style).toEqual(bold);
  });
});

describe('spread', () => {
  it('fills the whole width between left and right', () => {
    const line = spread([segment('left')], [segment('right')], 20);
    expect(plainText(line)).toBe('left           right');
    expect(lineWidth(line)).toBe(20);
  });

  it('cuts the left before the right, and gives the right up when it would take over', () => {
    expect(plainText(spread([segment('a long left part')], [segment('right')], 12))).toBe('a lon… right');
    expect(plainText(spread([segment('left')], [segment('right')], 8))).toBe('left');
  });
});

describe('joinFitting', () => {
  it('takes only parts that fit whole', () => {
    const parts = [[segment('one')], [segment('two')], [segment('three')]];
    expect(plainText(joinFitting(parts, '  ', 10))).toBe('one  two');
    expect(plainText(joinFitting(parts, '  ', 2))).toBe('');
  });
});
