/**
 * Failure detection: SWIM's suspicion and indirect probes (Das, Gupta, Motivala, DSN 2002) with Lifeguard's local
 * health (Dadgar, Phillips, Currey, arXiv 1707.00788).
 *
 *     A ->[probe C] B, B ->[ping] C, C ->[pong] B, B ->[probeReply alive] A       C is cleared
 *     … B ->[probeReply silence] A                                                A tells all: C is suspect
 *         C hears it and goes above that version, or A tells all after a while: C is down
 *     … B ->[probeReply refused] A                                                A tells all: C is down
 *
 * Departures:
 * - No random member is probed each round: neighbours watch each other on their link, which costs nothing extra, and
 *   what happens to a link has the helpers look (confirmation probes).
 * - Evidence has two strengths. Silence may be a pause or load: the accused hears of it and gets `suspicionMs` to refute. A
 *   refused connection is its machine's own word that the process is gone and hears nothing: so nobody is told of a suspicion. A death
 *   costs one broadcast, not two.
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
import { Requests, type RequestNumbers } from '../requests.ts';
import type { Table } from '../state/table.ts';

/** Tells the network a claim about another node. */
export type Accuse = (origin: Address, version: number, claim: Claim) => void;

/** What is waited for before a member is accused. */
interface Confirmation {
  /** Of the request to the helpers, and of the timer that ends it. */
  readonly request: number;
  readonly asked: number;
  /** Those of the helpers that have not answered. */
  helpers: readonly Address[];
  /** The latest ping that was sent to it meanwhile. */
  ping?: number;
  refused: boolean;
  /** Its version when all that looked were refused: it is told that it is down unless something else is heard of it meanwhile. */
  downAt?: number;
}

/** A member that is looked at for others. */
interface IndirectProbe {
  /** The latest ping. */
  ping: number;
  /** The nodes that asked for it, with the number of each one's request. */
  readonly askers: Map<Address, number>;
}

/** A node's request for an indirect probe of another, with its number. */
interface Asked {
  readonly target: Address;
  readonly asker: Address;
  readonly request: number;
}

/** Confirmations at one time. A guess: a node has a handful of peers to lose. */
export const MAX_CONFIRMATIONS = 64;
/** Looks for others at one time. A guess. */
export const MAX_INDIRECT_PROBES = 64;
/** Suspicions waited for at one time. A guess: half of two thousand nodes die at once. */
export const MAX_SUSPICIONS = 1024;
/** Lifeguard's local health score goes from 0 (healthy) to 8. */
const WORST_HEALTH = 8;
/** Its goodbye, or news of its restart, may be on its way. Measured (`npm run ablation`): nothing gets better with more than that. */
const NEWS_MS = 100;
/** A node that was away takes so long to read what was said meanwhile. A guess. */
export const READING_MS = 400;
/** Others declare death this many times later than the accuser would, each at its own moment. A guess. */
const OTHERS_PATIENCE = 2;

export class FailureDetector {
  private readonly confirmations = new RareMap<Address, Confirmation>();
  private readonly indirectProbes = new RareMap<Address, IndirectProbe>();
  private readonly confirming: Requests<Address>;
  private readonly probing: Requests<Asked>;
  /** Timers under way. One whose purpose is gone still counts, until it fires. */
  private suspicionTimers = 0;
  private score = 0;
  private judgeFrom: Millis = -Infinity;

  constructor(
    private readonly self: Address,
    private readonly view: { readonly peers: readonly Address[] },
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
    private readonly numbers: RequestNumbers,
    private readonly accuse: Accuse,
  ) {
    this.confirming = new Requests(MAX_CONFIRMATIONS, numbers, effects);
    this.probing = new Requests(MAX_INDIRECT_PROBES, numbers, effects);
  }

  /** How far this node distrusts itself, 0 to 8: its patience with others is that much longer. */
  get localHealthScore(): number {
    return this.score;
  }

  /** Confirmations and indirect probes under way. */
  get size(): number {
    return this.confirmations.size + this.indirectProbes.size;
  }

