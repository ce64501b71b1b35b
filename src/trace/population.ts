/** Which nodes of a run live, and how many links there are between them, by its trace. */
import type { Address, Millis } from '../core/index.ts';

export class Population {
  private readonly numbers = new Map<Address, number>();
  private readonly up: boolean[] = [];
  private readonly starts: Millis[] = [];
  private readonly peers: number[] = [];
  private upCount = 0;

  /** A node that nobody has told of runs from now on: the trace of one node alone says nothing of starts. */
  numberOf(address: Address, time: Millis): number {
    const known = this.numbers.get(address);
    if (known !== undefined) return known;
    const number = this.up.length;
    this.numbers.set(address, number);
    this.up.push(false);
    this.starts.push(time);
    this.peers.push(0);
    this.start(number, time);
    return number;
  }

  /** Where it is known. */
  find(address: Address): number | undefined {
    return this.numbers.get(address);
  }

  start(number: number, time: Millis): void {
    if (!this.isUp(number)) this.upCount++;
    this.up[number] = true;
    this.peers[number] = 0;
    this.starts[number] = time;
  }

  stop(number: number): void {
    if (this.isUp(number)) this.upCount--;
    this.up[number] = false;
    this.peers[number] = 0;
  }

  /** It has one peer more, or less. */
  link(number: number, by: 1 | -1): void {
    this.peers[number] = (this.peers[number] ?? 0) + by;
  }

  /** As far as both ends agree; one that only one end believes in counts half. */
  get links(): number {
    return this.peers.reduce((sum, count) => sum + count, 0) / 2;
  }

  isUp(number: number): boolean {
    return this.up[number] === true;
  }

  /** Has it been up all the time since then? */
  isUpSince(number: number, time: Millis): boolean {
    return this.up[number] === true && (this.starts[number] ?? Infinity) <= time;
  }

  /** How many are up. */
  get live(): number {
    return this.upCount;
  }

  /** How many have been seen at all. */
  get size(): number {
    return this.up.length;
  }
}
