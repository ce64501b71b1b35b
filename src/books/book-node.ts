/** The brief's demo, on the library: a member that tells its favourite book, and chooses another one now and then. */
import type { Random } from '../core/index.ts';
import { createGossip, Unpublished, type Gossip, type GossipOptions, type Payload } from '../library/create-gossip.ts';
import { drawResamplingMs } from '../scenario/resampling.ts';
import { favoriteRoute } from './favorite-route.ts';
import { chooseFavorite, MAX_BOOK_LENGTH } from './favorites.ts';

/** Of nodes that are given no name: what absent means on the wire. */
const CLUSTER = 'books';
/** A month: what takes longer is for ever. */
export const MAX_RESAMPLE_MS = 30 * 86_400_000;
/** The longest that a timer can be told to wait: with more it fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export interface BookNodeOptions extends GossipOptions {
  /** The pool that favourites are drawn from; empty: this node has no favourite until one is set. */
  readonly books?: readonly string[] | undefined;
  /** Mean time between two favourites. 0: never again after the first. */
  readonly resampleMs?: number | undefined;
  /** Draws favourites and the times between them. Apart from the node's own, whose draws depend on what the network does. */
  readonly random?: Random | undefined;
}

const anyChance: Random = { below: (bound) => Math.floor(Math.random() * bound) };

/** @throws what `createGossip` throws */
export async function startBookNode(options: BookNodeOptions): Promise<BookNode> {
  const { books = [], resampleMs = 10_000, random = anyChance, routes = [], ...gossipOptions } = options;
  checkBookOptions(books, resampleMs);
  let node: BookNode | undefined = undefined;
  const route = favoriteRoute((book) => started(node).setFavorite(book));
  // Others are told the favourite; an empty record before it would be one message more.
  const gossip = await createGossip<Payload>({
    introduce: false,
    cluster: CLUSTER,
    ...gossipOptions,
    routes: [...routes, route],
  });
  node = new BookNode(gossip, books, resampleMs, random);
  node.begin();
  return node;
}

function started(node: BookNode | undefined): BookNode {
  if (node === undefined) throw Object.assign(new Error('this node is only just starting'), { statusCode: 409 });
  return node;
}

function checkBookOptions(books: readonly string[], resampleMs: number): void {
  const isBook = (book: unknown): boolean => typeof book === 'string' && book !== '' && book.length <= MAX_BOOK_LENGTH;
  if (!Array.isArray(books) || !books.every(isBook)) {
    throw new RangeError(`books: expected a list of texts of 1 to ${MAX_BOOK_LENGTH} characters, got something else`);
  }
  if (!Number.isInteger(resampleMs) || resampleMs < 0 || resampleMs > MAX_RESAMPLE_MS) {
    throw new RangeError(`resampleMs: expected a whole number from 0 to ${MAX_RESAMPLE_MS}, got ${String(resampleMs)}`);
  }
}

export class BookNode {
  private favorite: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    readonly gossip: Gossip<Payload>,
    private readonly books: readonly string[],
    private readonly resampleMs: number,
    private readonly random: Random,
  ) {}

  /** With the favourite it remembers, or else with a new one. */
  begin(): void {
    this.favorite = bookOf(this.gossip.get(this.gossip.address));
    if (this.favorite === undefined) this.resample();
    else this.scheduleResample();
  }

  /** @throws what `Gossip.set` throws; then the former favourite stands */
  setFavorite(book: string): { readonly self: string; readonly version: number; readonly book: string } {
    const { version } = this.gossip.set({ book });
    this.favorite = book;
    this.scheduleResample();
    return { self: this.gossip.address, version, book };
  }

  /** Chooses another favourite. A node that cannot tell it goes on all the same, since nobody is there to be told. */
  resample(): void {
    if (this.books.length === 0) return;
    try {
      this.setFavorite(chooseFavorite(this.random, this.books, this.favorite));
    } catch (error) {
      if (!(error instanceof Unpublished)) throw error;
      this.gossip.warn(`no new favourite: ${error.message}`);
    }
  }

  /** Says goodbye and ends, within two seconds. */
  close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    return this.gossip.close();
  }

  private scheduleResample(): void {
    clearTimeout(this.timer);
    if (this.resampleMs === 0 || this.books.length === 0 || this.isClosed) return;
    const afterMs = Math.min(drawResamplingMs(this.random, this.resampleMs), MAX_TIMEOUT_MS);
    this.timer = setTimeout(() => this.resample(), afterMs);
  }
}

function bookOf(payload: Payload | undefined): string | undefined {
  const book = typeof payload === 'object' && payload !== null && 'book' in payload ? payload.book : undefined;
  return typeof book === 'string' ? book : undefined;
}
