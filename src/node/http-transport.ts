/**
 * Sends messages as `POST /gossip/` over kept-alive sockets, one request in flight per peer. While it is under way,
 * what must go to that peer waits in its outbox and the next request takes all of it: an idle link adds no delay, a
 * busy one batches by itself.
 */
import type { Address } from '../core/address.ts';
import type { Millis } from '../core/boundary.ts';
import type { Message } from '../core/messages.ts';
import { HttpClient } from './http-client.ts';
import { NobodyOfOurs, OtherCluster, readGossipAnswer, readPeersAnswer, type PeersAnswer } from './read-answer.ts';
import { Outbox } from './outbox.ts';
import { now } from './clock.ts';
import type { Transport } from './driver.ts';
import { MAX_DELAYED_MESSAGES, MAX_OUTBOX_BYTES } from './limits.ts';
import type { LinkFaults } from './link-faults.ts';
import { MAX_REQUESTS_A_SECOND, Pace } from './pace.ts';

/** A peer that takes longer to answer than this is unreachable. A guess: seconds above any healthy answer. */
const REQUEST_TIMEOUT_MS = 4000;
/** Below the server's own keep-alive, so that this side closes first and no request runs into a closing socket. */
const KEEP_ALIVE_MS = 60_000;
/** Peers, the reserve and shuffle partners of the moment fit; the least used idle ones beyond are closed. */
const MAX_CHANNELS = 64;
/** More are never open, even if all are busy: who makes up addresses must not use up our sockets. A guess. */
const MAX_BUSY_CHANNELS = 512;
const ENVELOPE_BYTES = 400;
/**
 * A peer whose connections end is looked for at most so often: where it or a proxy ends them after each answer, every look
 * would call for the next. Who dies in that second is missed by the next heartbeat. A guess: below the period of heartbeats.
 */
const CHECK_GAP_MS = 1000;
const MAY_WARN_AGAIN_MS = 60_000;

export interface TransportHost {
  readonly self: Address;
  /** The name of its network. */
  readonly cluster: string;
  /** Largest body a peer is sent or may answer with. */
  readonly maxBodyBytes: number;
  /** A peer's answer brought these, unchecked. */
  received(from: Address, messages: readonly unknown[]): void;
  sent(to: Address, message: Message): void;
  /** @param refused nobody of ours listens there: its machine says so, or somebody else answers */
  unreachable(peer: Address, reason: string, refused: boolean): void;
  /** Who answers at this contact's address calls itself by another. */
  named(contact: Address, self: Address): void;
  /** A connection to this peer ended, and not by us. */
  disconnected(peer: Address): void;
  warn(text: string): void;
}

interface Channel {
  readonly client: HttpClient;
  readonly outbox: Outbox;
  readonly pace: Pace;
  inFlight: boolean;
  /** Its `/peers/` are asked for just now. */
  isFetching: boolean;
  checkedAt: Millis;
  /** A flush is due when what is being handled has said all it has to say. */
  isFlushDue: boolean;
}

export class HttpTransport implements Transport {
  /** Least recently used first. */
  private readonly channels = new Map<Address, Channel>();
  /** Who asked what is being handled just now, and what handling it has to say to that one. */
  private reply: { readonly to: Address; readonly outbox: Outbox } | undefined;
  /** Contacts, until it is known what they call themselves: that is the first that they are asked. */
  private readonly unnamed: Set<Address>;
  private isClosed = false;
  private warnedAt: Millis = -Infinity;
  /**
   * Requests sent since the start, how many of them had to wait because their peer got so many, and messages that were
   * dropped because so much waited for their peer.
   */
  readonly requests = { sent: 0, delayed: 0, dropped: 0 };
  /** Messages on slow links, and who is given up soon since it is cut off. */
  private delayed = 0;
  private readonly cutOff = new Set<Address>();

  /** What each envelope begins with. */
  private readonly signature: string;

  constructor(
    private readonly host: TransportHost,
    /** Asked before each send. */
    private readonly linkFaults: () => LinkFaults | undefined = () => undefined,
    /** Addresses as a user gave them, each perhaps another name of a node. */
    contacts: readonly Address[] = [],
  ) {
    this.unnamed = new Set(contacts);
    const { self: from, cluster } = host;
    this.signature = JSON.stringify({ from, cluster }).slice(1, -1);
  }

