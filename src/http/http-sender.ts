/**
 * Sends messages: as lines on a stream where there is a link (`links.ts`), and else as `POST /gossip/` over kept-alive sockets,
 * one request in flight per peer. While a request is under way, or a stream is full or being opened, what must go to that peer waits
 * in its outbox and then goes together: an idle link adds no delay, a busy one batches by itself.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Address, Message, Rumor } from '../core/index.ts';
import { AllowedNetworks } from './allowed-networks.ts';
import { monotonicMs } from './clock.ts';
import { Contacts } from './contacts.ts';
import type { Sender } from './driver.ts';
import { FaultySends } from './faulty-sends.ts';
import { UnsignedAnswer } from './guard.ts';
import { Guests } from './guests.ts';
import { HttpClient, reasonOf, type HttpAnswer } from './http-client.ts';
import { MAX_OUTBOX_BYTES } from './limits.ts';
import type { LinkFaults } from './link-faults.ts';
import { Links } from './links.ts';
import { Outbox } from './outbox.ts';
import { LookGaps } from './look-gaps.ts';
import { MAX_REQUESTS_A_SECOND, Paces } from './pace.ts';
import { AddressValidation, MAX_FIRST_BYTES } from './address-validation.ts';
import { askPeers, NobodyOfOurs, OtherCluster, readGossipAnswer, Refused, type PeersAnswer } from './read-answer.ts';
import type { SenderHost } from './sender-host.ts';

/** More are never under way at one time: who makes up addresses must not use up our sockets. A guess. */
const MAX_CHANNELS = 512;
const ENVELOPE_BYTES = 600;
const MAY_WARN_AGAIN_MS = 60_000;

interface Channel {
  readonly outbox: Outbox;
  isPosting: boolean;
  /** A flush is due when what is being handled has said all it has to say. */
  isFlushDue: boolean;
}

export class HttpSender implements Sender {
  /** Only of those for whom something waits or is under way. */
  private readonly channels = new Map<Address, Channel>();
  private readonly client: HttpClient;
  readonly links: Links;
  readonly guests: Guests | undefined;
  readonly validation: AddressValidation;
  /** Whose request is being handled, and what is to be told to it. */
  private asker: { readonly address: Address; readonly answers: Outbox; readonly isProven: boolean } | undefined;
  private readonly paces = new Paces();
  private readonly looks = new LookGaps();
  private isClosed = false;
  private warnedAt = -Infinity;
  /**
   * Requests sent since the start, how many of them had to wait because their peer got so many, and messages that were
   * dropped because so much waited for their peer.
   */
  readonly requests = { sent: 0, delayed: 0, dropped: 0 };
  private readonly faulty = new FaultySends({
    put: (to, message) => this.put(to, message),
    sent: (to, message) => this.host.sent(to, message),
    report: (to, error) => this.report(to, error),
  });
  private readonly contacts: Contacts;
  /** What each envelope begins with. */
  private readonly signature: string;

  constructor(
    private readonly host: SenderHost,
    /** Asked before each send. */
    private readonly linkFaults: () => LinkFaults | undefined = () => undefined,
    /** Addresses as a user gave them, each perhaps another name of a node. */
    contacts: readonly Address[] = [],
    networks = new AllowedNetworks(undefined, { host: '127.0.0.1' }, contacts),
  ) {
    this.contacts = new Contacts(contacts, {
      askPeers: (address) => this.readPeers(address),
      received: (from, messages) => host.received(from, messages),
      named: (contact, self) => host.named(contact, self),
      adopt: (guest) => this.guests?.adopt(guest),
      meet: (node) => this.validation.meet(node),
      missed: (contact, error) => this.miss(contact, error),
    });
    this.validation = new AddressValidation(new Set(contacts));
    this.client = new HttpClient(networks, host.maxBodyBytes, (peer) => this.check(peer), host.wire, host.guard);
    this.links = new Links({
      ...{ self: host.self, cluster: host.cluster, wire: host.wire, guard: host.guard, networks },
      isPeer: (address) => host.isPeer(address),
      checkSpeaker: (request, from) => host.checkSpeaker(request, from),
      heard: (from, lines) => host.heard(from, lines, true),
      converse: (from, lines) => this.replyTo(from, () => host.heard(from, lines, false), false),
      met: (address) => this.validation.meet(address),
      ready: (peer) => this.flushSoon(peer),
      opened: (peer, openedBy) => host.opened(peer, openedBy),
      closed: (peer, reason) => host.closed(peer, reason),
      broken: (peer) => this.check(peer),
      failed: (peer, error) => this.giveUp(peer, error),
    });
    this.guests = host.table && this.openGuests(host.table);
    const { self: from, cluster } = host;
    this.signature = JSON.stringify({ from, cluster }).slice(1, -1);
  }

