import { describe, expect, test } from 'vitest';
import { Recommender, trialsFor, type RunAll } from './recommend.ts';
import { runOnce, type RunOutcome, type RunTask } from './run-once.ts';
import { proportion } from './statistics.ts';
import { candidatesFor, type Candidate, type Objective } from './objective.ts';

const OBJECTIVE: Objective = {
  nodes: 100,
  network: {},
  reliability: 0.9,
  withinMs: 1000,
  cost: 'messages',
  everyMs: 250,
};
const FLOOD: Candidate = { strategy: 'flood', maxPeers: 5, ttl: 32 };
const PUSH: Candidate = { strategy: 'random', maxPeers: 5, ttl: 32, fanout: 2 };
const TREE: Candidate = { strategy: 'plumtree', maxPeers: 5, ttl: 32 };

/** Runs whose answer is known: the part of updates in time, and what one costs, by strategy. Every other is in need of repair. */
function known(facts: Readonly<Record<string, readonly [part: number, messages: number]>>): {
  readonly runAll: RunAll;
  readonly tasks: RunTask[];
} {
  const tasks: RunTask[] = [];
  const outcomeOf = ({ scenario, warmUpUpdates }: RunTask): RunOutcome => {
    const [part, payloadPerUpdate] = facts[scenario.strategy]!;
    const count = scenario.workload.updates.count - warmUpUpdates;
    const inTime = Math.round(part * count);
    const timesToAllMs = Array.from({ length: count }, (_, i) => (i < inTime ? 500 : 3000));
    return {
      measures: { payloadPerUpdate, controlPerUpdate: 1000, bytesPerUpdate: 100_000, wallMs: 1 },
      timesToAllMs,
      pushedToAllMs: timesToAllMs.map((time, i) => (i % 2 === 0 ? time : null)),
      cost: { messages: payloadPerUpdate + 10, bytes: 1000 },
    };
  };
  const runAll: RunAll = (all, ended) => {
    for (const [index, task] of all.entries()) {
      tasks.push(task);
      if (ended(index, outcomeOf(task)) === 'enough') break;
    }
    return Promise.resolve(true);
  };
  return { runAll, tasks };
}

const plenty = (): number => 1_000_000;
const search = (objective: Objective, runAll: RunAll, affordable = plenty) =>
  new Recommender(objective, runAll, undefined, [FLOOD, PUSH, TREE]).search(affordable);

describe('a recommendation', () => {
  test('is the cheapest that meets the objective, proven by seeds that nothing was chosen by', async () => {
    const { runAll, tasks } = known({ flood: [1, 500], random: [0.4, 100], plumtree: [1, 200] });
    const { verdict, best, runnersUp } = await search(OBJECTIVE, runAll);
    expect([verdict, best?.candidate]).toEqual(['shown', TREE]);
    expect(best?.reliability.interval?.low).toBeGreaterThanOrEqual(0.9);
    expect(best?.messages.value).toBe(210);
    expect(best?.pushedAlone.value).toBe(0.5);
    expect(runnersUp.map(({ candidate }) => candidate)).toEqual([FLOOD]);
    const seeds = tasks.map(({ scenario }) => scenario.seed);
    expect(seeds.filter((seed) => seed > 1000).length).toBe(best?.runs);
    expect(Math.max(...seeds.filter((seed) => seed <= 1000))).toBeLessThan(10);
  });

  test('passes over one that fails its proof', async () => {
    const { runAll } = known({ flood: [1, 500], random: [0.9, 100], plumtree: [0.3, 50] });
    const { verdict, best, runnersUp } = await search(OBJECTIVE, runAll);
    expect([verdict, best?.candidate, runnersUp]).toEqual(['shown', FLOOD, []]);
  });

  test('is none where none does, with what would have to give way', async () => {
    const { runAll } = known({ flood: [0.5, 500], random: [0.25, 100], plumtree: [0.75, 200] });
    const { verdict, best, relax } = await search(OBJECTIVE, runAll);
    expect([verdict, best?.candidate]).toEqual(['none', TREE]);
    expect(relax).toEqual({ withinMs: 3000, reliability: 0.75 });
  });

  test('is none where the only ones that do cost too much', async () => {
    const { runAll } = known({ flood: [1, 500], random: [0.25, 100], plumtree: [0.5, 200] });
    const { verdict, relax } = await search({ ...OBJECTIVE, maxMessages: 300 }, runAll);
    expect(verdict).toBe('none');
    expect(relax).toEqual({ withinMs: 3000, reliability: 0.5, maxMessages: 510 });
  });

  test('is not claimed where there is no time for the proof', async () => {
    const { runAll } = known({ flood: [1, 500], random: [0.25, 100], plumtree: [1, 200] });
    const { verdict, best, updatesNeeded } = await search({ ...OBJECTIVE, reliability: 0.999 }, runAll, () => 10);
    expect([verdict, best?.candidate, updatesNeeded]).toEqual(['not shown', TREE, 76_760]);
  });

  test('of real runs: without loss and in ample time the tree beats the flood', async () => {
    const runAll: RunAll = (tasks, ended) => {
      for (const [index, task] of tasks.entries()) if (ended(index, runOnce(task)) === 'enough') break;
      return Promise.resolve(true);
    };
    const objective = { ...OBJECTIVE, nodes: 30, withinMs: 10_000, reliability: 0.8, everyMs: 100 };
    const tree = { ...TREE, maxPeers: 8 };
    const flood = { ...FLOOD, maxPeers: 8 };
    const { verdict, best } = await new Recommender(objective, runAll, undefined, [flood, tree]).search(plenty);
    expect([verdict, best?.candidate]).toEqual(['shown', tree]);
  }, 60_000);
});

describe('a proof', () => {
  test.each([0.9, 0.99, 0.999])('of %d is planned with the fewest runs that can show it', (reliability) => {
    const runs = trialsFor(reliability) / 20;
    expect(proportion(runs, runs)!.interval!.low).toBeGreaterThanOrEqual(reliability);
    expect(proportion(runs - 1, runs - 1)!.interval!.low).toBeLessThan(reliability);
  });
});

describe('candidates', () => {
  test.each([2, 10, 100, 1000])('for %d nodes are all different, and push to fewer than all their peers', (nodes) => {
    const candidates = candidatesFor({ nodes });
    expect(new Set(candidates.map((candidate) => JSON.stringify(candidate))).size).toBe(candidates.length);
    expect(candidates.every(({ fanout = 0, maxPeers }) => fanout < maxPeers - 1)).toBe(true);
  });
});
