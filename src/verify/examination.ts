/**
 * Runs a scenario and judges it, in the way of TigerBeetle's simulator: safety at every step, and, if the scenario comes
 * to quiescence for as long as its parameters ask for, convergence in the end.
 */
import { KnownMembers } from './known-members.ts';
import { discordOf, liveSnapshots, type Discord } from './convergence.ts';
import { quiescenceBeginsMs, quiescenceMsOf } from './quiescence.ts';
import { Safety } from './safety.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Simulation, type Observer } from '../sim/simulation.ts';
import { Violation } from './violation.ts';

export interface Verdict {
  /** `undefined`: nothing is wrong. */
  readonly violation: Violation | undefined;
  /** How long the network took from the beginning of quiescence to come to rest; `undefined`: not asked for, or never. */
  readonly settledAfterMs: number | undefined;
  readonly eventsHandled: number;
}

const SECOND_MS = 1000;
/** Between two looks at the whole network. */
const LOOK_EVERY_MS = 1000;
/** Heartbeats for which what has come to rest must stay so. */
const BEATS_AT_REST = 3;
/** Entries of the queue for each node and second of virtual time: several times what the busiest joins take, some 300. */
const MOST_EVENTS_PER_NODE = 2000;

export function examine(scenario: Scenario, observe?: Observer): Verdict {
  return new Examination(scenario, observe).run();
}

class Examination {
  private readonly simulation: Simulation;
  private readonly safety: Safety;
  /** Who has known whom since quiescence began: the others are still on their way to each other. */
  private readonly knownMembers = new KnownMembers();

  constructor(
    private readonly scenario: Scenario,
    observe: Observer | undefined,
  ) {
    this.simulation = new Simulation(scenario, {
      onStep: (node, input, effects) => this.safety.check(node, input, effects),
      ...(observe === undefined ? {} : { observe }),
    });
    this.safety = new Safety(this.simulation, fastestClock(scenario));
  }

  run(): Verdict {
    let settledAfterMs: number | undefined;
    let violation: Violation | undefined;
    try {
      settledAfterMs = this.runThroughPeace();
    } catch (error) {
      violation = error instanceof Violation ? error : this.crash(error);
    }
    return { violation, settledAfterMs, eventsHandled: this.simulation.eventsHandled };
  }

  private runThroughPeace(): number | undefined {
    const { scenario, simulation } = this;
    const { durationMs } = scenario;
    const beginsMs = quiescenceBeginsMs(scenario);
    const isAsked = beginsMs !== undefined && durationMs >= beginsMs + quiescenceMsOf(scenario, simulation.parameters);
    if (!isAsked) {
      this.runUntil(durationMs);
      return undefined;
    }
    this.runUntil(beginsMs);
    let rest = this.awaitRest(beginsMs, durationMs);
    if (typeof rest !== 'number' && rest.law === 'overlay') {
      // Islands that hold the same have no cause to look for each other, until there is news on one of them.
      this.tellNews();
      rest = this.awaitRest(durationMs, 2 * durationMs - beginsMs);
    }
    if (typeof rest === 'number') return rest - beginsMs;
    throw new Violation(rest.law, simulation.now, rest.node, rest.what);
  }

  /** @returns since when all is well, or what is still wrong in the end */
  private awaitRest(fromMs: number, untilMs: number): number | Discord {
    // Seldom, where it takes long.
    for (let atMs = fromMs; atMs < untilMs; atMs += Math.max(LOOK_EVERY_MS, (atMs - fromMs) / 8)) {
      this.runUntil(atMs);
      if (this.discord() === undefined && this.staysAtRest()) return atMs;
    }
    this.runUntil(untilMs);
    // In the end only those must be one who know each other now: who left and came back is not looked for.
    return this.discord(new KnownMembers()) ?? untilMs;
  }

  /** Those who had not heard of each other may meet meanwhile: then it is to be seen anew. */
  private staysAtRest(): boolean {
    this.runUntil(this.simulation.now + BEATS_AT_REST * this.simulation.parameters.heartbeatMs);
    const discord = this.discord();
    // Links come and go for ever: that one is in the making just now is no discord.
    return discord === undefined || isLinkInTheMaking(discord.what);
  }

  private tellNews(): void {
    const { simulation } = this;
    const [first] = liveSnapshots(simulation);
    if (first !== undefined) simulation.publish(simulation.indexOf(first.self)!, { book: 'News' });
  }

  private discord(knownMembers = this.knownMembers): Discord | undefined {
    const { simulation, safety } = this;
    const live = liveSnapshots(simulation);
    knownMembers.look(live);
    const circles = groupBy(live, ({ self }) => knownMembers.circleOf(self));
    for (const circle of circles.values()) {
      const discord = discordOf(simulation, circle, (node) => safety.lastPublished(node));
      if (discord !== undefined) return discord;
    }
    return undefined;
  }

  /** In steps of a second, so that a storm is noticed. */
  private runUntil(untilMs: number): void {
    const { simulation } = this;
    const end = Math.floor(untilMs);
    while (simulation.now < end) {
      const next = Math.min(end, simulation.now + SECOND_MS);
      if (!simulation.runUntil(next, MOST_EVENTS_PER_NODE * simulation.size)) {
        throw new Violation('storm', simulation.now, undefined, 'more is said than a network can have to say');
      }
    }
  }

  private crash(error: unknown): Violation {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new Violation('crash', this.simulation.now, undefined, what);
  }
}

function isLinkInTheMaking(what: string): boolean {
  return what.startsWith('only one side');
}

function fastestClock({ faults }: Scenario): number {
  return faults.reduce((fastest, fault) => Math.max(fastest, fault.do === 'drift' ? fault.rate : 1), 1);
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
