/** Tables of any rows: a header and one line a row, every cell cut and padded to its column. */
import { columnWidths, type ColumnNeed } from './column-widths.ts';
import { padEnd, padStart, truncateEnd, truncateStart, widthOf } from './fit-text.ts';
import { segment, type Line, type Segment, type Style } from './styled-line.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Where it differs from the row's own style. */
  readonly style?: (row: Row) => Style | undefined;
  readonly alignRight?: boolean;
  readonly cutStart?: boolean;
  readonly minWidth?: number;
  readonly maxWidth?: number;
  readonly growsTo?: number;
  readonly keep?: number;
}

const GAP = 2;

export class TableLines<Row> {
  private readonly widths: readonly number[];

  /** Measures all rows, not only those in view, so that columns keep still while scrolling. */
  constructor(
    private readonly columns: readonly Column<Row>[],
    rows: readonly Row[],
    width: number,
  ) {
    this.widths = columnWidths(
      columns.map((column) => needOf(column, rows)),
      GAP,
      width,
    );
  }

  header(sortedBy?: string): Line {
    return this.join((column, width) =>
      segment(fitCell(column.title, column, width), column.title === sortedBy ? { bold: true } : { dim: true }),
    );
  }

  line(row: Row, style: Style): Line {
    return this.join((column, width) =>
      segment(fitCell(column.text(row), column, width), column.style?.(row) ?? style),
    );
  }

  private join(cell: (column: Column<Row>, width: number) => Segment): Line {
    const line: Segment[] = [];
    this.columns.forEach((column, index) => {
      const width = this.widths[index] ?? 0;
      if (width === 0) return;
      if (line.length > 0) line.push(segment(' '.repeat(GAP)));
      line.push(cell(column, width));
    });
    return line;
  }
}

function needOf<Row>(column: Column<Row>, rows: readonly Row[]): ColumnNeed {
  const { title, text, minWidth = 0, maxWidth = 20, growsTo, keep } = column;
  const base = Math.max(widthOf(title), minWidth);
  if (growsTo !== undefined) return { width: base, growsTo };
  const widest = rows.reduce((width, row) => Math.max(width, widthOf(text(row))), base);
  return { width: Math.min(widest, maxWidth), ...(keep === undefined ? {} : { keep }) };
}

function fitCell<Row>(text: string, { alignRight, cutStart }: Column<Row>, width: number): string {
  const cut = cutStart ? truncateStart(text, width) : truncateEnd(text, width);
  return alignRight ? padStart(cut, width) : padEnd(cut, width);
}
