/** What a scenario does to the links of a real node, decided by the simulator's own network model. */
import type { Fate, LinkFaults } from '../http/link-faults.ts';
import type { Message } from '../core/index.ts';
import { Network } from '../scenario/play/network.ts';
import type { NetworkPlan } from '../scenario/scenario.ts';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';
import { lostEvent, type LossReason, type RunEvent } from '../trace/trace-event.ts';
import type { Address, Millis } from '../trace/views.ts';
import type { Assignment } from './channel.ts';

/** A network that is left as it is. */
export const REAL_NETWORK: NetworkPlan = {
  delay: { kind: 'constant', ms: 0 },
  loss: 0,
  duplication: 0,
  reordering: 0,
  bytesPerSecond: 0,
  serviceMs: 0,
  cores: 0,
  refusedAfterMs: 0,
  closedAfterMs: 0,
  timeoutMs: 0,
};

const AT_ONCE: Fate = [0];

export class ScenarioLinks implements LinkFaults {
  readonly failedSendsAreReported: boolean;
  private readonly network: Network;

  constructor(
    private readonly assignment: Assignment,
    private readonly now: () => Millis,
    private readonly tell: (event: RunEvent) => void,
  ) {
    const { node, nodes, seed, network: plan = REAL_NETWORK } = assignment;
    this.network = new Network(plan, nodes, new SmallFastRandom(seed + node), seed);
    this.failedSendsAreReported = plan.refusedAfterMs !== null && plan.timeoutMs !== null;
  }

  fateOf(to: Address): Fate {
    const { node } = this.assignment;
    const target = this.indexOf(to);
    if (target === undefined) return AT_ONCE;
    if (this.network.isCutOff(node, target)) return 'cutOff';
    if (this.network.isLost()) return [];
    const delays = [this.drawDelay(target)];
    if (this.network.isDoubled()) delays.push(this.drawDelay(target));
    return delays;
  }

  isCutOff(to: Address): boolean {
    const target = this.indexOf(to);
    return target !== undefined && this.network.isCutOff(this.assignment.node, target);
  }

  lost(to: Address, reason: LossReason, message: Message): void {
    this.tell({ time: 0, node: '', ...lostEvent(to, reason, message) });
  }

  partition(side: readonly number[], oneWay: boolean): void {
    this.network.cut(side, oneWay);
  }

  heal(): void {
    this.network.heal();
  }

  lose(chance: number): void {
    this.network.loss = chance;
  }

  private drawDelay(target: number): number {
    const now = Math.round(this.now());
    return this.network.arrivalOf(this.assignment.node, target, now, now) - now;
  }

  private indexOf(address: Address): number | undefined {
    const { host, basePort, nodes } = this.assignment;
    const colon = address.lastIndexOf(':');
    const index = Number(address.slice(colon + 1)) - basePort;
    return address.slice(0, colon) === host && index >= 0 && index < nodes ? index : undefined;
  }
}
