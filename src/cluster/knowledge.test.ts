import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address } from '../trace/views.ts';
import { Knowledge } from './knowledge.ts';

const ADDRESSES = ['h:1', 'h:2', 'h:3'];

function started(node: Address, time: number): RunEvent {
  return { type: 'started', node, time };
}

function published(node: Address, version: number, time: number): RunEvent {
  return {
    type: 'published',
    node,
    time,
    origin: node,
    version,
    uuid: `${node} ${version}`,
    payload: { book: 'Emma' },
  };
}

function applied(node: Address, origin: Address, version: number, time: number): RunEvent {
  const facts = { origin, version, uuid: `${origin} ${version}`, via: origin, hops: 1, payload: { book: 'Emma' } };
  return { type: 'applied', node, time, ...facts };
}

/** All start, and all learn of all; the last of the last at 38. */
const JOINING: readonly RunEvent[] = [
  ...ADDRESSES.map((node, i) => started(node, 10 + i)),
  ...ADDRESSES.map((node, i) => published(node, 1, 20 + i)),
  ...ADDRESSES.flatMap((node, i) =>
    ADDRESSES.filter((origin) => origin !== node).map((origin, j) => applied(node, origin, 1, 30 + 3 * i + 2 * j)),
  ),
];

function after(...events: readonly RunEvent[]): Knowledge {
  const knowledge = new Knowledge(ADDRESSES);
  for (const event of events) knowledge.observe(event);
  return knowledge;
}

