/**
 * How long a flood would take from a node to all others: the way to the farthest of them along the fastest links (Dijkstra's
 * algorithm), over the links that there are at that moment and the mean delay that each keeps. It waits in no line, loses
 * nothing and knows no TTL: but for the luck of single messages, nothing that keeps to these links is faster.
 */
import FlatQueue from 'flatqueue';
import type { Address, Millis } from '../core/index.ts';
import type { Simulation } from './simulation.ts';
import type { Observer } from './wire.ts';

export class FloodTimes {
  /** Of each node, those it pushes to in a flood. */
  private readonly peers = new Map<Address, Set<Address>>();

  observe(address: Address, event: Parameters<Observer>[2]): void {
    switch (event.type) {
      case 'peerUp':
        this.peersOf(address).add(event.peer);
        return;
      case 'peerDown':
        this.peersOf(address).delete(event.peer);
        return;
      case 'started':
      case 'stopped':
        this.peers.delete(address);
        return;
      default:
        return;
    }
  }

  /** @returns `undefined` where it would not come to every node that is up, or links keep no delay */
  msFrom(origin: Address, simulation: Simulation): Millis | undefined {
    const first = simulation.indexOf(origin);
    if (first === undefined) return undefined;
    const times = new Float64Array(simulation.size).fill(Infinity);
    const next = new FlatQueue<number>();
    times[first] = 0;
    next.push(first, 0);
    while (next.length > 0) {
      const at = next.peekValue()!;
      const node = next.pop()!;
      const isOutdated = at > times[node]!;
      if (isOutdated) continue;
      for (const peer of this.peersOf(simulation.addressOf(node))) {
        const to = simulation.indexOf(peer);
        if (to === undefined || !isHeard(simulation, node, to)) continue;
        const time = at + (simulation.network.meanHopMs(node, to) ?? Infinity);
        if (time >= times[to]!) continue;
        times[to] = time;
        next.push(to, time);
      }
    }
    const farthest = times.reduce((most, time, node) => (simulation.isUp(node) && time > most ? time : most), 0);
    return farthest === Infinity ? undefined : farthest;
  }

  private peersOf(address: Address): Set<Address> {
    const known = this.peers.get(address);
    if (known !== undefined) return known;
    const none = new Set<Address>();
    this.peers.set(address, none);
    return none;
  }
}

/** One that stands still hears later, when it runs on: nobody knows when that is. */
function isHeard(simulation: Simulation, from: number, to: number): boolean {
  return simulation.isUp(to) && !simulation.isPaused(to) && !simulation.network.isCutOff(from, to);
}
