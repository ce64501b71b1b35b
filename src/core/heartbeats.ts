/**
 * One heartbeat per idle link and period: it shows that the link lives, and carries the hash of the sender's table,
 * so that a difference is noticed. The shuffle goes out on the same beat.
 *
 * Who sends first carries the link: a node skips peers whose heartbeat it has had within the period, so a link costs
 * one message a period, not two. Where the transport does not report failed sends, a node must hear its peers to know
 * that they live, and each speaks at least every third period.
 *
 * Where news takes long and never stops, two tables are never equal at one moment. With `settleMs` a heartbeat names
 * a time a little back, and both sides compare what was created until then.
 */
import type { Address } from './address.ts';
import type { Millis, Timer } from './boundary.ts';
import type { Effects } from './effects.ts';
import type { Heartbeat } from './messages.ts';
import type { Parameters } from './parameters.ts';
import { jittered, type Random } from './random.ts';
import { heartbeatWith } from './shared-copies.ts';
import type { Table } from './table.ts';

interface Link {
  /** Last heartbeat in either direction. */
  lastBeat: Millis;
  lastSpoke: Millis;
  lastHeard: Millis;
  /** Heartbeats in a row whose hash was not ours. */
  disagreements: number;
}

/** Told what the links show. */
export interface LinkWatch {
  /** A peer's table differs; `times` heartbeats in a row, or Infinity on a new link. */
  disagrees(peer: Address, times: number): void;
  /** A peer has said nothing for `silenceMs`. */
  silent(peer: Address): void;
}

const BEATS_BETWEEN_ANSWERS = 3;
const HEARTBEAT: Timer = { name: 'heartbeat' };

export class Heartbeats {
  private readonly links = new Map<Address, Link>();
  private expectedAt: Millis = 0;

  constructor(
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly table: Table,
    private readonly watch: LinkWatch,
  ) {}

  start(): void {
    this.schedule(this.random.below(Math.max(1, Math.floor(this.parameters.heartbeatMs))));
  }

  /** The side that asked for the link speaks first, so that tables are compared at once and only once. */
  peerUp(peer: Address, asked: boolean): void {
    const { now } = this.effects;
    this.links.set(peer, { lastBeat: now, lastSpoke: now, lastHeard: now, disagreements: Infinity });
    if (asked) this.send(peer);
  }

  peerDown(peer: Address): void {
    this.links.delete(peer);
  }

  /** See `GossipNode.touch`. */
  touch(): number {
    return this.links.size;
  }

  heard(peer: Address): void {
    const link = this.links.get(peer);
    if (link !== undefined) link.lastHeard = this.effects.now;
  }

  /**
   * The timer fired: speak on every link that has been silent for most of a period.
   *
   * @returns whether the timer came much too late: this node was paused, or starved of CPU
   */
  beat(): boolean {
    const { heartbeatMs, silenceMs, failedSendsAreReported } = this.parameters;
    const { now } = this.effects;
    const isLate = now - this.expectedAt > heartbeatMs;
    this.schedule(jittered(this.random, heartbeatMs, 0.1));
    for (const [peer, link] of this.links) {
      // What was said while we were away is still to be read: nobody was silent.
      if (isLate) link.lastHeard = now;
      const owesAnswer = !failedSendsAreReported && now - link.lastSpoke > BEATS_BETWEEN_ANSWERS * heartbeatMs;
      if (now - link.lastBeat >= heartbeatMs / 2 || owesAnswer) this.send(peer);
      if (!failedSendsAreReported && now - link.lastHeard > silenceMs) this.watch.silent(peer);
    }
    return isLate;
  }

  /** @returns `false` when there is no link to this node */
  onHeartbeat(from: Address, { hash, until }: Heartbeat): boolean {
    const link = this.links.get(from);
    if (link === undefined) return false;
    link.lastBeat = this.effects.now;
    if (hash === this.hash(until)) {
      link.disagreements = 0;
      return true;
    }
    this.watch.disagrees(from, ++link.disagreements);
    if (link.disagreements === Infinity) link.disagreements = 0;
    return true;
  }

  /** Speaks now, so that the other side compares. */
  send(peer: Address): void {
    const link = this.links.get(peer);
    if (link !== undefined) link.lastBeat = link.lastSpoke = this.effects.now;
    const { settleMs } = this.parameters;
    if (settleMs === 0) return this.effects.send(peer, heartbeatWith(this.table.hash()));
    const until = Math.max(0, Math.floor(this.effects.now - settleMs));
    this.effects.send(peer, { type: 'heartbeat', hash: this.table.hashUntil(until), until });
  }

  private hash(until: Millis | undefined): string {
    return until === undefined ? this.table.hash() : this.table.hashUntil(until);
  }

  private schedule(afterMs: number): void {
    this.expectedAt = this.effects.now + afterMs;
    this.effects.schedule(afterMs, HEARTBEAT);
  }
}
