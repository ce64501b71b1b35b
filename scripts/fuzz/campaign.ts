/**
 * One run: a target and two nodes beside it that mean well, each a process; hostile inputs to the target from many sides at once; and
 * what must hold meanwhile, in the middle and in the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../src/core/index.ts';
import { Accomplice } from './accomplice.ts';
import { BLOCK_SIZE, blockOf } from './blocks.ts';
import { Canary } from './canary.ts';
import type { Cast } from './cast.ts';
import { Messenger, type Outcome } from './deliver.ts';
import { Finding } from './finding.ts';
import { growthOf, type Usage } from './growth.ts';
import { NodeProcess } from './node-process.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** Number of the first input; a block begins there. */
  readonly from: number;
  readonly count: number;
  /** It ends after this long at the latest. */
  readonly seconds: number;
  /** Of the three nodes, in a row. */
  readonly firstPort: number;
  /** What starts a node, before its options. */
  readonly command: readonly string[];
  /** What makes the target the kind of node that it is. */
  readonly targetOptions: readonly string[];
  /** How often memory is looked at: an even number. */
  readonly rests: number;
  readonly progress: (text: string) => void;
}

export interface Report {
  readonly delivered: number;
  readonly seconds: number;
  readonly finding: { readonly text: string; readonly from: number; readonly count: number } | undefined;
  readonly outcomes: ReadonlyMap<string, Readonly<Record<Outcome, number>>>;
  readonly usages: readonly Usage[];
  /** What the target's calls to accomplices were answered with. */
  readonly hostileAnswers: number;
  readonly slowestHealthMs: number;
  readonly agreedAfterMs: number;
}

const CLUSTER = 'fuzz';
const MESSENGERS = 16;
const ACCOMPLICES = 4;
const LOOK_EVERY_MS = 2000;
const CHOOSE_EVERY_MS = 250;
const HEALTH_EVERY_MS = 100;
/** The machine is busy with the attackers, too. */
const HEALTH_MS = 5000;
/** After the attack. What was cut off then is looked for within a few heartbeats. */
const AGREE_MS = 60_000;
const NODE_OPTIONS = ['--cluster', CLUSTER, '--heartbeat-ms', '500'];

export class Campaign {
  private readonly outcomes = new Map<string, Record<Outcome, number>>();
  private readonly usages: Usage[] = [];
  private readonly underWay = new Set<number>();
  private accomplices: readonly Accomplice[] = [];
  private nodes: readonly NodeProcess[] = [];
  private cast!: Cast;
  private canary!: Canary;
  private finding: Finding | undefined;
  private next = 0;
  private delivered = 0;
  private attackedMs = 0;
  private slowestHealthMs = 0;
  private agreedAfterMs = 0;
  private isOver = false;

  constructor(private readonly options: CampaignOptions) {}

  async run(): Promise<Report> {
    try {
      await this.begin();
      const watching = [this.watchHealth(), this.watchCanary()];
      await this.attackAndRest();
      this.isOver = true;
      await Promise.all(watching);
      if (this.finding === undefined) await this.end();
    } catch (error) {
      this.note(error);
    } finally {
      this.isOver = true;
      for (const node of this.nodes) node.kill();
      for (const accomplice of this.accomplices) accomplice.close();
    }
    return this.report();
  }

  /** Ends early, and tells what was seen by then. */
  stop(): void {
    this.isOver = true;
  }

  private get target(): NodeProcess {
    return this.nodes[0] as NodeProcess;
  }

