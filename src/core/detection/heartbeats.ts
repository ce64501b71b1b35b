/**
 * One heartbeat per idle link and period: it shows that the link lives, and carries the hash of the sender's table,
 * so that a difference is noticed. The shuffle goes out on the same beat.
 *
 * The period follows Trickle (Levis et al., NSDI 2004; RFC 6206): while all is well it doubles up to `heartbeatMs`, and
 * a link that comes or goes, or a table that differs, brings it back to `heartbeatMinMs`. So a network that agrees
 * is nearly silent, and one that was disturbed looks around at once.
 *
 * The side that sends first carries the link: a node skips peers whose heartbeat it has had within the period, so a link costs
 * one message a period, not two. Where the transport does not report failed sends, a node must hear its peers to know
 * that they live, and each speaks at least every third period.
 *
 * Where news never stops, two tables are never equal at one moment. So a heartbeat names a time a little back (`settleMs`),
 * and both sides compare what was created until then.
 * The first over a link speaks of everything: two sides of a partition, or a new node, may lack what is new.
 */
import type { Address } from '../address.ts';
import type { Millis } from '../boundary.ts';
import type { Effects } from '../effects.ts';
import type { Heartbeat } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { jittered, type Random } from '../random.ts';
import { heartbeatWith } from '../broadcast/shared-copies.ts';
import type { Table } from '../state/table.ts';

interface Link {
  /** Last heartbeat in either direction. */
  lastBeat: Millis;
  lastSpoke: Millis;
  lastHeard: Millis;
  /** Neither has this node spoken over it, nor were tables compared. */
  isNew: boolean;
  /** Heartbeats in a row whose hash was not ours. */
  disagreements: number;
}

/** Told what the links show. */
export interface LinkWatch {
  /** A peer's table differs in what was created `until` then; `times` heartbeats in a row, or Infinity on a new link. */
  disagrees(peer: Address, times: number, until: Millis | undefined): void;
  /** A peer has said nothing for `silenceMs`. */
  silent(peer: Address): void;
}

const BEATS_BETWEEN_ANSWERS = 3;
/** Where silence is watched, so many beats must fit into `silenceMs`, or one lost heartbeat would look like a death. */
const BEATS_BEFORE_SILENCE = 5;
/** A beat that comes this much late shows that this node was paused, or starved of CPU. A guess. */
const LATE_MS = 2000;
/** Keeps nodes from marching in step. A guess. */
const JITTER = 0.1;
/** What was replaced is remembered for ten seconds, two of which a question may take on its way. A guess. */
const MAX_CLOCK_LAG_MS = 8000;
/** One that is no peer is asked about what was created so long ago: repairs of it have come to an end, too. A guess. */
export const QUESTION_AGE_MS = 8000;
/** Before any clock's origin by longer than any period. No -Infinity: engines keep small integers in place. */
const LONG_AGO: Millis = -(2 ** 31);

export class Heartbeats {
  private readonly links = new Map<Address, Link>();
  private readonly shortestMs: number;
  private readonly longestMs: number;
  private periodMs: number;
  private dueAt: Millis = LONG_AGO;
  /** The number of the next beat; 0 before the start. A timer with another was set before the period was cut short. */
  private nextBeat = 0;
  private lookedAfterNewsAt = LONG_AGO;
  private startedAt = LONG_AGO;
  private isLatenessNoticed = false;

  constructor(
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly table: Table,
    private readonly watch: LinkWatch,
  ) {
    const { heartbeatMs, heartbeatMinMs, silenceMs, failedSendsAreReported } = parameters;
    this.longestMs = failedSendsAreReported ? heartbeatMs : Math.min(heartbeatMs, silenceMs / BEATS_BEFORE_SILENCE);
    this.shortestMs = Math.min(heartbeatMinMs, this.longestMs);
    this.periodMs = this.shortestMs;
  }

  start(): void {
    this.startedAt = this.effects.now;
    this.schedule(this.random.below(Math.max(1, Math.floor(this.shortestMs))));
  }

  /** Is it some time since this node was disturbed, but not yet long? */
  get isSettling(): boolean {
    return this.periodMs < this.longestMs && this.periodMs >= this.longestMs / 2;
  }

  /**
   * Did every peer hold the same when it last spoke? What then differs elsewhere is not on its way here. A new node cannot
   * say: it was told the latest of each, and not what was held before that.
   */
  get isInAgreement(): boolean {
    if (this.isYoung) return false;
    for (const { isNew, disagreements } of this.links.values()) if (isNew || disagreements > 0) return false;
    return true;
  }

  /** Is what this node has been told what all others were told, too? Not yet. */
  private get isYoung(): boolean {
    return this.effects.now - this.startedAt <= QUESTION_AGE_MS;
  }

  /** The side that asked for the link speaks first, so that tables are compared at once and only once. */
  peerUp(peer: Address, asked: boolean): void {
    const { now } = this.effects;
    const link = { lastBeat: LONG_AGO, lastSpoke: now, lastHeard: now, isNew: true, disagreements: 0 };
    this.links.set(peer, link);
    if (asked) this.speak(peer, link);
    this.hasten();
  }

  peerDown(peer: Address): void {
    if (this.links.delete(peer)) this.hasten();
  }

  /** See `GossipNode.touch`. */
  touch(): number {
    return this.links.size;
  }

  heard(peer: Address): void {
    const link = this.links.get(peer);
    if (link !== undefined) link.lastHeard = this.effects.now;
  }

