/**
 * What a run of real processes measures: the trace's measures, and what the processes used meanwhile.
 *
 * Idle is the last half of what remains after the last update and fault; CPU per delivery is counted from the first update
 * until two seconds after the last, less what idle nodes use in that time. Where there is no such time, or where faults strike within it, there is no
 * such measure.
 */
import { measurePlanOf } from '../scenario/play/measure-plan.ts';
import { lastUpdateMs } from '../scenario/scenario-times.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Measures, type Measured } from '../trace/measures.ts';
import { quantileOf } from '../trace/sample-quantile.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Millis } from '../trace/views.ts';
import type { Watch } from './channel.ts';
import type { Cluster } from './cluster.ts';
import type { Knowledge } from './knowledge.ts';
import { canMeasureProcesses, cpuMsOf, memoryMiBOf } from './process-usage.ts';
import { TraceMerge } from './trace-merge.ts';

export interface ClusterMeasured extends Measured {
  /** From the first spawn until the last node listened for the first time. */
  readonly listeningMs?: Millis;
  /** From the first spawn until all nodes had heard of all. */
  readonly joinedMs?: Millis;
  readonly cpuMsPerDelivery?: number;
  readonly idleCpuMsPerNodePerSecond?: number;
  /** At the end. */
  readonly rssMiB?: { readonly p50: number; readonly max: number };
  readonly pssMiB?: { readonly p50: number; readonly max: number };
}

/** What measures need of a trace. */
export const MEASURED_KINDS = [
  'sent',
  'published',
  'applied',
  'refuted',
  'status',
  'peerUp',
  'peerDown',
  'reaped',
] as const satisfies readonly RunEvent['type'][];

/** Everything, for those who record it. */
export const ALL_KINDS = [
  ...MEASURED_KINDS,
  'received',
  'duplicate',
  'stale',
  'dropped',
  'eager',
  'lazy',
  'contested',
  'unreachable',
  'refused',
  'lost',
] as const satisfies readonly RunEvent['type'][];

/** Nobody looks at these events while they happen: fewer, larger reports cost the nodes less. */
export const MEASURED: Watch = { kinds: MEASURED_KINDS, everyMs: 500 };
export const EVERYTHING: Watch = { kinds: ALL_KINDS, everyMs: 500 };

/** On a busy machine a report may come this late. */
const LATENESS_MS = 10_000;
/** Where somebody may watch the record grow, and reports come five times as often. */
const LIVE_LATENESS_MS = 5000;
const RELEASE_EVERY_MS = 500;
const LEAST_IDLE_MS = 4000;
/** So that one that nobody ends does not fill the memory: a day of ten nodes with the brief's news. */
const MAX_UPDATES = 100_000;
/** Repair, and what is deferred, follows an update within this time. */
const AFTER_UPDATES_MS = 2000;

interface Span {
  readonly fromMs: Millis;
  readonly untilMs: Millis;
}

