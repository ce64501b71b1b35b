import { describe, expect, test } from 'vitest';
import { Measures } from '../../trace/measures.ts';
import { parseScenario, simulate } from '../../sim/simulate.ts';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { FeedMessage } from '../feed.ts';
import { FeedModel } from './feed-model.ts';
import { standingAt } from './update-log.ts';

const opened: FeedMessage = { type: 'opened', source: 'recording', name: 'a test', actions: [], fromMs: 0 };

function modelOf(events: readonly RunEvent[]): FeedModel {
  const model = new FeedModel();
  model.receive(opened);
  for (const event of events) model.receive({ type: 'events', events: [event], nowMs: event.time });
  return model;
}

function run(scenario: object): RunEvent[] {
  return [...simulate(parseScenario(scenario))];
}

const calm = run({
  nodes: 20,
  durationMs: 12_000,
  workload: { favorites: false, updates: { count: 5, startMs: 5_000, everyMs: 1_000 } },
});

describe('the model of a feed', () => {
  test('counts the copies and the coverage of each update as the measures do', () => {
    const model = modelOf(calm);
    const measures = new Measures();
    for (const event of calm) measures.observe(event.time, event.node, event);
    const facts = [...measures.eachUpdate];
    const standings = model.updates.all.map((update) => standingAt(update, model.timeline.head, Infinity));
    expect(standings).toHaveLength(5);
    expect(standings.map(({ copies }) => copies)).toEqual(facts.map(({ copies }) => copies));
    expect(standings.map(({ update }) => update.lastHop)).toEqual(facts.map(({ lastHop }) => lastHop));
    expect(standings.map(({ holders, live }) => [holders, live])).toEqual(facts.map(() => [20, 20]));
    const slowest = Math.max(...standings.map(({ timeToAllMs }) => timeToAllMs!));
    expect(slowest).toBeCloseTo(measures.result().deliveryTimeMs!.max!, 6);
  });

  test('shows an update half way as it was half way', () => {
    const model = modelOf(calm);
    const update = model.updates.all[2]!;
    const half = update.deliveries[9]!;
    const standing = standingAt(update, model.stateAt(half), half);
    expect(standing.holders).toBe(update.deliveries.filter((at) => at <= half).length);
    expect(standing.holders).toBeLessThan(20);
    expect(standing.timeToAllMs).toBeUndefined();
  });

  test('knows who was killed, paused and restarted, and marks it on the time line', () => {
    const events = run({
      nodes: 10,
      durationMs: 12_000,
      faults: [
        { atMs: 3_000, do: 'kill', nodes: [4] },
        { atMs: 4_000, do: 'pause', nodes: [5] },
        { atMs: 6_000, do: 'resume', nodes: [5] },
        { atMs: 8_000, do: 'restart', nodes: [4] },
      ],
    });
    const model = modelOf(events);
    const phaseAt = (node: string, time: number): string | undefined => model.stateAt(time).find(node)?.phase;
    expect(phaseAt('n4:7000', 2_999)).toBe('running');
    expect(phaseAt('n4:7000', 3_000)).toBe('killed');
    expect(phaseAt('n5:7000', 5_000)).toBe('paused');
    expect(phaseAt('n5:7000', 7_000)).toBe('running');
    expect(phaseAt('n4:7000', 9_000)).toBe('running');
    expect(model.stateAt(7_900).find('n4:7000')!.calledDownBy).toBeGreaterThan(4);
    const marks = model.marks.all.filter(({ kind }) => kind !== 'published');
    expect(marks.map(({ kind, node }) => `${kind} ${node}`)).toEqual([
      'killed n4:7000',
      'paused n5:7000',
      'resumed n5:7000',
      'restarted n4:7000',
    ]);
  });

  test('finds the broadcast tree: which links push and which only announce, as the nodes themselves know it', () => {
    const scenario = parseScenario({ nodes: 20, durationMs: 30_000, workload: { resampleMs: 10_000 } });
    const model = new FeedModel();
    model.receive(opened);
    const run = simulate(scenario);
    let step = run.next();
    for (; step.done !== true; step = run.next()) {
      model.receive({ type: 'events', events: [step.value], nowMs: step.value.time });
    }
    const { nodes } = model.timeline.head;
    const lazy = nodes.map(({ peers }) => [...peers].filter(([, kind]) => kind === 'lazy').map(([peer]) => peer));
    const told = lazy.map((peers) => peers.map((peer) => nodes[peer]!.address).sort());
    expect(told).toEqual(nodes.map((_, number) => [...step.value.snapshot(number).lazy].sort()));
    expect(told.flat().length).toBeGreaterThan(20);
  });

  test('takes what a node says of itself in place of all that was told of it before', () => {
    const model = modelOf(calm);
    const record = { version: 7, uuid: 'u', payload: 'x', status: 'down', hops: 1, via: 'n2:7000' } as const;
    model.receive({
      ...{ type: 'snapshot', time: 12_000, node: 'n1:7000', version: 3, peers: ['n2:7000', 'new:1'] },
      records: [{ ...record, origin: 'new:1', receivedAt: 11_000 }],
    });
    const state = model.timeline.head;
    const [node, other] = [state.find('n1:7000')!, state.find('new:1')!];
    expect([...node.peers.keys()]).toEqual([state.find('n2:7000')!.number, other.number]);
    expect(state.held(node.number, other.number)).toBe(7);
    expect(state.held(node.number, state.find('n5:7000')!.number)).toBe(0);
    expect(other).toMatchObject({ phase: 'unknown', favorite: 'x', version: 7, calledDownBy: 1 });
  });

  test('does not take an unreachable node for a dead one', () => {
    const model = modelOf(calm);
    const reach = { type: 'reach', time: 12_000, node: 'n3:7000' } as const;
    model.receive({ ...reach, isReachable: false, reason: 'no answer in 2 s' });
    expect(model.timeline.head.find('n3:7000')).toMatchObject({
      ...{ phase: 'running', isReachable: false, unreachableBecause: 'no answer in 2 s' },
    });
    model.receive({ ...reach, isReachable: true });
    expect(model.timeline.head.find('n3:7000')).toMatchObject({ isReachable: true, unreachableBecause: undefined });
  });

  test('forgets everything when the feed is opened again', () => {
    const model = modelOf(calm);
    model.receive({ ...opened, name: 'again', fromMs: 50 });
    expect(model.timeline.size).toBe(0);
    expect(model.updates.size).toBe(0);
    expect(model.range).toEqual({ fromMs: 50, untilMs: 50, isOpen: true });
    expect(model.opened?.name).toBe('again');
  });
});
