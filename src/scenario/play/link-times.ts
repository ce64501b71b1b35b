/** Links that have had a message are kept at most this densely; a table must have room for what is not there. */
const FULLEST = 0.5;
const INITIAL_SIZE = 1 << 10;
const EMPTY = -1;

/**
 * When the last message over each link arrives: what is sent after it must not come before it. An open hash table over
 * typed arrays (linear probing), since there are as many links as pairs of nodes that ever spoke. When it is full, links
 * whose last message has arrived are dropped: they hold nobody up any more.
 */
export class LinkTimes {
  private froms = new Int32Array(INITIAL_SIZE).fill(EMPTY);
  private tos = new Int32Array(INITIAL_SIZE);
  private times = new Float64Array(INITIAL_SIZE);
  private used = 0;

  /** @returns `time`, or the arrival of the message before it if that is later */
  inOrder(from: number, to: number, time: number, now: number): number {
    if (this.used > FULLEST * this.froms.length) this.rebuild(now);
    const at = this.find(from, to);
    if (this.froms[at] === EMPTY) {
      this.froms[at] = from;
      this.tos[at] = to;
      this.used++;
    } else if (this.times[at]! > time) return this.times[at]!;
    this.times[at] = time;
    return time;
  }

  private find(from: number, to: number): number {
    const mask = this.froms.length - 1;
    let at = (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> 0;
    for (at = (at ^ (at >>> 15)) & mask; this.froms[at] !== EMPTY; at = (at + 1) & mask) {
      if (this.froms[at] === from && this.tos[at] === to) break;
    }
    return at;
  }

  private rebuild(now: number): void {
    const { froms, tos, times } = this;
    let busy = 0;
    for (let i = 0; i < froms.length; i++) if (froms[i] !== EMPTY && times[i]! > now) busy++;
    let size = INITIAL_SIZE;
    while (busy > (FULLEST / 2) * size) size *= 2;
    this.froms = new Int32Array(size).fill(EMPTY);
    this.tos = new Int32Array(size);
    this.times = new Float64Array(size);
    this.used = busy;
    for (let i = 0; i < froms.length; i++) {
      if (froms[i] === EMPTY || times[i]! <= now) continue;
      const at = this.find(froms[i]!, tos[i]!);
      this.froms[at] = froms[i]!;
      this.tos[at] = tos[i]!;
      this.times[at] = times[i]!;
    }
  }
}
