/**
 * Guests: nodes that were written from the brief alone. They know `GET /peers/` and `POST /gossip/` with one bare rumor, and nothing
 * of links, envelopes or control messages.
 *
 * Whom a guest posts to, or who joins through it, is its host: it pushes its whole table to the guest and then every update, one
 * POST each. To the core a guest is a member like any other that declines all links: what it would be sent is answered here in its
 * place, after a look at its `/peers/`. So the core finds out by its own rules that a guest is gone.
 */
import type { Address, Message, Rumor } from '../core/index.ts';
import { monotonicMs } from './clock.ts';
import type { HttpAnswer } from './http-client.ts';
import { Outbox } from './outbox.ts';
import { isSameMachine } from './networks.ts';
import { NobodyOfOurs, type PeersAnswer } from './read-answer.ts';
import { spell, type Spelling } from './spellings.ts';

/** Guests of one node, with an outbox each. A guess: they post to few, so a network has room for many more. */
export const MAX_GUESTS = 32;
/** Addresses that are known to be guests, also of others; the oldest is forgotten, and found out again. A guess. */
const MAX_FOREIGN = 1024;
/** Anybody may name an origin in a bare rumor: so many are asked who they are at one time, and in one second. Guesses. */
export const MAX_QUESTIONS = 4;
export const MAX_QUESTIONS_A_SECOND = 10;
/** Origins that are not asked again yet. Beyond that none is asked. A guess. */
const MAX_ASKED = 1024;
/** One that is a node of ours is left alone for so long, whatever is told in its name; one that did not answer may just be starting. */
const ASK_NODE_AGAIN_MS = 60_000;
const ASK_SILENT_AGAIN_MS = 1000;
/** Guests are looked at, and failed posts tried again, once in this time. A guess. */
const TICK_MS = 1000;
/** A guest of which nothing was heard for so long is pinged. A guess. */
const PING_AFTER_MS = 2000;
/** After so many failures in a row the core is told that nobody listens there, and after so many its host gives it up. Guesses. */
const FAILURES_TO_TELL = 3;
const FAILURES_TO_DROP = 5;
/** One that takes nothing of the first rumors it is told is none. A guess. */
const MAX_REFUSALS = 3;
/** Looks at guests at one time, and messages that wait for one. Guesses. */
const MAX_LOOKS = 64;
const MAX_HELD = 16;

export interface GuestHost {
  request(to: Address, method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer>;
  askPeers(address: Address): Promise<PeersAnswer>;
  /** The records that this node holds, as they are told. */
  table(): readonly Rumor[];
  send(to: Address, message: Message): void;
  sent(to: Address, message: Message): void;
  received(from: Address, messages: readonly Message[]): void;
  failed(guest: Address, error: unknown): void;
  warn(text: string): void;
}

interface Guest {
  readonly outbox: Outbox;
  /** `undefined` until it has spoken. */
  spelling: Spelling | undefined;
  path: string;
  failures: number;
  /** Of what it was told before it has taken anything; then it may answer as it likes. */
  refusals: number;
  heardAt: number;
  isPosting: boolean;
}

export class Guests {
  private readonly served = new Map<Address, Guest>();
  private readonly foreign = new Set<Address>();
  private readonly asking = new Set<Address>();
  private readonly askAgainAt = new Map<Address, number>();
  private questions = { since: -Infinity, count: 0 };
  /** What waits for a look at each of these. */
  private readonly looking = new Map<Address, Message[]>();
  private ticker: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly host: GuestHost) {}

  /** How many rumors wait for guests. */
  get waiting(): number {
    let waiting = 0;
    for (const { outbox } of this.served.values()) waiting += outbox.size;
    return waiting;
  }

  get size(): number {
    return this.served.size;
  }

  /** How many are remembered, as guests or as asked. */
  get addresses(): number {
    return this.foreign.size + this.askAgainAt.size;
  }

