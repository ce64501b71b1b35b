/**
 * The cheapest parameters that meet an objective, as a search in three stages.
 *
 * 1. All candidates run a few seeds. Those whose interval lies below the objective, or above what messages may cost, are out.
 * 2. The cheapest of the rest run more.
 * 3. From the cheapest on, candidates are put to the proof with seeds that nothing was chosen by, as many as were fixed
 *    before the first of them ran: so the interval behind the claim is one of a single look. A proof ends early only when
 *    it cannot succeed any more.
 *
 * A claim is made when the lower end of the interval meets the objective.
 */
import { quantileOf } from '../trace/sample-quantile.ts';
import type { RunOutcome, RunTask } from './run-once.ts';
import { RunFailure } from './run-thread.ts';
import { clusteredProportion, mean, mostShownBy, proportion, type Cluster, type Estimate } from './statistics.ts';
import { candidatesFor, scenarioFor, WARM_UP_UPDATES, wordsOf, type Candidate, type Objective } from './objective.ts';

const FIRST_SEEDS = [1, 2] as const;
const MORE_SEEDS = [3, 4, 5, 6] as const;
const MORE_CANDIDATES = 8;
/** Of each run. Runs are what a proof counts; so many updates in each leave room for some that are missed. A guess. */
const UPDATES = 20;
/** Seeds of proofs are from here on. */
const PROOF_SEED = 1001;

/** Runs tasks, and calls back with each that has ended; `false` when there is no more time. */
export type RunAll = (
  tasks: readonly RunTask[],
  ended: (index: number, outcome: RunOutcome) => 'go on' | 'enough',
) => Promise<boolean>;

export interface Found {
  readonly candidate: Candidate;
  /** Part of the updates that every live node held in time. */
  readonly reliability: Estimate;
  /** Part of the updates that a chain of pushes, without repair, brought to every live node in time; the least, see `push-reach.ts`. */
  readonly pushedAlone: Estimate;
  readonly messages: Estimate;
  readonly payload: Estimate;
  readonly bytes: Estimate;
  /** Of each update, in milliseconds; `null`: never in the time that was simulated. */
  readonly timesToAllMs: readonly (number | null)[];
  readonly runs: number;
}

export interface Recommendation {
  readonly verdict: 'shown' | 'not shown' | 'none';
  /** What is recommended; where nothing is, the closest. */
  readonly best?: Found;
  /** Met the objective as far as the first stages tell, cheapest first. */
  readonly runnersUp: readonly Found[];
  readonly relax: Relaxations;
  readonly candidates: number;
  readonly runs: number;
  readonly updates: number;
  readonly virtualMs: number;
  /** Updates that a proof would have needed, where time was too short for one. */
  readonly updatesNeeded?: number;
}

/** What alone would have to give way, by what was measured. */
export interface Relaxations {
  readonly withinMs?: number;
  readonly reliability?: number;
  readonly maxMessages?: number;
}

class Tried {
  readonly outcomes: RunOutcome[] = [];
  /** It was put to the proof, and cannot pass it. */
  isDisproved = false;
  constructor(readonly candidate: Candidate) {}
}

export class Recommender {
  private readonly records: Tried[];
  private runs = 0;
  private updates = 0;
  private virtualMs = 0;

  constructor(
    private readonly objective: Objective,
    private readonly runAll: RunAll,
    private readonly tell: (line: string) => void = () => undefined,
    candidates: readonly Candidate[] = candidatesFor(objective),
  ) {
    this.records = candidates.map((candidate) => new Tried(candidate));
  }

