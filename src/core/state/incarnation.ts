/**
 * A node's own version, which is its incarnation as in SWIM (Das, Gupta, Motivala, DSN 2002): what it says itself, and what it
 * does when others speak of it.
 *
 * Hearing an accusation, or of itself at a version it did not send, a node goes above it and says again what it said before.
 * That refutes the accusation and repairs a restart that forgot. It never says what was not said: a node that has nothing to say
 * lets the claim stand until it has. What an earlier life told comes back by repair, and is said again then.
 */
import type { Address } from '../address.ts';
import type { Input, Millis } from '../boundary.ts';
import type { Effects } from '../effects.ts';
import type { Rumor } from '../messages.ts';
import { MAX_VERSION, type Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { factsOf, payloadOf } from './rumor-facts.ts';
import { Repetitions } from '../repetitions.ts';
import type { Table } from './table.ts';
import { timeOfUuid, uuidV7 } from '../uuid.ts';

/** So long every new peer is told a refutation: its accuser, and the nodes that believe it, ask for a link within that. A guess. */
const PENDING_MS = 400;

/** What the rest of the node does about it. */
export interface Listener {
  /** Takes what we say ourselves into our own table. @returns `false` when that is full */
  hold(rumor: Rumor): boolean;
  spread(rumor: Rumor): void;
  /** Takes what another says of us as it stands. */
  merge(from: Address, rumor: Rumor, hops: number): void;
  accused(): void;
  /** Takes this rumor for new when it comes again. */
  forget(uuid: string): void;
  /** Is there anybody to tell it to? */
  hasPeers(): boolean;
  /** Is a receipt of what this key held before under way? */
  isReceiptAwaited(key: string | undefined): boolean;
}

export class Incarnation {
  /** Our newest rumor, which new peers are told: there was nobody to tell it to, or it clears us in the nick of time. */
  private pendingAnnouncement: Rumor | undefined;
  /** Until then every new peer, and not only the next. */
  private pendingUntil: Millis = -Infinity;

  private readonly refutations = new Repetitions();
  private isAccused = false;
  /** On this machine's clock. */
  private startedAt: Millis = Infinity;

  constructor(
    private readonly self: Address,
    public version: number,
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.startedAt = this.effects.now;
  }

  /** Without a payload it tells that the record is deleted. @returns what was told, if there was a version and room for it */
  publish(content: Extract<Input, { readonly type: 'publish' }>): Rumor | undefined {
    const { key, receiptWithinMs } = content;
    return this.say({ ...payloadOf(content), ...(key === undefined ? {} : { key }) }, receiptWithinMs !== undefined);
  }

  peerUp(peer: Address): void {
    if (this.pendingAnnouncement !== undefined) this.effects.send(peer, this.pendingAnnouncement);
    if (this.effects.now >= this.pendingUntil) this.pendingAnnouncement = undefined;
  }

  /** Stands also at the greatest version: on a tie a goodbye beats all. */
  goodbye(): Rumor {
    this.version = Math.min(this.version + 1, MAX_VERSION);
    return this.rumor({ version: this.version, status: 'left' });
  }

  rumor(told: Pick<Rumor, 'version'> & Partial<Rumor>): Rumor {
    const uuid = uuidV7(this.effects.now, this.random);
    return { uuid, origin: this.self, ttl: this.parameters.ttl, hops: 1, ...told };
  }

  /**
   * Somebody speaks of us. What an earlier life told below our version, and we have nothing newer to say about, we take over as it
   * stands, unless we are accused.
   */
  hear(from: Address, rumor: Rumor, hops: number): void {
    if (!this.table.isNews(rumor)) {
      this.effects.emit({ type: 'stale', ...factsOf(rumor), via: from, hops });
      return;
    }
    if (this.refutations.isWaiting(this.effects.now)) return this.listener.forget(rumor.uuid);
    const { version, status, key } = rumor;
    const held = status === undefined ? this.table.get(this.self, key) : this.table.newestContentOf(this.self);
    const isAboveOurs = version > this.version;
    this.version = Math.max(this.version, version);
    const accusation = status === undefined ? this.table.claimOn(this.self)?.rumor : rumor;
    const again = held?.rumor ?? (status === undefined ? rumor : undefined);
    const isToBeSaid = held !== undefined || isAboveOurs || accusation !== undefined;
    if (status !== undefined) this.listener.accused();
    if (again === undefined || !isToBeSaid || this.version >= MAX_VERSION) this.listener.merge(from, rumor, hops);
    else this.refute(again, accusation, rumor);
  }

  /** Others said again and again that this node is gone: it takes and asks for no links until it contradicts again. */
  get isOutOfReach(): boolean {
    return this.isAccused && this.refutations.isWaiting(this.effects.now);
  }

  private refute(again: Rumor, accusation: Rumor | undefined, { version: heard, uuid }: Rumor): void {
    const status = accusation?.status ?? 'alive';
    // What an earlier life said is dated before this one, so what is dated later was said by another, once is enough to know.
    const isAnother = accusation === undefined && timeOfUuid(uuid) > this.startedAt;
    const times = this.refutations.count(this.effects.now) || (isAnother ? 1 : 0);
    this.isAccused = accusation !== undefined;
    if (times > 0) this.effects.emit({ type: 'contested', times, status });
    const rumor = this.say({ ...payloadOf(again), ...(again.key === undefined ? {} : { key: again.key }) });
    if (accusation !== undefined) {
      // A node that was just restarted has one link or two, and gets another one when its accuser tries it.
      this.pendingAnnouncement = rumor;
      this.pendingUntil = this.effects.now + PENDING_MS;
    }
    this.effects.emit({ type: 'refuted', heard, version: this.version, status });
  }

  /** @returns what was told, if there was a version and room for it */
  private say(content: Pick<Rumor, 'payload' | 'key'>, receipt = false): Rumor | undefined {
    const isExhausted = this.version >= MAX_VERSION;
    const asking = receipt || this.listener.isReceiptAwaited(content.key) ? { receipt: true } : {};
    const rumor = isExhausted ? undefined : this.rumor({ version: this.version + 1, ...content, ...asking });
    if (rumor === undefined || !this.listener.hold(rumor)) {
      const { key } = content;
      const reason = isExhausted ? 'version' : 'full';
      this.effects.emit({ type: 'unpublished', reason, ...(key === undefined ? {} : { key }) });
      return undefined;
    }
    this.version = rumor.version;
    this.listener.spread(rumor);
    if (content.key === undefined && !this.listener.hasPeers()) this.pendingAnnouncement = rumor;
    return rumor;
  }
}
