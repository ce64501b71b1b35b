import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Status } from '../core/messages.ts';
import { NetworkMoment } from './network-moment.ts';
import type { RunEvent } from './trace-event.ts';

const NODES = ['h:1', 'h:2', 'h:3', 'h:4'] as const;
const STATUSES: readonly Status[] = ['alive', 'suspect', 'down', 'left'];

const node = fc.constantFrom(...NODES);
const version = fc.integer({ min: 1, max: 5 });
const at = <Kind extends RunEvent['type']>(type: Kind, facts: object = {}): fc.Arbitrary<RunEvent> =>
  fc.record({ time: fc.nat(9), node, type: fc.constant(type), ...facts }) as unknown as fc.Arbitrary<RunEvent>;
const message = { message: fc.constantFrom('rumor', 'prune', 'graft', 'heartbeat') };
const applied = at('applied', {
  ...{ origin: node, version, uuid: fc.constant('u'), via: node, hops: fc.constant(1) },
  key: fc.constantFrom('k', undefined),
});
const status = at('status', { origin: node, status: fc.constantFrom(...STATUSES), version });
const anything = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: applied },
    { weight: 3, arbitrary: status },
    { weight: 2, arbitrary: at('peerUp', { peer: node }) },
    at('peerDown', { peer: node, reason: fc.constant('evicted') }),
    at('reaped', { origin: node }),
    at('started'),
    at('stopped', { why: fc.constantFrom('killed', 'left') }),
    at('paused'),
    at('resumed'),
    at('sent', { to: node, ...message }),
    at('received', { from: node, ...message }),
  ),
  { maxLength: 80 },
);

function folded(events: readonly RunEvent[], moment = momentOfAll()): NetworkMoment {
  for (const event of events) moment.apply(moment.nodeAt(event.node, event.time), event);
  return moment;
}

function momentOfAll(): NetworkMoment {
  const moment = new NetworkMoment((bare) => bare);
  for (const address of NODES) moment.nodeAt(address, 0);
  return moment;
}

/** What one node holds, says and is linked with. */
function mindOf(moment: NetworkMoment, number: number): unknown {
  const { peers } = moment.nodes[number]!;
  const origins = moment.nodes.map((origin) => origin.number);
  return {
    peers: [...peers].sort(([a], [b]) => a - b),
    held: origins.map((origin) => [moment.held(number, origin), moment.held(number, origin, 'k')]),
    said: origins.map((origin) => moment.saidBy(number, origin)),
  };
}

function told(moment: NetworkMoment): unknown {
  return moment.nodes.map((each) => ({ ...each, ...(mindOf(moment, each.number) as object) }));
}

function linkAfter(...events: readonly object[]): string | undefined {
  const about = { time: 0, node: 'h:1' };
  const peerUp = { type: 'peerUp', peer: 'h:2' };
  const moment = folded([peerUp, ...events].map((event) => ({ ...about, ...event }) as RunEvent));
  return moment.nodes[0]!.peers.get(1);
}

