/** When an overlay is whole: no view holds a node that is dead, and everybody can be reached from everybody. */
import type { Address, Millis } from '../src/trace/views.ts';
import type { Happening } from './contender.ts';

export type Views = ReadonlyMap<Address, ReadonlySet<Address>>;

/** What each node's view holds, after what happened. */
export class Overlay {
  readonly views = new Map<Address, Set<Address>>();

  constructor(nodes: Iterable<Address>) {
    for (const node of nodes) this.views.set(node, new Set());
  }

  observe(happenings: readonly Happening[]): void {
    for (const each of happenings) {
      if (each.type === 'peerUp') this.views.get(each.node)?.add(each.peer);
      else if (each.type === 'peerDown') this.views.get(each.node)?.delete(each.peer);
    }
  }

  copy(): Views {
    return new Map([...this.views].map(([node, peers]) => [node, new Set(peers)]));
  }
}

/**
 * @param before what each node's view held before this happened
 * @returns when the overlay of those who are not dead became whole for good; infinite if it is not
 */
export function wholeAgainMs(before: Views, happenings: readonly Happening[], dead: ReadonlySet<Address>): Millis {
  const views = new Map([...before].filter(([node]) => !dead.has(node)).map(([node, peers]) => [node, new Set(peers)]));
  const changes = happenings
    .flatMap((each) => (each.type === 'peerUp' || each.type === 'peerDown' ? [each] : []))
    .toSorted((a, b) => a.time - b.time);
  let whole = isWhole(views, dead) ? 0 : Infinity;
  for (const { type, node, peer, time } of changes) {
    if (type === 'peerUp') views.get(node)?.add(peer);
    else views.get(node)?.delete(peer);
    if (!isWhole(views, dead)) whole = Infinity;
    else if (whole === Infinity) whole = time;
  }
  return whole;
}

export function isWhole(views: Views, dead: ReadonlySet<Address>): boolean {
  for (const peers of views.values()) for (const peer of peers) if (dead.has(peer)) return false;
  const [first] = views.keys();
  const reached = new Set(first === undefined ? [] : [first]);
  for (const node of reached) {
    for (const peer of views.get(node) ?? []) if (views.has(peer)) reached.add(peer);
  }
  return reached.size === views.size;
}
