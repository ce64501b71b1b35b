/** One run of a scenario: what happens in it as messages of the feed, its measures, and what its watcher does to it. */
import { injectFault, injectUpdate, type Deed } from '../../sim/interventions.ts';
import {
  measurePlanOf,
  SimulationMeasures,
  Simulation,
  TraceHash,
  type MeasurePlan,
  type Observer,
  type RunEvent,
  type Scenario,
} from '../../sim/simulate.ts';
import { SmallFastRandom } from '../../scenario/play/small-fast-random.ts';
import type { Address, Done, Millis } from '../../trace/views.ts';
import type { FeedAction, FeedMessage } from '../feed.ts';
import type { Standing } from './session-messages.ts';

/** What a scenario is called whose file does not say. */
const UNNAMED = 'unnamed';
const ACTIONS: readonly FeedAction[] = ['publish', 'kill', 'pauseOrResume', 'restart', 'splitOrHeal'];

export class WatchedRun {
  private readonly simulation: Simulation;
  private readonly hash = new TraceHash();
  /** Chooses whom an action strikes that names nobody. What it chose is written into the scenario. */
  private readonly random: SmallFastRandom;
  private measures: SimulationMeasures;
  private events: RunEvent[] = [];
  private count = 0;
  private isAtEnd = false;
  private hasToldAll = false;

  constructor(private scenario: Scenario) {
    this.measures = new SimulationMeasures(scenario);
    this.random = new SmallFastRandom(scenario.seed);
    const observe: Observer = (time, node, event) => {
      const line: RunEvent = { time, node, ...event };
      this.measures.observe(time, node, event);
      this.hash.addEvent(line);
      this.events.push(line);
      this.count++;
    };
    this.simulation = new Simulation(scenario, { observe });
    this.measures.follow(this.simulation);
  }

  get nowMs(): Millis {
    return this.simulation.now;
  }

  /** Has all happened that will, and has it been taken? */
  get isDone(): boolean {
    return this.hasToldAll;
  }

  /** Events that nobody has taken yet. */
  get waiting(): number {
    return this.events.length;
  }

  opened(): FeedMessage {
    return {
      type: 'opened',
      source: 'simulation',
      name: nameOf(this.scenario),
      actions: ACTIONS,
      fromMs: 0,
      untilMs: this.endMs,
    };
  }

  /** @returns whether it has come as far as that, or to the end */
  runUntil(targetMs: Millis, maxInputs: number): boolean {
    const { simulation, endMs } = this;
    const hasCome = simulation.runUntil(Math.min(targetMs, endMs), maxInputs);
    this.isAtEnd = hasCome && simulation.now >= endMs;
    return hasCome;
  }

  /** What has happened since, and how far it has come. */
  takeMessages(): FeedMessage[] {
    if (this.hasToldAll) return [];
    const { nowMs, endMs, events } = this;
    this.events = [];
    const messages: FeedMessage[] = [
      { type: 'events', events, nowMs },
      { type: 'progress', part: Math.min(1, nowMs / Math.max(1, endMs)), nowMs },
    ];
    if (this.isAtEnd) {
      this.hasToldAll = true;
      messages.push({ type: 'ended', nowMs });
    }
    return messages;
  }

  /** @throws Error with why it cannot be done, one line for people */
  act(action: FeedAction, address?: Address): Done {
    const { simulation } = this;
    if (this.isAtEnd || this.nowMs >= this.endMs) throw new Error('the run is over: start it again');
    if (action === 'splitOrHeal') return this.splitOrHeal();
    const node = address === undefined ? undefined : simulation.indexOf(address);
    if (address !== undefined && node === undefined) throw new Error(`there is no node ${address}`);
    switch (action) {
      case 'kill':
        return this.strike('kill', node, (candidate) => simulation.isUp(candidate));
      case 'pauseOrResume':
        return this.pauseOrResume(node);
      case 'restart':
        return this.restart(node);
      case 'publish':
        return this.publish(node);
    }
  }

  standing(): Omit<Standing, 'speed' | 'isPaused'> {
    const { scenario, simulation, nowMs, isDone } = this;
    return {
      scenario,
      parameters: simulation.parameters,
      measured: this.measures.result(),
      nowMs,
      isDone,
      events: this.count,
      traceHash: this.hash.toString(),
    };
  }

  private get endMs(): Millis {
    return Math.floor(this.scenario.durationMs);
  }

