/**
 * One step on a beat with a random member that is no peer. HyParView's shuffles never leave the neighbourhood they start in, and
 * a node that has any peer is declined by all that are full. The table names all members, so a node draws one of them instead:
 *
 * - Nodes that join at about the same time through one contact are joined near each other, and rumors would go along chains; a few
 *   nodes that have found only each other would stay so while all others are full. So a node that lacks more than one peer asks
 *   a random member for a link that cannot be declined: a random graph's diameter grows like the logarithm of its size.
 * - A node that dies together with all its peers is missed by nobody. So a node that has lost a peer looks for two random members when
 *   things have calmed down: the more died, the more looks. Where failed sends are not reported, one is looked for with each shuffle,
 *   as SWIM does in each round.
 * - A shuffle is to swap views with a node far away. So it goes to a random member.
 * - On an island all peers agree with each other. So a node that agrees with its peers now and then asks a random
 *   member whether it holds the same, and one that does not becomes a peer. A member that the passive view names and the table lacks is
 *   asked first. Measured: else three of thirty networks of a hundred nodes that join at once through random ones are two islands after a minute.
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

export class RandomMember {
  /** Has a link to a random member been asked for? */
  private hasMet = false;
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
    this.hasMet = true;
  }

  /** A peer cannot be reached: the peers of other dead members may be gone, too. */
  peerLost(): void {
    this.looksDue = Math.min(MAX_LOOKS, this.looksDue + LOOKS_PER_LOST_PEER);
  }

  /** On each beat. */
  look(isShuffleDue: boolean): void {
    const { overlay, heartbeats } = this.parts;
    const isTime = isShuffleDue || heartbeats.isSettling || this.isToMeet;
    const member = isTime ? pick(this.random, this.known()) : undefined;
    if (member !== undefined) this.turnTo(member, isShuffleDue);
    if (isShuffleDue) overlay.shuffle(member);
    if (this.looksDue > 0 && heartbeats.isSettling) this.lookForUnseen();
  }

  /** One link to a random member is needed in any case. One missing peer is common, since degrees seldom add up. */
  private get isToMeet(): boolean {
    return !this.hasMet || this.parts.overlay.missing > 1;
  }

  private meet(member: Address): void {
    this.hasMet = true;
    this.parts.overlay.meet(member);
  }

  private lookForUnseen(): void {
    for (const member of sample(this.random, this.members(), this.looksDue)) {
      if (this.parameters.failedSendsAreReported) this.parts.detector.ping(member);
      else this.parts.detector.confirm(member, false);
    }
    this.looksDue = 0;
  }

  private turnTo(member: Address, isShuffleDue: boolean): void {
    const { overlay, heartbeats, detector } = this.parts;
    if (isShuffleDue && !this.parameters.failedSendsAreReported) detector.confirm(member, false);
    const { missing } = overlay;
    // One that is tried with backoff is left to that. A small network has fewer members than links to make: a guest would be asked on each beat.
    if (this.isToMeet && !overlay.isReconnectingTo(member)) return this.meet(member);
    if (missing > 0) overlay.learn([member]);
    // Also of one that may decline: where all known members have no room, an island would stay one.
    if (heartbeats.isInAgreement) heartbeats.ask(member);
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
    return this.noPeersAmong(this.parts.table.origins());
  }

  /** Those of the passive view that the table lacks, if there are any: on an island they may be of the other side. */
  private known(): Address[] {
    const { table, overlay } = this.parts;
    const unheardOf = this.noPeersAmong(overlay.passiveView.filter((address) => !table.has(address)));
    return unheardOf.length > 0 ? unheardOf : this.members();
  }

  private noPeersAmong(addresses: Iterable<Address>): Address[] {
    const { table, overlay } = this.parts;
    return [...addresses].filter(
      (address) => address !== this.self && !overlay.isPeer(address) && table.statusOf(address) === 'alive',
    );
  }
}
