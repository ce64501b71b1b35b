/**
 * Failure detection: SWIM's suspicion and indirect probes (Das, Gupta, Motivala, DSN 2002) with Lifeguard's local
 * health (Dadgar, Phillips, Currey, arXiv 1707.00788).
 *
 *     A ->[probe C] B, B ->[ping] C, C ->[pong] B, B ->[probeReply alive] A       C is cleared
 *     … B ->[probeReply silence] A                                                A tells all: C is suspect
 *         C hears it and goes above that version, or A tells all after a while: C is down
 *     … B ->[probeReply refused] A, and a while later A ->[ping] C is refused     A tells all: C is down
 *
 * Departures:
 * - No random member is probed each round: neighbours watch each other on their link, which costs nothing extra, and
 *   what happens to a link starts an inquiry.
 * - Evidence has two strengths. Silence may be a pause or load: the accused hears of it and gets `suspicionMs` to refute. A
 *   refused connection is its machine's own word that the process is gone and hears nothing: so nobody is told, and who is
 *   refused again `suspicionRefusedMs` later is down. A death costs one broadcast, not two.
 * - The accuser alone declares death, and everyone who heard the suspicion only where it does not (it died, too).
 *   Lifeguard's confirmations are left out: an equal claim is old news here and does not travel.
 */
import type { Address } from '../address.ts';
import { lastSendOf } from '../state/anti-entropy.ts';
import type { Millis, Timer } from '../boundary.ts';
import type { Effects } from '../effects.ts';
import type { Claim, Pong, Probe, ProbeReply } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { sample, type Random } from '../random.ts';
import { RareMap } from '../rare.ts';
import { RequestNumbers } from '../request-numbers.ts';
import type { Table } from '../state/table.ts';

/** Tells the network a claim about another node. */
export type Accuse = (origin: Address, version: number, claim: Claim) => void;

interface Inquiry {
  readonly number: number;
  readonly asked: number;
  /** Those of the helpers that have not answered. */
  helpers: readonly Address[];
  /** The latest ping that was sent to it since the inquiry began. */
  ping?: number;
  refused: boolean;
  /** Only in a second look at one that was refused: its version at the first. */
  readonly refusedVersion?: number;
  /** Was it sent for? Before a second look is a wait. */
  isLooking: boolean;
}

/** Whom we ping for others. */
interface Errand {
  /** The latest ping. */
  ping: number;
  /** For whom, with the number of each one's request. */
  readonly askers: Map<Address, number>;
}

/** Inquiries, and their timers, while they are begun. A guess: a node has a handful of peers to lose. */
export const MAX_INQUIRIES = 64;
/** Suspicions waited for at one time. A guess: half of two thousand nodes die at once. */
export const MAX_SUSPICIONS = 1024;
/** Lifeguard's local health multiplier goes from 0 (healthy) to 8. */
const WORST_HEALTH = 8;
/** Those who find a death at one time wait up to so much longer, so that the others hear of it from the first. A guess. */
const SECOND_LOOK_SPREAD = 0.5;
/** A node that was away takes so long to read what was said meanwhile. A guess. */
export const READING_MS = 400;
/** Others declare death this many times later than the accuser would, each at its own moment. A guess. */
const WITNESS_PATIENCE = 2;

