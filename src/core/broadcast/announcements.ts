/**
 * Plumtree's lazy push: over links outside a rumor's tree only its name goes (`iHave`), with how long this node has held it. So
 * a neighbour that lacks it can fetch it, and one that got it later than from here can change its parent.
 *
 * Departure from the paper: what is announced to one peer is gathered for a moment, since a line costs the same whether it names one
 * rumor or ten.
 */
import type { Address } from '../address.ts';
import type { Millis, Timer } from '../boundary.ts';
import type { Effects } from '../effects.ts';
import { entryBytes, fitting } from '../message-bytes.ts';
import { MAX_HELD_MS, type Announcement, type Rumor } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { jittered, type Random } from '../random.ts';
import { RareMap } from '../rare.ts';

/** Most that wait for one peer; the oldest make room, and are left to anti-entropy. A guess: what a message takes. */
const MAX_PENDING = 1000;
/** A guess. */
const JITTER = 0.25;
const ANNOUNCE: Timer = { name: 'announce' };

interface Pending {
  readonly rumor: Rumor;
  readonly receivedAt: Millis;
}

export class Announcements {
  private readonly pending = new RareMap<Address, Pending[]>();
  /** When the next are sent. A timer that was set for later then sends what has come meanwhile. */
  private dueAt: Millis = Infinity;

  constructor(
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
  ) {}

  /** Tells this peer, about so much later, that this node holds this rumor since then. */
  add(peer: Address, rumor: Rumor, receivedAt: Millis, afterMs?: Millis): void {
    const pending = this.pending.get(peer) ?? [];
    if (pending.length === 0) this.pending.set(peer, pending);
    const held = pending.findIndex((each) => each.rumor.origin === rumor.origin);
    if (held >= 0) pending.splice(held, 1);
    if (pending.length >= MAX_PENDING) pending.shift();
    pending.push({ rumor, receivedAt });
    this.schedule(afterMs);
  }

  /** Half of the links' ends are to speak first, and the others then need not. */
  schedule(afterMs: Millis = this.parameters.announceMs): void {
    const { now } = this.effects;
    if (this.dueAt <= now + (1 + JITTER) * afterMs) return;
    const waitMs = jittered(this.random, afterMs, JITTER);
    this.dueAt = now + waitMs;
    this.effects.schedule(waitMs, ANNOUNCE);
  }

  /** This peer holds these too. What it would not have got much sooner from here it need not be told. */
  heard(peer: Address, entries: readonly Announcement[], worthwhileMs: Millis): void {
    const pending = this.pending.get(peer);
    if (pending === undefined) return;
    const sooner = new Map(entries.map(([origin, version, held]) => [`${origin} ${version}`, this.effects.now - held]));
    const left = pending.filter(({ rumor: { origin, version }, receivedAt }) => {
      return (sooner.get(`${origin} ${version}`) ?? Infinity) - receivedAt >= worthwhileMs;
    });
    if (left.length > 0) this.pending.set(peer, left);
    else this.pending.delete(peer);
  }

  forget(peer: Address): void {
    this.pending.delete(peer);
  }

  /** The timer fired. */
  send(): void {
    this.dueAt = Infinity;
    for (const [peer, pending] of this.pending) {
      const entries = pending.map((each) => this.announcementOf(each));
      this.effects.send(peer, { type: 'iHave', entries: this.fitting(entries) });
    }
    this.pending.clear();
  }

  /** Those that came last, where not all fit. */
  private fitting(entries: readonly Announcement[]): readonly Announcement[] {
    return fitting(entries.toReversed(), entryBytes, this.parameters.maxMessageBytes).toReversed();
  }

  private announcementOf({ rumor: { origin, version, key }, receivedAt }: Pending): Announcement {
    const heldForMs = Math.min(Math.round(this.effects.now - receivedAt), MAX_HELD_MS);
    return key === undefined ? [origin, version, heldForMs] : [origin, version, heldForMs, key];
  }
}
