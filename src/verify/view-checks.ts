import type { Address, NodeSnapshot, Parameters } from '../core/index.ts';

/** The first thing that is wrong with one node's views, cache or table; `undefined` when nothing is. */
export function viewComplaint(snapshot: NodeSnapshot, parameters: Parameters): string | undefined {
  const { self, peers, passive, seen, records } = snapshot;
  const isTwice = (address: Address, at: number, view: readonly Address[]) => view.indexOf(address) !== at;
  const wrong =
    ((peers.some(isTwice) || passive.some(isTwice)) && 'names somebody twice in a view') ||
    (peers.some((peer) => passive.includes(peer)) && 'names somebody in both views') ||
    ((peers.includes(self) || passive.includes(self)) && 'is in its own view') ||
    (peers.length > parameters.maxPeers && 'has more peers than maxPeers') ||
    (passive.length > parameters.maxPassive && 'has more in its passive view than maxPassive') ||
    (seen > parameters.maxSeen && 'has seen more than maxSeen') ||
    (records.length > parameters.maxRecords + parameters.maxMembers + 1 && 'holds more than maxRecords and maxMembers');
  return wrong === false ? undefined : `${wrong}: ${peers.join()} | ${passive.join()}`;
}