export class FailureDetector {
  private readonly inquiries = new RareMap<Address, Inquiry>();
  private readonly errands = new RareMap<Address, Errand>();
  private readonly numbers: RequestNumbers;
  /** Timers under way. One whose purpose is gone still counts, until it fires. */
  private inquiryTimers = 0;
  private errandTimers = 0;
  private suspicionTimers = 0;
  private doubts = 0;
  private judgeFrom: Millis = -Infinity;

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly accuse: Accuse,
  ) {
    this.numbers = new RequestNumbers(effects);
  }

  /** How much this node doubts itself, 0 to 8: its patience with others is that much longer. */
  get doubt(): number {
    return this.doubts;
  }

  /** Inquiries and errands under way. */
  get size(): number {
    return this.inquiries.size + this.errands.size;
  }

  /** A sign that this node is slow itself: it was late, was accused, or nobody answers it. */
  doubtSelf(): void {
    this.doubts = Math.min(WORST_HEALTH, this.doubts + 1);
  }

  /** This node was away or starved: what others said meanwhile is to be read before anybody is judged. */
  noticeLateness(): void {
    this.doubtSelf();
    this.judgeFrom = this.effects.now + READING_MS;
  }

  /** A sign that it keeps up. */
  trustSelf(): void {
    if (this.doubts > 0) this.doubts--;
  }

  /** Something happened to the link to this node: ask others before accusing. */
  inquire(target: Address, refused: boolean): void {
    const isKnownAlive = this.table.has(target) && this.table.statusOf(target) === 'alive';
    if (!isKnownAlive || target === this.self || this.inquiries.has(target)) return;
    if (Math.max(this.inquiries.size, this.inquiryTimers) >= MAX_INQUIRIES) return;
    const others = this.view.peers.filter((peer) => peer !== target);
    const helpers = sample(this.random, others, this.parameters.probeHelpers);
    const number = this.numbers.next();
    this.inquiries.set(target, { number, asked: helpers.length, helpers, refused, isLooking: true });
    for (const helper of helpers) this.effects.send(helper, { type: 'probe', target, request: number });
    if (!refused) this.ping(target);
    const patienceMs = this.patient(2 * this.parameters.probeTimeoutMs);
    this.scheduleFor(target, number, 'verdict', helpers.length === 0 && refused ? 0 : patienceMs);
  }

  /** The answer to it settles whatever waits for one from there. */
  ping(target: Address): void {
    const request = this.numbers.next();
    const inquiry = this.inquiries.get(target);
    if (inquiry !== undefined) inquiry.ping = request;
    const errand = this.errands.get(target);
    if (errand !== undefined) errand.ping = request;
    this.effects.send(target, { type: 'ping', request });
  }

  onProbe(asker: Address, { target, request }: Probe): void {
    if (target === this.self) {
      this.effects.send(asker, { type: 'probeReply', target, saw: 'alive', request });
      return;
    }
    const errand = this.errands.get(target) ?? { ping: 0, askers: new Map<Address, number>() };
    if (this.errandTimers >= this.parameters.maxErrands || errand.askers.get(asker) === request) return;
    this.errandTimers++;
    errand.askers.set(asker, request);
    this.errands.set(target, errand);
    this.ping(target);
    const timer: Timer = { name: 'probeTimeout', target, asker, request };
    this.effects.schedule(this.patient(this.parameters.probeTimeoutMs), timer);
  }

  /** Who answers although something is claimed against it is told so, and can refute it. */
  onPong(from: Address, { request }: Pong): void {
    if (this.errands.get(from)?.ping === request) this.report(from, 'alive');
    if (this.inquiries.get(from)?.ping === request) this.clear(from);
    this.tellClaim(from);
  }

  /** Tells one that speaks what is claimed against it. */
  tellClaim(from: Address): void {
    const claim = this.table.claimOn(from);
    if (claim !== undefined) this.effects.send(from, lastSendOf(claim));
  }

  /** @returns whether the send that failed was an errand for others: then it is theirs to inquire further */
  onUnreachable(target: Address, refused: boolean): boolean {
    const inquiry = this.inquiries.get(target);
    if (refused && inquiry?.isLooking === true) {
      inquiry.refused = true;
      if (inquiry.refusedVersion !== undefined) this.conclude(target, inquiry);
    }
    return this.report(target, refused ? 'refused' : 'silence');
  }

  onProbeReply(from: Address, { target, saw, request }: ProbeReply): void {
    const inquiry = this.inquiries.get(target);
    // A second look has another number: it is the accuser's own.
    if (inquiry?.number !== request || !inquiry.helpers.includes(from)) return;
    if (saw === 'alive') {
      this.clear(target);
      return;
    }
    inquiry.helpers = inquiry.helpers.filter((helper) => helper !== from);
    if (saw === 'refused') inquiry.refused = true;
    if (inquiry.helpers.length === 0) this.conclude(target, inquiry);
  }

  fire(timer: Timer): void {
    const waitMs = this.judgeFrom - this.effects.now;
    if (waitMs > 0) return this.effects.schedule(waitMs, timer);
    if (timer.name === 'verdict' || timer.name === 'secondLook') {
      this.inquiryTimers = Math.max(0, this.inquiryTimers - 1);
      const inquiry = this.inquiries.get(timer.target);
      if (inquiry?.number !== timer.inquiry) return;
      if (timer.name === 'verdict') this.conclude(timer.target, inquiry);
      else this.lookAgain(timer.target, inquiry);
    } else if (timer.name === 'probeTimeout') {
      this.errandTimers = Math.max(0, this.errandTimers - 1);
      this.missPong(timer.target, timer.asker, timer.request);
    } else if (timer.name === 'suspicion') {
      this.suspicionTimers = Math.max(0, this.suspicionTimers - 1);
      const claim = this.table.claimOn(timer.origin)?.rumor;
      const stillStands = claim?.status === 'suspect' && claim.version === timer.version;
      if (stillStands) this.accuse(timer.origin, timer.version, 'down');
    }
  }

  /** Somebody else's suspicion is in the table now: see that it ends one way or the other. */
  witness(origin: Address, version: number): void {
    const { suspicionMs } = this.parameters;
    const afterMs = WITNESS_PATIENCE * suspicionMs + this.random.below(Math.max(1, Math.floor(suspicionMs)));
    this.awaitRefutation(origin, version, afterMs);
  }

  /** @returns `false` when too many are waited for: then others see to it */
  private awaitRefutation(origin: Address, version: number, afterMs: number): boolean {
    if (this.suspicionTimers >= MAX_SUSPICIONS) return false;
    this.suspicionTimers++;
    this.effects.schedule(afterMs, { name: 'suspicion', origin, version });
    return true;
  }

  private scheduleFor(target: Address, inquiry: number, name: 'verdict' | 'secondLook', afterMs: number): void {
    this.inquiryTimers++;
    this.effects.schedule(afterMs, { name, target, inquiry });
  }

  private missPong(target: Address, asker: Address, request: number): void {
    const askers = this.errands.get(target)?.askers;
    if (askers?.get(asker) !== request) return;
    askers.delete(asker);
    if (askers.size === 0) this.errands.delete(target);
    this.effects.send(asker, { type: 'probeReply', target, saw: 'silence', request });
  }

  private conclude(target: Address, inquiry: Inquiry): void {
    this.inquiries.delete(target);
    const { asked, helpers, refused, refusedVersion } = inquiry;
    if (!refused && asked > 0 && helpers.length === asked) {
      // Not even the helpers answered: more likely it is us.
      this.doubtSelf();
      return;
    }
    if (this.isSettled(target, refusedVersion)) return;
    const version = this.table.versionOf(target);
    if (!refused) this.suspect(target, version);
    else if (refusedVersion !== undefined) this.accuse(target, version, 'down');
    else this.planSecondLook(target, version);
  }

  /** Is it told what became of it, or has it been heard of since it was refused? */
  private isSettled(target: Address, refusedVersion?: number): boolean {
    const status = this.table.statusOf(target);
    const isNews = refusedVersion !== undefined && this.table.versionOf(target) !== refusedVersion;
    return isNews || status === 'down' || status === 'left';
  }

  private suspect(target: Address, version: number): void {
    if (this.table.statusOf(target) !== 'alive') return;
    const afterMs = this.patient(this.parameters.suspicionMs);
    if (this.awaitRefutation(target, version, afterMs)) this.accuse(target, version, 'suspect');
  }

  private planSecondLook(target: Address, refusedVersion: number): void {
    const number = this.numbers.next();
    this.inquiries.set(target, { number, asked: 0, helpers: [], refused: false, refusedVersion, isLooking: false });
    const { suspicionRefusedMs } = this.parameters;
    const spreadMs = this.random.below(1 + Math.floor(SECOND_LOOK_SPREAD * suspicionRefusedMs));
    this.scheduleFor(target, number, 'secondLook', suspicionRefusedMs + spreadMs);
    this.effects.emit({ type: 'secondLook', origin: target, version: refusedVersion });
  }

  private lookAgain(target: Address, inquiry: Inquiry): void {
    if (this.isSettled(target, inquiry.refusedVersion)) return void this.inquiries.delete(target);
    inquiry.isLooking = true;
    this.ping(target);
    this.scheduleFor(target, inquiry.number, 'verdict', this.patient(2 * this.parameters.probeTimeoutMs));
  }

  private clear(target: Address): void {
    if (this.inquiries.delete(target)) this.trustSelf();
  }

  private report(target: Address, saw: ProbeReply['saw']): boolean {
    const errand = this.errands.get(target);
    if (errand === undefined) return false;
    this.errands.delete(target);
    for (const [asker, request] of errand.askers) {
      this.effects.send(asker, { type: 'probeReply', target, saw, request });
    }
    return true;
  }

  private patient(ms: number): number {
    return ms * (1 + this.doubts);
  }
}