export class ClusterMeasures {
  private measures: Measures | undefined;
  private scenario: Scenario | undefined;
  private readonly merge: TraceMerge;
  private idle: Span | undefined;
  private busy: Span | undefined;
  private idleCpuMs: number | undefined;
  private busyCpuMs: number | undefined;
  private bytesBefore = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly knowledge: Knowledge,
    private readonly record?: (event: RunEvent) => void,
  ) {
    this.merge = new TraceMerge((event) => {
      this.measures?.observe(event.time, event.node, event);
      this.record?.(event);
    });
    cluster.subscribe((event) => this.merge.add(event));
  }

  /** From now on it is known what happens when; what has happened up to now was kept. */
  plan(scenario: Scenario, isEndless = false): void {
    const { cluster } = this;
    this.scenario = scenario;
    const plan = measurePlanOf(scenario);
    const { nodes, workload } = scenario;
    const isGrowing = isEndless && workload.resampleMs > 0;
    const fullMs = isGrowing ? plan.fromMs + (MAX_UPDATES * workload.resampleMs) / nodes : Infinity;
    this.measures = new Measures({ ...plan, untilMs: Math.min(plan.untilMs, fullMs) });
    this.idle = idleSpanOf(scenario);
    this.busy = busySpanOf(scenario);
    const release = (): void => {
      this.merge.release(cluster.now - (isEndless ? LIVE_LATENESS_MS : LATENESS_MS));
      cluster.schedule(cluster.now + RELEASE_EVERY_MS, release);
    };
    release();
    cluster.schedule(plan.fromMs - RELEASE_EVERY_MS, () => {
      void cluster.report().then(() => (this.bytesBefore = cluster.bytesOnTheWire));
    });
    if (!canMeasureProcesses) return;
    this.measureCpu(this.idle, (cpuMs) => (this.idleCpuMs = cpuMs));
    this.measureCpu(this.busy, (cpuMs) => (this.busyCpuMs = cpuMs));
  }

  /** Up to now, which is taken for the end. */
  async result(): Promise<ClusterMeasured> {
    const { cluster, knowledge } = this;
    this.measures ??= new Measures();
    const endMs = cluster.now;
    await cluster.report();
    const bytes = cluster.bytesOnTheWire - this.bytesBefore;
    const memory = memoryOf(this.pids());
    this.merge.release(endMs);
    const measured = this.measures.result(this.lastMeasuredMs(endMs));
    const { listeningMs, allKnowAllMs } = knowledge;
    return {
      ...measured,
      ...(measured.updates > 0 && { bytesPerUpdate: bytes / measured.updates }),
      ...(listeningMs !== undefined && { listeningMs }),
      ...(allKnowAllMs !== undefined && { joinedMs: allKnowAllMs }),
      ...this.cpu(measured.updates),
      ...memory,
    };
  }

  /** What comes too late in a run cannot be repaired in it, also when it ends before its time. */
  private lastMeasuredMs(endMs: Millis): Millis {
    const { scenario } = this;
    if (scenario === undefined) return endMs;
    return measurePlanOf({ ...scenario, durationMs: Math.min(scenario.durationMs, endMs) }).untilMs;
  }

  private measureCpu(span: Span | undefined, note: (cpuMs: number) => void): void {
    if (span === undefined) return;
    let before = 0;
    this.cluster.schedule(span.fromMs, () => (before = this.cpuMs()));
    this.cluster.schedule(span.untilMs, () => note(this.cpuMs() - before));
  }

  private cpuMs(): number {
    return this.pids().reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  }

  private pids(): number[] {
    return Array.from({ length: this.cluster.size }, (_, node) => this.cluster.processOf(node)).flatMap((process) =>
      process?.isUp === true && process.pid !== undefined ? [process.pid] : [],
    );
  }

  private cpu(updates: number): Pick<ClusterMeasured, 'cpuMsPerDelivery' | 'idleCpuMsPerNodePerSecond'> {
    const { idle, busy, idleCpuMs, busyCpuMs } = this;
    const nodes = this.pids().length;
    if (idle === undefined || idleCpuMs === undefined || nodes === 0) return {};
    const idlePart = idleCpuMs / lengthOf(idle);
    const idleCpuMsPerNodePerSecond = (idlePart * 1000) / nodes;
    if (busy === undefined || busyCpuMs === undefined || nodes < 2) return { idleCpuMsPerNodePerSecond };
    const deliveries = updates * (nodes - 1);
    return { idleCpuMsPerNodePerSecond, cpuMsPerDelivery: (busyCpuMs - idlePart * lengthOf(busy)) / deliveries };
  }
}

function lengthOf({ fromMs, untilMs }: Span): number {
  return untilMs - fromMs;
}

function idleSpanOf({ workload, faults, durationMs }: Scenario): Span | undefined {
  if (workload.resampleMs > 0) return undefined;
  const times = [lastUpdateMs(workload.updates), ...workload.publish.map(({ atMs }) => atMs)];
  for (const fault of faults) times.push(fault.do === 'churn' ? fault.untilMs + fault.downMs : fault.atMs);
  const halfMs = (durationMs - Math.max(...times)) / 2;
  return halfMs < LEAST_IDLE_MS ? undefined : { fromMs: durationMs - halfMs, untilMs: durationMs };
}

function busySpanOf({ workload, faults }: Scenario): Span | undefined {
  const { resampleMs, updates, publish } = workload;
  if (resampleMs > 0 || updates.count === 0 || publish.length > 0) return undefined;
  const untilMs = lastUpdateMs(updates) + AFTER_UPDATES_MS;
  return faults.some(({ atMs }) => atMs <= untilMs) ? undefined : { fromMs: updates.startMs, untilMs };
}

function memoryOf(pids: readonly number[]): Pick<ClusterMeasured, 'rssMiB' | 'pssMiB'> {
  const used = canMeasureProcesses ? pids.flatMap((pid) => memoryMiBOf(pid) ?? []) : [];
  if (used.length === 0) return {};
  return { rssMiB: middleAndMost(used.map(({ rss }) => rss)), pssMiB: middleAndMost(used.map(({ pss }) => pss)) };
}

function middleAndMost(values: readonly number[]): { p50: number; max: number } {
  return { p50: quantileOf(values, 0.5) ?? 0, max: quantileOf(values, 1) ?? 0 };
}
