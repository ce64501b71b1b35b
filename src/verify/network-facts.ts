/** What a network of many nodes looks like from outside: its links, and what its nodes hold. */
import type { Address, NodeSnapshot } from '../core/index.ts';

/** A simulated network, however it is run. */
export interface ObservedNetwork {
  /** Who runs just now. */
  readonly live: readonly Address[];
  snapshot(address: Address): NodeSnapshot;
}

/** As it was when these were taken, of those that ran. */
export function networkOf(snapshots: readonly NodeSnapshot[]): ObservedNetwork {
  const bySelf = new Map(snapshots.map((snapshot) => [snapshot.self, snapshot]));
  return { live: [...bySelf.keys()], snapshot: (address) => bySelf.get(address)! };
}

/** How many parts the live nodes' links leave the network in. */
export function islandsOf(network: ObservedNetwork): number {
  return islandSizesOf(network).length;
}

/** How many nodes each of those parts has. */
export function islandSizesOf(network: ObservedNetwork): number[] {
  const unseen = new Set(network.live);
  const sizes: number[] = [];
  for (const first of network.live) {
    if (!unseen.delete(first)) continue;
    let size = 0;
    const edge = [first];
    for (let address = edge.pop(); address !== undefined; address = edge.pop()) {
      size++;
      edge.push(...network.snapshot(address).peers.filter((peer) => unseen.delete(peer)));
    }
    sizes.push(size);
  }
  return sizes;
}

/** Links that only one side knows of, or to nodes that are down. */
export function oneSidedLinks(network: ObservedNetwork): string[] {
  const live = new Set(network.live);
  const knows = (a: Address, b: Address) => live.has(b) && network.snapshot(b).peers.includes(a);
  return network.live.flatMap((a) => network.snapshot(a).peers.flatMap((b) => (knows(a, b) ? [] : [`${a} → ${b}`])));
}

/** What a node holds, apart from how it came by it. */
export function knowledgeOf({ records }: NodeSnapshot): string {
  return records
    .map(({ origin, key, version, uuid, status }) => [origin, key ?? '', version, uuid, status].join(' '))
    .sort()
    .join('\n');
}

/** The different tables of the live nodes. One is what we want. */
export function tablesOf(network: ObservedNetwork): string[] {
  return [...new Set(network.live.map((address) => knowledgeOf(network.snapshot(address))))];
}