  /** A sign that this node is slow itself: it was late, was accused, or nobody answers it. */
  worsenHealth(): void {
    this.score = Math.min(WORST_HEALTH, this.score + 1);
  }

  /** This node was away or starved: what others said meanwhile is to be read before anybody is judged. */
  noticeLateness(): void {
    this.worsenHealth();
    this.judgeFrom = this.effects.now + READING_MS;
  }

  /** A sign that it keeps up. */
  improveHealth(): void {
    if (this.score > 0) this.score--;
  }

  /** Something happened to the link to this node: others look before it is accused; where there are none, we look again. */
  confirm(target: Address, refused: boolean): void {
    const isKnownAlive = this.table.has(target) && this.table.statusOf(target) === 'alive';
    if (!isKnownAlive || target === this.self || this.confirmations.has(target)) return;
    const request = this.confirming.begin(target, this.patient(2 * this.parameters.probeTimeoutMs));
    if (request === undefined) return;
    const others = this.view.peers.filter((peer) => peer !== target);
    const helpers = sample(this.random, others, this.parameters.probeHelpers);
    this.confirmations.set(target, { request, asked: helpers.length, helpers, refused });
    for (const helper of helpers) this.effects.send(helper, { type: 'probe', target, request });
    if (!refused || helpers.length === 0) this.ping(target);
  }

  /** The answer to it settles whatever waits for one from there. */
  ping(target: Address): void {
    const request = this.numbers.next();
    const confirmation = this.confirmations.get(target);
    if (confirmation !== undefined) confirmation.ping = request;
    const indirect = this.indirectProbes.get(target);
    if (indirect !== undefined) indirect.ping = request;
    this.effects.send(target, { type: 'ping', request });
  }

  onProbe(asker: Address, { target, request }: Probe): void {
    if (target === this.self) {
      this.effects.send(asker, { type: 'probeReply', target, saw: 'alive', request });
      return;
    }
    const indirect = this.indirectProbes.get(target) ?? { ping: 0, askers: new Map<Address, number>() };
    if (indirect.askers.get(asker) === request) return;
    const asked = { target, asker, request };
    if (this.probing.begin(asked, this.patient(this.parameters.probeTimeoutMs)) === undefined) return;
    indirect.askers.set(asker, request);
    this.indirectProbes.set(target, indirect);
    this.ping(target);
  }

  /** A member that answers although something is claimed against it is told so, and can refute it. */
  onPong(from: Address, { request }: Pong): void {
    if (this.indirectProbes.get(from)?.ping === request) this.report(from, 'alive');
    if (this.confirmations.get(from)?.ping === request) this.clear(from);
    this.tellClaim(from);
  }

  /** Tells one that speaks what is claimed against it. */
  tellClaim(from: Address): void {
    const claim = this.table.claimOn(from);
    if (claim !== undefined) this.effects.send(from, lastSendOf(claim));
  }

  /** @returns whether the send that failed was a probe for others: then it is theirs to confirm it */
  onUnreachable(target: Address, refused: boolean): boolean {
    const confirmation = this.confirmations.get(target);
    if (refused && confirmation !== undefined) {
      confirmation.refused = true;
      if (confirmation.asked === 0) this.conclude(target, confirmation);
    }
    return this.report(target, refused ? 'refused' : 'silence');
  }

  onProbeReply(from: Address, { target, saw, request }: ProbeReply): void {
    const confirmation = this.confirmations.get(target);
    if (confirmation?.request !== request || !confirmation.helpers.includes(from)) return;
    if (saw === 'alive') {
      this.clear(target);
      return;
    }
    confirmation.helpers = confirmation.helpers.filter((helper) => helper !== from);
    if (saw === 'refused') confirmation.refused = true;
    if (confirmation.helpers.length === 0) this.conclude(target, confirmation);
  }

