/** Which nodes of a run live, by its trace. */
import type { Address } from '../core/address.ts';
import type { Millis } from '../core/boundary.ts';

export class Population {
  private readonly numbers = new Map<Address, number>();
  private readonly up: boolean[] = [];
  private readonly starts: Millis[] = [];
  private upCount = 0;

  /** A node that nobody has told of runs from now on: the trace of one node alone says nothing of starts. */
  numberOf(address: Address, time: Millis): number {
    const known = this.numbers.get(address);
    if (known !== undefined) return known;
    const number = this.up.length;
    this.numbers.set(address, number);
    this.up.push(false);
    this.starts.push(time);
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
    this.starts[number] = time;
  }

  stop(number: number): void {
    if (this.isUp(number)) this.upCount--;
    this.up[number] = false;
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
