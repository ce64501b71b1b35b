/** Who knows what of whom, as the nodes' own events tell it, in whatever order they become known. */
import { EarlyEvents } from '../trace/early-events.ts';
import { NetworkMoment, type NodeMoment } from '../trace/network-moment.ts';
import { isPublication, type RunEvent } from '../trace/trace-event.ts';
import {
  isExpected,
  type Address,
  type Millis,
  type NetworkNode,
  type Payload,
  type UpdateState,
} from '../trace/views.ts';

interface Observed extends NodeMoment {
  favorite: Payload | undefined;
  /** The highest version of its favourite that anybody ever held. */
  newest: number;
  /** Since when it has run without a stop or a pause. */
  expectedSince: Millis;
}

type Told = Extract<RunEvent, { readonly type: 'published' | 'applied' }>;
type Followed = Omit<UpdateState, 'holders' | 'number'>;

/** A node that held version `before` of an origin's favourite came to hold a newer one. */
interface Step {
  readonly node: Observed;
  readonly before: number;
  readonly version: number;
  readonly time: Millis;
}

/** Updates that are followed at one time: the newest. */
const MAX_UPDATES = 32;
/** Publications whose times are kept, to number those updates: a guess at what may come between them, records with keys. */
const MAX_TIMES = 1_000;

export class Knowledge {
  /** When the last of all nodes had heard of the last; absent until then. */
  allKnowAllMs: Millis | undefined;
  /** When the last of all nodes listened for the first time. */
  listeningMs: Millis | undefined;
  private readonly moment = new NetworkMoment<Observed>((bare) => ({
    ...bare,
    favorite: undefined,
    newest: 0,
    expectedSince: 0,
  }));
  private readonly observed: readonly Observed[];
  /** By uuid, in the order in which their publications became known. */
  private readonly updates = new Map<string, Followed>();
  private published = 0;
  /** Of the newest publications of any record. */
  private readonly publishedAt: Millis[] = [];
  private readonly early = new EarlyEvents<Step>();
  private readonly listening = new Set<Address>();
  /** How many pairs of nodes there are of which one has heard of the other, itself included. */
  private pairs = 0;
  private lastPairMs: Millis = 0;
  private lastListeningMs: Millis = 0;

  /** @param addresses of all nodes there will be */
  constructor(addresses: readonly Address[]) {
    this.observed = addresses.map((address) => this.moment.nodeAt(address, 0));
  }

  observe(event: RunEvent): void {
    // Most of what happens, and it tells only how links are used, which is not looked at here.
    if (event.type === 'sent' || event.type === 'received') return;
    if (isPublication(event)) this.onPublication(event.time);
    const node = this.find(event.node);
    if (node === undefined) return;
    switch (event.type) {
      case 'started':
        this.pairs -= this.countHeld(node);
        this.moment.apply(node, event);
        node.expectedSince = event.time;
        return this.onListening(event);
      case 'resumed':
        node.expectedSince = event.time;
        return this.moment.apply(node, event);
      case 'reaped':
        this.pairs -= Number(this.heldOf(node, this.find(event.origin)) > 0);
        return this.moment.apply(node, event);
      case 'published':
      case 'applied':
        return this.onTold(node, event);
      default:
        return this.moment.apply(node, event);
    }
  }

  get live(): number {
    return this.expected().length;
  }

  nodes(): NetworkNode[] {
    const origins = this.expected().filter(({ newest }) => newest > 0);
    return this.observed.map((node) => ({
      address: node.address,
      phase: node.phase === 'unknown' ? 'starting' : node.phase,
      ...(node.favorite === undefined ? {} : { favorite: node.favorite }),
      version: node.newest,
      knows: origins.reduce((sum, origin) => sum + Number(this.heldOf(node, origin) === origin.newest), 0),
      peers: node.peers.size,
      ...this.countAccusers(node),
    }));
  }