describe('the network at a moment', () => {
  test('holds of each record the highest version, in whatever order and however often they are told', () => {
    const shuffledTwice = fc.array(applied, { minLength: 1, maxLength: 30 }).chain((events) => {
      const twice = [...events, ...events];
      return fc.tuple(fc.constant(events), fc.shuffledSubarray(twice, { minLength: twice.length }));
    });
    fc.assert(
      fc.property(shuffledTwice, ([events, again]) => {
        const moment = folded(again);
        for (const by of moment.nodes)
          for (const origin of moment.nodes)
            for (const key of [undefined, 'k']) {
              const versions = events.map((event) => {
                if (event.type !== 'applied' || event.node !== by.address || event.origin !== origin.address) return 0;
                return event.key === key ? event.version : 0;
              });
              expect(moment.held(by.number, origin.number, key)).toBe(Math.max(...versions));
            }
      }),
    );
  });

  test('takes a claim for nothing that is held: it tells how its origin fares, not what it likes', () => {
    fc.assert(
      fc.property(anything, applied, fc.constantFrom('suspect', 'down', 'left'), (before, event, claim) => {
        const moment = folded(before);
        const { held } = mindOf(moment, 0) as { held: unknown };
        folded([{ ...event, node: NODES[0], status: claim } as RunEvent], moment);
        expect(mindOf(moment, 0)).toMatchObject({ held });
      }),
    );
  });

  test('counts who accuses a node by what each said last', () => {
    fc.assert(
      fc.property(anything, (events) => {
        const moment = folded(events);
        for (const { number, suspectedBy, calledDownBy } of moment.nodes) {
          const words = moment.nodes.map((speaker) => moment.saidBy(speaker.number, number));
          const count = (word: Status): number => words.filter((said) => said === word).length;
          expect([suspectedBy, calledDownBy]).toEqual([count('suspect'), count('down')]);
        }
      }),
    );
  });

  test('keeps a word until the speaker says another, stronger or weaker: it has weighed them itself', () => {
    fc.assert(
      fc.property(anything, fc.array(status, { minLength: 1 }), (before, words) => {
        const moment = folded(words, folded(before));
        for (const by of moment.nodes)
          for (const origin of moment.nodes) {
            const last = words.findLast(
              (word) => word.type === 'status' && word.node === by.address && word.origin === origin.address,
            );
            if (last?.type === 'status') expect(moment.saidBy(by.number, origin.number)).toBe(last.status);
          }
      }),
    );
  });

  test('has nothing left of a life before a start, and all that others hold and say', () => {
    fc.assert(
      fc.property(anything, (before) => {
        const moment = folded(before);
        const others = [1, 2, 3].map((other) => mindOf(moment, other));
        folded([{ time: 10, node: NODES[0], type: 'started' }], moment);
        const nothing = mindOf(momentOfAll(), 0);
        expect(mindOf(moment, 0)).toEqual(nothing);
        expect(moment.nodes[0]).toMatchObject({ phase: 'running', since: 10 });
        expect([1, 2, 3].map((other) => mindOf(moment, other))).toEqual(others);
      }),
    );
  });

  test('has whoever stops say nothing of others, and linked with nobody; what it held is remembered', () => {
    fc.assert(
      fc.property(anything, (before) => {
        const moment = folded(before);
        const { held } = mindOf(moment, 0) as { held: unknown };
        folded([{ time: 10, node: NODES[0], type: 'stopped', why: 'killed' }], moment);
        expect(mindOf(moment, 0)).toEqual({ held, peers: [], said: NODES.map(() => 'alive') });
      }),
    );
  });

  test('has whoever reaps another neither hold its favourite nor accuse it', () => {
    fc.assert(
      fc.property(anything, node, (before, origin) => {
        const moment = folded([...before, { time: 10, node: NODES[0], type: 'reaped', origin }]);
        const { number } = moment.find(origin)!;
        expect([moment.held(0, number), moment.saidBy(0, number)]).toEqual([0, 'alive']);
      }),
    );
  });

  test('knows of a link whether it pushes, and of none that there is not', () => {
    const [eager, lazy] = ['eager', 'lazy'].map((type) => ({ type, peer: 'h:2' })) as [object, object];
    expect(linkAfter()).toBe('eager');
    expect(linkAfter(lazy)).toBe('lazy');
    expect(linkAfter(lazy, eager)).toBe('eager');
    expect(linkAfter({ type: 'peerDown', peer: 'h:2' }, eager)).toBeUndefined();
  });

  test('takes what a node says of itself in place of all that was told of it, but for which links push', () => {
    fc.assert(
      fc.property(anything, fc.uniqueArray(node), fc.array(applied, { maxLength: 5 }), (before, peers, facts) => {
        const moment = folded(before);
        const links = new Map(moment.nodes[0]!.peers);
        const records = facts.map((fact) => {
          const { origin, key, version: held, uuid } = fact as Extract<RunEvent, { readonly type: 'applied' }>;
          const how = { hops: 1, via: 'h:1', receivedAt: 0, payload: null, status: 'down' } as const;
          return { origin, version: held, uuid, ...how, ...(key !== undefined && { key }) };
        });
        moment.applySnapshot(moment.nodes[0]!, 10, { peers, records });
        const expected = momentOfAll();
        expected.applySnapshot(expected.nodes[0]!, 10, { peers, records });
        for (const number of expected.nodes[0]!.peers.keys())
          expected.nodes[0]!.peers.set(number, links.get(number) ?? 'eager');
        expect(mindOf(moment, 0)).toEqual(mindOf(expected, 0));
      }),
    );
  });

  test('is copied with all that it tells, and the copy goes its own way', () => {
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        const moment = folded(before);
        const then = structuredClone(told(moment));
        const copy = moment.clone();
        expect(told(copy)).toEqual(then);
        expect(told(folded(after, copy))).toEqual(told(folded([...before, ...after])));
        expect(told(moment)).toEqual(then);
      }),
    );
  });
});
