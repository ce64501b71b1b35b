import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address } from '../../trace/views.ts';
import { parseScenario, simulate } from '../../sim/simulate.ts';
import { UpdateIndex } from '../../trace/update-index.ts';
import { eventText } from '../server/event-text.ts';
import { FeedHistory } from '../server/feed-history.ts';
import { FeedModel } from './feed-model.ts';
import { awaitedAt, standingAt } from './update-log.ts';

const NODES = ['a:1', 'b:1', 'c:1', 'd:1'];
const END = 1_000;

function started(node: Address, time = 0): RunEvent {
  return { type: 'started', node, time };
}

function published(origin: Address, version: number, time: number): RunEvent {
  return { type: 'published', node: origin, time, origin, version, uuid: `${origin}/${version}`, payload: {} };
}

function applied(node: Address, origin: Address, version: number, time: number): RunEvent {
  const facts = { origin, version, uuid: `${origin}/${version}`, via: origin, hops: 2, payload: {} };
  return { type: 'applied', node, time, ...facts };
}

function copy(node: Address, to: Address, origin: Address, version: number, time: number): RunEvent {
  const facts = { origin, version, uuid: `${origin}/${version}`, ttl: 5, hops: 1 };
  return { type: 'sent', node, to, time, message: 'rumor', ...facts };
}

function modelAfter(events: readonly RunEvent[]): FeedModel {
  const model = new FeedModel();
  model.receive({ type: 'opened', source: 'live', name: 'a network', actions: [], fromMs: 0 });
  model.receive({ type: 'events', events: [...NODES.map((node) => started(node)), ...events], nowMs: END });
  return model;
}

/** Of each update, at the end: how many hold it of how many, how long that took, copies, and deliveries. */
function standings(events: readonly RunEvent[]): object {
  const model = modelAfter(events);
  return Object.fromEntries(
    model.updates.all.map((update) => {
      const { holders, live, copies, timeToAllMs } = standingAt(update, model.stateAt(END), END);
      return [update.uuid, { holders, live, copies, all: timeToAllMs !== undefined, told: update.deliveries.length }];
    }),
  );
}

describe('an update of which several nodes tell', () => {
  const ofA = [
    ...[published('a:1', 1, 10), copy('a:1', 'b:1', 'a:1', 1, 11), published('a:1', 2, 12)],
    copy('a:1', 'c:1', 'a:1', 2, 13),
  ];
  const ofB = [applied('b:1', 'a:1', 1, 15), applied('b:1', 'a:1', 2, 20)];
  const ofC = [applied('c:1', 'a:1', 2, 21), copy('c:1', 'd:1', 'a:1', 2, 22)];
  const ofD = [applied('d:1', 'a:1', 2, 30)];

  test('stands as it does in whatever order these are heard', () => {
    const inOrder = standings([...ofA, ...ofB, ...ofC, ...ofD]);
    expect(inOrder).toEqual({
      'a:1/1': { holders: 4, live: 4, copies: 1, all: true, told: 4 },
      'a:1/2': { holders: 4, live: 4, copies: 2, all: true, told: 4 },
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([ofA, ofB, ofC, ofD], { minLength: 4 }), (tellers) => {
        expect(standings(tellers.flat())).toEqual(inOrder);
      }),
    );
  });

  describe('is awaited of those that can be reached', () => {
    const paused: RunEvent = { type: 'paused', node: 'd:1', time: 5 };
    const resumed: RunEvent = { type: 'resumed', node: 'd:1', time: 50 };
    const killed: RunEvent = { type: 'stopped', why: 'killed', node: 'd:1', time: 22 };
    const ofAll = [...ofA, ...ofB, ...ofC];
    const all = { holders: 3, live: 3, all: true, told: 3 };

    test('not of one that stands still', () => {
      expect(standings([paused, ...ofAll])).toEqual({
        'a:1/1': { ...all, copies: 1 },
        'a:1/2': { ...all, copies: 2 },
      });
    });

    test('not of one that was killed, or paused and then killed, before it came there', () => {
      for (const events of [
        [...ofAll, killed],
        [...ofAll, { ...paused, time: 22 }, killed],
      ]) {
        expect(standings(events)).toMatchObject({ 'a:1/2': all });
        const update = modelAfter(events).updates.find('a:1/2')!;
        expect([awaitedAt(update, 21.5), awaitedAt(update, END)]).toEqual([4, 3]);
      }
    });

    test('of one that runs again it is, and the time to all stays what it took the others', () => {
      const events = [paused, ...ofAll, resumed];
      expect(standings(events)).toMatchObject({ 'a:1/2': { holders: 3, live: 4, all: false } });
      const model = modelAfter([...events, applied('d:1', 'a:1', 2, 60)]);
      const update = model.updates.find('a:1/2')!;
      expect(standingAt(update, model.stateAt(END), END)).toMatchObject({ holders: 4, live: 4, timeToAllMs: 9 });
    });

    test('not of one that the observer cannot reach', () => {
      const model = modelAfter(ofAll);
      model.receive({ type: 'reach', time: 23, node: 'd:1', isReachable: false, reason: 'no answer' });
      const update = model.updates.find('a:1/2')!;
      expect(standingAt(update, model.stateAt(END), END)).toMatchObject({ holders: 3, live: 3, timeToAllMs: 9 });
    });
  });

  test('has the number that a recorded trace of the same has, also where its beginning is not told', () => {
    const scenario = parseScenario({ nodes: 12, seed: 5, durationMs: 9_000, workload: { updates: { count: 3 } } });
    const events = [...simulate(scenario)];
    const index = new UpdateIndex();
    for (const event of events) index.observe(event);
    const expected = new Map(index.updates.map(({ uuid, number }) => [uuid, number]));
    const numbersOf = (model: FeedModel): Map<string, number> => {
      return new Map(model.updates.all.map(({ uuid, number }) => [uuid, number]));
    };
    expect(expected.size).toBeGreaterThan(14);
    expect(numbersOf(modelAfter(events))).toEqual(expected);

    const history = new FeedHistory({ maxAgeMs: 100, maxBytes: Infinity }, 0);
    for (const event of events)
      history.add(eventText({ type: 'events', events: [event], nowMs: event.time }), event.time);
    const late = new FeedModel();
    const { beginsAtMs: fromMs, foldedUpdates: updatesBefore } = history;
    late.receive({ type: 'opened', source: 'live', name: '', actions: [], fromMs, updatesBefore });
    expect(updatesBefore).toBeGreaterThan(12);
    late.receive({ type: 'events', events: [published('k:1', 1, 9_500)], nowMs: 9_500 });
    expect(late.updates.all.at(-1)?.number).toBe(updatesBefore + 1);
  });

  test('is forgotten with the oldest, and all that is kept of it', () => {
    const model = modelAfter(Array.from({ length: 3_000 }, (_, i) => published(`k${i}:1`, 1, i / 10)));
    expect(model.updates.size).toBe(1_000);
  });
});
