/** `PUT /favorite/`: somebody at this machine sets a node's favourite. */
import type { JsonRoute } from '../library/create-gossip.ts';
import { MAX_BOOK_LENGTH } from './favorites.ts';

/** The asker's mistake. */
class NoBook extends Error {
  readonly statusCode = 400;
}

export function favoriteRoute(set: (book: string) => object): JsonRoute {
  return {
    method: 'PUT',
    path: '/favorite',
    localOnly: 'a favourite is set from this machine only',
    answer: (body) => set(bookIn(body)),
    describe,
  };
}

/** @throws {NoBook} */
function bookIn(body: unknown): string {
  const book = typeof body === 'object' && body !== null && 'book' in body ? body.book : undefined;
  if (typeof book === 'string' && book !== '' && isShort(book)) return book;
  throw new NoBook(`expected {"book": "1 to ${MAX_BOOK_LENGTH} characters"}`);
}

/** In characters, of which an emoji is one. */
function isShort(book: string): boolean {
  return book.length <= 2 * MAX_BOOK_LENGTH && Array.from(book).length <= MAX_BOOK_LENGTH;
}

const BOOK = { type: 'string', minLength: 1, maxLength: MAX_BOOK_LENGTH };
const objectOf = (properties: object) => ({ type: 'object', required: Object.keys(properties), properties });
const json = (schema: object) => ({ 'application/json': { schema } });

function describe(): object {
  const mistake = { description: 'A mistake', content: json(objectOf({ error: { type: 'string' } })) };
  const set = objectOf({ self: { type: 'string' }, version: { type: 'integer', minimum: 1 }, book: BOOK });
  return {
    summary: 'Set the favourite, from this machine only',
    requestBody: { required: true, content: json(objectOf({ book: BOOK })) },
    responses: { 200: { description: 'Done', content: json(set) }, 400: mistake, 403: mistake, 409: mistake },
  };
}
