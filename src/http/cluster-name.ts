/** The name of a network. Nodes of different names have nothing to do with each other, whatever addresses they meet at. */

import { BadRequest } from './respond.ts';

/** Of nodes that were given no name, and of envelopes and answers that carry none. */
export const DEFAULT_CLUSTER = 'books';

/** As a pattern, because JSON Schema wants one. */
export const CLUSTER_PATTERN = '^[\\x21-\\x7e]{1,64}$';

const pattern = new RegExp(CLUSTER_PATTERN);

/** @throws BadRequest for a node of another network: it learns from the answer that nobody of its own listens here */
export function checkCluster(ours: string, theirs: string | undefined): void {
  if (theirs === undefined || theirs === ours) return;
  throw new BadRequest(`this node is of the network "${ours}", and you are of "${theirs}"`, 403, {}, { cluster: ours });
}

export function isClusterName(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}
