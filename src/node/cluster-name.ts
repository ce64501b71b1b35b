/** The name of a network. Nodes of different names have nothing to do with each other, whatever addresses they meet at. */

/** Of nodes that were given no name, and of envelopes and answers that carry none. */
export const DEFAULT_CLUSTER = 'books';

/** As a pattern, because JSON Schema wants one. */
export const CLUSTER_PATTERN = '^[\\x21-\\x7e]{1,64}$';

const pattern = new RegExp(CLUSTER_PATTERN);

export function isClusterName(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}
