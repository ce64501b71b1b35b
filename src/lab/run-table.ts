/**
 * A sweep's results, a folder of three files:
 *
 *     sweep.json  what is swept: base scenario, what varies, every setting, seeds, the command that remakes it
 *     runs.csv    one row a finished run: setting, what varies, seed, measures; an empty cell where one does not apply
 *     runs.jsonl  the same rows as JSON
 *
 * Rows are appended as runs end, each with one write, and only a row that ends in a line feed counts: whatever stops the
 * program, at most the row that was being written is lost. `runs.csv` is the one that is believed.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvFormatRows, csvParseRows } from 'd3-dsv';
import writeFileAtomic from 'write-file-atomic';
import { wordsOfSystemError } from '../trace/system-error.ts';
import { complaintAboutHead } from './results-schema.ts';
import type { MeasureName, RunMeasures } from './run-measures.ts';
import { RESULTS_FORMAT, type Setting, type SweepHead } from './sweep-head.ts';

export interface RunRow {
  /** The setting's number, from 1. */
  readonly setting: number;
  readonly values: Setting['values'];
  readonly seed: number;
  readonly measures: RunMeasures;
}

export interface SweepResults {
  readonly head: SweepHead;
  /** Finished runs, by setting and seed. */
  readonly rows: readonly RunRow[];
}

/** The folder or something in it is not what it should be; one line. */
export class ResultsError extends Error {}

/**
 * @returns whatever runs have finished; a row that was cut off is not among them
 * @throws ResultsError
 */
export function readResults(folder: string): SweepResults {
  const head = readHead(folder);
  if (head === undefined) throw new ResultsError(`${folder} holds no sweep: there is no sweep.json`);
  return { head, rows: readRows(folder, head) };
}

/** @returns `undefined` where there is none */
export function readHead(folder: string): SweepHead | undefined {
  const path = join(folder, 'sweep.json');
  if (!existsSync(path)) return undefined;
  const head = parsed(path);
  const format = typeof head === 'object' && head !== null && 'format' in head ? head.format : RESULTS_FORMAT;
  if (typeof format === 'number' && format !== RESULTS_FORMAT) {
    throw new ResultsError(`${path} has format ${format}; this version reads ${RESULTS_FORMAT}`);
  }
  const wrong = complaintAboutHead(head);
  if (wrong !== undefined) throw new ResultsError(`${path}: ${wrong}`);
  return head as SweepHead;
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(contentOf(path));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ResultsError(`cannot read ${path}: it is not JSON`);
    throw error;
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsError(`cannot read ${path}: ${wordsOfSystemError(error)}`);
  }
}

function readRows(folder: string, head: SweepHead): RunRow[] {
  const path = join(folder, 'runs.csv');
  if (!existsSync(path)) return [];
  const text = contentOf(path);
  const [columns = [], ...lines] = csvParseRows(text.slice(0, text.lastIndexOf('\n') + 1));
  const expected = columnsOf(head);
  if (columns.length > 0 && columns.join() !== expected.join()) {
    throw new ResultsError(`${path} has other columns than sweep.json says`);
  }
  const seeds = new Set(head.seeds);
  const rows = new Map<string, RunRow>();
  for (const [index, cells] of lines.entries()) {
    const row = rowOf(head, cells);
    if (cells.length !== expected.length || row === undefined || !seeds.has(row.seed)) {
      throw new ResultsError(`${path}:${index + 2}: not a run of this sweep`);
    }
    rows.set(`${row.setting} ${row.seed}`, row);
  }
  return inOrder([...rows.values()]);
}

/** Appends to a results folder. */
export class ResultsWriter {
  private constructor(
    private readonly folder: string,
    private readonly head: SweepHead,
  ) {}

  /** Makes the folder, or goes on in it: `rows` are those it has, and what was cut off is dropped from its files. */
  static open(folder: string, head: SweepHead, rows: readonly RunRow[]): ResultsWriter {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'sweep.json');
    if (!existsSync(path)) writeFileAtomic.sync(path, `${JSON.stringify(head, null, 2)}\n`);
    const writer = new ResultsWriter(folder, head);
    writer.write(rows);
    return writer;
  }

  add(row: RunRow): void {
    appendFileSync(join(this.folder, 'runs.csv'), `${csvFormatRows([cellsOf(this.head, row)])}\n`);
    appendFileSync(join(this.folder, 'runs.jsonl'), `${JSON.stringify(row)}\n`);
  }

  /** Puts the rows in order, by setting and seed: the same files, however the runs came to an end. */
  finish(): readonly RunRow[] {
    const rows = readRows(this.folder, this.head);
    this.write(rows);
    return rows;
  }

  private write(rows: readonly RunRow[]): void {
    const table = [columnsOf(this.head), ...rows.map((row) => cellsOf(this.head, row))];
    writeFileAtomic.sync(join(this.folder, 'runs.csv'), `${csvFormatRows(table)}\n`);
    writeFileAtomic.sync(join(this.folder, 'runs.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}

function columnsOf({ varied, measures }: SweepHead): string[] {
  return ['setting', ...varied.map(({ name }) => name), 'seed', ...measures];
}

function cellsOf({ varied, measures }: SweepHead, row: RunRow): string[] {
  const values = varied.map(({ name }) => row.values[name]);
  const measured = measures.map((name) => row.measures[name]);
  return [row.setting, ...values, row.seed, ...measured].map((cell) => (cell === undefined ? '' : String(cell)));
}

/** What varies is known by the setting's number; its columns are for other readers. */
function rowOf(head: SweepHead, cells: readonly string[]): RunRow | undefined {
  const setting = head.settings[Number(cells[0]) - 1];
  const seedColumn = 1 + head.varied.length;
  const seed = Number(cells[seedColumn]);
  if (setting === undefined || cells[seedColumn] === '' || !Number.isInteger(seed)) return undefined;
  const measures: { [name in MeasureName]?: number } = {};
  for (const [i, name] of head.measures.entries()) {
    const cell = cells[seedColumn + 1 + i] ?? '';
    if (cell === '') continue;
    const value = Number(cell);
    if (!Number.isFinite(value)) return undefined;
    measures[name] = value;
  }
  return { setting: setting.number, values: setting.values, seed, measures };
}

function inOrder(rows: readonly RunRow[]): RunRow[] {
  return rows.toSorted((a, b) => a.setting - b.setting || a.seed - b.seed);
}

/** A measure of each run of one setting that has it, by seed. */
export function samplesOf(rows: readonly RunRow[], setting: number, measure: MeasureName): Map<number, number> {
  const samples = new Map<number, number>();
  for (const row of rows) {
    const value = row.measures[measure];
    if (row.setting === setting && value !== undefined) samples.set(row.seed, value);
  }
  return samples;
}
