/** Where the page has its feed from: a server's stream, a file opened in the page, or a simulation in a worker. */
import type { ActionTarget, Deed, FeedAction, FeedMessage } from './feed.ts';

/** Of the way to the feed, not of the network it tells of. `lost`: it is being tried again. */
export type Connection = 'connecting' | 'open' | 'lost';

export interface FeedSource {
  /**
   * Calls `listener` with every message from now on, `opened` first, also where it was sent before.
   * `onConnection` is for sources that can be lost; without a word the feed counts as connected.
   * @returns how to stop that; the source then frees what it holds
   */
  subscribe(listener: (message: FeedMessage) => void, onConnection?: (connection: Connection) => void): () => void;
  /**
   * Does this to the network. Absent where nothing can be done.
   * @returns what was done. @throws Error with one line for people
   */
  act?(action: FeedAction, target: ActionTarget): Promise<Deed>;
}
