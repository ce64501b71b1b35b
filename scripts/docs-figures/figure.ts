/**
 * Figures of the docs that a command makes: each stands in its page between two comments, and is written there again by
 * `npm run docs:figures`. A test makes the quick ones and compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface DocsFigure {
  /** As in the comment before it: `<!-- figure: NAME -->`. */
  readonly name: string;
  readonly page: string;
  /** Made within some seconds, so a test compares it. */
  readonly isQuick: boolean;
  make(): string | Promise<string>;
}

/** @throws if the page has no such place */
export function shownIn({ page, name }: DocsFigure): string {
  const text = readFileSync(page, 'utf8');
  const [start, end] = placeOf(text, page, name);
  return text.slice(start, end);
}

export function writeInto({ page, name }: DocsFigure, made: string): void {
  const text = readFileSync(page, 'utf8');
  const [start, end] = placeOf(text, page, name);
  writeFileSync(page, text.slice(0, start) + made + text.slice(end));
}

function placeOf(text: string, page: string, name: string): [start: number, end: number] {
  const opening = `<!-- figure: ${name} -->\n\n`;
  const start = text.indexOf(opening);
  const end = text.indexOf('\n\n<!-- end of figure -->', start);
  if (start < 0 || end < 0) throw new Error(`${page} has no figure ${name}`);
  return [start + opening.length, end];
}
