/**
 * Three peers that know only the brief, around the node under test.
 *
 * The brief leaves open how a running node learns new peers, and how it spells its five fields. So each peer tells the node its own
 * favourite, as a new node would, in a spelling that most nodes understand; whoever is told something after that, or is in the node's
 * `/peers/`, is known to it. A node that learns only from its bootstrap can be started with the first peer as that.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { splitAddress, type Address, type Rumor } from '../core/index.ts';
import { addressOf } from '../http/bare-ports.ts';
import { spell, type Spelling } from '../http/spellings.ts';
import { BriefPeer, type Told } from './brief-peer.ts';
import { Unseen } from './claim.ts';
import { get, post, tryToAsk, within, type Answer, type Question } from './exchange.ts';
import type { Where } from './listener.ts';

/** As many as a node with few peers has room for beside its bootstrap. */
const PEERS = 3;
/** What our rumors bring: enough to see it counted down, and too little to matter in a network that is there already. */
export const TTL = 4;
/** What was sent before something that came may be this much later. */
const STRAGGLER_MS = 150;
/** How long a node has to tell two favourites of its own: one comes about every ten seconds. */
export const OWN_NEWS_MS = 25_000;
const INTRODUCTION_MS = 5000;
const INTRODUCE_AGAIN_MS = 1500;
/** Above what a former run said from the same port, and small enough for 32 bits. */
const FIRST_VERSION = Math.floor(Date.now() / 1000) - 1_700_000_000;
/** Tried one after the other until the node takes one: ours with both names of an origin, then what others may understand. */
const LIKELY: readonly (Spelling | undefined)[] = [
  undefined,
  {
    uuid: 'uuid',
    origin: 'originating_port',
    originAs: 'number',
    ttl: 'ttl',
    payload: 'payload',
    versionIn: 'message',
  },
  { uuid: 'id', origin: 'port', originAs: 'number', ttl: 'ttl', payload: 'payload', versionIn: 'message' },
  { uuid: 'uuid', origin: 'origin', originAs: 'number', ttl: 'ttl', payload: 'payload', versionIn: 'message' },
];

export interface Posted {
  readonly rumor: Rumor;
  readonly question: Question;
  readonly answer: Answer | undefined;
}

export class BriefStage {
  readonly peers: BriefPeer[] = [];
  readonly node: Address;
  /** What came of the first rumor. */
  first!: Posted;
  /** What `GET /peers/` was answered with at the beginning. */
  private listed: readonly unknown[] = [];
  private spelling: Spelling | undefined;
  private versions = new Map<Address, number>();
  private count = 0;

  private constructor(
    { node }: Where,
    private readonly newsMs: number,
  ) {
    this.node = node;
  }

  /** @param port of the first peer; 0 takes any. @param newsMs how long news may take from one peer to another */
  static async open(where: Where, port: number, newsMs: number): Promise<BriefStage> {
    const stage = new BriefStage(where, newsMs);
    for (let i = 0; i < PEERS; i++) {
      stage.peers.push(await BriefPeer.open(where, i === 0 ? port : 0, () => stage.addresses));
    }
    return stage;
  }

  get addresses(): Address[] {
    return this.peers.map(({ address }) => address);
  }

