/**
 * What must hold at every step of every run, whatever the network does. Watches from outside, by what goes into each node
 * and what comes out of it, and keeps books of its own: it believes no count that a message makes of itself.
 */
import { isRumor } from '../core/index.ts';
import type {
  Address,
  CoreEvent,
  Effect,
  Input,
  Message,
  Millis,
  NodeSnapshot,
  Parameters,
  Rumor,
  Status,
} from '../core/index.ts';
import { viewComplaint } from './view-checks.ts';
import { Violation, type Law } from './violation.ts';

/** What may be claimed, from weakest to strongest. */
const STRENGTHS: readonly Status[] = ['suspect', 'down', 'left'];

/**
 * Copies of a node's whole state take a third of the time. What no event tells of, the passive view and the cache of uuids, does
 * not shrink by itself: there every so many steps will do.
 */
const LOOK_EVERY = 8;

/** The run that is watched. */
export interface Watched {
  readonly now: Millis;
  readonly parameters: Parameters;
  addressOf(node: number): Address;
  snapshot(node: number): NodeSnapshot;
  /** Does its process exist? */
  isUp(node: number): boolean;
  indexOf(address: Address): number | undefined;
}

type Told = Extract<CoreEvent, { readonly type: 'published' | 'applied' }>;

/** What one life of a node is known to hold and to have said. */
interface Life {
  /** The step in which it began. */
  readonly since: number;
  version: number;
  /** The newest of each thing applied, by what it is about. */
  readonly newest: Map<string, Told>;
  readonly contentVersions: Map<Address, number>;
  readonly statuses: Map<Address, { readonly status: Status; readonly version: number }>;
  /** By origin and version: since when it holds that one for suspect. */
  readonly suspectedAt: Map<string, Millis>;
  /** Whose machines have refused a connection, of this node's or of a helper's. */
  readonly refused: Set<Address>;
  /** By uuid: sends behind the copy that it took. */
  readonly depths: Map<string, number>;
  /** By uuid: the step in which it was passed on. */
  readonly passedOn: Map<string, number>;
}

export class Safety {
  /** What was published, by uuid. */
  private readonly published = new Map<string, Told>();
  /** By uuid: the step in which it was published. */
  private readonly publishedIn = new Map<string, number>();
  /** The highest version that each origin told of itself. */
  private readonly versions = new Map<Address, number>();
  private readonly lives = new Map<number, Life>();
  /** Sends behind each copy, its own included. Messages are shared in a simulation, so the copy itself is the key. */
  private readonly sends = new WeakMap<Rumor, number>();
  private step = 0;

  /** @param fastest how many times as fast as virtual time the fastest clock may run */
  constructor(
    private readonly run: Watched,
    private readonly fastest: number,
  ) {}

  /** The highest version of its contents that a node has told in its present life; 0: none. */
  lastPublished(node: number): number {
    return this.lives.get(node)?.contentVersions.get(this.run.addressOf(node)) ?? 0;
  }

  /** @throws Violation */
  check(node: number, input: Input, effects: readonly Effect[]): void {
    this.step++;
    if (input.type === 'start') this.lives.set(node, newLife(this.step));
    const life = this.lives.get(node)!;
    noteRefusal(life, input);
    for (const effect of effects) if (effect.type === 'event') this.checkEvent(node, life, input, effect.event);
    for (const effect of effects) {
      if (effect.type === 'send') this.checkSend(node, life, input, effect.to, effect.message);
    }
    if (effects.some(changesSnapshot) || this.step % LOOK_EVERY === 0) this.checkSnapshot(node, life);
  }

  private checkSnapshot(node: number, life: Life): void {
    const snapshot = this.run.snapshot(node);
    const complaint = viewComplaint(snapshot, this.run.parameters);
    if (complaint !== undefined) this.fail('cap', node, complaint);
    if (snapshot.version < life.version)
      this.fail('version', node, `falls from ${life.version} to ${snapshot.version}`);
    life.version = snapshot.version;
  }

  private checkEvent(node: number, life: Life, input: Input, event: CoreEvent): void {
    switch (event.type) {
      case 'published':
        this.checkPublished(node, life, event);
        life.depths.set(event.uuid, 0);
        return this.hold(life, event);
      case 'applied':
        this.checkApplied(node, life, event);
        life.depths.set(event.uuid, this.sendsBehind(input, event.uuid));
        return this.hold(life, event);
      case 'status':
        return this.checkStatus(node, life, event);
      case 'receipt':
        return this.checkReceipt(node, event);
      case 'reaped':
        return forget(life, event.origin);
      default:
        return;
    }
  }

