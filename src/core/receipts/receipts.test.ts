import { describe, expect, test } from 'vitest';
import { scenarioOf } from '../../../test/scenarios.ts';
import { eventsOf, hear, link, makeNode, rumorOf, sendsOf, timersOf } from '../../../test/talk.ts';
import { Simulation, type Observer } from '../../sim/simulation.ts';
import type { Effect } from '../boundary.ts';
import type { Receipt } from '../messages.ts';
import type { GossipNode } from '../node.ts';
import { MAX_GATHERINGS } from './gatherings.ts';
import { MAX_RECEIPTS } from './receipts.ts';

const [A, B, C, D, O] = ['a:1', 'b:1', 'c:1', 'd:1', 'o:1'];

function nodeWith(...peers: readonly string[]): GossipNode {
  const node = makeNode(A);
  link(node, ...peers);
  return node;
}

/** One whose table names these: members are known by what they have said. */
function knowing(node: GossipNode, ...members: readonly string[]): GossipNode {
  for (const member of members) hear(node, B, rumorOf(member, 1, { ttl: 1 }));
  return node;
}

const asking = (version = 1, fields = {}) => rumorOf(O, version, { receipt: true, ...fields });
const receiptOf = (version: number, ...holders: string[]): Receipt => {
  return { type: 'receipt', uuid: `${O}@${version}`, origin: O, holders };
};
const receipts = (effects: readonly Effect[]) =>
  sendsOf(effects).flatMap(({ to, message }) => (message.type === 'receipt' ? [[to, ...message.holders]] : []));
const reports = (effects: readonly Effect[]) =>
  eventsOf(effects).flatMap((event) => (event.type === 'receipt' ? [[event.reached, event.of]] : []));

function publish(node: GossipNode, now = 0, payload = 'Emma', receiptWithinMs: number | null = 5000): Effect[] {
  return node.handle({ type: 'publish', payload, ...(receiptWithinMs !== null && { receiptWithinMs }) }, now);
}

/** What its peers say: they hold its latest value. */
function acknowledge(node: GossipNode, uuid: string, ...holders: string[]): Effect[] {
  return hear(node, holders[0]!, { type: 'receipt', uuid, origin: A, holders }, 10);
}

const uuidOf = (effects: readonly Effect[]): string => {
  const event = eventsOf(effects).find(({ type }) => type === 'published');
  return (event as { readonly uuid: string }).uuid;
};

describe('a node that is given a rumor that asks for a receipt', () => {
  test('answers at once where it passes it on to nobody', () => {
    expect(receipts(hear(nodeWith(B), B, asking()))).toEqual([[B, A]]);
  });

  test('waits for those it passed it on to, and names all in one message', () => {
    const node = knowing(nodeWith(B, C, D), C, D, 'e:1');
    expect(receipts(hear(node, B, asking()))).toEqual([]);
    expect(receipts(hear(node, C, receiptOf(1, C, 'e:1')))).toEqual([]);
    expect(receipts(hear(node, D, receiptOf(1, D)))).toEqual([[B, A, C, 'e:1', D]]);
  });

  test('waits for nobody who has it from another', () => {
    const node = nodeWith(B, C);
    hear(node, B, asking());
    expect(receipts(hear(node, C, asking()))).toEqual([[B, A]]);
  });

  test('waits a bounded time, then passes on what comes, each name once', () => {
    const node = knowing(nodeWith(B, C), C);
    const [timer] = timersOf(hear(node, B, asking(1, { hops: 4 })), 'receipt');
    expect(timer!.afterMs).toBe(500);
    expect(receipts(node.handle({ type: 'timer', timer: timer!.timer }, 500))).toEqual([[B, A]]);
    expect(receipts(hear(node, C, receiptOf(1, C)))).toEqual([[B, C]]);
    expect(receipts(hear(node, C, receiptOf(1, C)))).toEqual([]);
  });

  test('tells the origin itself where the parent is gone', () => {
    const node = nodeWith(B);
    hear(node, B, asking());
    expect(receipts(hear(node, B, { type: 'disconnect' }))).toEqual([[O, A]]);
  });

  test('says nothing where it does not hold it: something newer, or only a claim', () => {
    const node = nodeWith(B);
    hear(node, B, rumorOf(O, 5));
    expect(receipts(hear(node, B, asking(4)))).toEqual([]);
    expect(receipts(hear(node, O, asking(4, { ttl: 1 })))).toEqual([]);
    expect(receipts(hear(node, B, asking(6, { status: 'down' })))).toEqual([]);
  });

  test('answers the origin, which asks again', () => {
    const node = nodeWith(B);
    hear(node, B, asking());
    expect(receipts(hear(node, O, asking(1, { ttl: 1 })))).toEqual([[O, A]]);
  });

  test('passes on no names that are made up', () => {
    const node = knowing(nodeWith(B, C), C);
    hear(node, B, asking());
    expect(receipts(hear(node, C, receiptOf(1, C, 'nobody:1')))).toEqual([[B, A, C]]);
  });

  test('keeps a bounded number in mind, for a bounded time, and still answers beyond', () => {
    const node = nodeWith(B);
    const first = hear(node, B, asking(1));
    for (let version = 2; version <= MAX_GATHERINGS; version++) hear(node, B, asking(version));
    expect(receipts(hear(node, B, asking(MAX_GATHERINGS + 1)))).toEqual([[O, A]]);
    expect(node['receipts'].size).toBe(MAX_GATHERINGS);
    for (const { afterMs, timer } of timersOf(first, 'receipt')) node.handle({ type: 'timer', timer }, afterMs);
    expect(node['receipts'].size).toBe(MAX_GATHERINGS - 1);
  });
});

