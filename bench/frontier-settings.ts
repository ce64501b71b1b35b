/** The ways to spread a rumor that the frontier compares, by the names that its figure and table have for them. */
export const OWN_TREES = 'a tree for each origin';
export const ONE_TREE = 'one tree for all';
/** From eight on nearly every node pushes to all its peers, so a flood is not far. */
export const FANOUTS = [1, 2, 3, 4, 5, 6, 8, 10];

const PUSH = 'push, fanout ';

export function pushOf(fanout: number): string {
  return `${PUSH}${fanout}`;
}

/** @returns `undefined` of what is no push */
export function fanoutOf(setting: string): number | undefined {
  return setting.startsWith(PUSH) ? Number(setting.slice(PUSH.length)) : undefined;
}

/**
 * GossipSub pushes along a mesh whose degree is D and may be from D_low to D_high: a copy over each link both ways but for the one it came by,
 * so D − 1 copies a node (https://ethresear.ch/t/19921/5 counts the same). D is what is published:
 * 6, from 4 to 12, in https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.0.md, whose evaluation is
 * Vyzovitis and others, 2020 (https://arxiv.org/abs/2007.02754); 8, from 6 to 12, for Ethereum
 * (https://github.com/ethereum/consensus-specs/blob/dev/specs/phase0/p2p-interface.md). No time over links like ours is.
 */
export const GOSSIPSUB = { copies: [4 - 1, 12 - 1], degrees: [6, 8] } as const;
