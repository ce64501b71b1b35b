import { drawExponential } from './distributions.ts';
import type { Fault, Selection } from '../scenario.ts';
import type { SmallFastRandom } from './small-fast-random.ts';
import type { Breakable } from './stage.ts';

type Churn = Extract<Fault, { readonly do: 'churn' }>;

/** Has faults happen to whom they can strike. */
export class FaultTimeline {
  constructor(
    private readonly stage: Breakable,
    private readonly random: SmallFastRandom,
  ) {}

  apply(fault: Fault): void {
    const { stage } = this;
    switch (fault.do) {
      case 'heal':
        return stage.heal();
      case 'lose':
        return stage.lose(fault.chance);
      case 'partition':
        return stage.partition(this.select(fault.nodes, isAny), fault.oneWay);
      case 'churn':
        return this.churnOn(fault);
      default:
        for (const node of this.select(fault.nodes, this.canStrike(fault))) this.strike(fault, node);
    }
  }

  private strike(fault: Exclude<Fault, { do: 'heal' | 'lose' | 'partition' | 'churn' }>, node: number): void {
    const { stage } = this;
    switch (fault.do) {
      case 'kill':
        return stage.kill(node);
      case 'leave':
        return stage.leave(node);
      case 'pause':
        return stage.pause(node);
      case 'resume':
        return stage.resume(node);
      case 'restart':
        return stage.start(node, fault.remember);
      case 'slow':
        return stage.slow(node, fault.factor);
      case 'drift':
        return stage.drift(node, fault.rate);
    }
  }

  private canStrike({ do: what }: Fault): (node: number) => boolean {
    const { stage } = this;
    switch (what) {
      case 'kill':
        return (node) => stage.isUp(node);
      case 'leave':
      case 'pause':
        return (node) => stage.isUp(node) && !stage.isPaused(node);
      case 'resume':
        return (node) => stage.isPaused(node);
      case 'restart':
        return (node) => stage.hasStarted(node) && !stage.isUp(node);
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
    const nodes = new Int32Array(this.stage.size);
    let count = 0;
    for (let node = 0; node < nodes.length; node++) if (canStrike(node)) nodes[count++] = node;
    return nodes.subarray(0, count);
  }

  private churnOn(churn: Churn): void {
    if (churn.killsPerSecond <= 0) return;
    const { stage } = this;
    const atMs = stage.now + drawExponential(this.random, 1000 / churn.killsPerSecond);
    if (atMs > churn.untilMs) return;
    stage.schedule(atMs, () => {
      this.killOneFor(churn);
      this.churnOn(churn);
    });
  }

  private killOneFor({ downMs, remember }: Churn): void {
    const { stage } = this;
    for (const node of this.select({ count: 1 }, (candidate) => stage.isUp(candidate))) {
      stage.kill(node);
      stage.schedule(stage.now + downMs, () => stage.start(node, remember));
    }
  }
}

function isAny(): boolean {
  return true;
}

function isList(selection: Selection): selection is readonly number[] {
  return Array.isArray(selection);
}