  /** @returns whether this node has just found out that it was paused, or starved of CPU */
  noticeLateness(): boolean {
    const { now } = this.effects;
    if (this.nextBeat === 0 || this.isLatenessNoticed || now - this.dueAt <= LATE_MS) return false;
    this.isLatenessNoticed = true;
    // What was said while we were away is still to be read: nobody was silent.
    for (const link of this.links.values()) link.lastHeard = now;
    return true;
  }

  /**
   * The timer fired: speak on every link that has been silent for most of a period.
   *
   * @returns `'moot'` when another beat was planned in its place, because the period was cut short
   */
  beat(beat: number): 'moot' | 'late' | 'punctual' {
    const { now } = this.effects;
    if (beat !== this.nextBeat) return 'moot';
    const punctuality = this.isLatenessNoticed ? 'late' : 'punctual';
    const elapsedMs = this.periodMs;
    this.periodMs = Math.min(2 * elapsedMs, this.longestMs);
    this.schedule(jittered(this.random, this.periodMs, JITTER));
    const { silenceMs, failedSendsAreReported } = this.parameters;
    for (const [peer, link] of this.links) {
      const owesAnswer = !failedSendsAreReported && now - link.lastSpoke > BEATS_BETWEEN_ANSWERS * this.longestMs;
      if (link.isNew || now - link.lastBeat >= elapsedMs / 2 || owesAnswer) this.speak(peer, link);
      if (!failedSendsAreReported && now - link.lastHeard > silenceMs) this.watch.silent(peer);
    }
    return punctuality;
  }

  /** @returns `false` when there is no link to this node */
  onHeartbeat(from: Address, heartbeat: Heartbeat): boolean {
    const link = this.links.get(from);
    if (link === undefined) return false;
    link.lastBeat = this.effects.now;
    if (link.isNew) this.introduce(from, link, heartbeat);
    else if (this.agrees(heartbeat)) link.disagreements = 0;
    else {
      this.watch.disagrees(from, ++link.disagreements, heartbeat.until);
      // Once may be news on its way; full tables may differ for good.
      if (link.disagreements > 1 && !this.table.isFull) this.hasten();
    }
    return true;
  }

  /** The first comparison over a link, of everything. What agrees in what is old may differ in what is not: then this node speaks next. */
  private introduce(peer: Address, link: Link, heartbeat: Heartbeat): void {
    const agrees = this.agrees(heartbeat);
    link.isNew = agrees && heartbeat.until !== undefined;
    if (!agrees) this.watch.disagrees(peer, Infinity, undefined);
  }

  /** This peer has begun a comparison: the first over this link is made. */
  onComparison(peer: Address): void {
    const link = this.links.get(peer);
    if (link !== undefined) link.isNew = false;
  }

  /** Does this node hold what the sender of this heartbeat holds? */
  agrees({ hash, until }: Heartbeat): boolean {
    // What the sender's clock calls the past may be our future: of all that we hold, then.
    const isPast = until !== undefined && until <= this.effects.now;
    return hash === (isPast ? this.table.hashUntil(until) : this.table.hash());
  }

  /**
   * Can two tables be compared up to then? Not where the sender's clock is ahead: it leaves out too little of what is on
   * its way. Nor where it is far behind: what was replaced since then is not remembered. By this node's own clock alone, so
   * that nobody gets or loses a link because clocks differ.
   */
  isComparable(until: Millis): boolean {
    const ageMs = this.effects.now - until;
    return ageMs >= QUESTION_AGE_MS / 2 && ageMs <= QUESTION_AGE_MS + MAX_CLOCK_LAG_MS;
  }

  /** Asks one that is no peer whether it holds the same, leaving out what may still be on its way. */
  ask(member: Address): void {
    this.effects.send(member, this.heartbeatBefore(QUESTION_AGE_MS));
  }

  /** So that the other side compares: everything at first, and then what has had time to come to both. */
  private speak(peer: Address, link: Link): void {
    link.lastBeat = link.lastSpoke = this.effects.now;
    const heartbeat = link.isNew ? heartbeatWith(this.table.hash()) : this.heartbeatBefore(this.parameters.settleMs);
    link.isNew = false;
    this.effects.send(peer, heartbeat);
  }

  /** Of what was created up to so long ago. */
  private heartbeatBefore(ms: number): Heartbeat {
    const until = Math.max(0, Math.floor(this.effects.now - ms));
    return { type: 'heartbeat', hash: this.table.hashUntil(until), until };
  }

  /** What was spread just now may have missed somebody: has a look soon. In a stream of news not after each. */
  lookAfterNews(): void {
    if (this.effects.now - this.lookedAfterNewsAt < this.longestMs) return;
    this.lookedAfterNewsAt = this.effects.now;
    this.hasten();
  }

  /** Something happened: the next beat comes soon. The one that was due does nothing when it comes. */
  private hasten(): void {
    this.periodMs = this.shortestMs;
    const afterMs = jittered(this.random, this.shortestMs, JITTER);
    // Not for less than the jitter: each beat is put forward at most once, however much happens.
    const isSoonEnough = this.dueAt - this.effects.now <= (1 + JITTER) * this.shortestMs;
    if (this.nextBeat > 0 && !isSoonEnough) this.schedule(afterMs);
  }

  private schedule(afterMs: number): void {
    this.dueAt = this.effects.now + afterMs;
    this.isLatenessNoticed = false;
    this.effects.schedule(afterMs, { name: 'heartbeat', beat: ++this.nextBeat });
  }
}
