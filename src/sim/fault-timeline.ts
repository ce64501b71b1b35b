import { drawExponential } from './distributions.ts';
import type { Fault, Selection } from './scenario.ts';
import type { Simulation } from './simulation.ts';
import type { SmallFastRandom } from './small-fast-random.ts';

type Churn = Extract<Fault, { readonly do: 'churn' }>;

/** Has faults happen to whom they can strike. */
export class FaultTimeline {
  constructor(
    private readonly simulation: Simulation,
    private readonly random: SmallFastRandom,
  ) {}

  apply(fault: Fault): void {
    const { simulation } = this;
    switch (fault.do) {
      case 'heal':
        return simulation.heal();
      case 'lose':
        return simulation.lose(fault.chance);
      case 'partition':
        return simulation.partition(this.select(fault.nodes, isAny), fault.oneWay);
      case 'churn':
        return this.churnOn(fault);
      default:
        for (const node of this.select(fault.nodes, this.canStrike(fault))) this.strike(fault, node);
    }
  }

  private strike(fault: Exclude<Fault, { do: 'heal' | 'lose' | 'partition' | 'churn' }>, node: number): void {
    const { simulation } = this;
    switch (fault.do) {
      case 'kill':
        return simulation.kill(node);
      case 'leave':
        return simulation.leave(node);
      case 'pause':
        return simulation.pause(node);
      case 'resume':
        return simulation.resume(node);
      case 'restart':
        return simulation.start(node, fault.remember);
      case 'slow':
        return simulation.slow(node, fault.factor);
      case 'drift':
        return simulation.drift(node, fault.rate);
    }
  }

  private canStrike({ do: what }: Fault): (node: number) => boolean {
    const { simulation } = this;
    switch (what) {
      case 'kill':
        return (node) => simulation.isUp(node);
      case 'leave':
      case 'pause':
        return (node) => simulation.isUp(node) && !simulation.isPaused(node);
      case 'resume':
        return (node) => simulation.isPaused(node);
      case 'restart':
        return (node) => simulation.hasStarted(node) && !simulation.isUp(node);
      default:
        return isAny;
    }
  }

  /** Those named, as far as it can strike them, or so many of all that it can. */
  private select(selection: Selection, canStrike: (node: number) => boolean): Iterable<number> {
    if (isList(selection)) return selection.filter(canStrike);
    const eligible = this.all(canStrike);
    const wanted = 'count' in selection ? selection.count : Math.round(selection.part * eligible.length);
    const count = Math.min(wanted, eligible.length);
    for (let i = 0; i < count; i++) {
      const j = i + this.random.below(eligible.length - i);
      [eligible[i], eligible[j]] = [eligible[j]!, eligible[i]!];
    }
    return eligible.subarray(0, count);
  }

  private all(canStrike: (node: number) => boolean): Int32Array {
    const nodes = new Int32Array(this.simulation.size);
    let count = 0;
    for (let node = 0; node < nodes.length; node++) if (canStrike(node)) nodes[count++] = node;
    return nodes.subarray(0, count);
  }

  private churnOn(churn: Churn): void {
    if (churn.killsPerSecond <= 0) return;
    const { simulation } = this;
    const atMs = simulation.now + drawExponential(this.random, 1000 / churn.killsPerSecond);
    if (atMs > churn.untilMs) return;
    simulation.schedule(atMs, () => {
      this.killOneFor(churn);
      this.churnOn(churn);
    });
  }

  private killOneFor({ downMs, remember }: Churn): void {
    const { simulation } = this;
    for (const node of this.select({ count: 1 }, (candidate) => simulation.isUp(candidate))) {
      simulation.kill(node);
      simulation.schedule(simulation.now + downMs, () => simulation.start(node, remember));
    }
  }
}

function isAny(): boolean {
  return true;
}

function isList(selection: Selection): selection is readonly number[] {
  return Array.isArray(selection);
}
