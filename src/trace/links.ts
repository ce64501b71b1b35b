/** Which of a node's links push and which only announce (`core/broadcast/plumtree.ts`), as the node tells it. A new link pushes. */

export type LinkKind = 'eager' | 'lazy';

/** Of one node, by peer: its number, or its address. */
export type Links<Peer> = Map<Peer, LinkKind>;

/** If there is such a link. */
export function turnLink<Peer>(links: Links<Peer>, peer: Peer, kind: LinkKind): void {
  if (links.has(peer)) links.set(peer, kind);
}

/** Links to these peers and to no others: those that there were stay as they were. */
export function linksTo<Peer>(peers: readonly Peer[], before: Links<Peer>): Links<Peer> {
  return new Map(peers.map((peer) => [peer, before.get(peer) ?? 'eager']));
}
