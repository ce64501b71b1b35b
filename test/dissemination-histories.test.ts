/** What is told of an update, held against simulations: their traces, and what their nodes really held. */
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../src/scenario/scenario.ts';
import { Simulation } from '../src/sim/simulation.ts';
import { swarmScenario } from '../src/verify/swarm-scenario.ts';
import { infectionTreeOf, type Infection } from '../src/trace/infection-tree.ts';
import { Measures } from '../src/trace/measures.ts';
import { wordsOfReason } from '../src/text/reason-words.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';
import { UpdateIndex, type UpdateEntry } from '../src/trace/update-index.ts';
import { DisseminationHistory } from '../src/trace/dissemination-history.ts';
import { whyNot, type Reason } from '../src/trace/why-not.ts';
import { scenarioOf, SILENT, type ScenarioChanges } from './scenarios.ts';

interface Run {
  readonly simulation: Simulation;
  readonly events: readonly RunEvent[];
  readonly index: UpdateIndex;
}

function run(scenario: Scenario): Run {
  const events: RunEvent[] = [];
  const index = new UpdateIndex();
  const simulation = new Simulation(scenario, {
    observe: (time, node, event) => {
      const line = { time, node, ...event } as RunEvent;
      events.push(line);
      index.observe(line);
    },
  });
  simulation.runUntil(scenario.durationMs);
  return { simulation, events, index };
}

function historyOf({ events }: Run, { uuid }: Pick<UpdateEntry, 'uuid'>): DisseminationHistory {
  const history = new DisseminationHistory(uuid);
  for (const event of events) history.observe(event);
  return history;
}

function flat(
  tree: readonly Infection[],
  parent?: Infection,
): { infection: Infection; parent: Infection | undefined }[] {
  return tree.flatMap((infection) => [{ infection, parent }, ...flat(infection.children, infection)]);
}

const PUBLISH_AT = 5000;
/** Node 0 publishes once, long after all have met; nobody repairs anything. */
function once(changes: ScenarioChanges): Run {
  return run(
    scenarioOf({
      nodes: 8,
      durationMs: 8000,
      strategy: 'flood',
      join: { how: 'graph', degree: 3 },
      ...changes,
      parameters: { ...SILENT, ...changes.parameters },
      workload: { publish: [{ atMs: PUBLISH_AT, node: 0, book: 'Emma' }], ...changes.workload },
    }),
  );
}

function reasonsOf(run: Run, atMs = Infinity): Reason[] {
  const history = historyOf(run, run.index.updates[0]!);
  const nodes = Array.from({ length: run.simulation.size }, (_, i) => run.simulation.addressOf(i));
  return nodes
    .map((node) => whyNot(history, node, Math.min(atMs, run.simulation.now)))
    .filter(({ kind }) => kind !== 'holds');
}

const kindsOf = (reasons: readonly Reason[]): string[] => [...new Set(reasons.map(({ kind }) => kind))].sort();