  /** Nobody is judged before what was said to this node has been read. */
  fire(timer: Timer): void {
    const waitMs = this.judgeFrom - this.effects.now;
    if (waitMs > 0) this.effects.schedule(waitMs, timer);
    else if (timer.name === 'timeout') this.onTimeout(timer.request);
    else if (timer.name === 'suspicion') this.onSuspicionTimer(timer.origin, timer.version);
  }

  private onTimeout(request: number): void {
    if (this.probing.has(request)) {
      const asked = this.probing.timedOut(request);
      if (asked !== undefined) this.missPong(asked);
      return;
    }
    const target = this.confirming.timedOut(request);
    const confirmation = target === undefined ? undefined : this.confirmations.get(target);
    if (target === undefined || confirmation?.request !== request) return;
    if (confirmation.downAt === undefined) return this.conclude(target, confirmation);
    this.confirmations.delete(target);
    if (this.table.versionOf(target) === confirmation.downAt) this.tellDown(target, confirmation.downAt);
  }

  private onSuspicionTimer(origin: Address, version: number): void {
    this.suspicionTimers = Math.max(0, this.suspicionTimers - 1);
    const claim = this.table.claimOn(origin)?.rumor;
    if (claim?.status === 'suspect' && claim.version === version) this.accuse(origin, version, 'down');
  }

  /** Somebody else's suspicion is in the table now: see that it ends one way or the other. */
  onSuspicion(origin: Address, version: number): void {
    const { suspicionMs } = this.parameters;
    const afterMs = OTHERS_PATIENCE * suspicionMs + this.random.below(Math.max(1, Math.floor(suspicionMs)));
    this.awaitRefutation(origin, version, afterMs);
  }

  /** @returns `false` when too many are waited for: then others see to it */
  private awaitRefutation(origin: Address, version: number, afterMs: number): boolean {
    if (this.suspicionTimers >= MAX_SUSPICIONS) return false;
    this.suspicionTimers++;
    this.effects.schedule(afterMs, { name: 'suspicion', origin, version });
    return true;
  }

  private missPong({ target, asker, request }: Asked): void {
    const askers = this.indirectProbes.get(target)?.askers;
    if (askers?.get(asker) !== request) return;
    askers.delete(asker);
    if (askers.size === 0) this.indirectProbes.delete(target);
    this.effects.send(asker, { type: 'probeReply', target, saw: 'silence', request });
  }

  private conclude(target: Address, confirmation: Confirmation): void {
    const { asked, helpers, refused, downAt } = confirmation;
    if (downAt !== undefined) return;
    const version = this.table.versionOf(target);
    this.end(target);
    // Not even the helpers answered: more likely it is us.
    if (!refused && asked > 0 && helpers.length === asked) return this.worsenHealth();
    if (!refused) return this.suspect(target, version);
    const request = this.confirming.begin(target, NEWS_MS);
    if (request === undefined) return this.tellDown(target, version);
    this.confirmations.set(target, { ...confirmation, request, downAt: version });
  }

  private tellDown(target: Address, version: number): void {
    const status = this.table.statusOf(target);
    if (status !== 'down' && status !== 'left') this.accuse(target, version, 'down');
  }

  private suspect(target: Address, version: number): void {
    if (this.table.statusOf(target) !== 'alive') return;
    const afterMs = this.patient(this.parameters.suspicionMs);
    if (this.awaitRefutation(target, version, afterMs)) this.accuse(target, version, 'suspect');
  }

  private end(target: Address): boolean {
    const confirmation = this.confirmations.get(target);
    if (confirmation !== undefined) this.confirming.end(confirmation.request);
    return this.confirmations.delete(target);
  }

  private clear(target: Address): void {
    if (this.end(target)) this.improveHealth();
  }

  private report(target: Address, saw: ProbeReply['saw']): boolean {
    const indirect = this.indirectProbes.get(target);
    if (indirect === undefined) return false;
    this.indirectProbes.delete(target);
    for (const [asker, request] of indirect.askers) {
      this.effects.send(asker, { type: 'probeReply', target, saw, request });
    }
    return true;
  }

  private patient(ms: number): number {
    return ms * (1 + this.score);
  }
}