  send(to: Address, message: Message): void {
    const faults = this.linkFaults();
    if (faults === undefined) this.post(to, message);
    else this.suffer(faults, to, message);
  }

  private suffer(faults: LinkFaults, to: Address, message: Message): void {
    const fate = faults.fateOf(to);
    const isCutOff = fate === 'cutOff';
    if (isCutOff || fate.length === 0 || this.delayed + fate.length > MAX_DELAYED_MESSAGES) {
      this.host.sent(to, message);
      faults.lost(to, isCutOff ? 'partition' : 'loss', message);
      if (isCutOff) this.giveUpLater(to);
      return;
    }
    for (const delayMs of fate) {
      if (delayMs === 0) this.post(to, message);
      else this.postLater(to, message, delayMs);
    }
  }

  private postLater(to: Address, message: Message, delayMs: Millis): void {
    this.delayed++;
    setTimeout(() => {
      this.delayed--;
      this.post(to, message);
    }, delayMs).unref();
  }

  /** As a request would be that gets no answer: one at a time. */
  private giveUpLater(to: Address): void {
    if (this.cutOff.has(to) || this.cutOff.size >= MAX_BUSY_CHANNELS) return;
    this.cutOff.add(to);
    setTimeout(() => {
      this.cutOff.delete(to);
      this.report(to, new Error('cut off'));
    }, REQUEST_TIMEOUT_MS).unref();
  }

  private post(to: Address, message: Message): void {
    if (this.isClosed) return;
    if (this.reply?.to === to && message.type !== 'getPeers') return this.put(to, this.reply.outbox, message);
    const channel = this.channel(to);
    if (channel === undefined) {
      const reason = this.channels.size < MAX_BUSY_CHANNELS ? 'not an address' : 'too many sends under way';
      queueMicrotask(() => this.report(to, new Error(reason)));
      return;
    }
    if (message.type === 'getPeers') {
      if (!channel.isFetching) void this.fetchPeers(to, channel);
      return;
    }
    this.put(to, channel.outbox, message);
    this.flushSoon(to, channel);
  }

  private put(to: Address, outbox: Outbox, message: Message): void {
    const dropped = outbox.put(message);
    if (dropped === 0) return;
    this.requests.dropped += dropped;
    this.warnRarely(`more than ${MAX_OUTBOX_BYTES} bytes wait for ${to}: the oldest messages are dropped`);
  }

  /** Finds out whether anybody still listens there: says nothing, and reports only a failure. */
  check(peer: Address): void {
    const channel = this.isClosed || this.linkFaults()?.isCutOff(peer) ? undefined : this.channel(peer);
    if (channel === undefined || now() - channel.checkedAt < CHECK_GAP_MS) return;
    channel.checkedAt = now();
    void this.flush(peer, channel, true);
  }

  /**
   * Runs `act`, and takes what it wants to tell `asker`: that rides in the response to the asker's own request. What waited
   * before does not, since anybody may ask in a peer's name: it goes to the peer's own address, and then nothing overtakes it.
   *
   * @returns the messages as JSON
   */
  replyTo(asker: Address, act: () => void): string[] {
    const isQueued = this.channels.get(asker)?.outbox.isEmpty === false;
    const outbox = new Outbox();
    this.reply = isQueued ? undefined : { to: asker, outbox };
    try {
      act();
    } finally {
      this.reply = undefined;
    }
    const parts = this.takeFrom(asker, outbox);
    for (const message of outbox.clear()) this.post(asker, message);
    return parts;
  }

  /** How many messages wait for a peer that has a request in flight. */
  get waiting(): number {
    let waiting = 0;
    for (const { outbox } of this.channels.values()) waiting += outbox.size;
    return waiting;
  }

  /** Waits until everything is sent, at most `timeoutMs`, then ends every connection. */
  async close(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline && [...this.channels.values()].some(isBusy)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.isClosed = true;
    await Promise.all([...this.channels.values()].map((channel) => channel.client.destroy()));
    this.channels.clear();
  }

  private channel(to: Address): Channel | undefined {
    const held = this.channels.get(to);
    const channel = held ?? this.openChannel(to);
    if (channel === undefined) return undefined;
    this.channels.delete(to);
    this.channels.set(to, channel);
    return channel;
  }

