/** A run's report as text, fitted to the terminal. */
import { colorModeOf, toTerminal } from '../terminal/terminal-style.ts';
import { footOf, headOf, rowsOf, type Row, type SimRun } from './sim-report.ts';

const GAP = 2;
/** Where a terminal does not tell. */
const DEFAULT_WIDTH = 100;
const MIN_NOTE = 24;

export interface Page {
  /** Sequences for bold and dim may be used. */
  readonly isStyled: boolean;
  readonly width: number;
}

export function pageOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): Page {
  const isStyled = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  return { isStyled, width: Math.max(40, stream.columns ?? DEFAULT_WIDTH) };
}

export function simSummaryOf(run: SimRun, page: Page): string {
  const head = headOf(run, ' of virtual time');
  return summaryOf({ head, about: run.scenario.description, rows: rowsOf(run), foot: footOf(run) }, page);
}

export interface Summary {
  readonly head: string;
  readonly about: string;
  readonly rows: readonly Row[];
  readonly foot: string;
}

export function summaryOf(summary: Summary, page: Page): string {
  const rows: Row[] = [{ name: '', measured: 'measured', theory: 'theory', note: '' }, ...summary.rows];
  const hasTheory = rows.slice(1).some(({ theory }) => theory !== '');
  const columns = (['name', 'measured', 'theory'] as const).filter((column) => column !== 'theory' || hasTheory);
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)) + GAP);
  const indent = 2 + widths.reduce((sum, width) => sum + width, 0);
  const table = rows.flatMap((row, index) => {
    const cells = columns.map((column, i) => row[column].padEnd(widths[i] ?? 0)).join('');
    const isHead = index === 0;
    return withNote(`  ${cells}`, row.note, indent, page, isHead);
  });
  const about = wrapped(summary.about, page.width).map((line) => dim(line, page));
  const head = wrapped(summary.head, page.width).map((line) => bold(line, page));
  return [...head, ...about, '', ...table, '', dim(summary.foot, page), ''].join('\n');
}

/** Beside the row where there is room, else on lines of their own. */
function withNote(line: string, note: string, indent: number, page: Page, isHead: boolean): string[] {
  if (isHead) return [dim(line.trimEnd(), page)];
  if (note === '') return [line.trimEnd()];
  const isBeside = page.width - indent >= MIN_NOTE;
  const column = isBeside ? indent : 4;
  const [first = '', ...more] = wrapped(note, page.width - column);
  const rest = more.map((text) => ' '.repeat(column) + dim(text, page));
  return isBeside
    ? [line.padEnd(indent) + dim(first, page), ...rest]
    : [line.trimEnd(), ' '.repeat(column) + dim(first, page), ...rest];
}

export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function bold(text: string, page: Page): string {
  return styled(text, page, { bold: true });
}

function dim(text: string, page: Page): string {
  return styled(text, page, { dim: true });
}

function styled(text: string, { isStyled }: Page, style: { readonly bold?: boolean; readonly dim?: boolean }): string {
  return isStyled ? toTerminal([{ text, style }], colorModeOf(process.env)) : text;
}
