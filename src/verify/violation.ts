import type { Address } from '../core/index.ts';

/** What a network must hold to, by name: a scenario that is made smaller must go on breaking the same one. */
export type Law =
  /** A node did not throw. */
  | 'crash'
  /** What a node holds was told by its origin, or by an accuser, word for word. */
  | 'published'
  /** Versions only rise. */
  | 'version'
  /** Views and caches keep to their caps and name nobody twice. */
  | 'cap'
  /** No message travels further than its TTL. */
  | 'ttl'
  /** A rumor goes on once, and not back to who brought it. */
  | 'spread'
  /** A receipt says "all" only where all hold it. */
  | 'receipt'
  /** Who said goodbye is called nothing else by those who heard it. */
  | 'leaver'
  /** Who is accused has time to refute. */
  | 'patience'
  /** The network does not talk itself to death. */
  | 'storm'
  /** Left in quiescence, all live nodes come to hold the same … */
  | 'tables'
  /** … and in it what each of them published last; … */
  | 'latest'
  /** … to be one network of links that both sides know of; … */
  | 'overlay'
  /** … and to know who lives and who does not. */
  | 'verdict';

/** One line: when, who and what. */
export class Violation extends Error {
  constructor(
    readonly law: Law,
    readonly atMs: number,
    readonly node: Address | undefined,
    readonly what: string,
  ) {
    super(`${law}: at ${atMs} ms ${node === undefined ? '' : `${node} `}${what}`);
  }
}
