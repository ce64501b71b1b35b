import { describe, expect, it } from 'vitest';
import { widthOf } from './fit-text.ts';
import { plainText } from './styled-line.ts';
import { TableLines, type Column } from './table-lines.ts';

interface Row {
  readonly name: string;
  readonly title: string;
  readonly count: number;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', text: ({ name }) => name, cutStart: true, maxWidth: 8 },
  { title: 'TITLE', text: ({ title }) => title, minWidth: 6, growsTo: 12 },
  { title: 'N', text: ({ count }) => String(count), alignRight: true, keep: 1 },
];
const rows: readonly Row[] = [
  { name: ':1', title: '紅樓夢と源氏物語', count: 5 },
  { name: 'example.org:2', title: 'Dune', count: 1234 },
];
const lines = (width: number): string[] => {
  const table = new TableLines(columns, rows, width);
  return [table.header(), ...rows.map((row) => table.line(row, {}))].map(plainText);
};

describe('TableLines', () => {
  it('lines columns up by what the terminal shows', () => {
    expect(lines(40)).toEqual([
      'NAME      TITLE            N',
      ':1        紅樓夢と源…      5',
      '…e.org:2  Dune          1234',
    ]);
    expect(new Set(lines(40).map(widthOf)).size).toBe(1);
  });

  it('gives up a column before it overflows', () => {
    expect(lines(18)[0]).toBe('NAME      TITLE   ');
    for (let width = 1; width < 40; width++) {
      for (const line of lines(width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }
  });
});