  /** @param affordableUpdates how many updates of a candidate there is time for, of what one update takes in milliseconds */
  async search(affordableUpdates: (wallMsPerUpdate: number) => number): Promise<Recommendation> {
    await this.screen('all candidates', this.records, FIRST_SEEDS);
    await this.screen('the cheapest', this.possible().slice(0, MORE_CANDIDATES), MORE_SEEDS);
    let updatesNeeded: number | undefined;
    let unproven: Found | undefined;
    for (const record of this.possible()) {
      const wallMs = record.outcomes.reduce((sum, { measures }) => sum + (measures.wallMs ?? 0), 0);
      const affordable = affordableUpdates(wallMs / (record.outcomes.length * UPDATES));
      const trials = trialsFor(this.objective.reliability);
      if (trials > affordable) updatesNeeded ??= trials;
      if (affordable < UPDATES) break;
      const proof = await this.prove(record, trials);
      if (proof === undefined) {
        record.isDisproved = true;
        continue;
      }
      const isWhole = proof.timesToAllMs.length >= trials;
      if (isWhole && this.isShown(proof)) return this.result('shown', proof);
      unproven ??= proof;
    }
    const closest = unproven ?? this.possible().map((record) => this.found(record))[0];
    if (closest !== undefined) return this.result('not shown', closest, updatesNeeded);
    return this.result('none', this.mostReliable());
  }

  private async screen(what: string, records: readonly Tried[], seeds: readonly number[]): Promise<void> {
    const runs = seeds.flatMap((seed) => records.map((record) => ({ record, seed })));
    let done = 0;
    await this.run(
      runs.map(({ record, seed }) => this.taskOf(record.candidate, UPDATES, seed)),
      (index, outcome) => {
        runs[index]?.record.outcomes.push(outcome);
        this.tell(`trying ${what}: ${++done} of ${runs.length} runs`);
        return 'go on';
      },
    );
  }

  /** @returns `undefined` where it has been shown not to be provable by that many */
  private async prove(tried: Tried, trials: number): Promise<Found | undefined> {
    const { candidate } = tried;
    const record = new Tried(candidate);
    const runs = Math.ceil(trials / UPDATES);
    let misses = 0;
    let isFutile = false;
    await this.run(
      Array.from({ length: runs }, (_, i) => this.taskOf(candidate, UPDATES, PROOF_SEED + i)),
      (_, outcome) => {
        record.outcomes.push(outcome);
        const { trials: own, successes } = this.clusterOf(outcome.timesToAllMs);
        misses += own - successes;
        const done = record.outcomes.length * UPDATES;
        this.tell(`proving ${wordsOf(candidate)}: ${done} of ${runs * UPDATES} updates, ${misses} not in time`);
        isFutile = lowerEnd(runs * UPDATES - misses, runs * UPDATES) < this.objective.reliability;
        return isFutile ? 'enough' : 'go on';
      },
    );
    if (record.outcomes.length === 0) return this.found(tried);
    return isFutile ? undefined : this.found(record);
  }

  private async run(tasks: readonly RunTask[], ended: Parameters<RunAll>[1]): Promise<void> {
    await this.runAll(tasks, (index, outcome) => {
      this.runs++;
      this.updates += outcome.timesToAllMs.length;
      this.virtualMs += tasks[index]?.scenario.durationMs ?? 0;
      return ended(index, outcome);
    });
  }

  private taskOf(candidate: Candidate, updates: number, seed: number): RunTask {
    const scenario = scenarioFor(this.objective, candidate, updates, seed);
    return { scenario, warmUpUpdates: WARM_UP_UPDATES, followsPushes: true };
  }

  /** Of a run, the updates that came to all in time. */
  private clusterOf(timesToAllMs: RunOutcome['timesToAllMs']): Cluster {
    const { withinMs } = this.objective;
    const successes = timesToAllMs.filter((time) => time !== null && time <= withinMs).length;
    return { successes, trials: timesToAllMs.length };
  }

  private found({ candidate, outcomes }: Tried): Found {
    const of = (measure: (outcome: RunOutcome) => number): Estimate => mean(outcomes.map(measure))!;
    return {
      candidate,
      reliability: clusteredProportion(outcomes.map((outcome) => this.clusterOf(outcome.timesToAllMs)))!,
      pushedAlone: clusteredProportion(outcomes.map((outcome) => this.clusterOf(outcome.pushedToAllMs!)))!,
      messages: of(({ cost }) => cost.messages),
      payload: of(({ measures }) => measures.payloadPerUpdate ?? 0),
      bytes: of(({ cost }) => cost.bytes),
      timesToAllMs: outcomes.flatMap(({ timesToAllMs }) => timesToAllMs),
      runs: outcomes.length,
    };
  }

