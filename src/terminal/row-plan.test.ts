import { describe, expect, it } from 'vitest';
import { planRows } from './row-plan.ts';

describe('planRows', () => {
  it('shows ten records at 24 rows whole, with room for messages', () => {
    expect(planRows(24, 3, 10)).toEqual({ facts: 3, isSpaced: true, table: 10, messages: 6 });
  });

  it('keeps messages in view beside a hundred records', () => {
    expect(planRows(24, 3, 100)).toEqual({ facts: 3, isSpaced: true, table: 12, messages: 4 });
  });

  it('gives up spacing, facts and messages as the screen gets low, the table last', () => {
    expect(planRows(15, 3, 100)).toEqual({ facts: 2, isSpaced: false, table: 6, messages: 3 });
    expect(planRows(10, 3, 100)).toEqual({ facts: 1, isSpaced: false, table: 6, messages: 0 });
    expect(planRows(5, 3, 100)).toEqual({ facts: 0, isSpaced: false, table: 2, messages: 0 });
    expect(planRows(1, 3, 100)).toEqual({ facts: 0, isSpaced: false, table: 0, messages: 0 });
  });

  it('plans exactly the rows there are', () => {
    for (let rows = 3; rows < 100; rows++) {
      for (const records of [0, 1, 10, 100]) {
        const { facts, isSpaced, table, messages } = planRows(rows, 3, records);
        expect(3 + facts + Number(isSpaced) + table + (messages > 0 ? messages + 1 : 0)).toBe(rows);
      }
    }
  });
});