describe('an origin', () => {
  test('reports once all have named themselves, and only then', () => {
    const node = knowing(nodeWith(B, C), B, C, D);
    const uuid = uuidOf(publish(node));
    expect(reports(acknowledge(node, uuid, B, D))).toEqual([]);
    expect(reports(acknowledge(node, uuid, B, D))).toEqual([]);
    expect(reports(acknowledge(node, uuid, C))).toEqual([[3, 3]]);
    expect(reports(acknowledge(node, uuid, C))).toEqual([]);
  });

  test('says how many do when time is up, and sends the value to those who are missing until then', () => {
    const node = knowing(nodeWith(B), B, C);
    let effects = acknowledge(node, uuidOf(publish(node)), B);
    const asked: string[] = [];
    let now = 10;
    while (reports(effects).length === 0) {
      const { afterMs, timer } = timersOf(effects, 'receipt').at(-1)!;
      effects = node.handle({ type: 'timer', timer }, (now += afterMs));
      asked.push(...sendsOf(effects).flatMap(({ to, message }) => (message.type === undefined ? [to] : [])));
    }
    expect([now, reports(effects)]).toEqual([5000, [[1, 2]]]);
    expect(new Set(asked)).toEqual(new Set([C]));
  });

  test.each([
    ['a suspected member', { status: 'suspect' }, [1, 2]],
    ['one that is said to be down', { status: 'down' }, [1, 2]],
    ['no member that has said goodbye', { status: 'left' }, [1, 1]],
  ] as const)('counts %s', (_, claim, result) => {
    const node = knowing(nodeWith(B), B, C);
    hear(node, B, rumorOf(C, 1, { ...claim, uuid: 'claim' }));
    const effects = publish(node);
    const report = reports(acknowledge(node, uuidOf(effects), B));
    expect(report.length > 0 ? report : reports(node.handle({ type: 'leave' }, 20))).toEqual([result]);
  });

  test('counts nobody whose machine refuses a connection, but not by what may be older than the value', () => {
    const node = knowing(nodeWith(B), B, C);
    acknowledge(node, uuidOf(publish(node)), B);
    expect(reports(node.handle({ type: 'unreachable', peer: C, refused: true }, 499))).toEqual([]);
    expect(reports(node.handle({ type: 'unreachable', peer: C, refused: false }, 600))).toEqual([]);
    expect(reports(node.handle({ type: 'unreachable', peer: C, refused: true }, 700))).toEqual([[1, 1]]);
  });

  test('counts one that has restarted since, once it hears of it', () => {
    const node = knowing(nodeWith(B, C), B, C, D);
    const uuid = uuidOf(publish(node));
    acknowledge(node, uuid, B, D);
    node.handle({ type: 'unreachable', peer: D, refused: true }, 700);
    hear(node, B, rumorOf(D, 2), 800);
    expect(reports(acknowledge(node, uuid, C))).toEqual([]);
    expect(reports(acknowledge(node, uuid, D))).toEqual([[3, 3]]);
  });

  test('takes a newer value of its own for as good, also one that asked for nothing', () => {
    const node = knowing(nodeWith(B), B);
    publish(node);
    const later = uuidOf(publish(node, 1, 'Persuasion', null));
    expect(reports(acknowledge(node, later, B))).toEqual([[1, 1]]);
  });

  test('takes no word on a value of an earlier life of its own', () => {
    const node = knowing(nodeWith(B), B);
    publish(node);
    expect(reports(acknowledge(node, 'an earlier uuid', B))).toEqual([]);
  });

  test('reports at once beyond so many at a time, and on all when it leaves', () => {
    const node = knowing(nodeWith(B), B);
    for (let i = 0; i < MAX_RECEIPTS; i++) expect(reports(publish(node, i))).toEqual([]);
    expect(reports(publish(node, 99))).toEqual([[0, 1]]);
    expect(reports(node.handle({ type: 'leave' }, 100))).toHaveLength(MAX_RECEIPTS);
  });
});

describe('in a network of fifty nodes', () => {
  function run(receiptWithinMs: number): Map<string, number> {
    const counts = new Map<string, number>();
    const observe: Observer = (time, _, event) => {
      if (time < 24_000) return;
      const what = event.type === 'sent' ? event.message : event.type;
      if (event.type === 'receipt') expect(event).toMatchObject({ reached: 49, of: 49 });
      counts.set(what, 1 + (counts.get(what) ?? 0));
    };
    const workload = { favorites: true, resampleMs: 0, publish: [] };
    const updates = { count: 6, startMs: 14_000, everyMs: 2000, origins: 1, warmUp: 0, receiptWithinMs };
    const scenario = scenarioOf({ nodes: 50, durationMs: 30_000, workload: { ...workload, updates } });
    new Simulation({ ...scenario, faults: [] }, { observe }).runUntil(30_000);
    return counts;
  }

  test('a receipt costs N − 1 small messages once its origin has a tree', () => {
    const counts = run(5000);
    // One message of each node, and the event.
    expect(counts.get('receipt')).toBe(49 + 1);
    expect(counts.get('rumor')).toBe(49);
  });

  test('nothing is said of receipts where none is asked for', () => {
    expect(run(0).has('receipt')).toBe(false);
  });
});
