import { describe, expect, test, vi } from 'vitest';
import { parseScenario, traceHashOf, measure, type RunEvent } from '../../sim/simulate.ts';
import type { FeedMessage } from '../feed.ts';
import type { Command, Report, Standing } from './session-messages.ts';
import { BATCH_EVENTS, BATCHES_UNDER_WAY, SimulationSession } from './simulation-session.ts';

// Whole runs: seconds where two processors are shared.
vi.setConfig({ testTimeout: 30_000 });

const CROWD = { nodes: 40, durationMs: 12_000 };
const SMALL = { nodes: 20, durationMs: 20_000, seed: 7 };

/** A page and a clock: time passes only when it is told to, and each look at it costs a little. */
class Page {
  readonly reports: Report[] = [];
  readonly session: SimulationSession;
  /** Does it take in batches as they come? */
  isAwake = true;
  private realMs = 1000;
  private waiting: { readonly atMs: number; readonly action: () => void }[] = [];

  constructor() {
    this.session = new SimulationSession({
      post: (report) => void this.reports.push(structuredClone(report)),
      now: () => (this.realMs += 0.01),
      after: (ms, action) => {
        const entry = { atMs: this.realMs + ms, action };
        this.waiting.push(entry);
        return () => (this.waiting = this.waiting.filter((other) => other !== entry));
      },
    });
  }

  tell(command: Command): this {
    this.session.receive(command);
    return this;
  }

  start(scenario: unknown = SMALL, speed = Infinity, isPaused = false): this {
    return this.tell({ type: 'start', scenario, speed, isPaused });
  }

  /** Lets real time pass. */
  pass(ms: number): this {
    const untilMs = this.realMs + ms;
    while (this.realMs < untilMs) {
      this.takeIn();
      const next = this.waiting.sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.waiting.shift();
      this.realMs = Math.max(this.realMs, next.atMs);
      next.action();
    }
    this.takeIn();
    this.realMs = Math.max(this.realMs, untilMs);
    return this;
  }

  /** Until nothing goes on any more. */
  passAll(): this {
    do this.pass(1000);
    while (this.waiting.length > 0);
    return this;
  }

  private taken = 0;
  private takeIn(): void {
    if (!this.isAwake) return;
    for (const { batch } of this.only('feed').slice(this.taken)) {
      this.taken++;
      this.tell({ type: 'seen', batch });
    }
  }

  only<T extends Report['type']>(type: T): Extract<Report, { type: T }>[] {
    return this.reports.filter((report): report is Extract<Report, { type: T }> => report.type === type);
  }

  get feed(): readonly FeedMessage[] {
    return this.only('feed').flatMap(({ messages }) => messages);
  }

  get events(): readonly RunEvent[] {
    return this.feed.flatMap((message) => (message.type === 'events' ? message.events : []));
  }

  get standing(): Standing {
    return this.only('standing').at(-1)!.standing;
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }
}