  private checkPublished(node: number, life: Life, event: Extract<Told, { readonly type: 'published' }>): void {
    const self = this.run.addressOf(node);
    const { uuid, origin, version, status } = event;
    if (this.published.has(uuid)) this.fail('published', node, `publishes ${uuid} a second time`);
    this.published.set(uuid, event);
    this.publishedIn.set(uuid, this.step);
    if (status === undefined || status === 'left') {
      if (origin !== self) this.fail('published', node, `speaks for ${origin}`);
      if (version <= life.version) this.fail('version', node, `publishes ${version} after ${life.version}`);
      this.versions.set(origin, Math.max(version, this.versions.get(origin) ?? 0));
      life.version = version;
      return;
    }
    if (origin === self) this.fail('published', node, `calls itself ${status}`);
    if (version > (this.versions.get(origin) ?? 0)) this.fail('version', node, `raises ${origin} to ${version}`);
    const known = life.statuses.get(origin);
    if (known?.status === 'left' && version <= known.version) {
      this.fail('leaver', node, `calls ${origin} ${status}, which has said goodbye`);
    }
    if (status === 'down') this.checkPatience(node, life, event);
  }

  private checkPatience(node: number, life: Life, { origin, version }: Told): void {
    if (life.refused.has(origin)) return;
    const since = life.suspectedAt.get(`${origin} ${version}`);
    const patience = since === undefined ? -1 : this.run.now - since;
    const minimum = this.run.parameters.suspicionMs / this.fastest - 1;
    if (patience < minimum) this.fail('patience', node, `calls ${origin} down after ${patience} ms of suspicion`);
  }

  private checkApplied(node: number, life: Life, event: Extract<Told, { readonly type: 'applied' }>): void {
    const { uuid, origin, version, status } = event;
    const told = this.published.get(uuid);
    if (told === undefined || !isSame(told, event)) {
      this.fail('published', node, `takes what ${origin} never published: ${JSON.stringify(event)}`);
    }
    const before = life.newest.get(nameOf(event));
    if (before !== undefined && !isNewer(event, before)) {
      this.fail('version', node, `replaces version ${before.version} of ${origin} by ${version}`);
    }
    if (status !== undefined && version < (life.contentVersions.get(origin) ?? 0)) {
      this.fail('version', node, `believes ${origin} ${status} at version ${version}, which is refuted`);
    }
  }

  private hold(life: Life, event: Told): void {
    const { origin, version, status } = event;
    const before = life.newest.get(nameOf(event));
    // An accusation may be made when a stronger claim stands: then it is told and not held.
    if (before === undefined || isNewer(event, before)) life.newest.set(nameOf(event), event);
    if (status === undefined)
      life.contentVersions.set(origin, Math.max(version, life.contentVersions.get(origin) ?? 0));
    if (status === 'suspect') suspectSince(life, event, this.run.now);
  }

  private checkStatus(node: number, life: Life, event: Extract<CoreEvent, { readonly type: 'status' }>): void {
    const { origin, status, version } = event;
    const before = life.statuses.get(origin);
    if (before?.status === 'left' && version <= before.version) {
      this.fail('leaver', node, `holds ${origin} for ${status}, which has said goodbye`);
    }
    life.statuses.set(origin, { status, version });
  }

  /**
   * "All" is a lie where a member that its origin knows, and that has run since the value was published, does not hold it. What its origin
   * published in its place since is as good.
   */
  private checkReceipt(node: number, event: Extract<CoreEvent, { readonly type: 'receipt' }>): void {
    const { uuid, origin, version, reached, of } = event;
    if (origin !== this.run.addressOf(node)) this.fail('receipt', node, `reports on what ${origin} told`);
    if (reached > of) this.fail('receipt', node, `${reached} of ${of} are said to hold version ${version}`);
    if (reached < of) return;
    const publishedIn = this.publishedIn.get(uuid)!;
    const { records, peers } = this.run.snapshot(node);
    const known = records.filter(({ status }) => status !== 'left').map((record) => record.origin);
    for (const address of new Set([...known, ...peers])) {
      const member = this.run.indexOf(address)!;
      const life = this.lives.get(member);
      if (member === node || life === undefined || life.since > publishedIn || !this.run.isUp(member)) continue;
      const held = life.newest.get(nameOf(event));
      if (held === undefined || this.publishedIn.get(held.uuid)! < publishedIn) {
        this.fail('receipt', node, `all ${of} are said to hold version ${version}, and ${address} does not`);
      }
    }
  }

  private checkSend(node: number, life: Life, input: Input, to: Address, message: Message): void {
    if (to === this.run.addressOf(node)) this.fail('spread', node, 'talks to itself');
    if (isRumor(message)) return this.checkRumor(node, life, input, to, message);
    switch (message.type) {
      case 'delta':
        for (const rumor of message.rumors) this.count(life, rumor);
        return;
      default:
        return;
    }
  }

