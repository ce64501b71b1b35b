/**
 * What is to happen when: a time wheel (Varghese and Lauck, SOSP 1987) over whole milliseconds, so that putting in and
 * taking out cost the same however much is waiting. Entries of one time come out in the order they went in, also those
 * that are put in for the present while it is being emptied.
 *
 * An entry is two integers and a reference, kept in parallel arrays; the entries of one slot lie together in chunks, so
 * that a slot is filled and emptied in the order of memory. Nothing is allocated for an entry.
 *
 * The wheel turns once in `SLOTS` milliseconds. What lies beyond its present turn waits in lists, one for each turn to
 * come, and is dealt out when that turn begins: before anything is put in for it directly, so order is kept.
 */
const SLOTS = 1 << 14;
const CHUNK_SHIFT = 5;
const CHUNK = 1 << CHUNK_SHIFT;
const NONE = -1;
const INITIAL_CHUNKS = 64;

/** Entries of one turn that has not begun. */
interface Deferred {
  readonly times: number[];
  readonly heads: number[];
  readonly bodies: number[];
  readonly references: unknown[];
}

export class TimeWheel {
  /** The present: what is put in must not lie before it. */
  now = 0;
  /** How many entries wait. */
  size = 0;
  /** The entry that `next` took out. */
  head = 0;
  body = 0;
  reference: unknown = undefined;

  /** So many entries lie ready from `peekHead(0)` on; set when the present chunk was entered, for who wants to look ahead. */
  ahead = 0;

  private turnEnd = SLOTS;
  private readonly deferred = new Map<number, Deferred>();
  private readonly firstChunk = new Int32Array(SLOTS).fill(NONE);
  /** Where each slot's next entry goes; on a chunk's border a new chunk is needed first. */
  private readonly ends = new Int32Array(SLOTS);
  private chunkCount = INITIAL_CHUNKS;
  private nextChunk = new Int32Array(INITIAL_CHUNKS);
  private heads = new Int32Array(INITIAL_CHUNKS * CHUNK);
  private bodies = new Int32Array(INITIAL_CHUNKS * CHUNK);
  private readonly references: unknown[] = [];
  private freeChunk = NONE;
  /** Where the present slot is being read. */
  private chunk = NONE;
  private at = 0;
  private left = 0;

  constructor() {
    this.free(0, INITIAL_CHUNKS);
  }

  /** @param time a whole number, `now` or later */
  push(time: number, head: number, body: number, reference: unknown): void {
    this.size++;
    if (time < this.turnEnd) this.append(time & (SLOTS - 1), head, body, reference);
    else this.defer(time, head, body, reference);
  }

  /**
   * Takes out what comes next, into `head`, `body` and `reference`, and moves `now` to its time.
   *
   * @returns `false` when nothing comes until `until`, to which `now` then has moved
   */
  next(until: number): boolean {
    for (;;) {
      if (this.at !== this.ends[this.now & (SLOTS - 1)]) {
        this.take();
        return true;
      }
      if (this.now >= until) return false;
      this.leaveSlot();
      if (this.size === 0) {
        this.skipTo(until);
        return false;
      }
      if (++this.now === this.turnEnd) this.beginTurn();
    }
  }

  /** Moves on to the beginning of the next millisecond; of the present one nothing may be left. @returns that time */
  enterNext(): number {
    this.leaveSlot();
    if (++this.now === this.turnEnd) this.beginTurn();
    return this.now;
  }

  /** The head of the entry that comes so many later. */
  peekHead(later: number): number {
    return this.heads[this.at + later]!;
  }

  peekReference(later: number): unknown {
    return this.references[this.at + later];
  }

  private take(): void {
    if (this.left === 0) this.enterChunk();
    const { at } = this;
    this.head = this.heads[at]!;
    this.body = this.bodies[at]!;
    this.reference = this.references[at];
    this.references[at] = undefined;
    this.at = at + 1;
    this.left--;
    this.size--;
  }

  private enterChunk(): void {
    const done = this.chunk;
    this.chunk = done === NONE ? this.firstChunk[this.now & (SLOTS - 1)]! : this.nextChunk[done]!;
    if (done !== NONE) this.free(done, done + 1);
    this.at = this.chunk << CHUNK_SHIFT;
    this.left = CHUNK;
    const lie = this.ends[this.now & (SLOTS - 1)]! - this.at;
    this.ahead = lie > 0 && lie < CHUNK ? lie : CHUNK;
  }

  private leaveSlot(): void {
    if (this.chunk === NONE) return;
    this.free(this.chunk, this.chunk + 1);
    const slot = this.now & (SLOTS - 1);
    this.firstChunk[slot] = NONE;
    this.ends[slot] = 0;
    this.chunk = NONE;
    this.at = 0;
    this.left = 0;
  }

  /** Nothing waits, so time can pass at once. */
  private skipTo(time: number): void {
    this.now = time;
    this.turnEnd = time - (time % SLOTS) + SLOTS;
  }

  private beginTurn(): void {
    this.turnEnd += SLOTS;
    const turn = this.now / SLOTS;
    const due = this.deferred.get(turn);
    if (due === undefined) return;
    this.deferred.delete(turn);
    for (let i = 0; i < due.times.length; i++) {
      this.append(due.times[i]! & (SLOTS - 1), due.heads[i]!, due.bodies[i]!, due.references[i]);
    }
  }

  private defer(time: number, head: number, body: number, reference: unknown): void {
    const turn = (time - (time % SLOTS)) / SLOTS;
    let list = this.deferred.get(turn);
    if (list === undefined) this.deferred.set(turn, (list = { times: [], heads: [], bodies: [], references: [] }));
    list.times.push(time % SLOTS);
    list.heads.push(head);
    list.bodies.push(body);
    list.references.push(reference);
  }

  private append(slot: number, head: number, body: number, reference: unknown): void {
    let at = this.ends[slot]!;
    if ((at & (CHUNK - 1)) === 0) at = this.extend(slot, at);
    this.heads[at] = head;
    this.bodies[at] = body;
    this.references[at] = reference;
    this.ends[slot] = at + 1;
  }

  /** Gives a slot one more chunk. @returns its first place */
  private extend(slot: number, end: number): number {
    if (this.freeChunk === NONE) this.grow();
    const chunk = this.freeChunk;
    this.freeChunk = this.nextChunk[chunk]!;
    this.nextChunk[chunk] = NONE;
    if (end === 0) this.firstChunk[slot] = chunk;
    else this.nextChunk[(end - 1) >> CHUNK_SHIFT] = chunk;
    return chunk << CHUNK_SHIFT;
  }

  private grow(): void {
    const before = this.chunkCount;
    this.chunkCount = before + (before >> 1);
    this.nextChunk = enlarged(this.nextChunk, this.chunkCount);
    this.heads = enlarged(this.heads, this.chunkCount << CHUNK_SHIFT);
    this.bodies = enlarged(this.bodies, this.chunkCount << CHUNK_SHIFT);
    this.free(before, this.chunkCount);
  }

  /** Chunks from `first` up to but not including `end`, to be given out in that order. */
  private free(first: number, end: number): void {
    for (let chunk = end - 1; chunk >= first; chunk--) {
      this.nextChunk[chunk] = this.freeChunk;
      this.freeChunk = chunk;
    }
    while (this.references.length < end << CHUNK_SHIFT) this.references.push(undefined);
  }
}

function enlarged(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