describe('knowledge', () => {
  test('of who listened and heard of whom when is the same in whatever order nodes become known', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...ADDRESSES], { minLength: 3 }), (order) => {
        const events = order.flatMap((address) => JOINING.filter(({ node }) => node === address));
        const knowledge = after(...events);
        expect([knowledge.listeningMs, knowledge.allKnowAllMs]).toEqual([12, 38]);
        expect(knowledge.nodes().map(({ knows }) => knows)).toEqual([3, 3, 3]);
      }),
    );
  });

  test('is not complete while one node has not heard of one other', () => {
    for (let left = 6; left < JOINING.length; left++) {
      const knowledge = after(...JOINING.filter((_, i) => i !== left));
      expect(knowledge.allKnowAllMs).toBeUndefined();
    }
  });

  test('of an older version is not knowledge of the newest', () => {
    const [first, second, third] = after(...JOINING, published('h:1', 2, 50), applied('h:2', 'h:1', 2, 60)).nodes();
    expect([first?.knows, second?.knows, third?.knows]).toEqual([3, 3, 2]);
  });

  test('follows an update to those who have it', () => {
    const knowledge = after(
      ...JOINING,
      published('h:1', 2, 50),
      applied('h:2', 'h:1', 2, 60),
      applied('h:3', 'h:1', 2, 57),
    );
    expect(knowledge.updatesNewestFirst()[0]).toMatchObject({ origin: 'h:1', publishedAt: 50, lastAt: 60, holders: 3 });
  });

  test('of an update is the same in whatever order its tellers are heard', () => {
    const telling = [
      published('h:1', 2, 50),
      applied('h:2', 'h:1', 2, 60),
      applied('h:3', 'h:1', 2, 57),
      published('h:2', 2, 58),
      applied('h:1', 'h:2', 2, 63),
      applied('h:3', 'h:2', 2, 61),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(telling, { minLength: telling.length }), (events) => {
        const told = after(...JOINING, ...events).updatesNewestFirst();
        expect(told.find(({ origin, version }) => origin === 'h:1' && version === 2)).toMatchObject({
          ...{ publishedAt: 50, lastAt: 60, holders: 3 },
        });
        expect(told.find(({ origin, version }) => origin === 'h:2' && version === 2)).toMatchObject({
          ...{ publishedAt: 58, lastAt: 63, holders: 3 },
        });
      }),
    );
  });

  test('of an update is also that of something newer in its place', () => {
    const told = after(...JOINING, published('h:1', 2, 50), published('h:1', 3, 51), applied('h:2', 'h:1', 3, 60));
    expect(told.updatesNewestFirst().map(({ holders }) => holders)).toEqual([2, 2, 3, 3, 3]);
  });

  test('of an update has its number among all that were published, by time', () => {
    const keyed: RunEvent = { ...published('h:3', 2, 55), key: 'load' } as RunEvent;
    const claim = { ...published('h:3', 3, 56), status: 'suspect' } as RunEvent;
    const elsewhere = published('h:9', 1, 52);
    const knowledge = after(...[...JOINING, published('h:2', 2, 58), keyed, claim, elsewhere, published('h:1', 2, 50)]);
    expect(knowledge.updatesNewestFirst().map(({ origin, version, number }) => [origin, version, number])).toEqual([
      ['h:2', 2, 7],
      ['h:1', 2, 4],
      ['h:3', 1, 3],
      ['h:2', 1, 2],
      ['h:1', 1, 1],
    ]);
  });

  test('of updates that nobody publishes does not grow', () => {
    const knowledge = after(...JOINING);
    for (let version = 2; version < 20_000; version++) knowledge.observe(applied('h:2', 'h:1', version, version));
    knowledge.observe(published('h:1', 20_000, 20_001));
    expect(knowledge.updatesNewestFirst()).toHaveLength(4);
  });

  test('of an update is that of the nodes that run', () => {
    const killed = { type: 'stopped', why: 'killed', node: 'h:2', time: 70 } as const;
    const knowledge = after(...JOINING, published('h:1', 2, 50), applied('h:2', 'h:1', 2, 60), killed);
    expect([knowledge.live, knowledge.updatesNewestFirst()[0]?.holders]).toEqual([2, 1]);
  });

  test('is expected of nobody who stands still, and of nobody about one', () => {
    const knowledge = after(...JOINING, { type: 'paused', node: 'h:3', time: 40 });
    knowledge.observe(published('h:1', 2, 50));
    knowledge.observe(applied('h:2', 'h:1', 2, 60));
    expect([knowledge.live, knowledge.updatesNewestFirst()[0]?.holders]).toEqual([2, 2]);
    expect(knowledge.nodes().map(({ knows }) => knows)).toEqual([2, 2, 1]);
    knowledge.observe({ type: 'resumed', node: 'h:3', time: 70 });
    expect([knowledge.live, knowledge.updatesNewestFirst()[0]?.holders]).toEqual([3, 2]);
    knowledge.observe(applied('h:3', 'h:1', 2, 80));
    // It stood still when the update was published: nobody waited for it.
    expect(knowledge.updatesNewestFirst()[0]).toMatchObject({ holders: 3, lastAt: 60 });
  });

  test('is lost with a process that starts anew, and not expected of one that is gone', () => {
    const knowledge = after(...JOINING, { type: 'stopped', why: 'killed', node: 'h:2', time: 70 });
    expect([knowledge.live, ...knowledge.nodes().map(({ knows }) => knows)]).toEqual([2, 2, 2, 2]);
    knowledge.observe(started('h:2', 80));
    expect([knowledge.live, ...knowledge.nodes().map(({ knows }) => knows)]).toEqual([3, 3, 0, 3]);
  });

  test('counts who of those that run accuses whom', () => {
    const says = (node: Address, status: 'suspect' | 'down' | 'alive'): RunEvent => {
      return { type: 'status', node, time: 90, origin: 'h:3', status, version: 1 };
    };
    const accusers = (...events: RunEvent[]) => {
      const { suspectedBy, calledDownBy } = after(...JOINING, ...events).nodes()[2]!;
      return [suspectedBy, calledDownBy];
    };
    expect(accusers(says('h:1', 'suspect'), says('h:2', 'suspect'))).toEqual([2, 0]);
    expect(accusers(says('h:1', 'suspect'), says('h:1', 'down'))).toEqual([0, 1]);
    expect(accusers(says('h:1', 'down'), says('h:1', 'alive'))).toEqual([0, 0]);
    expect(accusers(says('h:1', 'down'), { type: 'stopped', why: 'killed', node: 'h:1', time: 91 })).toEqual([0, 0]);
    expect(accusers(says('h:1', 'down'), { type: 'paused', node: 'h:1', time: 91 })).toEqual([0, 0]);
    expect(accusers(says('h:1', 'down'), { type: 'reaped', node: 'h:1', origin: 'h:3', time: 91 })).toEqual([0, 0]);
  });
});
