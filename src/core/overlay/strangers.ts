/**
 * Members that are no peers, but that a node knows of from its table, or from its reserve. HyParView's walks and shuffles
 * never leave the neighbourhood they start in, and who has any peer is declined by all that are full. Looking at
 * strangers mends what follows from that:
 *
 * - Who joins at about the same time through one contact is joined near each other, and rumors go along chains. So
 *   a newcomer asks one or a few random members for a link that cannot be declined: a random graph's diameter grows like
 *   the logarithm of its size.
 * - A few nodes that have found each other and nobody else stay so while all others are full. So who was missing more than
 *   one peer for the time of a shuffle asks for a link that cannot be declined.
 * - Who dies together with all its peers is missed by nobody. So whoever has lost a peer looks for two random members when
 *   things have calmed down: the more died, the more looks. What else is sent to the dead fails, where failures are reported;
 *   where not, a random member is looked for now and then, as SWIM does all the time.
 * - A shuffle is to swap views with somebody far away. So it goes to a random stranger, and a walk only where none is known.
 * - Peers agree with each other on an island, too. So a node that agrees with its peers now and then asks a random
 *   member whether it holds the same, and one that does not becomes a peer.
 */
import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { FailureDetector } from '../detection/failure-detector.ts';
import type { Heartbeats } from '../detection/heartbeats.ts';
import type { HyParView } from './hyparview.ts';
import type { Heartbeat } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { pick, sample, type Random } from '../random.ts';
import type { Table } from '../state/table.ts';

/** What a node has for those it does know. */
interface Parts {
  readonly overlay: HyParView;
  readonly heartbeats: Heartbeats;
  readonly detector: FailureDetector;
  readonly table: Table;
}

/**
 * If half of a network with five peers each dies, one in 32 of the dead has lost all its peers with it, and each survivor half of
 * its own: with two looks for each one of them in 150 of those stays unseen (e^-5), with one every twelfth.
 */
const LOOKS_PER_LOST_PEER = 2;
/** Looks at one time: all peers of a node with ten have gone. A guess. */
export const MAX_LOOKS = 20;

export class Strangers {
  /** How many links to random members were asked for. */
  private farLinks = 0;
  /** How many members are to be looked for, because peers were lost. */
  private looksDue = 0;

  constructor(
    private readonly self: Address,
    private readonly parts: Parts,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
  ) {}

  /** This node has been given its place in the network. */
  settleIn(): void {
    this.farLinks = this.parameters.farLinks;
  }

  /** A peer cannot be reached: those who would have missed somebody else may be gone, too. */
  peerLost(): void {
    this.looksDue = Math.min(MAX_LOOKS, this.looksDue + LOOKS_PER_LOST_PEER);
  }

  /** On each beat. `isShuffleDue`: nothing happened for long, but it is time to look again. */
  look(isShuffleDue: boolean): void {
    const isTime = isShuffleDue || this.parts.heartbeats.isSettling;
    const stranger = isTime ? pick(this.random, this.acquaintances()) : undefined;
    const far = this.lacksFarLinks ? pick(this.random, this.acquaintances()) : undefined;
    if (far !== undefined) {
      this.farLinks++;
      this.parts.overlay.meet(far);
    } else if (stranger !== undefined) {
      this.turnTo(stranger, isShuffleDue);
    }
    if (isShuffleDue) this.parts.overlay.shuffle(stranger);
    if (this.looksDue > 0 && this.parts.heartbeats.isSettling) this.lookForUnseen();
  }

  private lookForUnseen(): void {
    for (const member of sample(this.random, this.members(), this.looksDue)) {
      if (this.parameters.failedSendsAreReported) this.parts.detector.ping(member);
      else this.parts.detector.inquire(member, false);
    }
    this.looksDue = 0;
  }

  private turnTo(stranger: Address, isShuffleDue: boolean): void {
    const { overlay, heartbeats, detector } = this.parts;
    if (isShuffleDue && !this.parameters.failedSendsAreReported) detector.inquire(stranger, false);
    const { missing } = overlay;
    // One missing peer is common, since degrees seldom add up: no reason to take another's place again and again.
    if (missing > 1 && isShuffleDue) return overlay.meet(stranger);
    if (missing > 0) overlay.learn([stranger]);
    // Also of one that may decline: where all who are known have no room, an island would stay one.
    if (heartbeats.isInAgreement) heartbeats.ask(stranger);
  }

  /** One is needed in any case; others only while there is room, or each would cost two members a link. */
  private get lacksFarLinks(): boolean {
    const { farLinks } = this;
    return farLinks < this.parameters.farLinks && (farLinks === 0 || this.parts.overlay.missing > 0);
  }

  /** One that is no peer asks whether we agree, or takes us for its peer, which ends here. */
  onHeartbeat(from: Address, heartbeat: Heartbeat): void {
    if (this.parts.overlay.isIsolated) return this.parts.overlay.learn([from]);
    const { heartbeats, overlay } = this.parts;
    const isQuestion = heartbeat.until !== undefined && heartbeats.isComparable(heartbeat.until);
    if (isQuestion && heartbeats.isInAgreement && !heartbeats.agrees(heartbeat)) overlay.meet(from);
    else this.effects.send(from, { type: 'disconnect' });
  }

  private members(): Address[] {
    return this.strangersAmong(this.parts.table.origins());
  }

  /** Those in the reserve, too: on an island it may name the only one of the others that anybody there has heard of. */
  private acquaintances(): Address[] {
    const { table, overlay } = this.parts;
    return this.strangersAmong(new Set([...table.origins(), ...overlay.reserve]));
  }

  private strangersAmong(addresses: Iterable<Address>): Address[] {
    const { table, overlay } = this.parts;
    return [...addresses].filter(
      (address) => address !== this.self && !overlay.isPeer(address) && table.statusOf(address) === 'alive',
    );
  }
}
