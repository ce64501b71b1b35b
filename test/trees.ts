/** Small conversations with one node about its broadcast trees. */
import type { GossipNode } from '../src/core/node.ts';
import type { Message, Rumor } from '../src/core/messages.ts';
import type { Parameters } from '../src/core/parameters.ts';
import { addressOf } from './arbitraries.ts';
import { hear as hearAt, link, makeNode, sendsOf } from './talk.ts';

export const [A, B, C, D, E] = [0, 1, 2, 3, 4].map(addressOf) as [string, string, string, string, string];
/** When nodes that got their first link at 0 are no longer young. */
export const NOW = 20_000;
export const hear = (node: GossipNode, from: string, message: Message, now = NOW) => hearAt(node, from, message, now);
/** The origin that most rumors here are about, and another. */
export const [O, P] = ['o:1', 'p:1'];
export let told = 0;

export function rumor(fields: Partial<Rumor> = {}): Rumor {
  const version = ++told;
  return { uuid: `u${version}`, origin: O, version, ttl: 9, hops: 1, payload: 'Emma', ...fields };
}

export function nodeWith(peers: readonly string[], parameters: Partial<Parameters> = {}): GossipNode {
  const node = makeNode(A, { strategy: 'plumtree', parameters });
  link(node, ...peers);
  return node;
}

/** One that has heard of this origin from B, its parent in that tree. */
export function fedByB(peers: readonly string[], origin = O): GossipNode {
  const node = nodeWith(peers);
  hear(node, B, rumor({ origin }));
  return node;
}

/** To whom the next rumor of this origin goes, when it comes from this peer. */
export const pushedTo = (node: GossipNode, origin = O, from = B): string[] =>
  sendsOf(hear(node, from, rumor({ origin }))).flatMap(({ to, message }) => (message.type === undefined ? [to] : []));

export const prune = (...origins: string[]): Message => ({ type: 'prune', origins });
export const graft = (...origins: string[]): Message => ({ type: 'graft', origins, records: [] });
