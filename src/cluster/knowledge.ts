/** Who knows what of whom, as the nodes' own events tell it, in whatever order they become known. */
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address, Millis, NetworkNode, Payload, Status, UpdateState } from '../trace/views.ts';

interface Observed {
  phase: NetworkNode['phase'];
  /** By origin, of the favourite. */
  readonly versions: Map<Address, number>;
  /** What it says of others' health, where that is not good. */
  readonly doubts: Map<Address, Status>;
  favorite: Payload | undefined;
  readonly peers: Set<Address>;
}

/** Updates that are followed at one time: the newest. */
const MAX_UPDATES = 32;

export class Knowledge {
  /** When the last of all nodes had heard of the last; absent until then. */
  allKnowAllMs: Millis | undefined;
  /** When the last of all nodes listened for the first time. */
  listeningMs: Millis | undefined;
  private readonly observed: Map<Address, Observed>;
  private readonly newest = new Map<Address, number>();
  private readonly updates = new Map<string, UpdateState>();
  private readonly listening = new Set<Address>();
  /** How many pairs of nodes there are of which one has heard of the other, itself included. */
  private pairs = 0;
  private lastPairMs: Millis = 0;
  private lastListeningMs: Millis = 0;

  /** @param addresses of all nodes there will be */
  constructor(addresses: readonly Address[]) {
    const unseen = (): Observed => ({
      phase: 'starting',
      versions: new Map(),
      doubts: new Map(),
      favorite: undefined,
      peers: new Set(),
    });
    this.observed = new Map(addresses.map((address) => [address, unseen()]));
  }

  observe(event: RunEvent): void {
    const node = this.observed.get(event.node);
    if (node === undefined) return;
    switch (event.type) {
      case 'started':
        return this.onStarted(node, event);
      case 'stopped':
        node.phase = event.why;
        return;
      case 'paused':
        node.phase = 'paused';
        return;
      case 'resumed':
        node.phase = 'running';
        return;
      case 'peerUp':
        node.peers.add(event.peer);
        return;
      case 'peerDown':
        node.peers.delete(event.peer);
        return;
      case 'status':
        if (event.status === 'alive') node.doubts.delete(event.origin);
        else node.doubts.set(event.origin, event.status);
        return;
      case 'reaped':
        if (node.versions.delete(event.origin)) this.pairs--;
        return;
      case 'published':
      case 'applied':
        if (event.status === undefined && event.key === undefined) this.onContent(node, event);
        return;
      case 'sent':
      case 'received':
      case 'duplicate':
      case 'stale':
      case 'dropped':
      case 'secondLook':
      case 'refuted':
      case 'unreachable':
      case 'refused':
      case 'lost':
        return;
    }
  }

  get live(): number {
    let live = 0;
    for (const { phase } of this.observed.values()) if (isExpected(phase)) live++;
    return live;
  }

  nodes(): NetworkNode[] {
    const doubted = this.countDoubts();
    const origins = [...this.newest].filter(([origin]) => isExpected(this.observed.get(origin)?.phase ?? 'left'));
    return [...this.observed].map(([address, { phase, versions, favorite, peers }]) => ({
      address,
      phase,
      ...(favorite === undefined ? {} : { favorite }),
      version: this.newest.get(address) ?? 0,
      knows: origins.reduce((sum, [origin, version]) => sum + Number(versions.get(origin) === version), 0),
      peers: peers.size,
      suspectedBy: doubted.get(address)?.suspect ?? 0,
      calledDownBy: doubted.get(address)?.down ?? 0,
    }));
  }

  /** Of those that are expected to know: whom each talks to directly. */
  views(): Map<Address, ReadonlySet<Address>> {
    const living = [...this.observed].filter(([, { phase }]) => isExpected(phase));
    return new Map(living.map(([address, { peers }]) => [address, new Set(peers)]));
  }

  /** The newest first. */
  updatesNewestFirst(): UpdateState[] {
    return [...this.updates.values()].reverse();
  }

  private onStarted(node: Observed, { node: address, time }: RunEvent): void {
    this.pairs -= node.versions.size;
    node.phase = 'running';
    node.versions.clear();
    node.doubts.clear();
    node.peers.clear();
    if (this.listening.has(address)) return;
    this.listening.add(address);
    this.lastListeningMs = Math.max(time, this.lastListeningMs);
    if (this.listening.size === this.observed.size) this.listeningMs = this.lastListeningMs;
  }

  private onContent(node: Observed, event: Extract<RunEvent, { type: 'published' | 'applied' }>): void {
    const { origin, version, payload, time } = event;
    const before = node.versions.get(origin);
    if (!this.observed.has(origin) || version <= (before ?? 0)) return;
    node.versions.set(origin, version);
    this.newest.set(origin, Math.max(version, this.newest.get(origin) ?? 0));
    if (origin === event.node) node.favorite = payload;
    this.follow(event);
    if (before !== undefined) return;
    this.pairs++;
    this.lastPairMs = Math.max(time, this.lastPairMs);
    if (this.pairs === this.observed.size ** 2) this.allKnowAllMs ??= this.lastPairMs;
  }

  private follow({ type, origin, version, payload, time }: Extract<RunEvent, { type: 'published' | 'applied' }>): void {
    const name = `${origin} ${version}`;
    const known = this.updates.get(name);
    if (type === 'published') {
      const holders = known?.holders ?? 0;
      this.updates.set(name, { origin, version, payload, publishedAt: time, lastAt: time, holders: holders + 1 });
      for (const oldest of this.updates.keys()) if (this.updates.size > MAX_UPDATES) this.updates.delete(oldest);
    } else if (known !== undefined) {
      this.updates.set(name, { ...known, holders: known.holders + 1, lastAt: Math.max(time, known.lastAt) });
    }
  }

  /** By those who run, of those who are looked at. */
  private countDoubts(): Map<Address, { suspect: number; down: number }> {
    const counts = new Map<Address, { suspect: number; down: number }>();
    for (const { phase, doubts } of this.observed.values()) {
      if (phase !== 'running') continue;
      for (const [origin, status] of doubts) {
        const count = counts.get(origin) ?? { suspect: 0, down: 0 };
        counts.set(origin, count);
        if (status === 'suspect' || status === 'down') count[status]++;
      }
    }
    return counts;
  }
}

/** Of these it is expected that they know and are known. */
function isExpected(phase: NetworkNode['phase']): boolean {
  return phase !== 'killed' && phase !== 'left';
}
