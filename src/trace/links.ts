/**
 * Which of a node's links push and which only announce, as its trace tells it. No event says so: it follows from what goes
 * over a link, as in Plumtree (`core/plumtree.ts`). A `prune` makes it lazy at both ends, a `graft` eager; who pushes over
 * it takes it for eager, and so does who learns something by a push. By a duplicate it learns nothing.
 */

/** Whether a node pushes to this peer or only announces. As far as told: a link is eager until somebody prunes it. */
export type LinkKind = 'eager' | 'lazy';

/** Of one node, by peer: its number, or its address. */
export type Links<Peer> = Map<Peer, LinkKind>;

/** What a link is for who sends this over it; `undefined`: what it was. */
export function kindBySending(message: string): LinkKind | undefined {
  return message === 'rumor' ? 'eager' : kindByReceiving(message);
}

/** The same for who gets it: a rumor may be a duplicate. */
export function kindByReceiving(message: string): LinkKind | undefined {
  if (message === 'prune') return 'lazy';
  return message === 'graft' ? 'eager' : undefined;
}

/** The same for who applies what came in this message. */
export function kindByApplying(message: string): LinkKind | undefined {
  return message === 'rumor' ? 'eager' : undefined;
}

/** If there is such a link. */
export function turnLink<Peer>(links: Links<Peer>, peer: Peer, kind: LinkKind): void {
  if (links.has(peer)) links.set(peer, kind);
}

/** Links to these peers and to no others: those that there were stay as they were. */
export function linksTo<Peer>(peers: readonly Peer[], before: Links<Peer>): Links<Peer> {
  return new Map(peers.map((peer) => [peer, before.get(peer) ?? 'eager']));
}
