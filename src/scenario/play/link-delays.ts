/**
 * The delay of each link. A cable keeps its length: most of a real delay belongs to the link, and a little to the message.
 * So a link's delay is drawn once, the same both ways, and each message's differs from it by a few parts in a hundred.
 *
 * Nothing is stored: a link's draws follow from the seed and its two ends, by the finaliser of MurmurHash3 (Austin Appleby, public
 * domain). So a simulator of very many nodes needs no memory for it, and the processes of a cluster agree without a word.
 */
import { exponential, drawNormal, type Parts } from './distributions.ts';
import type { Delay } from '../scenario.ts';

/** A message's delay differs from its link's by up to so much of it. A guess: queues on a network that is not full. */
export const MESSAGE_JITTER = 0.05;

type Drawn = Extract<Delay, { readonly kind: 'uniform' | 'logNormal' }>;

export class LinkDelays {
  private readonly draws = new LinkDraws();

  constructor(private readonly seed: number) {}

  /** Of the link between these two nodes, in milliseconds and parts of them. */
  between(a: number, b: number, delay: Drawn): number {
    this.draws.begin(this.seed, Math.min(a, b), Math.max(a, b));
    return drawFrom(this.draws, delay);
  }
}

/** One draw of this delay. */
export function drawFrom(random: Parts, delay: Drawn): number {
  if (delay.kind === 'uniform') return delay.minMs + random.part() * (delay.maxMs - delay.minMs);
  return Math.min(delay.medianMs * exponential(delay.sigma * drawNormal(random)), delay.maxMs);
}

/** The draws that belong to one link: a counter, mixed with it. */
class LinkDraws implements Parts {
  private state = 0;

  begin(seed: number, low: number, high: number): void {
    this.state = mixed(mixed(mixed(seed) ^ low) ^ high);
  }

  part(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    return (mixed(this.state) >>> 0) / 2 ** 32;
  }
}

function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
