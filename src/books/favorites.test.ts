import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseFavorite, readBooks } from './favorites.ts';
import { seededRandom } from '../http/seeded-random.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gossip-books-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function booksFrom(text: string): Promise<string[]> {
  const file = join(directory, 'books.txt');
  await writeFile(file, text);
  return readBooks(file);
}

describe('the pool of books', () => {
  test('has one book a line, whatever ends a line; empty and overlong ones are no books', async () => {
    const text = `\uFEFFDune by Frank Herbert\r\n\n  Emma by Jane Austen \n${'x'.repeat(501)}\n\t\nUlysses`;
    expect(await booksFrom(text)).toEqual(['Dune by Frank Herbert', 'Emma by Jane Austen', 'Ulysses']);
  });

  test('without a book in it is refused', async () => {
    await expect(booksFrom(' \n\n')).rejects.toThrow(`no books in ${join(directory, 'books.txt')}`);
  });

  test('that is not there is refused with its name', () => {
    expect(() => readBooks(join(directory, 'none'))).toThrow(
      /^cannot read the books from .*none: there is no such file or folder$/,
    );
  });

  test('that is shipped has hundreds, each different', () => {
    const books = readBooks('books.txt');
    expect(books.length).toBeGreaterThan(100);
    expect(new Set(books).size).toBe(books.length);
  });
});

describe('a new favourite', () => {
  const BOOKS = ['Dune', 'Emma', 'Ulysses'];

  test('is never the present one, and may be any other', () => {
    const random = seededRandom(1);
    const chosen = Array.from({ length: 100 }, () => chooseFavorite(random, BOOKS, 'Emma'));
    expect(new Set(chosen)).toEqual(new Set(['Dune', 'Ulysses']));
  });

  test('is the present one where there is no other', () => {
    expect(chooseFavorite(seededRandom(1), ['Emma'], 'Emma')).toBe('Emma');
  });

  test('is the same for the same seed', () => {
    const sequence = (seed: number): string[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => chooseFavorite(random, BOOKS));
    };
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
  });
});
