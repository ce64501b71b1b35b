/**
 * Anti-entropy between two peers whose heartbeats differ: their tables are compared, in bounded pieces (`anti-entropy.ts`).
 *
 * News that is on its way makes tables differ for a moment and arrives by itself. So a heartbeat names a time a little back
 * (`settleMs`), and what was created later is left out of the comparison. The first over a link is of all.
 */
import type { Address } from '../address.ts';
import type { Millis } from '../boundary.ts';
import { compare, deltaOf, digestOf, digestOfBuckets, summaryOf, wanted } from './anti-entropy.ts';
import type { Effects } from '../effects.ts';
import { fitting, jsonBytes } from '../message-bytes.ts';
import type { Delta, Digest, Rumor, Summary, Want } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import type { Strategy } from '../broadcast/strategy.ts';
import type { Table } from './table.ts';

/** Heartbeats in a row that disagree for each comparison: the one before may still be under way. A guess. */
const PATIENCE = 3;
/** So many comparisons are left out at most where a table is full. A guess: with the longest period four minutes. */
const LONGEST_PAUSE = 16;

type RepairMessage = Summary | Digest | Want | Delta;

export class Repair {
  constructor(
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly strategy: Strategy,
    private readonly learn: (from: Address, rumor: Rumor) => boolean,
  ) {}

  /**
   * A peer's table differs.
   *
   * @param times in a row; Infinity on a new link
   * @param until in what was created up to then
   */
  onDisagreement(peer: Address, times: number, until?: Millis): void {
    if (this.isTimeToCompare(times)) this.compareWith(peer, this.settled(until));
  }

  /** Where a table is full they may differ for good: then less and less often. */
  private isTimeToCompare(times: number): boolean {
    if (times === Infinity) return true;
    const turn = (times - 1) / PATIENCE;
    if (!this.table.isFull || turn % LONGEST_PAUSE === 0) return Number.isInteger(turn);
    return turn < LONGEST_PAUSE && Number.isInteger(Math.log2(turn));
  }

  receive(from: Address, message: RepairMessage): void {
    switch (message.type) {
      case 'summary':
        return this.effects.send(from, digestOfBuckets(this.table, message, this.random, this.parameters));
      case 'digest':
        return this.onDigest(from, message);
      case 'want':
        return this.effects.send(from, deltaOf(wanted(this.table, message), this.parameters));
      case 'delta':
        return this.onDelta(from, message);
    }
  }

  /** By our clock, too: where another's is ahead, its `until` leaves out too little of what is on its way. */
  private settled(until: Millis | undefined): Millis | undefined {
    return until === undefined ? undefined : Math.min(until, this.effects.now - this.parameters.settleMs);
  }

  private onDigest(from: Address, { until, ...digest }: Digest): void {
    const limit = this.settled(until);
    const { theyLack, weLack } = compare(this.table, limit === undefined ? digest : { ...digest, until: limit });
    const delta = deltaOf(theyLack, this.parameters);
    if (theyLack.length > 0) this.effects.send(from, delta);
    if (weLack.length > 0 && delta.more !== true) {
      this.effects.send(from, { type: 'want', records: this.fitting(weLack) });
    }
  }

  /**
   * When there is more: answers what was old news with the newer, and asks for the next piece. A piece that changed
   * neither side would be the same a second time, so then we do not ask.
   */
  private onDelta(from: Address, { rumors, more }: Delta): void {
    const hashBefore = this.table.hash();
    for (const rumor of rumors) if (this.learn(from, rumor)) this.strategy.repaired(from, rumor);
    if (more !== true) return;
    const theyLack = rumors.map((rumor) => this.table.newerThan(rumor)).filter((record) => record !== undefined);
    if (theyLack.length > 0) this.effects.send(from, deltaOf(theyLack, this.parameters));
    const hasHelped = theyLack.length > 0 || this.table.hash() !== hashBefore;
    if (hasHelped) this.compareWith(from);
  }

  private compareWith(peer: Address, until?: Millis): void {
    this.effects.send(peer, digestOf(this.table, this.parameters, until) ?? summaryOf(this.table, until));
  }

  /** As many as one message takes; the others are asked for when tables are compared again. */
  private fitting(records: Want['records']): Want['records'] {
    return fitting(records, (record) => jsonBytes(record) + 1, this.parameters.maxMessageBytes);
  }
}
