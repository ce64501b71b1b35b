/**
 * Receipts: an origin learns that every live member holds what it published, or how many do when time is up. Nothing is said, kept or
 * timed for rumors that ask for none.
 *
 * Nodes that hold the rumor are named up its tree (`gatherings.ts`). A member that is then missing is sent the rumor once more, by the origin itself and
 * for this one hop, which brings it the value if it lacks it, and asks it to name itself if not. So a lost acknowledgement, or a branch that died, costs a
 * question to each node behind it.
 *
 * Who counts: every member that the origin's table names when it reports, and those that were its peers meanwhile, but for those that have said goodbye, and those whose
 * machine has refused the origin a connection since it published and that nothing newer was heard of. A member that is suspected or
 * down may live behind a partition: it counts, and prevents "all". So "all" means: each of them held the value, or a newer one of the
 * origin's, at some time since it was published. A node that lost it since, by a restart, and a member the origin has not heard of are not seen.
 */
import type { Address } from '../address.ts';
import type { Millis, Timer } from '../boundary.ts';
import type { Strategy } from '../broadcast/strategy.ts';
import type { Effects } from '../effects.ts';
import type { Prune, Receipt, Rumor } from '../messages.ts';
import { MAX_RECEIPT_MS, type Parameters } from '../parameters.ts';
import { sample, type Random } from '../random.ts';
import { RareMap } from '../rare.ts';
import type { Table } from '../state/table.ts';
import { GATHER_MS, Gatherings } from './gatherings.ts';

/** Receipts of a node's own under way at one time. A guess. */
export const MAX_RECEIPTS = 64;
/** Those who are missing are asked when the first ones next to the origin have given up, too. */
const FIRST_ASK_MS = 1.25 * GATHER_MS;
/** Once all children have answered, the rest may still be on other ways. A guess: a round trip or two. */
const REST_MS = 250;
/** After the first time they are asked again, each time after twice as long. A guess: above a round trip of most networks. */
const ASK_AGAIN_MS = 500;
/** A refusal that comes sooner may answer what was sent before the value was published. A guess: above the way back in most networks. */
const REFUSAL_MS = 500;
/** Asked at one time. A guess: as many as a node has other requests under way. */
const MAX_ASKED = 64;

interface OpenReceipt {
  readonly rumor: Rumor;
  readonly startedAt: Millis;
  readonly deadlineAt: Millis;
  /** Peers that were given the rumor and have not answered. */
  awaited: readonly Address[];
  /** Peers since it was published. The table does not name one that has never said anything. */
  readonly met: Set<Address>;
  readonly held: Set<Address>;
  /** Members whose machine has refused a connection since, and the version they then had. */
  readonly refused: Map<Address, number>;
  /** Of the timers that were planned only the latest counts. */
  turn: number;
  askAgainMs: Millis;
}