  async close(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  /** Every peer tells its favourite, until the node tells each about the others or time is up. */
  async introduce(): Promise<void> {
    for (const spelling of LIKELY) {
      this.spelling = spelling;
      const posted = await this.tell(0);
      this.first ??= posted;
      if (isTaken(posted)) break;
      if (spelling === LIKELY.at(-1)) this.spelling = undefined;
    }
    for (const deadline = performance.now() + INTRODUCTION_MS; ;) {
      for (const index of this.peers.keys()) await this.tell(index);
      const isKnown = await within(INTRODUCE_AGAIN_MS, () => this.peers.every(hasHeard) || undefined);
      if (isKnown || performance.now() > deadline) break;
    }
    this.listed = await this.listPeers();
    // From now on as it speaks itself.
    this.spelling = this.own.at(-1)?.spelling ?? this.spelling;
    await sleep(STRAGGLER_MS);
  }

  /** Those whom the node knows, as far as can be seen. */
  get known(): BriefPeer[] {
    return this.peers.filter((peer) => hasHeard(peer) || this.listed.some((item) => this.isAt(item, peer.address)));
  }

  /** What the node has told about itself to the peer that has heard most of that, in the order in which it was told. */
  get own(): Told[] {
    const heard = this.peers.map(({ told }) => told.filter(({ rumor }) => this.isOwn(rumor.origin)));
    const [most = []] = heard.sort((a, b) => b.length - a.length);
    return most;
  }

  /** All that was told of this rumor, to whomever. */
  copiesOf(uuid: string): Told[] {
    return this.peers.flatMap((peer) => peer.copiesOf(uuid));
  }

  next(index: number, over: Partial<Rumor> = {}): Rumor {
    const origin = this.address(index);
    const version = over.version ?? (this.versions.get(origin) ?? FIRST_VERSION) + 1;
    this.versions.set(origin, Math.max(version, this.versions.get(origin) ?? 0));
    const uuid = crypto.randomUUID();
    return { uuid, origin, version, ttl: TTL, payload: { book: `Conformance, volume ${++this.count}` }, ...over };
  }

  address(index: number): Address {
    const peer = this.peers[index];
    if (peer === undefined) throw new RangeError(`there is no peer ${index}`);
    return peer.address;
  }

  /** One of our peers tells something new of itself. */
  tell(index: number, over: Partial<Rumor> = {}): Promise<Posted> {
    return this.post(this.next(index, over));
  }

  async post(rumor: Rumor): Promise<Posted> {
    const question = post(spell(rumor, this.spelling));
    return { rumor, question, answer: await tryToAsk(this.node, question) };
  }

  /** Tells something new. @returns its copies, as soon as another peer has one. @throws {Unseen} if none comes */
  async passOn(index: number, over: Partial<Rumor> = {}): Promise<{ posted: Posted; copies: Told[] }> {
    this.needPeers();
    const posted = await this.tell(index, over);
    const copies = await this.seen(posted.rumor.uuid);
    if (copies === undefined)
      throw new Unseen(`nothing that is told to the node came to another peer, see brief/floods`);
    return { posted, copies };
  }

  /** Waits until something that is told after it has come. @returns what came of it until then */
  async settled(posted: Posted, already = 0): Promise<Told[]> {
    const origin = this.addresses.indexOf(posted.rumor.origin);
    const marker = [0, 1, 2].find((index) => index !== origin && this.known.includes(this.peers[index] as BriefPeer));
    await this.passOn(marker ?? 0);
    await sleep(STRAGGLER_MS);
    return this.copiesOf(posted.rumor.uuid).slice(already);
  }

  /** @returns its copies once every one of these peers has one, or what there is when time is up */
  async floodOf(uuid: string, peers: readonly BriefPeer[], ms = this.newsMs): Promise<Told[]> {
    await within(ms, () => peers.every((peer) => peer.copiesOf(uuid).length > 0) || undefined);
    return this.copiesOf(uuid);
  }

  /** @throws {Unseen} */
  needPeers(): void {
    if (this.known.length >= 2) return;
    throw new Unseen(
      `the node knows ${this.known.length} of our ${PEERS} peers: it learns none from rumors, or has no room; ` +
        `see docs/conform.md for how to start it`,
    );
  }

  /** @throws {Unseen} when it has not told so much of itself in time */
  async ownNews(count: number): Promise<Told[]> {
    this.needPeers();
    const own = await within(OWN_NEWS_MS, () => (this.own.length >= count ? this.own : undefined));
    if (own !== undefined) return own;
    const told = ['nothing', 'one favourite'][this.own.length] ?? `${this.own.length} favourites`;
    throw new Unseen(`within ${OWN_NEWS_MS / 1000} s the node told ${told} of its own`);
  }

  private async listPeers(): Promise<readonly unknown[]> {
    const json = (await tryToAsk(this.node, get('/peers/')))?.json;
    return listIn(json) ?? [];
  }

  private seen(uuid: string): Promise<Told[] | undefined> {
    return within(this.newsMs, () => {
      const copies = this.copiesOf(uuid);
      return copies.length > 0 ? copies : undefined;
    });
  }

  private isAt(item: unknown, address: Address): boolean {
    const named = addressOf(item);
    return named === address || (typeof item === 'number' && splitAddress(address).port === item);
  }

  /** A node may call itself otherwise than we call it: on one machine the port tells. */
  private isOwn(origin: unknown): boolean {
    const address = addressOf(origin);
    if (typeof address !== 'string' || this.addresses.includes(address)) return false;
    return address === this.node || splitAddress(address).port === splitAddress(this.node).port;
  }
}

export function isTaken({ answer }: Posted): boolean {
  return answer !== undefined && answer.status >= 200 && answer.status < 300;
}

/** @returns the list in an answer to `GET /peers/`, bare or under `peers` */
export function listIn(json: unknown): readonly unknown[] | undefined {
  const list: unknown = typeof json === 'object' && json !== null && 'peers' in json ? json.peers : json;
  return Array.isArray(list) ? (list as unknown[]) : undefined;
}

function hasHeard({ told }: BriefPeer): boolean {
  return told.length > 0;
}