describe('a session', () => {
  test('tells the whole run: the same trace and the same measures as without anybody watching', () => {
    const page = new Page().start().passAll();
    const scenario = parseScenario(SMALL);
    expect(page.feed[0]).toEqual({
      ...{ type: 'opened', source: 'simulation', name: '20 nodes, plumtree, seed 7', fromMs: 0, untilMs: 20_000 },
      actions: ['publish', 'kill', 'pause', 'resume', 'restart', 'split', 'heal'],
      expected: Array.from({ length: 20 }, (_, node) => `n${node}:7000`),
    });
    expect(page.feed.at(-1)).toEqual({ type: 'ended', nowMs: 20_000 });
    expect(page.feed.filter(({ type }) => type === 'ended')).toHaveLength(1);
    expect(page.standing).toMatchObject({
      ...{ scenario, isDone: true, nowMs: 20_000, events: page.events.length },
      ...{ traceHash: traceHashOf(scenario), measured: measure(scenario) },
    });
    const times = page.events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('keeps the speed: a hundredth of real time is a hundredth of the way', () => {
    const page = new Page().start(SMALL, 0.01).pass(10_000);
    expect(page.standing.nowMs).toBeGreaterThanOrEqual(95);
    expect(page.standing.nowMs).toBeLessThanOrEqual(101);
    page.tell({ type: 'speed', speed: 5 }).pass(1000);
    expect(page.standing.nowMs).toBeGreaterThan(3800);
    expect(page.standing.nowMs).toBeLessThan(5200);
  });

  test('does not hurry to make up for a page that slept', () => {
    const page = new Page().start(SMALL, 1).pass(500);
    page.isAwake = false;
    page.pass(5000);
    page.isAwake = true;
    page.pass(500);
    expect(page.standing.nowMs).toBeLessThan(1700);
  });

  test('waits for the page: only so much is ever under way, and nothing is left out', () => {
    const page = new Page().start(CROWD);
    page.isAwake = false;
    page.pass(60_000);
    expect(page.only('feed')).toHaveLength(BATCHES_UNDER_WAY);
    expect(page.isWaiting).toBe(false);
    expect(page.standing.isDone).toBe(false);
    page.isAwake = true;
    page.passAll();
    const largest = Math.max(...page.feed.map((message) => (message.type === 'events' ? message.events.length : 0)));
    expect(largest).toBeLessThan(2 * BATCH_EVENTS);
    expect(page.standing.traceHash).toBe(traceHashOf(parseScenario(CROWD)));
    expect(page.events).toHaveLength(page.standing.events);
  });

  test('stands still while it is paused, and goes a step where it is asked to', () => {
    const page = new Page().start(SMALL, 1, true).pass(5000);
    expect(page.standing).toMatchObject({ nowMs: 0, isPaused: true });
    page.tell({ type: 'step', ms: 250 }).pass(5000);
    expect(page.standing).toMatchObject({ nowMs: 250, isPaused: true });
    page.tell({ type: 'pause', isPaused: false }).pass(1000);
    expect(page.standing.nowMs).toBeGreaterThan(1000);
    page.tell({ type: 'pause', isPaused: true });
    const { nowMs } = page.standing;
    page.pass(5000);
    expect(page.standing.nowMs).toBe(nowMs);
  });

  test('starts anew in place of the run before, of which no more is told', () => {
    const page = new Page()
      .start(SMALL, 1)
      .pass(3000)
      .start({ ...SMALL, seed: 8 })
      .passAll();
    expect(page.feed.filter(({ type }) => type === 'opened')).toHaveLength(2);
    const again = page.feed.slice(page.feed.findLastIndex(({ type }) => type === 'opened'));
    const events = again.flatMap((message) => (message.type === 'events' ? message.events : []));
    expect(events).toHaveLength(page.standing.events);
    expect(page.standing.traceHash).toBe(traceHashOf(parseScenario({ ...SMALL, seed: 8 })));
  });

  test('says in one line what is wrong with a scenario, and goes on with the one it has', () => {
    const page = new Page()
      .start(SMALL, 1)
      .pass(1000)
      .start({ nodes: 10, network: { loss: 2 } })
      .pass(1000);
    expect(page.only('refused')).toEqual([
      { type: 'refused', reason: 'network.loss: expected a number from 0 to 1, got 2' },
    ]);
    expect(page.standing.nowMs).toBeGreaterThan(1700);
  });

  test('takes no more upon itself than a page can bear', () => {
    const page = new Page();
    page
      .start({ nodes: 2001 })
      .start({ nodes: 10, durationMs: 600_001 })
      .start({ nodes: 10, durationMs: 500_000, workload: { updates: 1001 } });
    expect(page.only('refused').map(({ reason }) => reason)).toEqual([
      'nodes: expected at most 2000 in the page, got 2001',
      'durationMs: expected at most 600000 in the page, got 600001',
      'workload.updates.count: expected at most 1000 in the page, got 1001',
    ]);
    expect(page.isWaiting).toBe(false);
  });

  test('ends when it is told to', () => {
    const page = new Page().start(SMALL, 1).pass(1000).tell({ type: 'stop' });
    const { length } = page.reports;
    expect(page.pass(5000).reports).toHaveLength(length);
    expect(page.isWaiting).toBe(false);
  });
});

describe('what is done to a run', () => {
  let number = 0;
  const act = (page: Page, action: Extract<Command, { type: 'act' }>['action'], node?: string): string | undefined => {
    page.tell({ type: 'act', number: ++number, action, target: node === undefined ? {} : { nodes: node.split(' ') } });
    const answer = page.only('acted').at(-1);
    expect(answer?.number).toBe(number);
    return answer !== undefined && 'problem' in answer ? answer.problem : undefined;
  };

  test('happens at once, and is in the scenario: who runs that gets the same trace and the same measures', () => {
    const page = new Page().start(SMALL, 1).pass(6000);
    expect(act(page, 'kill', 'n5:7000')).toBeUndefined();
    expect(act(page, 'publish', 'n3:7000')).toBeUndefined();
    page.pass(1500);
    expect(act(page, 'pause', 'n4:7000')).toBeUndefined();
    expect(act(page, 'split', 'n1:7000 n2:7000')).toBeUndefined();
    page.pass(1500);
    expect(act(page, 'resume', 'n4:7000')).toBeUndefined();
    expect(act(page, 'heal')).toBeUndefined();
    expect(act(page, 'restart')).toBeUndefined();
    expect(act(page, 'restart', 'n9:7000')).toBeUndefined();
    expect(act(page, 'kill')).toBeUndefined();
    page.tell({ type: 'speed', speed: Infinity }).passAll();
    const { scenario, traceHash, measured } = page.standing;
    expect(scenario.faults.map((fault) => fault.do)).toEqual([
      ...['kill', 'pause', 'partition', 'resume', 'heal', 'restart', 'kill', 'restart', 'kill'],
    ]);
    expect(scenario.faults).toContainEqual({ atMs: scenario.faults[0]!.atMs, do: 'kill', nodes: [5] });
    expect(page.events).toContainEqual({
      time: scenario.faults[0]!.atMs,
      node: 'n5:7000',
      type: 'stopped',
      why: 'killed',
    });
    const shared = parseScenario(JSON.parse(JSON.stringify(scenario)));
    expect(shared).toEqual(scenario);
    expect(traceHashOf(shared)).toBe(traceHash);
    expect(measure(shared)).toEqual(measured);
    expect(traceHash).not.toBe(traceHashOf(parseScenario(SMALL)));
  });

  test('happens also while it is paused, each in a millisecond of its own', () => {
    const page = new Page().start(SMALL, 1, true).tell({ type: 'step', ms: 5000 }).pass(5000);
    for (const node of ['n1:7000', 'n2:7000', 'n3:7000']) expect(act(page, 'kill', node)).toBeUndefined();
    expect(page.standing).toMatchObject({ nowMs: 5003, isPaused: true });
    expect(page.events.filter(({ type }) => type === 'stopped')).toHaveLength(3);
  });

  test('is refused in a sentence where it cannot be done', () => {
    const page = new Page();
    expect(act(page, 'kill')).toBe('nothing runs');
    page.start(SMALL, 1).pass(5000);
    expect(act(page, 'kill', 'n99:7000')).toBe('there is no node n99:7000');
    expect(act(page, 'kill', 'n5:7000')).toBeUndefined();
    expect(act(page, 'kill', 'n5:7000')).toBe('n5:7000 does not run');
    expect(act(page, 'publish', 'n5:7000')).toBe('n5:7000 does not run');
    page.tell({ type: 'speed', speed: Infinity }).passAll();
    expect(act(page, 'kill', 'n6:7000')).toBe('the run is over: start it again');
  });
});
