/**
 * One number for a whole trace: two runs with the same one did the same, event by event. `docs/simulator.md` defines it. Made of
 * the events themselves, not of their lines of JSON: a line costs as much as all that led to its event.
 *
 * Every text is hashed once and then looked up, since a run says the same few thousand again and again. 32-bit integers only, so
 * that Node and every browser compute the same.
 */
import { fingerprintOf, formatFingerprint, type Address, type Fingerprint, type Millis } from '../core/index.ts';
import type { RunEvent } from '../trace/trace-event.ts';

/** Texts that are remembered; then all begin anew. A guess: some MB. */
const MAX_TEXTS = 50_000;
const WORD = 2 ** 32;

export class TraceHash {
  private upper = 0xdeadbeef | 0;
  private lower = 0x41c6ce57;
  private readonly texts = new Map<string, Fingerprint>();

  /** @param event its own `time` and `node`, if it has them, are left out */
  add(time: Millis, node: Address, event: object): void {
    this.mixNumber(time);
    this.mixText(node);
    for (const name in event) {
      const value = (event as { readonly [name: string]: unknown })[name];
      if (value === undefined || name === 'time' || name === 'node') continue;
      this.mixText(name);
      if (typeof value === 'number') this.mixNumber(value);
      else this.mixText(typeof value === 'string' ? value : JSON.stringify(value));
    }
    this.mix(0);
  }

  addEvent(event: RunEvent): void {
    this.add(event.time, event.node, event);
  }

  /** 16 hex digits, of all events so far. */
  toString(): string {
    const { high, low } = fingerprintOf(`${this.upper} ${this.lower}`);
    return formatFingerprint(high, low);
  }

  private mixNumber(value: number): void {
    if (!Number.isSafeInteger(value)) return this.mixText(String(value));
    this.mix(value | 0);
    this.mix(Math.floor(value / WORD));
  }

  private mixText(text: string): void {
    const known = this.texts.get(text) ?? this.remember(text);
    this.mix(known.high);
    this.mix(known.low);
  }

  private remember(text: string): Fingerprint {
    if (this.texts.size >= MAX_TEXTS) this.texts.clear();
    const print = fingerprintOf(text);
    this.texts.set(text, print);
    return print;
  }

  /** Rotated, or the highest bit would never come to others. */
  private mix(word: number): void {
    const upper = Math.imul(this.upper ^ word, 2654435761);
    const lower = Math.imul(this.lower ^ word, 1597334677);
    this.upper = (upper << 13) | (upper >>> 19);
    this.lower = (lower << 7) | (lower >>> 25);
  }
}
