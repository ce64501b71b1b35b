/**
 * Where nodes are drawn, between -1 and 1 either way. Up to forty stand on a ring, in the order of their addresses. More get the
 * places of ForceAtlas2 (Jacomy et al. 2014, https://doi.org/10.1371/journal.pone.0098679), worked out once in a worker when all
 * have come, and before that those of a sunflower. Which links push does not count: that changes from origin to origin. A link
 * that comes or goes moves nothing: the picture stays the one that one has learned to read, and the same network looks the same
 * again.
 */
import type { Address } from '../../../trace/views.ts';
import type { NetworkState, NodeState } from '../../model/network-state.ts';
import { compareAddresses } from '../../model/words.ts';
import type { LayoutTask } from './layout-worker.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

const MAX_RING = 40;
/** No node has come for so long: all have, as far as one can tell. */
const CALM_MS = 500;
/** The same where some are still to come. */
const MAX_WAIT_MS = 4_000;
/** More have come since than so many of those there were: they are laid out anew. */
const MANY_MORE = 0.3;
/** Of the way that is left, in a millisecond. */
const GLIDE = 1 / 130;
const THERE = 0.002;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export class Layout {
  private readonly targets: Point[] = [];
  private readonly shown: { x: number; y: number }[] = [];
  private slots = new Map<Address, number>();
  private worker: Worker | undefined;
  private laidOut = 0;
  private cameAt = 0;
  private isGliding = false;
  private places: 'ring' | 'disc' | undefined;

  /** @param makeWorker of `layout-worker.ts` */
  constructor(private readonly makeWorker: () => Worker) {}

  get isRing(): boolean {
    return this.places === 'ring';
  }

  /**
   * @param state the newest there is: the picture is the same at whatever moment one looks
   * @param expected those that are to come
   */
  follow(state: NetworkState, expected: readonly Address[], now: number): void {
    const known = this.targets.length;
    if (state.nodes.length > known || this.places === undefined) {
      this.cameAt = now;
      this.place(state, expected);
      if (this.laidOut > 0) for (const node of state.nodes.slice(known)) this.targets[node.number] = this.beside(node);
    }
    if (this.places === 'ring' || this.worker !== undefined || !this.isTime(state, expected, now)) return;
    this.arrange(state);
  }

  /** Anew, as the links are now. */
  arrange(state: NetworkState): void {
    if (this.places !== 'disc' || this.worker !== undefined || state.nodes.length === 0) return;
    const { worker, nodes } = { worker: this.makeWorker(), nodes: state.nodes.length };
    this.worker = worker;
    const done = (): void => {
      worker.terminate();
      if (this.worker === worker) this.worker = undefined;
    };
    worker.addEventListener('error', done);
    worker.addEventListener('message', ({ data }: MessageEvent<Float64Array>) => {
      done();
      for (let number = 0; number < nodes; number++) {
        this.targets[number] = { x: data[2 * number] ?? 0, y: data[2 * number + 1] ?? 0 };
      }
      this.isGliding = true;
    });
    this.laidOut = nodes;
    worker.postMessage(taskOf(state, this.targets));
  }

  /** A frame later. @returns whether anything has moved */
  step(elapsedMs: number, isInstant: boolean): boolean {
    if (!this.isGliding) return false;
    const part = isInstant ? 1 : 1 - Math.exp(-elapsedMs * GLIDE);
    let farthest = 0;
    for (const [number, point] of this.shown.entries()) {
      const target = this.targets[number] ?? point;
      const [dx, dy] = [target.x - point.x, target.y - point.y];
      farthest = Math.max(farthest, Math.abs(dx), Math.abs(dy));
      const isThere = Math.abs(dx) + Math.abs(dy) < THERE;
      point.x = isThere ? target.x : point.x + dx * part;
      point.y = isThere ? target.y : point.y + dy * part;
    }
    this.isGliding = farthest >= THERE;
    return true;
  }

  positionOf(number: number): Point | undefined {
    return this.shown[number];
  }

  close(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }

  /** Is all there to lay out well, and has that not been done yet? */
  private isTime(state: NetworkState, expected: readonly Address[], now: number): boolean {
    const count = state.nodes.length;
    if (this.laidOut > 0 && count - this.laidOut <= MANY_MORE * this.laidOut) return false;
    return now - this.cameAt >= (count < expected.length ? MAX_WAIT_MS : CALM_MS);
  }

  private place(state: NetworkState, expected: readonly Address[]): void {
    const all = new Set([...expected, ...state.nodes.map(({ address }) => address)]);
    const places = all.size <= MAX_RING ? 'ring' : 'disc';
    if (all.size !== this.slots.size || places !== this.places) {
      this.slots = new Map([...all].sort(compareAddresses).map((address, slot) => [address, slot]));
      this.places = places;
    }
    for (const { number, address } of state.nodes) {
      if (number < this.laidOut) continue;
      const target = this.slotPoint(this.slots.get(address) ?? 0);
      this.targets[number] = target;
      if (this.shown[number] === undefined) this.shown[number] = { ...target };
      else this.isGliding = true;
    }
  }

  /** On the ring from the top on, clockwise; on the disc from the middle outwards. */
  private slotPoint(slot: number): Point {
    const count = Math.max(1, this.slots.size);
    if (this.places === 'ring') {
      const angle = (slot / count) * 2 * Math.PI;
      return { x: Math.sin(angle), y: -Math.cos(angle) };
    }
    const radius = Math.sqrt((slot + 0.5) / count);
    return { x: radius * Math.cos(slot * GOLDEN_ANGLE), y: radius * Math.sin(slot * GOLDEN_ANGLE) };
  }

  /** One that comes later: near a peer, where there is one. */
  private beside({ number, address, peers }: NodeState): Point {
    const peer = [...peers.keys()].find((other) => other < number && this.targets[other] !== undefined);
    const angle = hash(address) * 2 * Math.PI;
    const near = peer === undefined ? { x: Math.cos(angle), y: Math.sin(angle) } : this.targets[peer]!;
    const point = { x: near.x + 0.06 * Math.cos(angle), y: near.y + 0.06 * Math.sin(angle) };
    this.shown[number] = { ...point };
    return point;
  }
}

function taskOf(state: NetworkState, starts: readonly Point[]): LayoutTask {
  const links = state.nodes.flatMap(({ number, peers }) => [...peers.keys()].flatMap((peer) => [number, peer]));
  return { starts: starts.map(({ x, y }) => [x, y] as const), links };
}

/** FNV-1a, as a number from 0 to 1. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  // Its high bits hardly differ for addresses that differ in their last digit.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
}
