import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address } from '../../trace/views.ts';
import { FeedModel } from './feed-model.ts';
import { standingAt } from './update-log.ts';

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

  test('is forgotten with the oldest, and all that is kept of it', () => {
    const model = modelAfter(Array.from({ length: 3_000 }, (_, i) => published(`k${i}:1`, 1, i / 10)));
    expect(model.updates.size).toBe(1_000);
  });
});
