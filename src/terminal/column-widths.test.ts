import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnWidths } from './column-widths.ts';

const node = { width: 7 };
const favorite = { width: 12, growsTo: 60 };
const version = { width: 4, keep: 2 };
const age = { width: 6, keep: 3 };
const hops = { width: 4, keep: 1 };
const columns = [node, favorite, version, age, hops];

describe('columnWidths', () => {
  it('gives the flexible column what the others leave', () => {
    expect(columnWidths(columns, 2, 80)).toEqual([7, 51, 4, 6, 4]);
  });

  it('lets it grow no further than it should', () => {
    expect(columnWidths(columns, 2, 200)).toEqual([7, 60, 4, 6, 4]);
  });

  it('leaves out the least important columns first', () => {
    expect(columnWidths(columns, 2, 40)).toEqual([7, 17, 4, 6, 0]);
    expect(columnWidths(columns, 2, 30)).toEqual([7, 13, 0, 6, 0]);
    expect(columnWidths(columns, 2, 22)).toEqual([7, 13, 0, 0, 0]);
  });

  it('cuts what must stay when even that does not fit', () => {
    expect(columnWidths(columns, 2, 12)).toEqual([7, 3, 0, 0, 0]);
    expect(columnWidths(columns, 2, 5)).toEqual([5, 0, 0, 0, 0]);
  });

  it('never adds up to more than the line', () => {
    fc.assert(
      fc.property(fc.nat(250), (total) => {
        const widths = columnWidths(columns, 2, total).filter((width) => width > 0);
        expect(widths.reduce((sum, width) => sum + width, 2 * Math.max(0, widths.length - 1))).toBeLessThanOrEqual(
          total,
        );
      }),
    );
  });
});