  private pauseOrResume(wanted: number | undefined): Done {
    const { simulation } = this;
    const node = wanted ?? this.anyOf((candidate) => simulation.isUp(candidate));
    if (node === undefined) throw this.whyNot(node, '');
    return this.strike(simulation.isPaused(node) ? 'resume' : 'pause', node, (candidate) => simulation.isUp(candidate));
  }

  /** One that is gone if there is any, else one that is killed for it. */
  private restart(wanted: number | undefined): Done {
    const { simulation } = this;
    const hasRun = (candidate: number): boolean => simulation.hasStarted(candidate);
    const isGone = (candidate: number): boolean => hasRun(candidate) && !simulation.isUp(candidate);
    const node = wanted ?? this.anyOf(isGone) ?? this.anyOf(hasRun);
    if (node === undefined || !hasRun(node)) throw this.whyNot(wanted, 'has not started yet');
    if (simulation.isUp(node)) {
      this.inject({ do: 'kill', nodes: [node] });
      if (this.nowMs >= this.endMs) return { did: 'kill', node: simulation.addressOf(node) };
    }
    this.inject({ do: 'restart', nodes: [node], remember: false });
    return { did: 'restart', node: simulation.addressOf(node) };
  }

  private publish(wanted: number | undefined): Done {
    const { simulation } = this;
    const runs = (candidate: number): boolean => simulation.isUp(candidate) && !simulation.isPaused(candidate);
    const node = wanted ?? this.anyOf(runs);
    if (node === undefined || !runs(node)) throw this.whyNot(wanted, 'does not run');
    const book = `News ${this.scenario.workload.publish.length + 1}`;
    this.adopt(injectUpdate(simulation, this.scenario, node, book));
    return { did: 'publish', node: simulation.addressOf(node) };
  }

  /** Two halves that are drawn as a planned partition draws them: so the link draws the same. */
  private splitOrHeal(): Done {
    const isCut = isPartitionedAt(this.scenario, this.nowMs);
    this.inject(isCut ? { do: 'heal' } : { do: 'partition', nodes: { part: 0.5 }, oneWay: false });
    return { did: isCut ? 'heal' : 'split' };
  }

  private strike(
    what: 'kill' | 'pause' | 'resume',
    wanted: number | undefined,
    canStrike: (node: number) => boolean,
  ): Done {
    const node = wanted ?? this.anyOf(canStrike);
    if (node === undefined || !canStrike(node)) throw this.whyNot(wanted, 'does not run');
    this.inject({ do: what, nodes: [node] });
    return { did: what, node: this.simulation.addressOf(node) };
  }

  private inject(deed: Deed): void {
    this.adopt(injectFault(this.simulation, this.scenario, deed));
  }

  /** What is measured may begin sooner now: then all is measured anew, as who runs the new scenario measures it. */
  private adopt(scenario: Scenario): void {
    const isSamePlan = isSame(measurePlanOf(scenario), measurePlanOf(this.scenario));
    this.scenario = scenario;
    if (isSamePlan) return;
    this.simulation.runUntil(this.nowMs);
    const measures = new SimulationMeasures(scenario);
    const again = new Simulation(scenario, { observe: (...told) => measures.observe(...told) });
    measures.follow(again);
    again.runUntil(this.nowMs);
    measures.follow(this.simulation);
    this.measures = measures;
  }

  private anyOf(isSo: (node: number) => boolean): number | undefined {
    const nodes: number[] = [];
    for (let node = 0; node < this.simulation.size; node++) if (isSo(node)) nodes.push(node);
    return nodes.length === 0 ? undefined : nodes[this.random.below(nodes.length)];
  }

  private whyNot(node: number | undefined, why: string): Error {
    return new Error(node === undefined ? 'no node runs' : `${this.simulation.addressOf(node)} ${why}`);
  }
}

/** Its own, or what tells it from others. */
function nameOf({ name, nodes, strategy, seed }: Scenario): string {
  return name === UNNAMED ? `${nodes} nodes, ${strategy}, seed ${seed}` : name;
}

function isPartitionedAt({ faults }: Scenario, nowMs: Millis): boolean {
  const cuts = faults.filter(
    (fault) => Math.round(fault.atMs) <= nowMs && (fault.do === 'partition' || fault.do === 'heal'),
  );
  return cuts.at(-1)?.do === 'partition';
}

function isSame(a: MeasurePlan, b: MeasurePlan): boolean {
  return a.fromMs === b.fromMs && a.untilMs === b.untilMs && a.exceptFirst === b.exceptFirst;
}
