import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWindow, scroll, scrollWindow, type ScrollCommand } from './scroll-window.ts';

describe('scrollWindow', () => {
  it('stays within the list, also when the list shrinks below it', () => {
    expect(scrollWindow(0, 10, 100)).toEqual({ start: 0, end: 10 });
    expect(scrollWindow(95, 10, 100)).toEqual({ start: 90, end: 100 });
    expect(scrollWindow(95, 10, 20)).toEqual({ start: 10, end: 20 });
    expect(scrollWindow(5, 10, 3)).toEqual({ start: 0, end: 3 });
    expect(scrollWindow(5, 0, 3)).toEqual({ start: 3, end: 3 });
  });
});

describe('scroll', () => {
  it('moves by lines, by pages that overlap one line, and to the ends', () => {
    expect(scroll(0, 'lineDown', 10, 100)).toBe(1);
    expect(scroll(1, 'lineUp', 10, 100)).toBe(0);
    expect(scroll(0, 'lineUp', 10, 100)).toBe(0);
    expect(scroll(0, 'pageDown', 10, 100)).toBe(9);
    expect(scroll(9, 'pageUp', 10, 100)).toBe(0);
    expect(scroll(0, 'bottom', 10, 100)).toBe(90);
    expect(scroll(90, 'lineDown', 10, 100)).toBe(90);
    expect(scroll(90, 'top', 10, 100)).toBe(0);
  });

  it('never leaves the list, whatever the sizes', () => {
    const command = fc.constantFrom<ScrollCommand>('lineUp', 'lineDown', 'pageUp', 'pageDown', 'top', 'bottom');
    fc.assert(
      fc.property(fc.nat(200), command, fc.nat(50), fc.nat(200), (offset, pressed, height, total) => {
        const { start, end } = scrollWindow(scroll(offset, pressed, height, total), height, total);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(total);
        expect(end - start).toBe(Math.min(height, total));
      }),
    );
  });
});

describe('describeWindow', () => {
  it('says where we are, unless all is in view', () => {
    expect(describeWindow({ start: 0, end: 10 }, 100)).toBe('1–10 of 100');
    expect(describeWindow({ start: 0, end: 10 }, 10)).toBe('');
    expect(describeWindow({ start: 4, end: 5 }, 10)).toBe('5 of 10');
    expect(describeWindow({ start: 0, end: 0 }, 10)).toBe('0 of 10');
  });
});
