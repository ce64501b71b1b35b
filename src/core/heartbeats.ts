/**
 * One heartbeat per idle link and period: it shows that the link lives, and carries the hash of the sender's table,
 * so that a difference is noticed and repaired.
 *
 * Who sends first carries the link: a node skips peers whose heartbeat it has had within the period, so a link costs
 * one message a period, not two.
 */
import { digestOf } from './anti-entropy.ts';
import type { Address } from './address.ts';
import type { Millis } from './boundary.ts';
import type { EffectQueue } from './effects.ts';
import type { Heartbeat } from './messages.ts';
import type { Parameters } from './parameters.ts';
import { jittered, type Random } from './random.ts';
import type { Table } from './table.ts';

/**
 * Heartbeats in a row that must disagree before tables are compared: while an update is on its way they differ for
 * a moment, and it will arrive by itself. On a new link one is enough. A guess.
 */
const DISAGREEMENTS_BEFORE_REPAIR = 2;

interface Link {
  lastBeat: Millis;
  disagreements: number;
}

export class Heartbeats {
  private readonly links = new Map<Address, Link>();

  constructor(
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: EffectQueue,
    private readonly table: Table,
  ) {}

  start(): void {
    this.effects.schedule(this.random.below(Math.max(1, this.parameters.heartbeatMs)), { name: 'heartbeat' });
  }

  /** The side that asked for the link speaks first, so that tables are compared at once and only once. */
  peerUp(peer: Address, asked: boolean): void {
    this.links.set(peer, { lastBeat: this.effects.now, disagreements: DISAGREEMENTS_BEFORE_REPAIR - 1 });
    if (asked) this.send(peer);
  }

  peerDown(peer: Address): void {
    this.links.delete(peer);
  }

  /** The timer fired: speak on every link that has been silent for most of a period. */
  beat(peers: readonly Address[]): void {
    const { heartbeatMs } = this.parameters;
    this.effects.schedule(jittered(this.random, heartbeatMs, 0.1), { name: 'heartbeat' });
    for (const peer of peers) {
      const link = this.links.get(peer);
      if (link === undefined || this.effects.now - link.lastBeat < heartbeatMs / 2) continue;
      link.lastBeat = this.effects.now;
      this.send(peer);
    }
  }

  onHeartbeat(from: Address, { hash }: Heartbeat): void {
    const link = this.links.get(from);
    if (link === undefined) return;
    link.lastBeat = this.effects.now;
    link.disagreements = hash === this.table.hash() ? 0 : link.disagreements + 1;
    if (link.disagreements < DISAGREEMENTS_BEFORE_REPAIR) return;
    link.disagreements = 0;
    this.effects.send(from, digestOf(this.table));
  }

  private send(peer: Address): void {
    this.effects.send(peer, { type: 'heartbeat', hash: this.table.hash() });
  }
}
