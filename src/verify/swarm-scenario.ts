/**
 * A network whose size, parameters, weather and troubles are all drawn from one seed: first a storm, then quiescence for as long
 * as `quiescence.ts` says that it takes to come to rest.
 *
 * Times are short, where they may be, so that much happens in little time. Each bound says what lies beyond it.
 */
import { DEFAULT_PARAMETERS, pick, STRATEGY_NAMES, type Parameters } from '../core/index.ts';
import { calmingFaults, quiescenceBeginsMs, quiescenceMsOf } from './quiescence.ts';
import { joinedAfterMs } from '../scenario/scenario-times.ts';
import type { Delay, Fault, JoinPlan, NetworkPlan, Scenario, Workload } from '../scenario/scenario.ts';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';

export function swarmScenario(seed: number): Scenario {
  return new Drawing(seed).scenario();
}

class Drawing {
  private readonly random: SmallFastRandom;

  constructor(private readonly seed: number) {
    this.random = new SmallFastRandom(seed);
  }

  scenario(): Scenario {
    const { seed } = this;
    const nodes = this.nodes();
    const join = this.join(nodes);
    const network = this.network();
    const parameters = this.parameters();
    const joinedMs = joinedAfterMs(join, nodes);
    const stormMs = this.between(5000, 30_000);
    const calmMs = joinedMs + stormMs;
    const faults = [
      ...this.faults(nodes, joinedMs, stormMs, network),
      ...calmingFaults(calmMs, network),
      ...this.revival(calmMs),
    ];
    const scenario: Scenario = {
      name: `swarm-${seed}`,
      description: '',
      seed,
      nodes,
      durationMs: 1,
      strategy: pick(this.random, STRATEGY_NAMES)!,
      parameters,
      join,
      workload: this.workload(joinedMs, stormMs),
      network,
      faults: faults.toSorted((a, b) => a.atMs - b.atMs),
    };
    const durationMs = quiescenceBeginsMs(scenario)! + this.longest(scenario);
    // Drawn last: all else of a seed is what it would be without.
    return { ...scenario, durationMs, workload: this.withReceipts(scenario.workload) };
  }

  /** Small networks show most of what there is to see; now and then one with a diameter. */
  private nodes(): number {
    return this.chance(0.04) ? this.between(25, 60) : this.between(3, 24);
  }

  private join(nodes: number): JoinPlan {
    if (this.chance(0.1)) return { how: 'graph', degree: Math.min(nodes - 1, 3) };
    const how = pick(this.random, ['seed', 'chain', 'random', 'random'] as const)!;
    return { how, everyMs: this.chance(0.5) ? 0 : this.between(1, 500) };
  }

  /** With three peers and fewer, networks under faults can stay split. */
  private parameters(): Partial<Parameters> {
    const parameters: Partial<Parameters> = {
      maxPeers: this.between(4, 9),
      maxPassive: this.between(6, 30),
      heartbeatMs: this.between(1000, 5000),
      shuffleMs: this.between(2000, 10_000),
      suspicionMs: this.between(2000, 8000),
      maxDeltaRumors: this.between(1, 20),
    };
    return {
      ...parameters,
      ...this.sometimes<Partial<Parameters>>({ heartbeatMinMs: this.between(100, 1000) }),
      ...this.sometimes<Partial<Parameters>>({ ttl: this.between(2, 8) }),
      ...this.sometimes<Partial<Parameters>>({ fanout: this.between(1, 4) }),
      ...this.sometimes<Partial<Parameters>>({ maxSeen: this.between(5, 50) }),
      ...this.sometimes<Partial<Parameters>>({ maxDigestEntries: this.between(2, 10) }),
      ...this.sometimes<Partial<Parameters>>({ maxTrees: this.between(1, 5) }),
    };
  }

  private network(): NetworkPlan {
    const isReported = this.chance(0.5);
    return {
      delay: this.delay(),
      loss: this.chance(0.6) ? this.part(0.2) : 0,
      duplication: this.chance(0.4) ? this.part(0.2) : 0,
      reordering: pick(this.random, [0, 0.3, 1])!,
      bytesPerSecond: this.chance(0.1) ? this.between(50_000, 500_000) : 0,
      serviceMs: this.chance(0.3) ? this.part(2) : 0,
      cores: 0,
      refusedAfterMs: isReported || this.chance(0.5) ? this.between(1, 100) : null,
      // Nothing but its own messages finds a death out: the harder way.
      closedAfterMs: null,
      timeoutMs: isReported ? this.between(1000, 4000) : null,
    };
  }