describe('in a simulation, a node has no copy', () => {
  test('because all that were sent to it were lost', () => {
    const lossy = once({ faults: [{ atMs: 4900, do: 'lose', chance: 1 }] });
    const reasons = reasonsOf(lossy);
    expect(reasons.length).toBe(7);
    expect(kindsOf(reasons)).toEqual(['cutOff', 'lost']);
    expect(wordsOfReason(reasons.find(({ kind }) => kind === 'lost')!)).toContain('was lost on the way, by chance');
    const far = reasons.find(({ kind }) => kind === 'cutOff')!;
    expect(wordsOfReason(far)).toMatch(
      /the wave stopped \d links away, at n0:7000\. n0:7000 sent a copy to .* that was lost on the way, by chance\.$/,
    );
  });

  test('because it was on the other side of a partition', () => {
    const faults = [{ atMs: 4900, do: 'partition', nodes: [6, 7], oneWay: false }] as const;
    const reasons = reasonsOf(once({ faults, network: { timeoutMs: null } }));
    expect(reasons.map(({ node }) => node)).toEqual(['n6:7000', 'n7:7000']);
    for (const reason of reasons) {
      expect(reason.kind).toBe('lost');
      expect(wordsOfReason(reason)).toContain('lost to the partition');
    }
  });

  test('because the TTL ran out at its neighbours, or before', () => {
    const reasons = reasonsOf(once({ parameters: { ttl: 1 }, nodes: 20 }));
    expect(reasons.length).toBeGreaterThan(8);
    expect(kindsOf(reasons)).toEqual(['cutOff', 'notSent']);
    for (const reason of reasons) expect(wordsOfReason(reason)).toContain('its TTL ran out there');
  });

  test('because its neighbours chose others', () => {
    const reasons = reasonsOf(once({ strategy: 'random', parameters: { fanout: 1 }, nodes: 20 }));
    expect(reasons.some(({ kind }) => kind === 'notSent')).toBe(true);
    for (const reason of reasons)
      expect(wordsOfReason(reason)).toMatch(/passed it on to 1 other, not to|sent it to nobody/);
  });

  test('because it stood still, was dead, or came later', () => {
    const paused = once({ faults: [{ atMs: 4000, do: 'pause', nodes: [3] }] });
    expect(reasonsOf(paused)).toMatchObject([{ kind: 'paused', node: 'n3:7000', sinceMs: 4000 }]);
    const killed = once({ faults: [{ atMs: 4000, do: 'kill', nodes: [3] }] });
    expect(reasonsOf(killed)).toMatchObject([{ kind: 'notUp', why: 'killed', sinceMs: 4000 }]);
    const left = once({ faults: [{ atMs: 4000, do: 'leave', nodes: [3] }] });
    expect(reasonsOf(left)).toMatchObject([{ kind: 'notUp', why: 'left', sinceMs: 4000 }]);
    const late = run(
      scenarioOf({
        nodes: 8,
        durationMs: 7001,
        join: { how: 'seed', everyMs: 1000 },
        parameters: SILENT,
        workload: { publish: [{ atMs: PUBLISH_AT, node: 0, book: 'Emma' }] },
      }),
    );
    expect(reasonsOf(late, 5500).filter(({ kind }) => kind === 'notUp')).toMatchObject([
      { node: 'n6:7000', why: 'notStarted', sinceMs: 6000 },
      { node: 'n7:7000', why: 'notStarted', sinceMs: 7000 },
    ]);
    expect(reasonsOf(late).find(({ node }) => node === 'n7:7000')?.kind).toMatch(/noNeighbors|notSent|cutOff/);
  });

  test('because its own table is full', () => {
    const full = run(
      scenarioOf({
        nodes: 4,
        durationMs: 6000,
        parameters: { ...SILENT, maxMembers: 2 },
        join: { how: 'graph', degree: 2 },
        workload: { favorites: true },
      }),
    );
    const reasons = full.index.updates.flatMap((update) =>
      [...full.index.nodes].map((node) => whyNot(historyOf(full, update), node, full.simulation.now)),
    );
    expect(kindsOf(reasons)).toContain('full');
  });

  test('because the link is outside the tree, and the one inside has failed', () => {
    const faults = [{ atMs: 4900, do: 'lose', chance: 0.5 }] as const;
    const workload = { favorites: true, publish: [{ atMs: PUBLISH_AT, node: 0, book: 'Emma' }] };
    const tree = run(
      scenarioOf({
        nodes: 20,
        durationMs: 5400,
        join: { how: 'graph', degree: 5 },
        parameters: SILENT,
        workload,
        faults,
      }),
    );
    const update = tree.index.updates.at(-1)!;
    const history = historyOf(tree, update);
    const reasons = [...tree.index.nodes].map((node) => whyNot(history, node, 5400));
    const causes = reasons.flatMap((reason) =>
      'gaps' in reason ? reason.gaps : 'frontier' in reason ? reason.frontier : [],
    );
    expect(causes.map(({ cause }) => cause.kind)).toContain('lazy');
  });

  test('because it is still on its way', () => {
    const reasons = reasonsOf(once({ network: { delay: { kind: 'constant', ms: 100 } } }), PUBLISH_AT + 50);
    expect(kindsOf(reasons)).toEqual(['cutOff', 'underway']);
    expect(wordsOfReason(reasons.find(({ kind }) => kind === 'cutOff')!)).toContain('that is on the way');
  });
});