  private async begin(): Promise<void> {
    const { firstPort, seed, command, targetOptions } = this.options;
    const [target, ...honest] = [0, 1, 2].map((i): Address => `127.0.0.1:${firstPort + i}`) as [Address, ...Address[]];
    this.accomplices = await Promise.all(Array.from({ length: ACCOMPLICES }, (_, i) => Accomplice.listen(i, seed)));
    const accomplices = this.accomplices.map(({ address }) => address);
    this.cast = { target, honest, accomplices, cluster: CLUSTER };
    const reachable = [target, ...honest, ...accomplices];
    const start = (name: string, address: Address, contacts: readonly Address[], options: readonly string[]) =>
      new NodeProcess(
        name,
        address,
        command,
        [...NODE_OPTIONS, ...contacts.flatMap((to) => ['-b', to]), ...options],
        reachable,
      );
    this.nodes = [start('the target', target, [], targetOptions)];
    await this.target.started();
    this.nodes = [
      this.target,
      ...honest.map((address) => start(`the node ${address}`, address, [target], targetOptions)),
    ];
    await Promise.all(this.nodes.map((node) => node.started()));
    this.canary = new Canary(target, honest);
    await this.canary.begin();
    await this.agree();
    for (const accomplice of this.accomplices) await this.introduce(accomplice);
  }

  /** As a peer: so it hears its token. */
  private async introduce(accomplice: Accomplice): Promise<void> {
    const please = { type: 'neighbor', priority: 'high', request: 1 };
    const body = JSON.stringify({ from: accomplice.address, cluster: CLUSTER, token: 'first', messages: [please] });
    const headers = { 'content-type': 'application/json' };
    await fetch(`http://${this.cast.target}/gossip/`, { method: 'POST', headers, body });
    for (let looks = 0; accomplice.token === undefined; looks++) {
      if (looks > 500) throw new Finding('the target calls no peer');
      await sleep(10);
    }
    accomplice.join(this.cast);
  }

  private async attackAndRest(): Promise<void> {
    const { from, count, rests, seconds } = this.options;
    this.next = from;
    const deadline = performance.now() + seconds * 1000;
    for (let rest = 1; rest <= rests && !this.isStopped; rest++) {
      const until = from + BLOCK_SIZE * Math.ceil((count * rest) / rests / BLOCK_SIZE);
      await this.attack(until, performance.now() + (deadline - performance.now()) / (rests - rest + 1));
      if (this.finding === undefined) this.usages.push(await this.useAtRest());
      this.tellProgress();
    }
    const [middle, end] = [this.usages[rests / 2 - 1], this.usages[rests - 1]];
    const growth = middle && end && growthOf(middle, end);
    if (growth !== undefined) this.note(new Finding(growth));
  }

  private get isStopped(): boolean {
    return this.isOver || this.finding !== undefined;
  }

  private async attack(until: number, deadline: number): Promise<void> {
    const startedAt = performance.now();
    const { target, cluster } = this.cast;
    const count = (kind: string, outcome: Outcome): void => this.count(kind, outcome);
    const delivery = { target, cluster, accomplices: this.accomplices, count };
    const work = async (): Promise<void> => {
      const messenger = new Messenger(delivery);
      while (this.next < until && performance.now() < deadline && !this.isStopped) await this.deliverNext(messenger);
      messenger.close();
    };
    await Promise.all(Array.from({ length: MESSENGERS }, work));
    this.attackedMs += performance.now() - startedAt;
  }

  private async deliverNext(messenger: Messenger): Promise<void> {
    const first = this.next;
    this.next += BLOCK_SIZE;
    this.underWay.add(first);
    try {
      await messenger.deliver(blockOf(this.options.seed, first / BLOCK_SIZE, this.cast), first);
      this.delivered += BLOCK_SIZE;
      this.underWay.delete(first);
      if (this.delivered % 50_000 < BLOCK_SIZE) this.tellProgress();
    } catch (error) {
      this.note(error);
    }
  }

  /** Connections that are over are closed by then, and what was told of them is forgotten. */
  private async useAtRest(): Promise<Usage> {
    let descriptors = this.target.descriptors;
    for (let looks = 0; looks < 20; looks++) {
      await sleep(100);
      const now = this.target.descriptors;
      if (now === descriptors && looks >= 4) break;
      descriptors = now;
    }
    const { heapBytes, externalBytes, outside } = await this.target.memory();
    if (outside.length > 0) throw new Finding(`it tried to call ${outside.join()}, beyond this machine`);
    return { heapBytes, externalBytes, descriptors, records: await this.canary.recordsOfTarget() };
  }