  /** Round trips stay below what a node takes for silence. */
  private delay(): Delay {
    switch (this.between(0, 3)) {
      case 0:
        return { kind: 'constant', ms: this.between(1, 100) };
      case 1:
        return { kind: 'uniform', minMs: 1, maxMs: this.between(1, 300), perMessage: this.chance(0.5) };
      case 2:
        return {
          kind: 'logNormal',
          medianMs: this.between(5, 60),
          sigma: 0.5,
          maxMs: 400,
          perMessage: this.chance(0.5),
        };
      default:
        return { kind: 'regions', matrixMs: this.regions(), jitterMs: this.between(0, 20) };
    }
  }

  /** As far from here to there as back. */
  private regions(): number[][] {
    const count = this.between(2, 3);
    const rows = Array.from({ length: count }, () => new Array<number>(count).fill(1));
    for (let from = 0; from < count; from++) {
      for (let to = 0; to < from; to++) rows[from]![to] = rows[to]![from] = this.between(20, 150);
    }
    return rows;
  }

  private workload(joinedMs: number, stormMs: number): Workload {
    const count = this.between(0, 20);
    const everyMs = count === 0 ? 0 : Math.floor(stormMs / count);
    return {
      favorites: this.chance(0.9),
      resampleMs: 0,
      updates: {
        count,
        startMs: joinedMs,
        everyMs,
        origins: this.chance(0.5) ? this.between(1, 3) : 0,
        warmUp: 0,
        receiptWithinMs: 0,
      },
      publish: [],
    };
  }

  private withReceipts(workload: Workload): Workload {
    if (this.chance(0.3)) return workload;
    return { ...workload, updates: { ...workload.updates, receiptWithinMs: this.between(100, 15_000) } };
  }

  private faults(nodes: number, joinedMs: number, stormMs: number, network: NetworkPlan): Fault[] {
    const count = this.between(0, 12);
    const isSlow = network.serviceMs > 0;
    const calmMs = joinedMs + stormMs;
    return Array.from({ length: count }, () =>
      this.fault(nodes, joinedMs + this.random.below(stormMs), calmMs, isSlow),
    );
  }

  private fault(nodes: number, atMs: number, calmMs: number, isSlow: boolean): Fault {
    const some = { count: this.between(1, Math.max(1, nodes >> 2)) };
    const remember = this.chance(0.5);
    switch (this.between(0, isSlow ? 13 : 12)) {
      case 0:
      case 1:
        return { atMs, do: 'kill', nodes: some };
      case 2:
        return { atMs, do: 'leave', nodes: some };
      case 3:
        return { atMs, do: 'pause', nodes: some };
      case 4:
        return { atMs, do: 'resume', nodes: { part: 1 } };
      case 5:
      case 6:
        return { atMs, do: 'restart', nodes: some, remember };
      case 7:
        return { atMs, do: 'partition', nodes: { part: 0.5 }, oneWay: false };
      case 8:
        return { atMs, do: 'partition', nodes: some, oneWay: this.chance(0.5) };
      case 9:
        return { atMs, do: 'heal' };
      case 10:
        return { atMs, do: 'drift', nodes: some, rate: this.between(80, 130) / 100 };
      case 11:
        return { atMs, do: 'lose', chance: this.part(0.4) };
      case 12: {
        const killsPerSecond = this.between(10, 100) / 100;
        const downMs = this.between(200, 3000);
        return {
          atMs,
          do: 'churn',
          killsPerSecond,
          downMs,
          untilMs: atMs + this.random.below(calmMs - atMs),
          remember,
        };
      }
      default:
        return { atMs, do: 'slow', nodes: some, factor: this.between(2, 50) };
    }
  }

  /** The dead come back, some of them, or none. */
  private revival(atMs: number): Fault[] {
    const nodes = pick(this.random, [undefined, { part: 0.5 }, { part: 1 }] as const);
    return nodes === undefined ? [] : [{ atMs, do: 'restart', nodes, remember: this.chance(0.5) }];
  }

  private longest(scenario: Scenario): number {
    const parameters: Parameters = { ...DEFAULT_PARAMETERS, ...scenario.parameters };
    return quiescenceMsOf(scenario, parameters);
  }

  private chance(part: number): boolean {
    return this.random.part() < part;
  }

  /** Up to `most`, in hundredths, which read well in a file. */
  private part(most: number): number {
    return this.random.below(Math.round(100 * most) + 1) / 100;
  }

  /** Both included. */
  private between(min: number, max: number): number {
    return min + this.random.below(max - min + 1);
  }

  private sometimes<T extends object>(drawn: T): T | object {
    return this.chance(0.25) ? drawn : {};
  }
}
