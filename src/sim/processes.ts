import type { Address, GossipNode } from '../core/index.ts';

const PREFIX = 'n';
const SUFFIX = ':7000';
const [DIGIT_0, COLON] = [48, 58];

/** What a node's process does. */
export const ABSENT = 0;
export const RUNNING = 1;
export const PAUSED = 2;
export const DEAD = 3;

/** Every node's process: where it is, what it does, and which of its lives it lives. */
export class Processes {
  readonly addresses: readonly Address[];
  /** What ran last, also when it runs no more. */
  readonly cores: (GossipNode | undefined)[];
  readonly states: Uint8Array;
  /** How many times each has been started: an earlier life's timers are none of a later one's business. */
  readonly lives: Int32Array;
  private running = 0;

  constructor(readonly count: number) {
    const names = Array.from({ length: count }, (_, node) => [PREFIX + node + SUFFIX, node] as const);
    // Engines keep one copy of each property name, so that two of them differ where their pointers do.
    this.addresses = Object.keys(Object.fromEntries(names));
    this.cores = Array.from({ length: count }, () => undefined);
    this.states = new Uint8Array(count);
    this.lives = new Int32Array(count);
  }

  /** How many run and are not paused. */
  get runningCount(): number {
    return this.running;
  }

  isUp(node: number): boolean {
    return this.states[node] === RUNNING || this.states[node] === PAUSED;
  }

  set(node: number, state: number): void {
    if (this.states[node] === RUNNING) this.running--;
    if (state === RUNNING) this.running++;
    this.states[node] = state;
  }

  /** Read off the address: among many nodes, a look into a Map costs more. */
  indexOf(address: Address): number | undefined {
    let node = 0;
    for (let i = PREFIX.length; i < address.length; i++) {
      const code = address.charCodeAt(i);
      if (code === COLON) break;
      node = 10 * node + code - DIGIT_0;
    }
    return this.addresses[node] === address ? node : undefined;
  }
}
