/**
 * Whom a node has links to from the start. Values do not need them (`relay.ts`); over them nodes watch each other, and compare
 * their tables for what was lost. All nodes work them out from the same lines, so nobody has to ask for a link.
 */
import type { Address } from '../core/index.ts';
import { addressOf } from './lines.ts';

/** Each link costs a heartbeat a period. A guess: twice a grid's four. */
export const MAX_NEIGHBOURS = 8;

/**
 * Those of the offered topology: whom a node names, and who names it. Where somebody would have more than `MAX_NEIGHBOURS`, where
 * somebody has none, or where it cannot be read, all take their own.
 */
export function neighboursOf(self: Address, all: readonly Address[], topology: unknown): readonly Address[] {
  const offered = linksOf(all, topology);
  const degrees = all.map((member) => offered.get(member)?.size ?? 0);
  const isUsable = degrees.every((degree) => degree > 0 && degree <= MAX_NEIGHBOURS);
  return isUsable ? [...(offered.get(self) ?? [])] : ownNeighboursOf(self, all);
}

/** A ring, and chords across about the square root of all: four links each, and about as many hops to the farthest. */
export function ownNeighboursOf(self: Address, all: readonly Address[]): readonly Address[] {
  const ring = [...new Set([self, ...all])].sort();
  const place = ring.indexOf(self);
  const chord = Math.round(Math.sqrt(ring.length));
  const places = [1, -1, chord, -chord].map((step) => (place + step + ring.length) % ring.length);
  return [...new Set(places)].filter((each) => each !== place).map((each) => ring[each]!);
}

function linksOf(all: readonly Address[], topology: unknown): ReadonlyMap<Address, ReadonlySet<Address>> {
  const links = new Map<Address, Set<Address>>(all.map((member) => [member, new Set()]));
  if (typeof topology !== 'object' || topology === null) return links;
  for (const [name, names] of Object.entries(topology)) {
    const member = addressOf(name);
    if (member === undefined || !Array.isArray(names)) continue;
    for (const other of names.map(addressOf)) {
      if (other === undefined || other === member || !links.has(other)) continue;
      links.get(member)?.add(other);
      if (links.has(member)) links.get(other)?.add(member);
    }
  }
  return links;
}