  private checkRumor(node: number, life: Life, input: Input, to: Address, rumor: Rumor): void {
    const { uuid, ttl } = rumor;
    const sends = this.count(life, rumor);
    const { ttl: longest } = this.run.parameters;
    // What repair fetches may have come further than any TTL: then it goes just this once.
    if (ttl < 1 || (ttl > 1 && sends + ttl - 1 > longest)) {
      this.fail('ttl', node, `sends ${uuid} with a TTL of ${ttl} on send ${sends} of ${longest}`);
    }
    const brought = input.type === 'message' && isRumor(input.message) && input.message.uuid === uuid;
    if (brought && input.message.ttl <= 1) this.fail('ttl', node, `passes ${uuid} on after its last send`);
    if (brought && to === input.from) this.fail('spread', node, `sends ${uuid} back to ${to}`);
    if (isTold(input, to) || this.isAskedAgain(node, rumor)) return;
    const passedOn = life.passedOn.get(uuid);
    if (passedOn !== undefined && passedOn !== this.step) this.fail('spread', node, `passes ${uuid} on a second time`);
    life.passedOn.set(uuid, this.step);
  }

  /** An origin sends what it wants a receipt of to those that are missing, for one hop. */
  private isAskedAgain(node: number, { origin, ttl, receipt }: Rumor): boolean {
    return receipt === true && ttl === 1 && origin === this.run.addressOf(node);
  }

  /** Notes how many sends are behind a copy that goes out now. */
  private count(life: Life, rumor: Rumor): number {
    const sends = (life.depths.get(rumor.uuid) ?? 0) + 1;
    this.sends.set(rumor, sends);
    return sends;
  }

  private sendsBehind(input: Input, uuid: string): number {
    if (input.type !== 'message') return 0;
    const { message } = input;
    const rumors = isRumor(message) ? [message] : message.type === 'delta' ? message.rumors : [];
    const rumor = rumors.find((candidate) => candidate.uuid === uuid);
    return rumor === undefined ? 0 : (this.sends.get(rumor) ?? 0);
  }

  private fail(law: Law, node: number, what: string): never {
    throw new Violation(law, this.run.now, this.run.addressOf(node), what);
  }
}

function changesSnapshot(effect: Effect): boolean {
  if (effect.type !== 'event') return false;
  return ['peerUp', 'published', 'refuted', 'status'].includes(effect.event.type);
}

function newLife(since: number): Life {
  return {
    since,
    version: 0,
    newest: new Map(),
    contentVersions: new Map(),
    statuses: new Map(),
    suspectedAt: new Map(),
    refused: new Set(),
    depths: new Map(),
    passedOn: new Map(),
  };
}

function suspectSince(
  { suspectedAt }: Life,
  { origin, version }: { readonly origin: Address; readonly version: number },
  now: Millis,
): void {
  const suspicion = `${origin} ${version}`;
  if (!suspectedAt.has(suspicion)) suspectedAt.set(suspicion, now);
}

/** Who is forgotten may be told of anew, and what was said of it may be passed on again. */
function forget(life: Life, origin: Address): void {
  for (const [name, { origin: of }] of life.newest) if (of === origin) life.newest.delete(name);
  life.contentVersions.delete(origin);
  life.statuses.delete(origin);
  life.passedOn.clear();
}

function nameOf({ origin, key, status }: Pick<Told, 'origin' | 'key' | 'status'>): string {
  return status === undefined ? `${origin} ${key ?? ''}` : `!${origin}`;
}

function isSame(a: Told, b: Told): boolean {
  return (
    a.origin === b.origin &&
    a.version === b.version &&
    a.key === b.key &&
    a.status === b.status &&
    JSON.stringify(a.payload) === JSON.stringify(b.payload)
  );
}

function isNewer(a: Told, b: Told): boolean {
  if (a.version !== b.version) return a.version > b.version;
  if (a.status === undefined || b.status === undefined) return a.uuid > b.uuid;
  return STRENGTHS.indexOf(a.status) > STRENGTHS.indexOf(b.status);
}

function noteRefusal(life: Life, input: Input): void {
  if (input.type === 'unreachable' && input.refused) life.refused.add(input.peer);
  if (input.type !== 'message' || input.message.type !== 'probeReply') return;
  if (input.message.saw === 'refused') life.refused.add(input.message.target);
}

/** Does it ask for what is told already: by repair, or, for a node's own refutation, by a new link? */
export function isTold(input: Input, to: Address): boolean {
  if (input.type !== 'message' || input.from !== to) return false;
  return ['graft', 'pong', 'join', 'neighbor', 'neighborReply'].includes(input.message.type ?? 'rumor');
}