  has(address: Address): boolean {
    return this.foreign.has(address);
  }

  /**
   * A bare rumor came that tells of its origin, and that may have come from there.
   *
   * @param host whom it came from: nobody makes another machine a guest
   */
  heard({ origin, version }: Rumor, spelling: Spelling, host: string): void {
    const guest = this.served.get(origin);
    if (guest === undefined) {
      void this.ask(origin).then((answer) => {
        const isItself = answer?.isGuest === true && isSameMachine(answer.by ?? '', host);
        if (isItself) this.serve(origin, spelling, version);
      });
    } else {
      guest.spelling = spelling;
      this.answered(guest);
      this.push(origin, guest);
    }
  }

  /** Asks an address that behaves unlike a node of ours, unless it was asked lately. @returns whether it is a guest */
  async recognize(address: Address): Promise<boolean> {
    return (await this.ask(address))?.isGuest === true;
  }

  private async ask(address: Address): Promise<PeersAnswer | undefined> {
    if (!this.mayAsk(address)) return undefined;
    this.asking.add(address);
    let waitMs = ASK_SILENT_AGAIN_MS;
    try {
      const answer = await this.host.askPeers(address);
      if (answer.isGuest) this.noteForeign(address);
      else waitMs = ASK_NODE_AGAIN_MS;
      return answer;
    } catch {
      return undefined;
    } finally {
      this.asking.delete(address);
      this.askAgainAt.set(address, monotonicMs() + waitMs);
    }
  }

  /** It was found at the address of a contact: this node joins through it. */
  adopt(address: Address): void {
    this.noteForeign(address);
    this.serve(address, undefined, 0);
  }

  /** Tells all guests but those that know it. */
  tell(rumor: Rumor, via: Address): void {
    for (const [address, guest] of this.served) {
      if (address !== rumor.origin && address !== via) this.put(address, guest, rumor);
    }
  }

  /** Takes what the core wants to tell a guest, and answers for it. @returns `false` for all other addresses */
  takes(to: Address, message: Message): boolean {
    if (!this.foreign.has(to)) return false;
    if (message.type === 'ping' || message.type === 'neighbor' || message.type === 'join') this.look(to, message);
    return true;
  }

