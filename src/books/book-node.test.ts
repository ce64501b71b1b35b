import { describe, expect, test, vi } from 'vitest';
import { bookNodesOfThisFile, call, gossip } from '../../test/support.ts';
import { MAX_VERSION } from '../core/parameters.ts';
import type { BookNode, BookNodeOptions } from './book-node.ts';

// What no node believes before the year 2109.
vi.mock('../http/version-ceiling.ts', () => ({ versionCeiling: () => Number.MAX_SAFE_INTEGER }));

const start = bookNodesOfThisFile();

/** Somebody has told it of itself at the greatest version. */
async function exhausted(options: Partial<BookNodeOptions>): Promise<BookNode> {
  const node = await start(options);
  const { address } = node.gossip;
  const rumor = { uuid: 'z', origin: address, version: MAX_VERSION, ttl: 1, payload: { book: 'Ulysses' } };
  await gossip(address, { from: '127.0.0.1:9', messages: [rumor] });
  expect(node.gossip.node.version).toBe(MAX_VERSION);
  return node;
}

describe('a node that can publish no more', () => {
  test('goes on when the time for another favourite has come, and warns', async () => {
    const warnings: string[] = [];
    const books = ['Emma', 'Dune'];
    const node = await exhausted({ books, resampleMs: 1, warn: (warning) => warnings.push(warning) });
    await expect.poll(() => warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/^no new favourite: not published: /);
    expect((await call(node.gossip.address, 'GET', '/health/')).status).toBe(200);
  });

  test('goes on as well where its `warn` throws', async () => {
    const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const warn = () => {
      throw new Error('not our fault');
    };
    const node = await exhausted({ books: ['Emma', 'Dune'], resampleMs: 0, warn });
    expect(() => node.resample()).not.toThrow();
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
  });
});

test('a favourite is chosen at the start, then another and another', async () => {
  const told: unknown[] = [];
  const observe: BookNodeOptions['observe'] = (_, subscribe) =>
    subscribe((event) => event.type === 'published' && told.push(event.payload));
  await start({ books: ['Emma', 'Dune'], resampleMs: 5, observe });
  await expect.poll(() => told.length).toBeGreaterThan(3);
  const [first] = told;
  const [one, other] = first === undefined ? [] : [first, told[1]];
  expect(one).not.toEqual(other);
  for (const [i, book] of told.entries()) expect(book).toEqual(i % 2 === 0 ? one : other);
});

test.each<[object, RegExp]>([
  ...[-1, NaN, Infinity, '10', 1e12].map((resampleMs): [object, RegExp] => [
    { resampleMs },
    /^resampleMs: expected a whole number from 0 to 2592000000, got /,
  ]),
  [{ books: ['Dune', ''] }, /^books: expected a list of texts of 1 to 500 characters, got something else$/],
  [{ books: [7] }, /^books: /],
])('%j is refused', async (options, line) => {
  await expect(start(options)).rejects.toThrow(line);
});
