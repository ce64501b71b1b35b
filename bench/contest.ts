/**
 * How every network is measured, so that figures mean the same: joined, idle, spreading, all at once, and a tenth
 * killed; then half of a fresh one killed.
 */
import { sample, type Random } from '../src/core/index.ts';
import type { Address, Millis } from '../src/trace/views.ts';
import type { Contender, Entrant, Happening, Taken } from './contender.ts';
import { aboveIdle, memoryOf, payloadOf, rateBetween, usageOf, type Figures, type Usage } from './figures.ts';
import { allToldMs, falselyAccused, spreadsOf } from './happenings.ts';
import { median, pause } from './measured-process.ts';
import { Overlay, wholeAgainMs } from './overlay.ts';

const UPDATES = 20;
const GAP_MS = 1000;
/** So many prune the flood that joining leaves to a tree, and open what sockets updates need. */
const WARMING = 15;
const WARMING_GAP_MS = 100;
/** Until whatever slows down at rest has slowed down: heartbeats have their longest period again. */
const SETTLE_MS = 10_000;
/**
 * After a start: until V8 has collected what it left, too. It does so some seconds apart, up to four times in idle processes, for
 * 10 to 20 ms of CPU each.
 */
const COLLECT_MS = 45_000;
const IDLE_MS = 10_000;
const AFTER_UPDATES_MS = 1000;
/** Longer than any network here takes when all is well. */
const MOST_MS = 60_000;
/** So long is looked for what goes wrong after all seems well. */
const LEAST_MS = 15_000;
const POLL_MS = 1000;
const HALF_UPDATES = 10;

/** @param tell called with what each phase has measured */
export async function measure(
  entrant: Entrant,
  nodes: number,
  random: Random,
  tell: (phase: string, figures: Figures) => void,
): Promise<void> {
  const first = entrant.phases.filter((phase) => phase !== 'killHalf');
  // Half of a network that has lost a tenth is less than half of it: that takes another one.
  const second = entrant.phases.includes('killHalf') ? (['refill', 'killHalf'] as const) : [];
  for (const some of [['join', ...first] as const, second]) {
    if (some.length === 0) continue;
    const contender = await entrant.create(nodes, random);
    const contest = new Contest(contender, nodes, random);
    try {
      for (const phase of some) tell(phase, await Promise.race([contest[phase](), contender.failure]));
    } finally {
      await contender.stop();
    }
  }
}

interface Phase extends Taken {
  readonly idle: Usage;
  readonly busy: Usage;
  readonly bytesInSockets?: number;
}

class Contest {
  private live: number[];
  private readonly overlay: Overlay;

  constructor(
    private readonly contender: Contender,
    private readonly nodes: number,
    private readonly random: Random,
  ) {
    this.live = Array.from({ length: nodes }, (_, node) => node);
    this.overlay = new Overlay(contender.names);
  }

  join(): Promise<Figures> {
    return this.contender.join();
  }

  /** A fresh network, whose start was measured before. */
  async refill(): Promise<Figures> {
    await this.contender.join();
    await this.publishInTurn(WARMING, WARMING_GAP_MS);
    await pause(SETTLE_MS);
    return {};
  }

  /** Told between two times untraced, since processes grow cheaper as they run: the difference is what telling costs. */
  async spread(): Promise<Figures> {
    await this.publishInTurn(WARMING, WARMING_GAP_MS);
    await pause(COLLECT_MS);
    const before = await this.spreadUntold();
    const told = await this.publishMeasured();
    const after = await this.spreadUntold();
    const untraced = before === undefined || after === undefined ? undefined : [before, after];
    return { ...this.figuresOf(told, untraced ?? [told]), ...this.untracedOf(untraced), ...memoryOf(this.pids()) };
  }

  async burst(): Promise<Figures> {
    await this.take();
    // What is not published is not delivered either: that is seen below.
    void Promise.allSettled(this.live.map((node) => this.contender.publish(node, payloadOf(`All at once ${node}`))));
    const live = this.names();
    const spreadsIn = (happenings: readonly Happening[]) => spreadsOf(happenings, live);
    const spreads = spreadsIn(
      await this.takeUntil((happenings) => {
        const sofar = spreadsIn(happenings);
        return sofar.length === live.size && sofar.every(({ toAllMs }) => toAllMs < Infinity);
      }),
    );
    const first = Math.min(...spreads.map(({ publishedAt }) => publishedAt));
    const last = Math.max(...spreads.map(({ publishedAt, toAllMs }) => publishedAt + toAllMs));
    const reached = spreads.reduce((sum, spread) => sum + spread.reached, 0);
    const wanted = live.size * (live.size - 1);
    return { burstMs: reached === wanted ? last - first : Infinity, burstPercent: (reached * 100) / wanted };
  }

  async killTenth(): Promise<Figures> {
    await this.take();
    const { killedAt, dead, live } = this.killSome(Math.round(this.nodes / 10));
    const happenings = await this.takeUntil((all) => allToldMs(all, live, dead) < Infinity);
    return {
      killTenthMs: allToldMs(happenings, live, dead) - killedAt,
      falsePositives: falselyAccused(happenings, live).size,
    };
  }

