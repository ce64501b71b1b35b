/** A node's end of the line to the cluster that started it: tells what happens, does as it is told. */
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Address, Payload } from '../trace/views.ts';
import { ASSIGNMENT_VARIABLE, monotonicMs, type Assignment, type Order, type Report } from './channel.ts';
import { ScenarioLinks } from './scenario-links.ts';
import { TraceReport } from './trace-report.ts';

/** What the cluster may tell a node to do. */
export interface ObedientNode {
  publish(payload: Payload, receiptWithinMs?: number): void;
  resample(): void;
  readonly bytesOnTheWire: number;
}

export class ParentLine {
  private readonly report: TraceReport;
  private links: ScenarioLinks | undefined;
  private node: ObedientNode | undefined;

  /** @returns `undefined` in a process that no cluster has started */
  static open(): ParentLine | undefined {
    const text = process.env[ASSIGNMENT_VARIABLE];
    return text === undefined || process.channel === undefined
      ? undefined
      : new ParentLine(JSON.parse(text) as Assignment);
  }

  private constructor(readonly assignment: Assignment) {
    this.report = new TraceReport(assignment, () => this.node?.bytesOnTheWire ?? 0, send);
    if (assignment.network !== undefined) this.disturb();
    for (const order of assignment.orders) this.perform(order);
  }

  /** For a node's options. */
  readonly linkFaults = (): ScenarioLinks | undefined => this.links;

  /** For a node's options: from the node's first event on. */
  readonly observe = (self: Address, subscribe: (listener: (event: TraceEvent) => void) => unknown): void => {
    this.report.start(self);
    subscribe((event) => this.report.add(event));
  };

  obey(node: ObedientNode): void {
    this.node = node;
    process.on('message', (order: Order) => this.perform(order));
    // Listening would keep a process alive that has stopped.
    (process.channel as { unref(): void } | undefined)?.unref();
  }

  /** Tells the rest. */
  close(): Promise<void> {
    return this.report.close();
  }

  private perform(order: Order): void {
    switch (order.do) {
      case 'publish':
        return this.node?.publish(order.payload, order.receiptWithinMs);
      case 'resample':
        return this.node?.resample();
      case 'partition':
        return this.disturb().partition(order.side, order.oneWay);
      case 'heal':
        return this.links?.heal();
      case 'lose':
        return this.disturb().lose(order.chance);
      case 'watch':
        return this.report.watch(order.watch);
      case 'report':
        return this.report.tell();
    }
  }

  private disturb(): ScenarioLinks {
    const now = () => monotonicMs() - this.assignment.originMs;
    return (this.links ??= new ScenarioLinks(this.assignment, now, (event) => this.report.add(event)));
  }
}

/** Calls back when the parent has it, or is gone. */
function send(report: Report, done: () => void): void {
  if (process.connected) process.send?.(report, undefined, {}, done);
  else done();
}
