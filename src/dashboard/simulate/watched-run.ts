/** One run of a scenario: what happens in it as messages of the feed, its measures, and what its watcher does to it. */
import { injectFault, injectUpdate, type Deed as FaultDeed } from '../../sim/interventions.ts';
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
import type { Millis } from '../../trace/views.ts';
import { MAX_PUBLISHED_LENGTH, type ActionTarget, type Deed, type FeedAction, type FeedMessage } from '../feed.ts';
import type { Standing } from './session-messages.ts';

/** What a scenario is called whose file does not say. */
const UNNAMED = 'unnamed';
const ACTIONS: readonly FeedAction[] = ['publish', 'kill', 'pause', 'resume', 'restart', 'split', 'heal'];

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
      expected: Array.from({ length: this.simulation.size }, (_, node) => this.simulation.addressOf(node)),
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
  act(action: FeedAction, target: ActionTarget): Deed {
    if (this.isAtEnd || this.nowMs >= this.endMs) throw new Error('the run is over: start it again');
    const wanted = target.nodes?.map((address) => {
      const node = this.simulation.indexOf(address);
      if (node === undefined) throw new Error(`there is no node ${address}`);
      return node;
    });
    if (wanted?.length === 0) throw new Error('no node is named');
    switch (action) {
      case 'kill':
      case 'pause':
      case 'resume':
        return this.strike(action, wanted);
      case 'restart':
        return this.restart(wanted);
      case 'publish':
        return this.publish(wanted?.[0], target.text);
      case 'split':
        return this.split(wanted);
      case 'heal':
        this.inject({ do: 'heal' });
        return { did: 'heal', nodes: [] };
    }
  }

  standing(): Omit<Standing, 'speed' | 'isPaused' | 'realSpeed'> {
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

  private strike(what: 'kill' | 'pause' | 'resume', wanted: readonly number[] | undefined): Deed {
    const { simulation } = this;
    const canStrike = (node: number): boolean =>
      simulation.isUp(node) && (what === 'kill' || simulation.isPaused(node) === (what === 'resume'));
    const nodes = this.those(wanted, canStrike, what === 'resume' ? 'is not paused' : 'does not run');
    this.inject({ do: what, nodes });
    return this.deed(what, nodes);
  }

  /** One that is gone if there is any, else one that is killed for it. */
  private restart(wanted: readonly number[] | undefined): Deed {
    const { simulation } = this;
    const hasRun = (node: number): boolean => simulation.hasStarted(node);
    const gone = this.anyOf((node) => hasRun(node) && !simulation.isUp(node));
    const nodes = this.those(wanted ?? (gone === undefined ? undefined : [gone]), hasRun, 'has not started yet');
    const up = nodes.filter((node) => simulation.isUp(node));
    if (up.length > 0) this.inject({ do: 'kill', nodes: up });
    if (this.nowMs >= this.endMs) return this.deed('kill', up);
    this.inject({ do: 'restart', nodes, remember: false });
    return this.deed('restart', nodes);
  }

  private publish(wanted: number | undefined, text: string | undefined): Deed {
    const { simulation } = this;
    const runs = (node: number): boolean => simulation.isUp(node) && !simulation.isPaused(node);
    const [node] = this.those(wanted === undefined ? undefined : [wanted], runs, 'does not run') as [number];
    const book = text?.slice(0, MAX_PUBLISHED_LENGTH) ?? `News ${this.scenario.workload.publish.length + 1}`;
    this.adopt(injectUpdate(simulation, this.scenario, node, book));
    return this.deed('publish', [node]);
  }

  /** In place of any other cut. Two halves are drawn as a planned partition draws them: so the link draws the same. */
  private split(wanted: readonly number[] | undefined): Deed {
    const { simulation } = this;
    if (wanted?.length === simulation.size) throw new Error('nobody would be left on the other side');
    if (isPartitionedAt(this.scenario, this.nowMs)) this.inject({ do: 'heal' });
    if (this.nowMs >= this.endMs) return { did: 'heal', nodes: [] };
    this.inject({ do: 'partition', nodes: wanted ?? { part: 0.5 }, oneWay: false });
    return this.deed('split', wanted ?? []);
  }

  /** Those of the wanted that it can be done to, or one at random; at least one. */
  private those(
    wanted: readonly number[] | undefined,
    canStrike: (node: number) => boolean,
    whyNot: string,
  ): readonly number[] {
    if (wanted === undefined) {
      const any = this.anyOf(canStrike);
      if (any === undefined) throw new Error(`every node ${whyNot}`);
      return [any];
    }
    const nodes = wanted.filter(canStrike);
    if (nodes.length > 0) return nodes;
    const [first] = wanted;
    throw new Error(wanted.length === 1 ? `${this.simulation.addressOf(first!)} ${whyNot}` : `each of them ${whyNot}`);
  }

  private deed(did: Deed['did'], nodes: readonly number[]): Deed {
    return { did, nodes: nodes.map((node) => this.simulation.addressOf(node)) };
  }

  private inject(deed: FaultDeed): void {
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
