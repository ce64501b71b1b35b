/**
 * Sends messages as `POST /gossip/` over kept-alive sockets, one request in flight per peer. While it is under way,
 * what must go to that peer waits in its outbox and the next request takes all of it: an idle link adds no delay, a
 * busy one batches by itself.
 */
import type { Address } from '../core/address.ts';
import type { Message } from '../core/messages.ts';
import { validators } from './validators.ts';
import { HttpClient, type HttpAnswer } from './http-client.ts';
import { Outbox } from './outbox.ts';
import type { Transport } from './driver.ts';
import type { LinkFaults } from './link-faults.ts';

/** A peer that takes longer to answer than this is unreachable. A guess: seconds above any healthy answer. */
const REQUEST_TIMEOUT_MS = 4000;
/** Below the server's own keep-alive, so that this side closes first and no request runs into a closing socket. */
const KEEP_ALIVE_MS = 60_000;
/** Peers, the reserve and shuffle partners of the moment fit; the least used idle ones beyond are closed. */
const MAX_CHANNELS = 64;
/** More are never open, even if all are busy: who makes up addresses must not use up our sockets. A guess. */
const MAX_BUSY_CHANNELS = 512;
const ENVELOPE_BYTES = 400;

export interface TransportHost {
  readonly self: Address;
  /** Largest body a peer is sent or may answer with. */
  readonly maxBodyBytes: number;
  /** A peer's answer brought these, unchecked. */
  received(from: Address, messages: readonly unknown[]): void;
  sent(to: Address, message: Message): void;
  /** Larger than any request: thrown away. */
  unsendable(to: Address, message: Message, bytes: number): void;
  /** @param refused its machine says that nobody listens there */
  unreachable(peer: Address, reason: string, refused: boolean): void;
  /** A connection to this peer ended, and not by us. */
  disconnected(peer: Address): void;
}

interface Channel {
  readonly client: HttpClient;
  readonly outbox: Outbox;
  inFlight: boolean;
  /** A flush is due when what is being handled has said all it has to say. */
  isFlushDue: boolean;
}

export class HttpTransport implements Transport {
  /** Least recently used first. */
  private readonly channels = new Map<Address, Channel>();
  private replyingTo: Address | undefined;
  private isClosed = false;

  constructor(
    private readonly host: TransportHost,
    /** Asked before each send. */
    private readonly linkFaults: () => LinkFaults | undefined = () => undefined,
  ) {}

  send(to: Address, message: Message): void {
    const faults = this.linkFaults();
    if (faults === undefined) this.post(to, message);
    else this.suffer(faults, to, message);
  }

  private suffer(faults: LinkFaults, to: Address, message: Message): void {
    const fate = faults.fateOf(to);
    const isCutOff = fate === 'cutOff';
    if (isCutOff || fate.length === 0) {
      this.host.sent(to, message);
      faults.lost(to, isCutOff ? 'partition' : 'loss', message);
      if (isCutOff) setTimeout(() => this.report(to, new Error('cut off')), REQUEST_TIMEOUT_MS).unref();
      return;
    }
    for (const delayMs of fate) {
      if (delayMs === 0) this.post(to, message);
      else setTimeout(() => this.post(to, message), delayMs).unref();
    }
  }

  private post(to: Address, message: Message): void {
    if (this.isClosed) return;
    const channel = this.channel(to);
    if (channel === undefined) {
      const reason = this.channels.size < MAX_BUSY_CHANNELS ? 'not an address' : 'too many sends under way';
      queueMicrotask(() => this.report(to, new Error(reason)));
      return;
    }
    if (message.type === 'getPeers') {
      void this.fetchPeers(to, channel);
      return;
    }
    channel.outbox.put(message);
    if (to !== this.replyingTo) this.flushSoon(to, channel);
  }

  /** Finds out whether anybody still listens there: says nothing, and reports only a failure. */
  check(peer: Address): void {
    const channel = this.isClosed || this.linkFaults()?.isCutOff(peer) ? undefined : this.channel(peer);
    if (channel !== undefined) void this.flush(peer, channel, true);
  }

  /**
   * Runs `act`, and takes what it (or anything before) wants to tell `asker`: that rides in the response to the
   * asker's own request.
   *
   * @returns the messages as JSON
   */
  replyTo(asker: Address, act: () => void): string[] {
    this.replyingTo = asker;
    try {
      act();
    } finally {
      this.replyingTo = undefined;
    }
    const channel = this.channels.get(asker);
    if (channel === undefined) return [];
    const parts = this.takeFrom(asker, channel);
    if (!channel.outbox.isEmpty) this.flushSoon(asker, channel);
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
    const isBusy = ({ inFlight, outbox }: Channel) => inFlight || !outbox.isEmpty;
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
    return { client, outbox: new Outbox(), inFlight: false, isFlushDue: false };
  }

  private closeIdle(keep: number): void {
    for (const [address, channel] of this.channels) {
      if (this.channels.size <= keep) return;
      if (channel.inFlight || !channel.outbox.isEmpty) continue;
      this.channels.delete(address);
      void channel.client.destroy();
    }
  }

  private takeFrom(to: Address, channel: Channel): string[] {
    const { messages, parts } = channel.outbox.take(this.host.maxBodyBytes - ENVELOPE_BYTES, (message, bytes) =>
      this.host.unsendable(to, message, bytes),
    );
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
        const body = `{"from":${JSON.stringify(this.host.self)},"messages":[${this.takeFrom(to, channel).join()}]}`;
        const reply = parse(await channel.client.request('POST', '/gossip/', body));
        if (validators.reply(reply)) this.host.received(to, (reply as { messages: unknown[] }).messages);
      }
    } catch (error) {
      channel.outbox.clear();
      this.report(to, error);
    } finally {
      channel.inFlight = false;
      this.closeIdle(MAX_CHANNELS);
    }
  }

  private report(to: Address, error: unknown): void {
    const reason = reasonOf(error);
    if (!this.isClosed && this.linkFaults()?.failedSendsAreReported !== false)
      this.host.unreachable(to, reason, reason === 'ECONNREFUSED');
  }

  /** The core's `getPeers` is the brief's `GET /peers/`. */
  private async fetchPeers(contact: Address, { client }: Channel): Promise<void> {
    try {
      const reply = parse(await client.request('GET', '/peers/'));
      if (!validators.peersReply(reply)) throw new Error('its /peers/ is not that of a gossip node');
      const { self, peers } = reply as { self: Address; peers: Address[] };
      this.host.received(self, [{ type: 'peers', peers }]);
    } catch (error) {
      this.report(contact, error);
    }
  }
}

/** A peer that refuses what we say (a 4xx: it may speak an older dialect) is reachable all the same. */
function parse({ status, text }: HttpAnswer): unknown {
  if (status >= 400 && status < 500) return undefined;
  if (status !== 200) throw new Error(`HTTP ${status}`);
  return JSON.parse(text);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 200);
}
