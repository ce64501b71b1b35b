/**
 * The last minutes of a network: every fact kept, up to a bound, and a checkpoint of the state every so often, so that
 * the state at any moment is the nearest checkpoint before it and the few facts since.
 *
 * Facts stay in the order in which they came. One that comes late by its own time is shown when it came: otherwise what was
 * seen live and what is seen when the same moment is played again would differ.
 */
import type { Millis } from '../../trace/views.ts';
import type { Fact } from './fact.ts';
import { NetworkState } from './network-state.ts';

/** Some hundred MiB at most: facts are a tenth to a fifth of a KiB each. */
const MAX_FACTS = 500_000;
/** So few that folding them takes a few milliseconds. */
const SEGMENT_FACTS = 5_000;
/** A checkpoint costs memory with the square of the nodes, so a large network has fewer: one for so many of its cells a fact. */
const CELLS_PER_FACT = 10;

interface Segment {
  /** Before the first of its facts. */
  readonly start: NetworkState;
  readonly times: Millis[];
  readonly facts: Fact[];
}

export interface TimelineBounds {
  readonly maxFacts: number;
  readonly segmentFacts: number;
}

export class Timeline {
  /** After all facts. Only to be read. */
  readonly head = new NetworkState();
  private readonly segments: Segment[] = [];
  private count = 0;
  private lastAt = -Infinity;
  private shown: { state: NetworkState; segment: Segment; used: number; untilMs: Millis } | undefined;

  constructor(private readonly bounds: TimelineBounds = { maxFacts: MAX_FACTS, segmentFacts: SEGMENT_FACTS }) {}

  /** The first moment that can be shown; undefined while there is none. */
  get fromMs(): Millis | undefined {
    return this.segments[0]?.times[0];
  }

  /** Of the last fact. */
  get lastMs(): Millis {
    return this.lastAt;
  }

  /** Facts kept. */
  get size(): number {
    return this.count;
  }

  /**
   * @param nowMs the teller's clock: a node whose own clock runs ahead does not carry all others with it
   * @returns the moment from which on it is shown
   */
  add(fact: Fact, nowMs: Millis): Millis {
    const at = Math.max(this.lastAt, Math.min(fact.time, nowMs));
    this.lastAt = at;
    const segment = this.openSegment();
    segment.times.push(at);
    segment.facts.push(fact);
    this.count++;
    this.head.apply(fact);
    while (this.count > this.bounds.maxFacts && this.segments.length > 1) {
      this.count -= (this.segments.shift() as Segment).facts.length;
    }
    return at;
  }

  /** The network after all facts up to this moment, that moment included. Only to be read, and only until the next call. */
  stateAt(time: Millis): NetworkState {
    if (time >= this.lastAt) return this.head;
    const segment = this.segmentAt(time);
    if (segment === undefined) return new NetworkState();
    let shown = this.shown;
    if (shown?.segment !== segment || shown.untilMs > time) {
      shown = { state: segment.start.clone(), segment, used: 0, untilMs: time };
      this.shown = shown;
    }
    const { times, facts } = segment;
    for (; shown.used < facts.length && (times[shown.used] as Millis) <= time; shown.used++) {
      shown.state.apply(facts[shown.used] as Fact);
    }
    shown.untilMs = time;
    return shown.state;
  }

  /** All facts shown after `fromMs` up to `untilMs`, oldest first. */
  *between(fromMs: Millis, untilMs: Millis): Generator<Fact> {
    for (const { times, facts } of this.segments) {
      if ((times.at(-1) ?? Infinity) <= fromMs) continue;
      for (let i = firstAfter(times, fromMs); i < facts.length; i++) {
        if ((times[i] as Millis) > untilMs) return;
        yield facts[i] as Fact;
      }
    }
  }

  private openSegment(): Segment {
    const last = this.segments.at(-1);
    const length = Math.max(this.bounds.segmentFacts, this.head.nodes.length ** 2 / CELLS_PER_FACT);
    if (last !== undefined && last.facts.length < length) return last;
    const segment: Segment = { start: this.head.clone(), times: [], facts: [] };
    this.segments.push(segment);
    return segment;
  }

  private segmentAt(time: Millis): Segment | undefined {
    return this.segments.findLast(({ times }) => (times[0] as Millis) <= time);
  }
}

/** The index of the first of these ascending times that is later. */
export function firstAfter(times: readonly Millis[], time: Millis): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as Millis) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