  /** @returns `undefined` for what has the form of an address but is none, such as port 70000, and when too many are open */
  private openChannel(to: Address): Channel | undefined {
    this.closeIdle(MAX_CHANNELS - 1);
    if (this.channels.size >= MAX_BUSY_CHANNELS || !URL.canParse(`http://${to}`)) return undefined;
    const client = new HttpClient(to, {
      timeoutMs: REQUEST_TIMEOUT_MS,
      keepAliveMs: KEEP_ALIVE_MS,
      maxResponseBytes: this.host.maxBodyBytes,
      disconnected: () => this.host.disconnected(to),
    });
    const idle = { inFlight: false, isFetching: false, checkedAt: -Infinity, isFlushDue: false };
    return { client, outbox: new Outbox(), pace: new Pace(), ...idle };
  }

  private closeIdle(keep: number): void {
    for (const [address, channel] of this.channels) {
      if (this.channels.size <= keep) return;
      if (isBusy(channel)) continue;
      this.channels.delete(address);
      void channel.client.destroy();
    }
  }

  private takeFrom(to: Address, outbox: Outbox): string[] {
    const { messages, parts } = outbox.take(this.host.maxBodyBytes - ENVELOPE_BYTES);
    for (const message of messages) this.host.sent(to, message);
    return parts;
  }

  /** One input often leads to several messages for one peer: they go in one request. */
  private flushSoon(to: Address, channel: Channel): void {
    if (channel.isFlushDue || channel.inFlight) return;
    channel.isFlushDue = true;
    queueMicrotask(() => {
      channel.isFlushDue = false;
      void this.flush(to, channel);
    });
  }

  private async flush(to: Address, channel: Channel, evenEmpty = false): Promise<void> {
    if (channel.inFlight) return;
    channel.inFlight = true;
    try {
      for (let isDue = evenEmpty; (isDue || !channel.outbox.isEmpty) && !this.isClosed; isDue = false) {
        if (this.unnamed.has(to) && (await this.askPeers(to, channel)).self !== to) return void channel.outbox.clear();
        await this.turn(to, channel);
        if (this.isClosed) return;
        const body = `{${this.signature},"messages":[${this.takeFrom(to, channel.outbox).join()}]}`;
        const answer = await channel.client.request('POST', '/gossip/', body);
        const messages = readGossipAnswer(answer, this.host.cluster);
        if (messages !== undefined) this.host.received(to, messages);
      }
    } catch (error) {
      channel.outbox.clear();
      this.report(to, error);
    } finally {
      channel.inFlight = false;
      this.closeIdle(MAX_CHANNELS);
    }
  }

  /** Waits until this peer may be sent another request. */
  private async turn(to: Address, { pace }: Channel): Promise<void> {
    this.requests.sent++;
    const waitMs = pace.next(now());
    if (waitMs === 0) return;
    this.requests.delayed++;
    this.warnRarely(`${to} would be sent more than ${MAX_REQUESTS_A_SECOND} requests a second: what is for it waits`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  private warnRarely(text: string): void {
    if (now() - this.warnedAt < MAY_WARN_AGAIN_MS) return;
    this.warnedAt = now();
    this.host.warn(text);
  }

  private report(to: Address, error: unknown): void {
    const reason = reasonOf(error);
    const isRefused = reason === 'ECONNREFUSED' || error instanceof NobodyOfOurs;
    if (error instanceof OtherCluster) this.warnRarely(`${to} ${reason}`);
    if (!this.isClosed && this.linkFaults()?.failedSendsAreReported !== false)
      this.host.unreachable(to, reason, isRefused);
  }

  /** The core's `getPeers` is the brief's `GET /peers/`. */
  private async fetchPeers(contact: Address, channel: Channel): Promise<void> {
    channel.isFetching = true;
    try {
      const { self, peers } = await this.askPeers(contact, channel);
      this.host.received(self, [{ type: 'peers', peers }]);
    } catch (error) {
      this.report(contact, error);
    } finally {
      channel.isFetching = false;
    }
  }

  /** What this one calls itself from now on is its address. */
  private async askPeers(contact: Address, channel: Channel): Promise<PeersAnswer> {
    await this.turn(contact, channel);
    const { self, peers } = readPeersAnswer(await channel.client.request('GET', '/peers/'), this.host.cluster);
    this.unnamed.delete(contact);
    if (self !== contact) this.host.named(contact, self);
    return { self, peers };
  }
}

function isBusy({ inFlight, isFetching, outbox }: Channel): boolean {
  return inFlight || isFetching || !outbox.isEmpty;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 200);
}