  private async watchHealth(): Promise<void> {
    while (!this.isStopped) {
      const askedAt = performance.now();
      try {
        const answer = await fetch(`http://${this.cast.target}/health/`, { signal: AbortSignal.timeout(HEALTH_MS) });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      } catch (error) {
        return this.note(new Finding(`/health/ of the target: ${(error as Error).message}`));
      }
      this.slowestHealthMs = Math.max(this.slowestHealthMs, performance.now() - askedAt);
      for (const { complaint } of this.nodes) if (complaint !== undefined) this.note(new Finding(complaint));
      await sleep(HEALTH_EVERY_MS);
    }
  }

  private async watchCanary(): Promise<void> {
    for (let turn = 0; !this.isStopped; turn++) {
      try {
        await this.canary.chooseAll();
        const complaint = turn % (LOOK_EVERY_MS / CHOOSE_EVERY_MS) === 0 ? await this.canary.look() : undefined;
        if (complaint !== undefined) this.note(new Finding(complaint));
      } catch (error) {
        this.note(error);
      }
      await sleep(CHOOSE_EVERY_MS);
    }
  }

  private async end(): Promise<void> {
    this.agreedAfterMs = await this.agree();
    const complaint = await this.canary.look();
    if (complaint !== undefined) throw new Finding(complaint);
    for (const node of this.nodes) if (node.complaint !== undefined) throw new Finding(node.complaint);
    for (const node of this.nodes) {
      const unclean = await node.stop();
      if (unclean !== undefined) throw new Finding(unclean);
    }
  }

  /** @returns after how long all hold what each said last */
  private async agree(): Promise<number> {
    const startedAt = performance.now();
    for (;;) {
      const missing = await this.canary.disagreement();
      const waitedMs = performance.now() - startedAt;
      if (missing === undefined) return waitedMs;
      if (waitedMs > AGREE_MS) throw new Finding(`no agreement within ${AGREE_MS / 1000} s: ${missing}`);
      await sleep(50);
    }
  }

  private count(kind: string, outcome: Outcome): void {
    const counts = this.outcomes.get(kind) ?? { taken: 0, refused: 0, 'cut off': 0 };
    this.outcomes.set(kind, counts);
    counts[outcome]++;
  }

  private note(error: unknown): void {
    // Why the target is gone says more than that it does not answer.
    const gone = this.nodes.find(({ complaint }) => complaint !== undefined)?.complaint;
    const finding = error instanceof Finding ? error : new Finding((error as Error).stack ?? String(error));
    this.finding ??= gone === undefined ? finding : new Finding(gone, finding.input);
  }

  private tellProgress(): void {
    const { heapBytes, descriptors, records } = this.usages.at(-1) ?? {};
    const rate = Math.round(this.delivered / (this.attackedMs / 1000 || Infinity));
    const use =
      heapBytes === undefined
        ? ''
        : `; heap ${Math.round(heapBytes / 1e6)} MB, ${descriptors} descriptors, ${records} records`;
    this.options.progress(`${this.delivered} inputs${rate > 0 ? `, ${rate} a second` : ''}${use}`);
  }

  private report(): Report {
    const { options, finding, next } = this;
    const from = Math.min(...this.underWay, next);
    return {
      delivered: this.delivered,
      seconds: this.attackedMs / 1000,
      finding: finding && { text: finding.message, from, count: Math.min(next, options.from + options.count) - from },
      outcomes: this.outcomes,
      usages: this.usages,
      hostileAnswers: this.accomplices.reduce((sum, { calls }) => sum + calls, 0),
      slowestHealthMs: this.slowestHealthMs,
      agreedAfterMs: this.agreedAfterMs,
    };
  }
}