  /** The newest first. */
  updatesNewestFirst(): UpdateState[] {
    const expected = this.expected();
    const newestFirst = [...this.updates.values()].sort((a, b) => b.publishedAt - a.publishedAt);
    return newestFirst.map((update) => {
      const origin = this.find(update.origin);
      const holds = (node: Observed): number => Number(this.heldOf(node, origin) >= update.version);
      // Counted back from the last, since they are not heard of in the order in which they were published.
      const later = this.publishedAt.filter((time) => time > update.publishedAt).length;
      const number = this.published - later;
      return { number, ...update, holders: expected.reduce((sum, node) => sum + holds(node), 0) };
    });
  }

  /** Of those there were to be: others may have joined them. */
  private find(address: Address): Observed | undefined {
    const node = this.moment.find(address);
    return node !== undefined && node.number < this.observed.length ? node : undefined;
  }

  private expected(): Observed[] {
    return this.observed.filter(isExpected);
  }

  /** The version of `origin`'s favourite that `node` holds; 0 for none. */
  private heldOf(node: Observed, origin: Observed | undefined): number {
    return origin === undefined ? 0 : this.moment.held(node.number, origin.number);
  }

  private countHeld(node: Observed): number {
    return this.observed.reduce((sum, origin) => sum + Number(this.heldOf(node, origin) > 0), 0);
  }

  private onPublication(time: Millis): void {
    this.published++;
    this.publishedAt.push(time);
    if (this.publishedAt.length > MAX_TIMES) this.publishedAt.shift();
  }

  private onListening({ node, time }: RunEvent): void {
    if (this.listening.has(node)) return;
    this.listening.add(node);
    this.lastListeningMs = Math.max(time, this.lastListeningMs);
    if (this.listening.size === this.observed.length) this.listeningMs = this.lastListeningMs;
  }

  private onTold(node: Observed, event: Told): void {
    const { version, status, key, payload, time } = event;
    const origin = this.find(event.origin);
    if (status !== undefined || key !== undefined || origin === undefined) return;
    const before = this.heldOf(node, origin);
    if (version <= before) return;
    this.moment.apply(node, event);
    origin.newest = Math.max(version, origin.newest);
    if (origin === node) node.favorite = payload;
    this.follow(event, origin, { node, before, version, time });
    if (before > 0) return;
    this.pairs++;
    this.lastPairMs = Math.max(time, this.lastPairMs);
    if (this.pairs === this.observed.length ** 2) this.allKnowAllMs ??= this.lastPairMs;
  }

  private follow({ type, uuid, payload }: Told, origin: Observed, step: Step): void {
    const { version, time } = step;
    if (type === 'published') {
      this.updates.set(uuid, { origin: origin.address, version, payload, publishedAt: time, lastAt: time });
      for (const oldest of this.updates.keys()) if (this.updates.size > MAX_UPDATES) this.updates.delete(oldest);
      for (const early of this.early.take(uuid)) this.onStep(origin, early);
    } else if (this.heldOf(origin, origin) < version) {
      // Its origin is yet to tell of it: reports of several nodes come in no fixed order.
      this.early.keep(uuid, step);
    }
    this.onStep(origin, step);
  }

  /** With a newer version a node has all that it replaces. One that has started or stood still since its publication is not waited for. */
  private onStep({ address }: Observed, { node, before, version, time }: Step): void {
    for (const [uuid, update] of this.updates) {
      if (update.origin !== address || update.version <= before || update.version > version) continue;
      if (time <= update.lastAt || node.expectedSince > update.publishedAt) continue;
      this.updates.set(uuid, { ...update, lastAt: time });
    }
  }

  /** By those who run. */
  private countAccusers(node: Observed): Pick<NetworkNode, 'suspectedBy' | 'calledDownBy'> {
    // In quiet times nobody accuses anybody: then no pair is looked at.
    if (node.suspectedBy + node.calledDownBy === 0) return { suspectedBy: 0, calledDownBy: 0 };
    const running = this.observed.filter(({ phase }) => phase === 'running');
    const said = running.map((speaker) => this.moment.saidBy(speaker.number, node.number));
    const count = (claim: 'suspect' | 'down'): number => said.filter((status) => status === claim).length;
    return { suspectedBy: count('suspect'), calledDownBy: count('down') };
  }
}
