/** Short words for what is shown: addresses, health. Whatever a node says comes out as one harmless line. */
import { favoriteText } from '../../trace/favorite-text.ts';
import { sanitize } from '../../trace/sanitize.ts';
import { counted } from '../../text/words.ts';
import type { Address, Payload } from '../../trace/views.ts';
import type { Deed } from '../feed.ts';
import { reachableCount, type NetworkState, type NodeState } from './network-state.ts';

/** As much of what somebody says as fits beside other things. */
const MAX_LENGTH = 160;

export function oneLine(text: string): string {
  return sanitize(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text).trim();
}

/** What was done to a network, in a sentence. */
export function deedWords({ did, nodes }: Deed, name: (address: Address) => string): string {
  const [first] = nodes;
  const whom = nodes.length === 1 && first !== undefined ? name(first) : counted(nodes.length, 'node');
  const isOne = nodes.length === 1;
  switch (did) {
    case 'kill':
      return `Killed ${whom}.`;
    case 'pause':
      return `Paused ${whom}: ${isOne ? 'it stands' : 'they stand'} still until resumed.`;
    case 'resume':
      return `Resumed ${whom}.`;
    case 'restart':
      return `Restarted ${whom}; ${isOne ? 'it has' : 'they have'} forgotten everything.`;
    case 'publish':
      return `Published at ${whom}.`;
    case 'split':
      return nodes.length === 0 ? 'Split the network in two halves.' : `Split ${whom} off from all others.`;
    case 'heal':
      return 'Healed the network: all nodes can reach each other again.';
  }
}

/** A favourite, clipped as `oneLine` clips. */
export function favoriteLine(payload: Payload | undefined): string {
  return oneLine(favoriteText(payload));
}

/** `#75 Emma`: the number that `gossip trace` finds it by, and what it tells. */
export function updateTitle({
  number,
  payload,
}: {
  readonly number: number;
  readonly payload: Payload | undefined;
}): string {
  return `#${number} ${favoriteLine(payload) || 'something without content'}`;
}

/** As short as tells them apart: the port where all share a host, the host where all share a port. */
export function shortNames(state: NetworkState): (address: Address) => string {
  const split = state.nodes.map(({ address }) => halves(address));
  const [first] = split;
  if (first === undefined) return oneLine;
  if (split.every(([host]) => host === first[0])) return (address) => nameIf(address, 0, first[0]);
  if (split.every(([, port]) => port === first[1])) return (address) => nameIf(address, 1, first[1]);
  return oneLine;
}

function nameIf(address: Address, shared: 0 | 1, value: string): string {
  const parts = halves(address);
  return oneLine(parts[shared] === value ? parts[1 - shared]! : address);
}

function halves(address: Address): readonly [host: string, port: string] {
  const colon = address.lastIndexOf(':');
  return colon < 1 ? [address, ''] : [address.slice(0, colon), address.slice(colon + 1)];
}

export function compareAddresses(a: Address, b: Address): number {
  return collator.compare(a, b);
}

const collator = new Intl.Collator('en', { numeric: true });

/** What one would say of a node in a word. */
export type Health = 'alive' | 'paused' | 'suspect' | 'down' | 'unreachable' | 'killed' | 'left' | 'unknown';

/**
 * What is known of its process comes first, then what its peers say, then whether the observer reaches it. `speakers`: how
 * many can be reached; where half of them say so it is so in the table's words.
 */
export function healthOf(node: NodeState, speakers: number): Health {
  if (node.phase === 'killed' || node.phase === 'left' || node.phase === 'paused') return node.phase;
  if (node.calledDownBy > 0 && node.calledDownBy * 2 >= speakers) return 'down';
  if (!node.isReachable) return 'unreachable';
  if (node.calledDownBy + node.suspectedBy > 0) return 'suspect';
  return node.phase === 'unknown' ? 'unknown' : 'alive';
}

/** What all nodes do, `11` and `running, 1 paused`: those that can be reached, and the rest by why not. */
export function populationWords({ nodes }: NetworkState): { readonly running: number; readonly words: string } {
  const running = reachableCount(nodes);
  const count = (is: (node: NodeState) => boolean, words: string): string[] => {
    const number = nodes.filter(is).length;
    return number === 0 ? [] : [`${number}\u00a0${words}`];
  };
  const others = [
    ...count(({ phase }) => phase === 'paused', 'paused'),
    ...count(({ phase, isReachable }) => phase === 'running' && !isReachable, 'unreachable'),
    ...count(({ phase }) => phase === 'killed', 'killed'),
    ...count(({ phase }) => phase === 'left', 'left'),
    ...count(({ phase }) => phase === 'unknown', 'unknown'),
  ];
  return { running, words: ['running', ...others].join(', ') };
}

export function isUp({ phase }: NodeState): boolean {
  return phase === 'running' || phase === 'paused';
}