  private openGuests(table: () => readonly Rumor[]): Guests {
    const { host } = this;
    return new Guests({
      table,
      request: (...asked) => this.request(...asked),
      askPeers: (address) => this.readPeers(address),
      send: (to, message) => this.send(to, message),
      sent: (to, message) => host.sent(to, message),
      received: (from, messages) => host.received(from, messages),
      failed: (guest, error) => this.report(guest, error),
      warn: (text) => this.warnRarely(text),
    });
  }

  send(to: Address, message: Message): void {
    const faults = this.linkFaults();
    if (faults === undefined) this.put(to, message);
    else this.faulty.send(faults, to, message);
  }

  private put(to: Address, message: Message): void {
    if (this.isClosed) return;
    if (!this.validation.mayCall(to, monotonicMs())) {
      return queueMicrotask(() => this.report(to, new Error('it never answered: it is not called yet')));
    }
    if (message.type === 'getPeers') {
      return this.contacts.fetchPeers(to);
    }
    if (this.guests?.takes(to, message) === true) return;
    if (to === this.asker?.address && !(this.asker.isProven && this.streamsTo(to))) {
      return this.queue(to, this.asker.answers, message);
    }
    const channel = this.channel(to);
    if (channel === undefined) queueMicrotask(() => this.report(to, new Error('too many sends under way')));
    else {
      this.queue(to, channel.outbox, message);
      this.flushSoon(to);
    }
  }

  private queue(to: Address, outbox: Outbox, message: Message): void {
    const dropped = outbox.put(message);
    if (dropped === 0) return;
    this.requests.dropped += dropped;
    this.warnRarely(`more than ${MAX_OUTBOX_BYTES} bytes wait for ${to}: the oldest messages are dropped`);
  }

  /** Is there a stream to it, or can there be one? */
  private streamsTo(peer: Address): boolean {
    if (this.links.to(peer) !== undefined || this.links.isOpening(peer)) return true;
    return this.host.isPeer(peer) && this.links.known.mayStream(peer, monotonicMs());
  }

  /** A new link gets a stream, if it can. */
  linked(peer: Address): void {
    if (!this.isClosed && this.streamsTo(peer)) this.links.open(peer);
  }

  /** The stream of one that has gone is ended in a while. */
  unlinked(peer: Address): void {
    this.links.linger(peer);
  }

  /** Finds out whether anybody still listens there: says nothing, and reports only a failure. */
  private check(peer: Address): void {
    const isOfUse = this.host.isPeer(peer) || this.channels.has(peer);
    if (this.isClosed || !isOfUse || this.linkFaults()?.isCutOff(peer) || !this.looks.mayLook(peer, monotonicMs()))
      return;
    if (!this.links.open(peer)) void this.post(peer, this.channel(peer), true);
  }

  /** Another node gave its token in a request. */
  learnToken(from: Address, token: string): void {
    if (this.links.to(from) === undefined) this.links.known.learn(from, token);
  }

  /** Has whoever speaks for this address read what was sent there? */
  isProven(from: Address, proof: string | undefined): boolean {
    const isProven = proof !== undefined && this.links.known.isProof(from, proof);
    if (isProven) this.validation.meet(from);
    else this.validation.hope(from);
    return isProven;
  }