export class Receipts {
  /** By the rumor's uuid. */
  private readonly open = new RareMap<string, OpenReceipt>();
  private readonly gatherings: Gatherings;

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly table: Table,
    private readonly strategy: Strategy,
    parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
  ) {
    this.gatherings = new Gatherings(self, view, table, parameters, effects);
  }

  /** Receipts of our own, and rumors of others that are gathered for. */
  get size(): number {
    return this.open.size + this.gatherings.size;
  }

  /** Does a newer value under this key have to ask, too? Those who take it never name themselves for the older. */
  isAwaited(key: string | undefined): boolean {
    for (const [, { rumor }] of this.open) if (rumor.key === key) return true;
    return false;
  }

  /** Reports on this rumor of our own, which has just been spread, within that time; on none, or in no time, not at all. */
  begin(rumor: Rumor | undefined, withinMs: Millis | undefined): void {
    if (rumor === undefined || withinMs === undefined) return;
    const { now } = this.effects;
    const receipt: OpenReceipt = {
      rumor,
      startedAt: now,
      deadlineAt: now + Math.min(Math.max(0, withinMs), MAX_RECEIPT_MS),
      awaited: this.strategy.pushedTo(rumor.origin, this.self),
      met: new Set(this.view.peers),
      held: new Set(),
      refused: new Map(),
      turn: 0,
      askAgainMs: ASK_AGAIN_MS,
    };
    if (this.open.size >= MAX_RECEIPTS) return this.report(receipt);
    this.open.set(rumor.uuid, receipt);
    if (!this.reportIfAll(receipt)) this.plan(receipt, receipt.awaited.length > 0 ? FIRST_ASK_MS : REST_MS);
  }

  /** A rumor that asks for one came from there. @param isNews it changed the table, and was passed on */
  onRumor(from: Address, rumor: Rumor, isNews: boolean): void {
    const { uuid, origin, ttl, status } = rumor;
    if (status !== undefined) return;
    if (isNews) {
      const awaited = ttl > 1 ? this.strategy.pushedTo(origin, from) : [];
      this.gatherings.begin(rumor, from, awaited);
      return;
    }
    this.settle(uuid, from);
    const isAsked = from === origin && ttl === 1 && origin !== this.self;
    if (isAsked && this.table.heldFor(rumor)?.rumor.uuid === uuid) {
      this.effects.send(origin, { type: 'receipt', uuid, origin, holders: [this.self] });
    }
  }

  onReceipt(from: Address, message: Receipt): void {
    if (message.origin !== this.self) return this.gatherings.receive(from, message);
    const told = this.toldAs(message.uuid);
    if (told === undefined) return;
    for (const [, receipt] of this.open) {
      const { rumor, met, held } = receipt;
      if (rumor.key !== told.key || rumor.version > told.version) continue;
      for (const holder of message.holders) if (met.has(holder) || this.table.has(holder)) held.add(holder);
      this.answered(receipt, from);
    }
  }

  /** Only what was told in this life: an earlier one may have told something else at that version. */
  private toldAs(uuid: string): Rumor | undefined {
    const own = this.open.get(uuid)?.rumor;
    if (own !== undefined) return own;
    for (const [, { rumor }] of this.open) {
      const latest = this.table.get(this.self, rumor.key)?.rumor;
      if (latest?.uuid === uuid) return latest;
    }
    return undefined;
  }

  /** This peer has the rumor from another. */
  private settle(uuid: string, peer: Address): void {
    const receipt = this.open.get(uuid);
    if (receipt === undefined) this.gatherings.settle(uuid, peer);
    else this.answered(receipt, peer);
  }

  private answered(receipt: OpenReceipt, peer: Address): void {
    const wasAwaited = receipt.awaited.length > 0;
    receipt.awaited = receipt.awaited.filter((each) => each !== peer);
    if (this.reportIfAll(receipt)) return;
    if (wasAwaited && receipt.awaited.length === 0) this.plan(receipt, REST_MS);
  }

  onPrune(from: Address, { origins }: Prune): void {
    if (origins?.includes(this.self) !== false) for (const [, receipt] of this.open) this.answered(receipt, from);
    this.gatherings.pruned(from, origins);
  }

  peerUp(peer: Address): void {
    for (const [, { met }] of this.open) met.add(peer);
  }

  peerDown(peer: Address): void {
    for (const [, receipt] of this.open) this.answered(receipt, peer);
    this.gatherings.peerDown(peer);
  }

  /** The machine of this member says that it is gone: it has lost what it held, and does not count until more is heard of it. */
  refused(member: Address): void {
    for (const [, receipt] of this.open) {
      receipt.held.delete(member);
      if (this.effects.now - receipt.startedAt < REFUSAL_MS) continue;
      receipt.refused.set(member, this.table.versionOf(member));
      this.reportIfAll(receipt);
    }
  }

  /** It may have lost what it held: should it come back, it has to say so again. */
  down(member: Address): void {
    for (const [, { held }] of this.open) held.delete(member);
  }

  fire({ uuid, turn }: Extract<Timer, { readonly name: 'receipt' }>): void {
    const receipt = this.open.get(uuid);
    if (receipt === undefined) return this.gatherings.fire(uuid);
    if (receipt.turn !== turn || this.reportIfAll(receipt)) return;
    if (this.effects.now >= receipt.deadlineAt) return this.report(receipt);
    this.ask(receipt);
    this.plan(receipt, receipt.askAgainMs);
    receipt.askAgainMs *= 2;
  }

  /** Nothing more will come: this node leaves. */
  end(): void {
    for (const [, receipt] of this.open) this.report(receipt);
  }

  private plan(receipt: OpenReceipt, afterMs: Millis): void {
    const { rumor, deadlineAt } = receipt;
    const timer = { name: 'receipt', uuid: rumor.uuid, turn: ++receipt.turn } as const;
    this.effects.schedule(Math.max(0, Math.min(afterMs, deadlineAt - this.effects.now)), timer);
  }

  /** Sends the missing ones the latest value. */
  private ask(receipt: OpenReceipt): void {
    const latest = this.table.get(this.self, receipt.rumor.key)?.rumor;
    if (latest === undefined) return;
    const missing = [...this.counted(receipt)].filter((member) => !receipt.held.has(member));
    const again: Rumor = { ...latest, ttl: 1, hops: 1, receipt: true };
    for (const member of sample(this.random, missing, MAX_ASKED)) this.effects.send(member, again);
  }

  private reportIfAll(receipt: OpenReceipt): boolean {
    for (const member of this.counted(receipt)) if (!receipt.held.has(member)) return false;
    this.report(receipt);
    return true;
  }

  /** One that has said goodbye and is a peer has come back. */
  private *counted({ met, refused }: OpenReceipt): Generator<Address> {
    const isCounted = (member: Address): boolean =>
      member !== this.self &&
      (this.table.statusOf(member) !== 'left' || this.view.peers.includes(member)) &&
      refused.get(member) !== this.table.versionOf(member);
    for (const member of this.table.origins()) if (isCounted(member)) yield member;
    for (const peer of met) if (!this.table.has(peer) && isCounted(peer)) yield peer;
  }

  private report(receipt: OpenReceipt): void {
    const { uuid, origin, version, key } = receipt.rumor;
    this.open.delete(uuid);
    const counted = [...this.counted(receipt)];
    this.effects.emit({
      type: 'receipt',
      uuid,
      origin,
      version,
      ...(key === undefined ? {} : { key }),
      reached: counted.filter((member) => receipt.held.has(member)).length,
      of: counted.length,
      afterMs: Math.round(this.effects.now - receipt.startedAt),
    });
  }
}
