/** Who knows what: each node's versions, as its state and its events tell them. */
import type { Address } from '../trace/views.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { NetworkNode } from '../trace/views.ts';
import type { ObservedState } from './follow-node.ts';

interface Observed {
  phase: NetworkNode['phase'];
  readonly versions: Map<Address, number>;
  favorite: string | undefined;
  peers: Set<Address>;
}

export class Knowledge {
  private readonly observed: Map<Address, Observed>;
  private readonly newest = new Map<Address, number>();

  constructor(addresses: readonly Address[]) {
    this.observed = new Map(
      addresses.map((address) => [
        address,
        { phase: 'starting', versions: new Map<Address, number>(), favorite: undefined, peers: new Set<Address>() },
      ]),
    );
  }

  state(address: Address, { records, peers }: ObservedState): void {
    const node = this.observed.get(address);
    if (node === undefined || node.phase === 'exited') return;
    node.phase = 'running';
    node.peers = new Set(peers);
    for (const { origin, version, payload } of records) this.knows(node, address, origin, version, payload);
  }

  event(event: TraceEvent): void {
    const node = this.observed.get(event.node);
    if (node === undefined) return;
    if (event.type === 'peerUp') node.peers.add(event.peer);
    if (event.type === 'peerDown') node.peers.delete(event.peer);
    const isNews = event.type === 'applied' || event.type === 'published';
    if (isNews && event.status === undefined && event.key === undefined) {
      this.knows(node, event.node, event.origin, event.version, event.payload);
    }
  }

  exited(address: Address): void {
    const node = this.observed.get(address);
    if (node !== undefined) node.phase = 'exited';
  }

  /** Does every node know every node's newest favourite? */
  get isComplete(): boolean {
    return this.nodes().every(({ knows }) => knows === this.observed.size);
  }

  nodes(): NetworkNode[] {
    return [...this.observed].map(([address, { phase, versions, favorite, peers }]) => ({
      address,
      phase,
      ...(favorite === undefined ? {} : { favorite }),
      version: versions.get(address) ?? 0,
      knows: this.countCurrent(versions),
      peers: peers.size,
    }));
  }

  private countCurrent(versions: ReadonlyMap<Address, number>): number {
    let current = 0;
    for (const [origin, version] of this.newest) if (versions.get(origin) === version) current++;
    return current;
  }

  private knows(node: Observed, address: Address, origin: Address, version: number, payload: unknown): void {
    if (!this.observed.has(origin) || version < (node.versions.get(origin) ?? 0)) return;
    node.versions.set(origin, version);
    this.newest.set(origin, Math.max(version, this.newest.get(origin) ?? 0));
    if (origin === address) node.favorite = bookOf(payload);
  }
}

function bookOf(payload: unknown): string | undefined {
  const isObject = typeof payload === 'object' && payload !== null;
  return isObject && 'book' in payload && typeof payload.book === 'string' ? payload.book : undefined;
}