  /** Another node opens a stream. @throws BadRequest */
  accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.links.accept(request, response);
  }

  /**
   * Runs `act`, and takes what it wants to tell `asker`: that rides in the response to the asker's own request. What waited
   * before does not, since anybody may ask in a peer's name: it goes to the peer's own address, and then nothing overtakes it.
   * Whoever has not shown that it reads that address is told all in the response, and what does not fit is thrown away: it
   * could have us send it to anybody.
   *
   * @returns the messages as JSON
   */
  replyTo(asker: Address, act: () => void, isProven = true): string[] {
    const answers = new Outbox();
    const isQueued = isProven && this.channels.get(asker)?.outbox.isEmpty === false;
    this.asker = isQueued ? undefined : { address: asker, answers, isProven };
    try {
      act();
    } finally {
      this.asker = undefined;
    }
    const { parts } = this.takeFrom(asker, answers);
    // The rest goes to the asker's own address, if that is its own.
    for (const message of answers.clear()) {
      if (isProven) this.put(asker, message);
      else this.requests.dropped++;
    }
    return parts;
  }

  /** How many messages wait for a peer. */
  get waiting(): number {
    let waiting = 0;
    for (const { outbox } of this.channels.values()) waiting += outbox.size;
    return waiting + (this.guests?.waiting ?? 0);
  }

  get levels() {
    const { links, validation, guests, waiting } = this;
    const addresses = links.known.size + validation.size + (guests?.addresses ?? 0);
    return { waiting, streams: links.streams, guests: guests?.size ?? 0, addresses };
  }

  /** Waits until everything is sent, at most `timeoutMs`, then ends every connection. */
  async close(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline && (this.channels.size > 0 || this.contacts.isAsking))
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.isClosed = true;
    this.links.close();
    this.guests?.close();
    this.client.destroy();
    this.channels.clear();
  }

  private channel(to: Address): Channel | undefined {
    let channel = this.channels.get(to);
    if (channel === undefined && this.channels.size < MAX_CHANNELS) {
      channel = { outbox: new Outbox(), isPosting: false, isFlushDue: false };
      this.channels.set(to, channel);
    }
    return channel;
  }

  /** One input often leads to several messages for one peer: they go together. */
  private flushSoon(to: Address): void {
    const channel = this.channels.get(to);
    if (channel === undefined || channel.isFlushDue) return;
    channel.isFlushDue = true;
    queueMicrotask(() => {
      channel.isFlushDue = false;
      this.flush(to, channel);
    });
  }

  private flush(to: Address, channel: Channel): void {
    if (this.isClosed || channel.isPosting || this.links.isOpening(to)) return;
    const link = this.links.to(to);
    if (link === undefined) {
      if (this.host.isPeer(to) && this.links.open(to)) return;
      void this.post(to, channel, false);
      return;
    }
    while (!channel.outbox.isEmpty && !link.isFull) {
      const { parts } = this.takeFrom(to, channel.outbox);
      if (parts.length > 0) link.write(parts);
    }
    this.tidy(to, channel);
  }

  /** What fits one body or line, each message with its JSON. */
  private takeFrom(to: Address, outbox: Outbox, room?: number): { messages: Message[]; parts: string[] } {
    const tooLarge = (message: Message, bytes: number): void => this.host.unsendable(to, message, bytes);
    const taken = outbox.take(this.host.maxBodyBytes - ENVELOPE_BYTES, tooLarge, room);
    for (const message of taken.messages) this.host.sent(to, message);
    return taken;
  }

  private async post(to: Address, channel: Channel | undefined, evenEmpty: boolean): Promise<void> {
    if (channel === undefined || channel.isPosting) return;
    channel.isPosting = true;
    let underWay: readonly Message[] = [];
    try {
      for (let isDue = evenEmpty; (isDue || !channel.outbox.isEmpty) && !this.isClosed; isDue = false) {
        if (this.contacts.isUnnamed(to) && (await this.contacts.ask(to)).self !== to)
          return void channel.outbox.clear();
        if (this.guests?.has(to) === true) return this.guests.takeAll(to, channel.outbox.clear());
        await this.turn(to);
        if (this.isClosed) return;
        const room = this.validation.isReading(to) ? undefined : MAX_FIRST_BYTES;
        const { messages, parts } = this.takeFrom(to, channel.outbox, room);
        underWay = messages;
        const answer = await this.client.request(to, 'POST', '/gossip/', this.envelope(to, parts));
        const reply = readGossipAnswer(answer, this.host.cluster);
        underWay = [];
        if (reply !== undefined) {
          this.validation.meet(to);
          this.host.received(to, reply);
        } else if (await this.turnsOutAGuest(to)) this.guests?.takeAll(to, messages);
        else this.validation.refuse(to);
        if (this.links.to(to) !== undefined) break;
      }
    } catch (error) {
      const unsaid = [...underWay, ...channel.outbox.clear()];
      if (await this.turnsOutAGuest(to, error)) this.guests?.takeAll(to, unsaid);
      else this.miss(to, error);
    } finally {
      channel.isPosting = false;
      if (!channel.outbox.isEmpty) this.flushSoon(to);
      this.tidy(to, channel);
    }
  }

  private envelope(to: Address, messages: readonly string[]): string {
    return `{${this.signature},${this.links.known.tokensWith(to)},"messages":[${messages.join()}]}`;
  }

  /** A guest does not know what to do with an envelope. */
  private async turnsOutAGuest(to: Address, error?: unknown): Promise<boolean> {
    if (this.guests === undefined || this.isClosed || reasonOf(error) === 'ECONNREFUSED') return false;
    return !this.host.isPeer(to) && (this.guests.has(to) || (await this.guests.recognize(to)));
  }

  private async request(to: Address, method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer> {
    await this.turn(to);
    return this.client.request(to, method, path, body);
  }

  /** Waits until this peer may be sent another request. */
  private async turn(to: Address): Promise<void> {
    this.requests.sent++;
    const waitMs = this.paces.next(to, monotonicMs());
    if (waitMs === 0) return;
    this.requests.delayed++;
    this.warnRarely(`${to} would be sent more than ${MAX_REQUESTS_A_SECOND} requests a second: what is for it waits`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  private warnRarely(text: string): void {
    const now = monotonicMs();
    if (now - this.warnedAt < MAY_WARN_AGAIN_MS) return;
    this.warnedAt = now;
    this.host.warn(text);
  }

  private tidy(to: Address, channel: Channel): void {
    const isBusy = channel.isPosting || channel.isFlushDue || !channel.outbox.isEmpty;
    if (!isBusy && this.channels.get(to) === channel) this.channels.delete(to);
  }

  private giveUp(to: Address, error: unknown): void {
    this.channels.get(to)?.outbox.clear();
    this.channels.delete(to);
    this.miss(to, error);
  }

  private miss(to: Address, error: unknown): void {
    this.validation.miss(to, monotonicMs());
    this.report(to, error);
  }

  private report(to: Address, error: unknown): void {
    const reason = reasonOf(error);
    const isRefused = reason === 'ECONNREFUSED' || error instanceof NobodyOfOurs;
    const isNoMember = error instanceof OtherCluster || error instanceof Refused || error instanceof UnsignedAnswer;
    if (isNoMember) this.warnRarely(`${to} ${reason}`);
    if (!this.isClosed && this.linkFaults()?.failedSendsAreReported !== false)
      this.host.unreachable(to, reason, isRefused);
  }

  private readPeers(contact: Address): Promise<PeersAnswer> {
    const ask = (path: string) => this.request(contact, 'GET', path);
    return askPeers(ask, contact, this.host.cluster, this.guests !== undefined);
  }
}
