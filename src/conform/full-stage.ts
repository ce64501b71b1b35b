/** Peers that speak the whole protocol, opened as claims need them, around a node that has `/peers/` and `/state/` of the protocol. */
import type { Address, Rumor } from '../core/index.ts';
import { DEFAULT_CLUSTER } from '../http/cluster-name.ts';
import { Unseen } from './claim.ts';
import { broken } from './evidence.ts';
import { get, tryToAsk, within, type Question } from './exchange.ts';
import { FullPeer, isFields, type Look, type Said } from './full-peer.ts';
import type { Where } from './listener.ts';

/** Far from what an honest network has, and enough for every hop here. */
export const TTL = 4;

export class FullStage {
  readonly node: Address;
  /** What the node calls itself. */
  readonly self: Address;
  private readonly peers: FullPeer[] = [];
  private count = 0;
  private readonly versions = new Map<Address, number>();

  private constructor(
    private readonly where: Where,
    /** How long what a claim waits for may take. */
    readonly newsMs: number,
    private readonly peersAnswer: unknown,
  ) {
    this.node = where.node;
    this.self = isFields(peersAnswer) && typeof peersAnswer['self'] === 'string' ? peersAnswer['self'] : where.node;
  }

  static async open(where: Where, newsMs: number): Promise<FullStage> {
    return new FullStage(where, newsMs, (await tryToAsk(where.node, get('/peers/')))?.json);
  }

  get cluster(): string {
    const named = isFields(this.peersAnswer) ? this.peersAnswer['cluster'] : undefined;
    return typeof named === 'string' ? named : DEFAULT_CLUSTER;
  }

  /** @throws {Unseen} of a node that speaks only the brief */
  needWholeProtocol(): void {
    if (isFields(this.peersAnswer) && 'self' in this.peersAnswer) return;
    throw new Unseen('GET /peers/ names no self: the node speaks only the brief (see full/names-itself)');
  }

  /** What a helper says that it saw. */
  private readonly look: Look = (target) => {
    const peer = this.peers.find(({ address }) => address === target);
    if (peer === undefined) return 'silence';
    if (peer.isSeenByHelpers) return 'alive';
    return peer.isClosed ? 'refused' : peer.isSilent ? 'silence' : 'alive';
  };

  /** A new peer, at a port of its own, without a link. */
  async peer(): Promise<FullPeer> {
    this.needWholeProtocol();
    const peer = await FullPeer.open(this.where, this.cluster, this.look);
    this.peers.push(peer);
    return peer;
  }

  /** A new peer with a link to the node. @throws {Unseen} if it is given none */
  async linked(): Promise<FullPeer> {
    const peer = await this.peer();
    await this.link(peer);
    return peer;
  }

  /** @throws {Unseen} if the node grants none */
  async link(peer: FullPeer): Promise<void> {
    peer.grants = true;
    const request = FullPeer.nextRequest();
    await peer.say({ type: 'neighbor', priority: 'high', request });
    const isReply = (message: Said): boolean => message['request'] === request && message['accepted'] === true;
    const reply = await peer.hears(this.newsMs, 'neighborReply', isReply);
    if (reply === undefined) throw new Unseen('the node gave no link to a peer (see full/neighbor)');
  }

  /** These have no link from now on, and want none. */
  async retire(...peers: readonly FullPeer[]): Promise<void> {
    for (const peer of peers) {
      peer.grants = false;
      if (!peer.isClosed && !peer.isSilent) await peer.say({ type: 'disconnect' }).catch(() => undefined);
    }
  }

  /** Runs with so many linked peers, which have no link afterwards. */
  async withLinked(count: number, act: (...peers: [FullPeer, FullPeer, FullPeer]) => Promise<void>): Promise<void> {
    const peers: FullPeer[] = [];
    try {
      while (peers.length < count) peers.push(await this.linked());
      await act(...(peers as [FullPeer, FullPeer, FullPeer]));
    } finally {
      await this.retire(...peers);
    }
  }

  /** Something new of this origin, with a text that is nowhere else. */
  rumor(origin: Address, over: Partial<Rumor> = {}): Rumor & { readonly payload: { readonly book: string } } {
    const version = over.version ?? (this.versions.get(origin) ?? 0) + 1;
    this.versions.set(origin, Math.max(version, this.versions.get(origin) ?? 0));
    const book = `Conformance, volume ${++this.count} of ${origin}`;
    return { uuid: crypto.randomUUID(), origin, version, ttl: TTL, ...over, payload: { book } };
  }

  /** What `/state/` tells. @throws {Unseen} if it tells nothing */
  async state(): Promise<{ readonly version: number; readonly records: readonly Said[]; readonly text: string }> {
    const answer = await tryToAsk(this.node, get('/state/'));
    const { version, records } = (isFields(answer?.json) ? answer.json : {}) as { version?: number; records?: unknown };
    if (!Array.isArray(records)) throw new Unseen('GET /state/ tells no records (see full/tells-its-state)');
    return { version: Number(version), records: records.filter(isFields), text: answer?.text ?? '' };
  }

  async record(origin: Address): Promise<Said | undefined> {
    const { records } = await this.state();
    return records.find((record) => record['origin'] === origin && record['key'] === undefined);
  }

  /** @returns the record of this origin as soon as it is as it should be, or as it is when time is up */
  async recordThat(origin: Address, fits: (record: Said) => boolean, ms = this.newsMs): Promise<Said | undefined> {
    const seen = await within(ms, async () => {
      const record = await this.record(origin);
      return record !== undefined && fits(record) ? record : undefined;
    });
    return seen ?? this.record(origin);
  }

  async listedPeers(): Promise<readonly unknown[]> {
    const json = (await tryToAsk(this.node, get('/peers/')))?.json;
    const list = isFields(json) ? json['peers'] : undefined;
    return Array.isArray(list) ? (list as unknown[]) : [];
  }

  /** Asks what is to be refused, and checks that it was, and that nothing with one of these marks is in the table. */
  async areRefused(cases: readonly (readonly [Question, mark: string])[], status: number): Promise<void> {
    for (const [question] of cases) {
      const answer = await tryToAsk(this.node, question);
      const error = isFields(answer?.json) ? answer.json['error'] : undefined;
      const isLine = typeof error === 'string' && error !== '' && !error.includes('\n');
      const expected = `${status} and {"error": one line}`;
      if (answer === undefined || answer.status !== status || !isLine) broken(expected, question, answer);
    }
    const { text } = await this.state();
    for (const [question, mark] of cases) {
      if (text.includes(mark))
        broken('nothing of it in /state/', question, `it is in /state/ ${aroundMark(text, mark)}`);
    }
  }

  isRefused(question: Question, status: number, mark: string): Promise<void> {
    return this.areRefused([[question, mark]], status);
  }

  /** They say goodbye, so that nobody looks for them. */
  async close(): Promise<void> {
    const left = this.peers.filter(({ isClosed }) => !isClosed);
    const goodbyes = left.map((peer) => {
      const version = (this.versions.get(peer.address) ?? 0) + 100;
      const { uuid, origin, ttl } = this.rumor(peer.address);
      return peer.say({ uuid, origin, version, ttl, status: 'left' }).catch(() => undefined);
    });
    await Promise.all(goodbyes);
    await Promise.all(this.peers.map((peer) => peer.close()));
  }
}

function aroundMark(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return `…${text.slice(Math.max(0, at - 120), at + 120)}…`;
}
