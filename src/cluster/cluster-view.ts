import { pick, sample, type Random } from '../core/index.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address, Done, NetworkNode, NetworkState, NetworkView } from '../trace/views.ts';
import type { Watch } from './channel.ts';
import type { Cluster } from './cluster.ts';
import type { Knowledge } from './knowledge.ts';
import { ALL_KINDS, MEASURED_KINDS } from './measure-cluster.ts';
import { canMeasureProcesses, cpuMsOf, rssMiBOf } from './process-usage.ts';

/** What a screen wants to be told, and soon. */
export const SCREEN: Watch = { kinds: [...MEASURED_KINDS, 'dropped', 'refused'], everyMs: 100 };
/** What a page wants to be told: every message, on its way to be seen. */
export const PAGE: Watch = { kinds: ALL_KINDS, everyMs: 100 };

/** Looking at a hundred processes takes some milliseconds. */
const USAGE_EVERY_MS = 2000;

/** The reader's own chance, which no seed repeats. */
const RANDOM: Random = { below: (bound) => Math.floor(Math.random() * bound) };

interface Usage {
  readonly pid: number;
  readonly cpuMs: number;
  readonly cpuPercent: number;
  readonly rssMiB: number;
}

/** A cluster as its screen sees it. */
export class ClusterView implements NetworkView {
  /** Where it is shown in a browser, if it is. */
  dashboardUrl: string | undefined;
  private readonly usage = new Map<number, Usage>();
  private lookedAt: number;

  constructor(
    private readonly cluster: Cluster,
    private readonly knowledge: Knowledge,
  ) {
    this.lookedAt = cluster.now;
    if (canMeasureProcesses) this.lookAgainLater();
  }

  now(): number {
    return this.cluster.now;
  }

  state(): NetworkState {
    const { listeningMs, allKnowAllMs, live } = this.knowledge;
    const nodes = this.knowledge.nodes().map((node, index) => this.withUsage(node, index));
    const complete = nodes.filter(({ phase, knows }) => phase === 'running' && knows >= live).length;
    return {
      nodes,
      complete,
      ...(listeningMs !== undefined && { listeningMs }),
      ...(allKnowAllMs !== undefined && { allKnowAllMs }),
      updates: this.knowledge.updatesNewestFirst(),
      isPartitioned: this.cluster.isPartitioned,
      ...(this.dashboardUrl !== undefined && { dashboardUrl: this.dashboardUrl }),
    };
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    return this.cluster.subscribe(listener);
  }

  kill(address?: Address): Done | undefined {
    const { cluster } = this;
    const node = this.choose(address, (candidate) => cluster.isUp(candidate));
    if (node === undefined) return undefined;
    cluster.kill(node);
    return this.done('kill', node);
  }

  pauseOrResume(address?: Address): Done | undefined {
    const { cluster } = this;
    const node = this.choose(address, (candidate) => cluster.isUp(candidate));
    if (node === undefined) return undefined;
    const isPaused = cluster.isPaused(node);
    if (isPaused) cluster.resume(node);
    else cluster.pause(node);
    return this.done(isPaused ? 'resume' : 'pause', node);
  }

  restart(address?: Address): Done | undefined {
    const { cluster } = this;
    const isDown = (node: number): boolean => cluster.hasStarted(node) && !cluster.isUp(node);
    const isAnyDown = cluster.addresses.some((_, node) => isDown(node));
    const node = this.choose(address, (candidate) => address !== undefined || !isAnyDown || isDown(candidate));
    if (node === undefined) return undefined;
    cluster.kill(node);
    cluster.start(node);
    return this.done('restart', node);
  }

  publish(address?: Address, text?: string): Done | undefined {
    const { cluster } = this;
    const node = this.choose(address, (candidate) => cluster.isUp(candidate) && !cluster.isPaused(candidate));
    if (node === undefined) return undefined;
    if (text === undefined) cluster.tellNews(node);
    else cluster.publish(node, { book: text });
    return this.done('publish', node);
  }

  split(addresses?: readonly Address[]): void {
    const { cluster } = this;
    const half = Math.floor(cluster.size / 2);
    const all = Array.from({ length: cluster.size }, (_, node) => node);
    const side = addresses?.map((address) => cluster.addresses.indexOf(address)).filter((node) => node >= 0);
    cluster.partition(side ?? sample(RANDOM, all, half), false);
  }

  heal(): void {
    this.cluster.heal();
  }

  private done(did: Done['did'], node: number): Done {
    return { did, node: this.cluster.addresses[node] as Address };
  }

  /** @returns the node at this address, if it can be done to it, or a random one of those that it can be done to */
  private choose(address: Address | undefined, canStrike: (node: number) => boolean): number | undefined {
    const nodes = this.cluster.addresses.map((_, node) => node).filter(canStrike);
    if (address === undefined) return pick(RANDOM, nodes);
    const node = this.cluster.addresses.indexOf(address);
    return nodes.includes(node) ? node : undefined;
  }

  private withUsage(node: NetworkNode, index: number): NetworkNode {
    const usage = this.usage.get(index);
    if (usage === undefined || this.cluster.processOf(index)?.pid !== usage.pid || !this.cluster.isUp(index))
      return node;
    return { ...node, cpuPercent: usage.cpuPercent, rssMiB: usage.rssMiB };
  }

  private lookAgainLater(): void {
    this.cluster.schedule(this.cluster.now + USAGE_EVERY_MS, () => {
      this.look();
      this.lookAgainLater();
    });
  }

  private look(): void {
    const { now } = this.cluster;
    const passedMs = now - this.lookedAt;
    this.lookedAt = now;
    for (let node = 0; node < this.cluster.size; node++) {
      const pid = this.cluster.processOf(node)?.pid;
      if (pid === undefined || !this.cluster.isUp(node)) continue;
      const before = this.usage.get(node);
      const cpuMs = cpuMsOf(pid);
      const usedMs = before?.pid === pid ? cpuMs - before.cpuMs : 0;
      this.usage.set(node, { pid, cpuMs, cpuPercent: (100 * usedMs) / passedMs, rssMiB: rssMiBOf(pid) });
    }
  }
}
