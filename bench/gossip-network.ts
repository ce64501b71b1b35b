/** This project's own cluster: started, idle, spreading, all at once, and killed by parts; its trace says what happened. */
import type { Random } from '../src/core/random.ts';
import { sample } from '../src/core/random.ts';
import { Cluster } from '../src/cluster/cluster.ts';
import { Knowledge } from '../src/cluster/knowledge.ts';
import { MEASURED } from '../src/cluster/measure-cluster.ts';
import { parseScenario } from '../src/sim/scenario-file.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';
import type { Millis } from '../src/trace/views.ts';
import { memoryOf, payloadOf, rateBetween, usageOf, type Figures, type Usage } from './figures.ts';
import { freePort } from '../test/free-port.ts';
import { median, pause } from './measured-process.ts';
import { wholeAgainMs } from './overlay.ts';

const UPDATES = 20;
const GAP_MS = 1000;
/** So many prune the flood that joining leaves to a tree. */
const WARMING = 15;
/** Until heartbeats have their longest period again. */
const SETTLE_MS = 10_000;
const IDLE_MS = 10_000;
const MAX_WAIT_MS = 120_000;
const AFTER_KILL_MS = 15_000;
const KILL_HALF_UPDATES = 10;

export class GossipNetwork {
  private readonly cluster: Cluster;
  private readonly knowledge: Knowledge;
  private events: RunEvent[] = [];
  private live: number[];

  private constructor(
    private readonly nodes: number,
    basePort: number,
    private readonly random: Random,
  ) {
    const scenario = parseScenario({ nodes, join: { how: 'seed', everyMs: 0 }, network: { delay: 0 } });
    this.cluster = new Cluster(scenario, {
      host: '127.0.0.1',
      basePort,
      command: [process.execPath, 'dist/gossip.cjs'],
      watch: MEASURED,
      isNetworkReal: true,
      isSeeded: true,
    });
    this.knowledge = new Knowledge(this.cluster.addresses);
    this.live = Array.from({ length: nodes }, (_, node) => node);
    this.cluster.subscribe((event) => {
      this.knowledge.observe(event);
      this.events.push(event);
    });
  }

  static async measure(nodes: number, random: Random, say: (line: string) => void): Promise<Figures> {
    const network = new GossipNetwork(nodes, await freePort(nodes), random);
    try {
      const figures: Figures[] = [];
      for (const phase of ['join', 'spread', 'burst', 'killTenth', 'killHalf'] as const) {
        figures.push(await Promise.race([network[phase](), network.cluster.failure]));
        say(`gossip, ${phase}: ${JSON.stringify(figures.at(-1))}`);
      }
      return Object.assign({}, ...figures) as Figures;
    } finally {
      await network.cluster.stop();
    }
  }

  private async join(): Promise<Figures> {
    this.cluster.startAll();
    await until(() => this.knowledge.allKnowAllMs !== undefined);
    const { listeningMs = NaN, allKnowAllMs = NaN } = this.knowledge;
    return { listeningMs, joinedMs: allKnowAllMs };
  }

  /** Traced between two times untraced, since processes grow cheaper as they run: the difference is what tracing costs. */
  private async spread(): Promise<Figures> {
    await this.publishInTurn(WARMING, 100);
    await pause(2 * SETTLE_MS);
    const before = await this.spreadUntraced();
    const traced = await this.publishMeasured();
    const after = await this.spreadUntraced();
    return { ...this.figuresOf(traced), ...meanOf(before, after), ...memoryOf(this.pids()) };
  }

  private figuresOf({ idle, busy, events }: Phase): Figures {
    const spreads = this.spreadsOf(events);
    const times = spreads.map(({ lastMs, isComplete }) => (isComplete ? lastMs : Infinity));
    const uuids = new Set(spreads.map(({ uuid }) => uuid));
    const copies = events.filter((e) => e.type === 'sent' && e.message === 'rumor' && uuids.has(e.uuid)).length;
    const others = this.live.length - 1;
    return {
      complete: times.filter(Number.isFinite).length,
      updates: spreads.length,
      timeToAllMsP50: median(times),
      timeToAllMsMax: Math.max(...times),
      payloadPerReceiver: copies / spreads.length / others,
      kbPerUpdate: busy.bytes / UPDATES / 1000,
      cpuMsPerDelivery: busy.cpuMs / UPDATES / others,
      idleCpuMsPerNodePerSecond: (idle.cpuMs * 1000) / this.nodes,
    };
  }

  private async spreadUntraced(): Promise<Untraced> {
    // Views are needed later, and at rest hardly change.
    this.cluster.watch({ kinds: ['peerUp', 'peerDown'], everyMs: MEASURED.everyMs });
    const { idle, busy } = await this.publishMeasured();
    this.cluster.watch(MEASURED);
    await pause(SETTLE_MS);
    return {
      cpuMsPerDeliveryUntraced: busy.cpuMs / UPDATES / (this.live.length - 1),
      idleCpuMsPerNodePerSecondUntraced: (idle.cpuMs * 1000) / this.nodes,
    };
  }

