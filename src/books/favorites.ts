import { readFileSync } from 'node:fs';
import { pick, type Random } from '../core/index.ts';
import { wordsOfSystemError } from '../trace/system-error.ts';

/** Characters of a favourite. The longest title in `books.txt` has 90. */
export const MAX_BOOK_LENGTH = 500;

/**
 * Reads the pool of books, one a line. Not by `fs/promises`: for one small file that starts four threads in each process.
 *
 * @throws {Error} one clear line when there is no such file or no book in it
 */
export function readBooks(file: string | URL): string[] {
  const text = textOf(file);
  const books = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && line.length <= MAX_BOOK_LENGTH);
  if (books.length === 0) throw new Error(`no books in ${String(file)}`);
  return books;
}

function textOf(file: string | URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read the books from ${String(file)}: ${wordsOfSystemError(error)}`, {
      cause: error,
    });
  }
}

/** A new favourite: any book but the present one, unless it is the only one. */
export function chooseFavorite(random: Random, books: readonly string[], present?: string): string {
  const others = books.filter((book) => book !== present);
  return pick(random, others) ?? (books[0] as string);
}