/** The nodes' own tables, as far as they hold this very update. */
function holdersIn({ simulation }: Run, { uuid }: UpdateEntry): string[] {
  const nodes = Array.from({ length: simulation.size }, (_, i) => i).filter((node) => simulation.isUp(node));
  return nodes
    .filter((node) => simulation.snapshot(node).records.some((record) => record.uuid === uuid))
    .map((node) => simulation.addressOf(node));
}

const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);

describe.each(SEEDS)('in the network that seed %i draws', (seed) => {
  const drawn = run(swarmScenario(seed));
  const { index, simulation } = drawn;
  const chosen = index.updates.filter((_, i, all) => i % Math.ceil(all.length / 6) === 0 || i === all.length - 1);

  test('a history tells of exactly those that hold the update, by the word of their tables', () => {
    for (const update of chosen) {
      const history = historyOf(drawn, update);
      const told = [...index.nodes].filter((node) => {
        const isReplaced = history.newerAt(node, simulation.now) !== undefined;
        return history.deliveryAt(node, simulation.now) !== undefined && !isReplaced;
      });
      expect(told.sort()).toEqual(holdersIn(drawn, update).sort());
    }
  });

  test('the tree has each delivery once, and each parent before its child, one send nearer to the origin', () => {
    for (const update of chosen) {
      const history = historyOf(drawn, update);
      const all = flat(infectionTreeOf(history));
      expect(all.map(({ infection }) => infection.delivery).length).toBe(history.deliveries.length);
      for (const { infection, parent } of all) {
        const { at, hops, via, node } = infection.delivery;
        if (parent === undefined) expect([via, hops]).toEqual([node, 0]);
        else {
          expect(parent.delivery.node).toBe(via);
          expect(parent.delivery.at).toBeLessThanOrEqual(at);
          expect(parent.delivery.hops).toBe(hops - 1);
        }
      }
    }
  });

  test('who holds an update is given no reason why not, and everybody else one that says what is so', () => {
    for (const update of chosen) {
      const history = historyOf(drawn, update);
      const holders = new Set(holdersIn(drawn, update));
      for (const node of index.nodes) {
        const reason = whyNot(history, node, simulation.now);
        if (holders.has(node)) expect(reason.kind).toBe('holds');
        else if (reason.kind === 'holds') expect(reason.newer).toBeDefined();
        expect(reason.kind === 'notUp').toBe(!simulation.isUp(Number(/\d+/.exec(node)?.[0])));
        expect(wordsOfReason(reason)).toMatch(/^(n\d+:7000 |Whether ).*\.$/);
      }
    }
  });

  test('copies arrive, or are lost, as often as the trace says that they are sent', () => {
    const [update] = chosen;
    if (update === undefined) return;
    const history = historyOf(drawn, update);
    const sent = history.copies().filter(({ means, sentAt }) => means !== 'delta' && sentAt !== undefined);
    expect(sent.length).toBeGreaterThanOrEqual(update.copies);
    const firsts = history.copies().filter(({ outcome }) => outcome === 'first');
    expect(firsts.length).toBe(history.deliveries.filter(({ hops }) => hops > 0).length);
  });
});

test('an index counts what the measures count', () => {
  const measures = new Measures();
  const { events, index } = run(
    scenarioOf({
      nodes: 30,
      workload: { updates: { count: 5, startMs: 5000, everyMs: 500, origins: 0, warmUp: 0, receiptWithinMs: 0 } },
    }),
  );
  for (const event of events) measures.observe(event.time, event.node, event);
  const { deliveryTimeMs, payloadPerUpdate, lastDeliveryHop } = measures.result();
  const { updates } = index;
  expect(updates.length).toBe(5);
  expect(updates.every(({ reached, awaited }) => reached === awaited && awaited === 30)).toBe(true);
  expect(Math.max(...updates.map(({ lastAt, publishedAt }) => lastAt - publishedAt))).toBe(deliveryTimeMs?.max);
  expect(updates.reduce((sum, { copies }) => sum + copies, 0) / 5).toBe(payloadPerUpdate);
  expect(Math.max(...updates.map(({ lastHop }) => lastHop))).toBe(lastDeliveryHop?.max);
});