  async killHalf(): Promise<Figures> {
    await this.take();
    const views = this.overlay.copy();
    const { killedAt, dead, live } = this.killSome(Math.floor(this.nodes / 2));
    await pause(1000);
    await this.publishInTurn(HALF_UPDATES, GAP_MS);
    const happenings = await this.takeUntil((all) => wholeAgainMs(views, all, dead) < Infinity);
    const spreads = spreadsOf(
      happenings.filter(({ time }) => time > killedAt),
      live,
    );
    return {
      killHalfComplete: spreads.filter(({ toAllMs }) => toAllMs < Infinity).length,
      killHalfUpdates: HALF_UPDATES,
      overlayWholeMs: wholeAgainMs(views, happenings, dead) - killedAt,
    };
  }

  /** @param unseen when bytes were counted, of the network alone */
  private figuresOf({ idle, busy, happenings, copies }: Phase, unseen: readonly Phase[]): Figures {
    const times = spreadsOf(happenings, this.names()).map(({ toAllMs }) => toAllMs);
    const others = this.live.length - 1;
    const counted = this.contender.countsDatagrams === true ? busy.datagrams : copies;
    const sockets = unseen.flatMap(({ bytesInSockets }) => bytesInSockets ?? []);
    return {
      complete: times.filter(Number.isFinite).length,
      updates: UPDATES,
      timeToAllMsP50: median(times),
      timeToAllMsMax: Math.max(...times),
      ...(counted === undefined ? {} : { payloadPerReceiver: counted / UPDATES / others }),
      kbPerUpdate: mean(unseen.map((phase) => phase.busy.bytes)) / UPDATES / 1000,
      ...(sockets.length === 0 ? {} : { kbPerUpdateInSockets: mean(sockets) / UPDATES / 1000 }),
      cpuMsPerDelivery: busy.cpuMs / UPDATES / others,
      idleCpuMsPerNodePerSecond: (idle.cpuMs * 1000) / this.nodes,
      othersCpuMsPerSecond: (busy.othersCpuMs / busy.atMs) * 1000,
    };
  }

  private untracedOf(untraced: readonly Phase[] | undefined): Figures {
    if (untraced === undefined) return {};
    return {
      cpuMsPerDeliveryUntraced: mean(untraced.map(({ busy }) => busy.cpuMs)) / UPDATES / (this.live.length - 1),
      idleCpuMsPerNodePerSecondUntraced: (mean(untraced.map(({ idle }) => idle.cpuMs)) * 1000) / this.nodes,
    };
  }

  private async spreadUntold(): Promise<Phase | undefined> {
    if (this.contender.watch === undefined) return undefined;
    await this.contender.watch(false);
    const phase = await this.publishMeasured();
    await this.contender.watch(true);
    await pause(SETTLE_MS);
    return phase;
  }

  private async publishMeasured(): Promise<Phase> {
    const socketsAtFirst = await this.contender.bytesInSockets?.();
    const atFirst = usageOf(this.pids());
    await pause(IDLE_MS);
    const idle = rateBetween(atFirst, usageOf(this.pids()));
    const socketsBefore = await this.contender.bytesInSockets?.();
    await this.take();
    const before = usageOf(this.pids());
    await this.publishInTurn(UPDATES, GAP_MS);
    await pause(AFTER_UPDATES_MS);
    const busy = aboveIdle(before, usageOf(this.pids()), idle);
    const socketsAfter = await this.contender.bytesInSockets?.();
    const taken = await this.take();
    if (socketsAtFirst === undefined || socketsBefore === undefined || socketsAfter === undefined) {
      return { ...taken, idle, busy };
    }
    const idleSockets = ((socketsBefore - socketsAtFirst) / IDLE_MS) * busy.atMs;
    return { ...taken, idle, busy, bytesInSockets: socketsAfter - socketsBefore - idleSockets };
  }

  private async publishInTurn(count: number, gapMs: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const drawn = this.live[this.random.below(this.live.length)] as number;
      await this.contender.publish(this.contender.publisher ?? drawn, payloadOf(`Update ${i} ${this.contender.now}`));
      await pause(gapMs);
    }
  }

  /** Of all but the first, which the others joined through. */
  private killSome(count: number): { killedAt: Millis; dead: Set<Address>; live: Set<Address> } {
    const victims = sample(this.random, this.live.slice(1), count);
    this.live = this.live.filter((node) => !victims.includes(node));
    const killedAt = this.contender.now;
    for (const node of victims) this.contender.kill(node);
    return { killedAt, dead: this.names(victims), live: this.names() };
  }

  private async takeUntil(isEnough: (happenings: readonly Happening[]) => boolean): Promise<Happening[]> {
    const began = performance.now();
    const happenings: Happening[] = [];
    for (let waited = 0; waited < MOST_MS; waited = performance.now() - began) {
      await pause(POLL_MS);
      happenings.push(...(await this.take()).happenings);
      if (waited > LEAST_MS && isEnough(happenings)) break;
    }
    return happenings;
  }

  private async take(): Promise<Taken> {
    const taken = await this.contender.take();
    this.overlay.observe(taken.happenings);
    return taken;
  }

  private names(nodes: readonly number[] = this.live): Set<Address> {
    return new Set(nodes.map((node) => this.contender.names[node] as Address));
  }

  private pids(): number[] {
    return this.live.flatMap((node) => this.contender.pidOf(node) ?? []);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