  takeAll(to: Address, messages: readonly Message[]): void {
    for (const message of messages) this.takes(to, message);
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.ticker);
    this.served.clear();
  }

  private mayAsk(address: Address): boolean {
    const now = monotonicMs();
    if (now - this.questions.since >= 1000) this.questions = { since: now, count: 0 };
    if (this.askAgainAt.size >= MAX_ASKED) {
      for (const [other, at] of this.askAgainAt) if (at <= now) this.askAgainAt.delete(other);
    }
    const isBusy = this.asking.has(address) || this.asking.size >= MAX_QUESTIONS || this.isClosed;
    const isTooSoon = (this.askAgainAt.get(address) ?? -Infinity) > now || this.askAgainAt.size >= MAX_ASKED;
    if (isBusy || isTooSoon || this.questions.count >= MAX_QUESTIONS_A_SECOND) return false;
    this.questions.count++;
    return true;
  }

  private noteForeign(address: Address): void {
    this.foreign.delete(address);
    this.foreign.add(address);
    for (const oldest of this.foreign) {
      if (this.foreign.size <= MAX_FOREIGN) break;
      if (!this.served.has(oldest)) this.foreign.delete(oldest);
    }
  }

  /** @param version of what it has told about itself: a guest that has started again is reminded of a higher one */
  private serve(address: Address, spelling: Spelling | undefined, version: number): void {
    if (this.isClosed || this.served.has(address)) return;
    if (this.served.size >= MAX_GUESTS) {
      return this.host.warn(`${address} is a guest too many: this node serves ${MAX_GUESTS}`);
    }
    const outbox = new Outbox();
    const guest = {
      outbox,
      spelling,
      path: '/gossip/',
      failures: 0,
      refusals: 0,
      heardAt: monotonicMs(),
      isPosting: false,
    };
    this.served.set(address, guest);
    this.ticker ??= setInterval(() => this.tick(), TICK_MS).unref();
    for (const rumor of this.host.table()) {
      if (rumor.origin !== address || rumor.version > version) this.put(address, guest, rumor);
    }
  }

  private put(address: Address, guest: Guest, rumor: Rumor): void {
    guest.outbox.put(rumor);
    if (guest.failures === 0) this.push(address, guest);
  }

  /** One POST at a time. */
  private async post(address: Address, guest: Guest): Promise<void> {
    for (;;) {
      const rumor = guest.outbox.oldest as Rumor | undefined;
      if (rumor === undefined || this.served.get(address) !== guest) return;
      const body = JSON.stringify(spell(rumor, guest.spelling));
      const { status } = await this.host.request(address, 'POST', guest.path, body);
      // Whatever it says to that, it is there.
      this.answered(guest);
      if (status === 404 && guest.path === '/gossip/') guest.path = '/gossip';
      else if (guest.outbox.remove(rumor)) this.host.sent(address, rumor);
      if (status < 400) guest.refusals = -Infinity;
      else if (++guest.refusals >= MAX_REFUSALS) return void this.served.delete(address);
    }
  }

  private push(address: Address, guest: Guest): void {
    if (guest.isPosting) return;
    guest.isPosting = true;
    this.post(address, guest)
      .catch((error: unknown) => this.missed(address, error))
      .finally(() => (guest.isPosting = false));
  }

  private answered(guest: Guest): void {
    guest.failures = 0;
    guest.heardAt = monotonicMs();
  }

  private missed(address: Address, error: unknown): void {
    if (this.isClosed) return;
    const guest = this.served.get(address);
    const failures = guest === undefined ? 1 : ++guest.failures;
    if (failures >= FAILURES_TO_DROP) this.served.delete(address);
    this.host.failed(address, failures < FAILURES_TO_TELL ? error : new NobodyOfOurs('the guest does not answer'));
  }

  private tick(): void {
    for (const [address, guest] of this.served) {
      if (guest.isPosting) continue;
      if (!guest.outbox.isEmpty) this.push(address, guest);
      else if (monotonicMs() - guest.heardAt >= PING_AFTER_MS) this.look(address);
    }
    if (this.served.size > 0) return;
    clearInterval(this.ticker);
    this.ticker = undefined;
  }

  /** `GET /peers/` is a guest's ping, and tells whether it is one still. */
  private look(address: Address, message?: Message): void {
    const held = this.looking.get(address);
    const mayHold = message !== undefined && (held?.length ?? 0) < MAX_HELD;
    if (held !== undefined && mayHold) held.push(message);
    if (held !== undefined || this.looking.size >= MAX_LOOKS || this.isClosed) return;
    this.looking.set(address, message === undefined ? [] : [message]);
    const asked = this.host.askPeers(address);
    void asked.then(
      ({ isGuest }) => this.saw(address, isGuest),
      (error: unknown) => {
        this.looking.delete(address);
        this.missed(address, error);
      },
    );
  }

  private saw(address: Address, isGuest: boolean): void {
    const held = this.looking.get(address) ?? [];
    this.looking.delete(address);
    if (this.isClosed) return;
    if (!isGuest) {
      this.served.delete(address);
      this.foreign.delete(address);
      for (const message of held) this.host.send(address, message);
      return;
    }
    const guest = this.served.get(address);
    if (guest !== undefined) this.answered(guest);
    this.host.received(address, held.flatMap(replyTo));
  }
}

/** What a node of ours would say that wants no link. */
function replyTo(message: Message): Message[] {
  if (message.type === 'ping') return [{ type: 'pong', request: message.request }];
  if (message.type !== 'join' && message.type !== 'neighbor') return [];
  return [{ type: 'neighborReply', accepted: false, request: message.request }];
}
