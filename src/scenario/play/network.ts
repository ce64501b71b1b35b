/**
 * What the network does to a message on its way from one node to another: cuts it off, loses it, doubles it, and lets it
 * wait: first for its sender's uplink, then on the way. Arrival times are whole milliseconds; an uplink's queue is kept
 * exactly, so that rounding does not change how much it carries.
 */
import type { Millis } from '../../core/index.ts';
import { drawFrom, LinkDelays, MESSAGE_JITTER } from './link-delays.ts';
import { LinkTimes } from './link-times.ts';
import type { Delay, NetworkPlan } from '../scenario.ts';
import type { SmallFastRandom } from './small-fast-random.ts';

/** Nodes on one side (1) of a partition; if it is one-way, only what they send is lost. */
interface Cut {
  readonly side: Uint8Array;
  readonly oneWay: boolean;
}

export class Network {
  /** Chance that a message is lost. */
  loss: number;
  private readonly cuts: Cut[] = [];
  /** Absent where messages cannot overtake each other anyway, or where all may. */
  private readonly linkTimes: LinkTimes | undefined;
  private readonly uplinkFreeAt: Float64Array | undefined;
  private readonly linkDelays: LinkDelays;

  /** @param linkSeed what links' delays are drawn from: the same for all who share a network */
  constructor(
    private readonly plan: NetworkPlan,
    private readonly nodes: number,
    private readonly random: SmallFastRandom,
    linkSeed: number,
  ) {
    this.linkDelays = new LinkDelays(linkSeed);
    this.loss = plan.loss;
    if (plan.reordering < 1 && varies(plan.delay)) this.linkTimes = new LinkTimes();
    if (plan.bytesPerSecond > 0) this.uplinkFreeAt = new Float64Array(nodes);
  }

  isCutOff(from: number, to: number): boolean {
    return (
      this.cuts.length > 0 &&
      this.cuts.some(({ side, oneWay }) => side[from] !== side[to] && (!oneWay || side[from] === 1))
    );
  }

  /** These on one side, all others on the other; one way: they are not heard. */
  cut(nodes: Iterable<number>, oneWay: boolean): void {
    const side = new Uint8Array(this.nodes);
    for (const node of nodes) side[node] = 1;
    this.cuts.push({ side, oneWay });
  }

  heal(): void {
    this.cuts.length = 0;
  }

  isLost(): boolean {
    return this.happens(this.loss);
  }

  isDoubled(): boolean {
    return this.happens(this.plan.duplication);
  }

  /** How long a message takes over this link on average until it is handled, if it waits in no line; `undefined`: the link keeps no delay. */
  meanHopMs(from: number, to: number): number | undefined {
    const { delay, serviceMs } = this.plan;
    switch (delay.kind) {
      case 'constant':
        return Math.round(delay.ms) + serviceMs;
      case 'uniform':
      case 'logNormal':
        return delay.perMessage ? undefined : this.linkDelays.between(from, to, delay) + serviceMs;
      case 'regions':
        return Math.round(betweenRegions(delay, from, to)) + Math.floor(delay.jitterMs) / 2 + serviceMs;
    }
  }

  /** When the last byte of a message has left its sender. */
  departureOf(from: number, now: Millis, bytes: number): number {
    if (this.uplinkFreeAt === undefined) return now;
    const begins = Math.max(now, this.uplinkFreeAt[from]!);
    return (this.uplinkFreeAt[from] = begins + (bytes / this.plan.bytesPerSecond) * 1000);
  }

  arrivalOf(from: number, to: number, now: Millis, departure: number): Millis {
    const arrival = Math.ceil(departure) + this.drawDelayMs(from, to);
    if (this.linkTimes === undefined || this.happens(this.plan.reordering)) return arrival;
    return this.linkTimes.inOrder(from, to, arrival, now);
  }

  /** In whole milliseconds. */
  private drawDelayMs(from: number, to: number): number {
    const { delay } = this.plan;
    switch (delay.kind) {
      case 'constant':
        return Math.round(delay.ms);
      case 'uniform':
        if (delay.perMessage) return this.drawUniform(delay.minMs, delay.maxMs);
        return clamped(this.drawAround(this.linkDelays.between(from, to, delay)), delay.minMs, delay.maxMs);
      case 'logNormal':
        if (delay.perMessage) return Math.round(drawFrom(this.random, delay));
        return clamped(this.drawAround(this.linkDelays.between(from, to, delay)), 0, delay.maxMs);
      case 'regions':
        return Math.round(betweenRegions(delay, from, to)) + this.drawUniform(0, delay.jitterMs);
    }
  }

  private drawAround(linkMs: number): number {
    return linkMs * (1 + MESSAGE_JITTER * (2 * this.random.part() - 1));
  }

  /** A whole number from `min` to `max`, both included. */
  private drawUniform(min: number, max: number): number {
    const first = Math.ceil(min);
    const count = Math.floor(max) - first + 1;
    return count <= 1 ? Math.max(0, Math.round(min)) : first + this.random.below(count);
  }

  private happens(chance: number): boolean {
    return chance > 0 && this.random.part() < chance;
  }
}

function betweenRegions({ matrixMs }: Extract<Delay, { readonly kind: 'regions' }>, from: number, to: number): number {
  return matrixMs[from % matrixMs.length]![to % matrixMs.length]!;
}

function clamped(ms: number, min: number, max: number): Millis {
  return Math.round(Math.min(Math.max(ms, min), max));
}

function varies(delay: Delay): boolean {
  switch (delay.kind) {
    case 'constant':
      return false;
    case 'uniform':
      return delay.maxMs > delay.minMs;
    case 'logNormal':
      return delay.sigma > 0;
    case 'regions':
      return delay.jitterMs > 0;
  }
}