  private async burst(): Promise<Figures> {
    await this.forget();
    for (const node of this.live) this.cluster.publish(node, payloadOf('All at once'));
    await pause(SETTLE_MS);
    const spreads = this.spreadsOf(await this.take());
    const isComplete = spreads.length === this.live.length && spreads.every((each) => each.isComplete);
    const first = Math.min(...spreads.map(({ publishedAt }) => publishedAt));
    return { burstMs: isComplete ? Math.max(...spreads.map((s) => s.publishedAt + s.lastMs)) - first : Infinity };
  }

  private async killTenth(): Promise<Figures> {
    const { killedAt, dead, events } = await this.killSome(Math.round(this.nodes / 10));
    const said = events.flatMap((e) => (e.type === 'status' && e.status === 'down' ? [e] : []));
    const pairs = new Map(said.filter((e) => dead.has(e.origin)).map((e) => [`${e.node} ${e.origin}`, e.time]));
    const isKnown = pairs.size === dead.size * this.live.length;
    const accused = new Set(said.map(({ origin }) => origin).filter((origin) => !dead.has(origin)));
    return {
      killTenthMs: isKnown ? Math.max(...pairs.values()) - killedAt : Infinity,
      falsePositives: accused.size,
    };
  }

  private async killHalf(): Promise<Figures> {
    const views = this.knowledge.views();
    const { killedAt, dead, events } = await this.killSome(Math.floor(this.live.length / 2), async () => {
      await pause(1000);
      await this.publishInTurn(KILL_HALF_UPDATES, GAP_MS);
    });
    const spreads = this.spreadsOf(events.filter(({ time }) => time > killedAt));
    return {
      killHalfComplete: spreads.filter(({ isComplete }) => isComplete).length,
      killHalfUpdates: spreads.length,
      overlayWholeMs: wholeAgainMs(views, events, dead) - killedAt,
    };
  }

  private async killSome(count: number, meanwhile?: () => Promise<void>) {
    await this.forget();
    const victims = sample(this.random, this.live.slice(1), count);
    const dead = new Set(victims.map((node) => this.cluster.addressOf(node)));
    this.live = this.live.filter((node) => !victims.includes(node));
    const killedAt = this.cluster.now;
    for (const node of victims) this.cluster.kill(node);
    await meanwhile?.();
    await pause(AFTER_KILL_MS);
    const alive = new Set(this.live.map((node) => this.cluster.addressOf(node)));
    return { killedAt, dead, events: (await this.take()).filter(({ node }) => alive.has(node)) };
  }

  private async publishMeasured(): Promise<Phase> {
    const idleBefore = usageOf(this.pids());
    await pause(IDLE_MS);
    await this.forget();
    const before = usageOf(this.pids());
    const idle = rateBetween(idleBefore, before);
    await this.publishInTurn(UPDATES, GAP_MS);
    await pause(1000);
    const after = usageOf(this.pids());
    return { idle, busy: aboveIdle(before, after, idle), events: await this.take() };
  }

  private async publishInTurn(count: number, gapMs: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const node = this.live[this.random.below(this.live.length)] as number;
      this.cluster.publish(node, payloadOf(`Update ${i}`));
      await pause(gapMs);
    }
  }

  /** Of each update among these events: who got it, and when the last did. */
  private spreadsOf(events: readonly RunEvent[]) {
    const published = events.flatMap((e) => (e.type === 'published' && e.status === undefined ? [e] : []));
    const arrivals = new Map<string, Millis[]>(published.map(({ uuid }) => [uuid, []]));
    for (const event of events) if (event.type === 'applied') arrivals.get(event.uuid)?.push(event.time);
    return published.map(({ uuid, time }) => {
      const times = arrivals.get(uuid) ?? [];
      const lastMs = Math.max(time, ...times) - time;
      return { uuid, publishedAt: time, lastMs, isComplete: times.length === this.live.length - 1 };
    });
  }

  private async forget(): Promise<void> {
    await this.take();
  }

  /** What became known since the last time. */
  private async take(): Promise<RunEvent[]> {
    await this.cluster.report();
    const { events } = this;
    this.events = [];
    return events;
  }

  private pids(): number[] {
    return this.live.flatMap((node) => this.cluster.processOf(node)?.pid ?? []);
  }
}

interface Phase {
  readonly idle: Rate;
  readonly busy: Rate;
  readonly events: readonly RunEvent[];
}

type Untraced = Required<Pick<Figures, 'cpuMsPerDeliveryUntraced' | 'idleCpuMsPerNodePerSecondUntraced'>>;

function meanOf(a: Untraced, b: Untraced): Untraced {
  return {
    cpuMsPerDeliveryUntraced: (a.cpuMsPerDeliveryUntraced + b.cpuMsPerDeliveryUntraced) / 2,
    idleCpuMsPerNodePerSecondUntraced: (a.idleCpuMsPerNodePerSecondUntraced + b.idleCpuMsPerNodePerSecondUntraced) / 2,
  };
}

interface Rate {
  readonly cpuMs: number;
  readonly bytes: number;
}

function aboveIdle(before: Usage, after: Usage, idle: Rate): Rate {
  const ms = after.atMs - before.atMs;
  return { cpuMs: after.cpuMs - before.cpuMs - idle.cpuMs * ms, bytes: after.bytes - before.bytes - idle.bytes * ms };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const deadline = performance.now() + MAX_WAIT_MS; !isTrue(); await pause(50)) {
    if (performance.now() > deadline) throw new Error(`all know all: waited ${MAX_WAIT_MS} ms in vain`);
  }
}