  /** Not out yet, cheapest first. */
  private possible(): Tried[] {
    const cost = (record: Tried): number => costOf(this.found(record), this.objective);
    return this.tried()
      .filter((record) => {
        const { reliability, messages } = this.found(record);
        const mayBe = (reliability.interval?.high ?? 1) >= this.objective.reliability && !record.isDisproved;
        return mayBe && this.isCheapEnough(messages);
      })
      .sort((a, b) => cost(a) - cost(b));
  }

  private tried(): Tried[] {
    return this.records.filter(({ outcomes }) => outcomes.length > 0);
  }

  private isCheapEnough({ value }: Estimate): boolean {
    return value <= (this.objective.maxMessages ?? Infinity);
  }

  private isShown({ reliability, messages }: Found): boolean {
    return (reliability.interval?.low ?? 0) >= this.objective.reliability && this.isCheapEnough(messages);
  }

  private mostReliable(): Found | undefined {
    const all = this.tried().map((record) => this.found(record));
    const fitting = all.filter(({ messages }) => this.isCheapEnough(messages));
    const from = fitting.length > 0 ? fitting : all;
    return from.sort((a, b) => b.reliability.value - a.reliability.value || a.messages.value - b.messages.value)[0];
  }

  private result(verdict: Recommendation['verdict'], best: Found | undefined, updatesNeeded?: number): Recommendation {
    const others = this.possible().filter(({ candidate }) => candidate !== best?.candidate);
    return {
      verdict,
      ...(best !== undefined && { best }),
      runnersUp: others.map((record) => this.found(record)),
      relax: verdict === 'none' ? this.relaxations() : {},
      candidates: this.records.length,
      ...{ runs: this.runs, updates: this.updates, virtualMs: this.virtualMs },
      ...(updatesNeeded !== undefined && { updatesNeeded }),
    };
  }

  /** Each by itself, the other objectives as they are. */
  private relaxations(): Relaxations {
    const all = this.tried().map((record) => this.found(record));
    const cheap = all.filter(({ messages }) => this.isCheapEnough(messages));
    const times = cheap.map(({ timesToAllMs }) =>
      quantileOf(
        timesToAllMs.map((time) => time ?? Infinity),
        this.objective.reliability,
      ),
    );
    const withinMs = Math.min(...times.map((time) => time ?? Infinity));
    const reliability = Math.max(...cheap.map((found) => found.reliability.value));
    const reliable = all.filter((found) => (found.reliability.interval?.high ?? 1) >= this.objective.reliability);
    const maxMessages = Math.min(...reliable.map(({ messages }) => messages.value));
    return {
      ...(Number.isFinite(withinMs) && withinMs > this.objective.withinMs && { withinMs: Math.ceil(withinMs) }),
      ...(reliability > 0 && reliability < this.objective.reliability && { reliability }),
      ...(Number.isFinite(maxMessages) &&
        maxMessages > (this.objective.maxMessages ?? Infinity) && { maxMessages: Math.ceil(maxMessages) }),
    };
  }
}

/** What candidates are ordered by. */
export function costOf({ messages, bytes }: Found, { cost }: Objective): number {
  return cost === 'bytes' ? bytes.value : messages.value;
}

function lowerEnd(successes: number, trials: number): number {
  return proportion(successes, trials)?.interval?.low ?? 0;
}

/** The fewest updates that can show it: those of as many runs as show it when none misses anything. */
export function trialsFor(reliability: number): number {
  let [low, high] = [0, 1];
  while (mostShownBy(high) < reliability) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (mostShownBy(middle) < reliability) low = middle;
    else high = middle;
  }
  return high * UPDATES;
}

/** A run that failed is a fault of ours: nothing can be said then. */
export function outcomeOf(outcome: RunOutcome | RunFailure): RunOutcome {
  if (outcome instanceof RunFailure) throw outcome;
  return outcome;
}
