/**
 * Members that are no peers, but that a node knows of from its table, or from its reserve. HyParView's walks and shuffles
 * never leave the neighbourhood they start in, and who has any peer is declined by all that are full. Looking at
 * strangers mends what follows from that:
 *
 * - Who joins at about the same time through one contact is joined near each other, and rumors go along chains. So
 *   a newcomer asks a few random members for a link that cannot be declined: a random graph's diameter grows like
 *   the logarithm of its size.
 * - A few nodes that have found each other and nobody else stay so while all others are full. So who was missing a
 *   peer for the time of a shuffle asks for a link that cannot be declined.
 * - Peers agree with each other on an island, too. So a node that agrees with its peers now and then asks a random
 *   member whether it holds the same, and one that does not becomes a peer.
 */
import type { Address } from './address.ts';
import type { Effects } from './effects.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { HyParView } from './hyparview.ts';
import type { Heartbeat } from './messages.ts';
import type { Parameters } from './parameters.ts';
import { pick, type Random } from './random.ts';
import type { Table } from './table.ts';

export class Strangers {
  /** How many links to random members were asked for. */
  private farLinks = 0;

  constructor(
    private readonly self: Address,
    private readonly overlay: HyParView,
    private readonly heartbeats: Heartbeats,
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly random: Random,
    private readonly effects: Effects,
  ) {}

  /** This node has been given its place in the network. */
  settleIn(): void {
    this.farLinks = this.parameters.farLinks;
  }

  /** On each beat. `isShuffleDue`: nothing happened for long, but it is time to look again. */
  look(isShuffleDue: boolean): void {
    const isNew = this.farLinks < this.parameters.farLinks;
    if (!isNew && !isShuffleDue && !this.heartbeats.isSettling) return;
    const stranger = pick(this.random, isNew ? this.members() : this.acquaintances());
    if (stranger === undefined) return;
    if (isNew) {
      this.farLinks++;
      this.overlay.meet(stranger);
      return;
    }
    if (this.overlay.hasRoom) {
      if (isShuffleDue) return this.overlay.meet(stranger);
      this.overlay.learn([stranger]);
    }
    // Also of one that may decline: where all who are known have no room, an island would stay one.
    if (this.heartbeats.isInAgreement) this.heartbeats.ask(stranger);
  }

  /** One that is no peer asks whether we agree, or takes us for its peer, which ends here. */
  onHeartbeat(from: Address, heartbeat: Heartbeat): void {
    if (this.overlay.isIsolated) return this.overlay.learn([from]);
    const isQuestion = heartbeat.until !== undefined;
    if (isQuestion && this.heartbeats.isInAgreement && !this.heartbeats.agrees(heartbeat)) this.overlay.meet(from);
    else this.effects.send(from, { type: 'disconnect' });
  }

  private members(): Address[] {
    return [...this.table.origins()].filter((origin) => this.isStranger(origin));
  }

  /** Those in the reserve, too: on an island it may name the only one of the others that anybody there has heard of. */
  private acquaintances(): Address[] {
    const reserve = this.overlay.reserve.filter((address) => !this.table.has(address));
    return [...this.members(), ...reserve.filter((address) => this.isStranger(address))];
  }

  private isStranger(address: Address): boolean {
    return address !== this.self && !this.overlay.isPeer(address) && this.table.statusOf(address) === 'alive';
  }
}
