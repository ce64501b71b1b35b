import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario, simulate } from '../../sim/simulate.ts';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { FeedMessage } from '../feed.ts';
import { NetworkState } from '../model/network-state.ts';
import { eventText } from './event-text.ts';
import { FeedHistory } from './feed-history.ts';
import { NetworkBase } from './network-base.ts';

const NODES = ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3'];
const node = fc.constantFrom(...NODES);
const version = fc.integer({ min: 1, max: 5 });
const status = fc.constantFrom('alive', 'suspect', 'down', 'left');
const rumor = { origin: node, version, uuid: fc.constant('u'), payload: fc.constantFrom('a', 'b') };
const event = (type: string, facts: object = {}): fc.Arbitrary<RunEvent> =>
  fc.record({ time: fc.constant(0), node, type: fc.constant(type), ...facts }) as unknown as fc.Arbitrary<RunEvent>;
const events: fc.Arbitrary<FeedMessage> = fc
  .array(
    fc.oneof(
      event('started'),
      event('stopped', { why: fc.constant('killed') }),
      event('paused'),
      event('resumed'),
      event('published', rumor),
      event('applied', { ...rumor, via: node, hops: fc.constant(2), key: fc.constantFrom('k', undefined) }),
      event('applied', { ...rumor, via: node, hops: fc.constant(1), status: fc.constant('down') }),
      event('status', { origin: node, status, version }),
      event('refuted', { heard: version, version, status }),
      event('peerUp', { peer: node }),
      event('peerDown', { peer: node, reason: fc.constant('evicted') }),
      event('reaped', { origin: node }),
      event('eager', { peer: node }),
      event('lazy', { peer: node }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((told) => ({ type: 'events', events: told, nowMs: 0 }));
const snapshot: fc.Arbitrary<FeedMessage> = fc.record({
  type: fc.constant('snapshot' as const),
  time: fc.constant(0),
  node,
  version,
  peers: fc.uniqueArray(node),
  records: fc.constant([]),
});
const reach: fc.Arbitrary<FeedMessage> = fc.record({
  type: fc.constant('reach' as const),
  time: fc.constant(0),
  node,
  isReachable: fc.boolean(),
});

function messagesIn(texts: readonly Buffer[]): FeedMessage[] {
  return texts.map((text) => JSON.parse(text.toString().slice('data: '.length)) as FeedMessage);
}

function stateAfter(messages: readonly FeedMessage[]): FeedMessage[] {
  const base = new NetworkBase();
  for (const message of messages) base.fold(message);
  // As a page gets them: JSON knows no `undefined`.
  return JSON.parse(JSON.stringify(base.messages(0))) as FeedMessage[];
}

function linksIn({ nodes }: NetworkState): string[] {
  const links = nodes.flatMap(({ address, peers }) =>
    [...peers].map(([peer, kind]) => `${address} ${nodes[peer]!.address} ${kind}`),
  );
  return links.sort();
}

describe('the kept past', () => {
  test('leads a page that opens late to the state of one that was open from the start, however little is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(events, snapshot, reach), { maxLength: 60 }), fc.nat(4000), (told, maxBytes) => {
        const history = new FeedHistory({ maxAgeMs: Infinity, maxBytes }, 0);
        for (const message of told) history.add(eventText(message), 0);
        const late = messagesIn(history.replay());
        expect(stateAfter(late)).toEqual(stateAfter(messagesIn(told.map(eventText))));
      }),
    );
  });

  test('tells a page that opens late which links push, however often that has changed', () => {
    const scenario = { nodes: 20, seed: 3, durationMs: 12_000, workload: { resampleMs: 4_000 } };
    const faults = [{ atMs: 6_000, do: 'kill', nodes: { count: 3 } }];
    const told = [...simulate(parseScenario({ ...scenario, faults }))];
    const history = new FeedHistory({ maxAgeMs: Infinity, maxBytes: 0 }, 0);
    const open = new NetworkState();
    for (const event of told) {
      open.apply(event);
      history.add(eventText({ type: 'events', events: [event], nowMs: event.time }), event.time);
    }
    const late = new NetworkState();
    for (const message of messagesIn(history.replay())) {
      if (message.type === 'events') for (const event of message.events) late.apply(event);
      else if (message.type === 'snapshot') late.apply(message);
    }
    expect(history.foldedEvents).toBe(told.length);
    expect(linksIn(late)).toEqual(linksIn(open));
    expect(linksIn(open).filter((link) => link.endsWith('lazy')).length).toBeGreaterThan(20);
  });

  const tell = (history: FeedHistory, atMs: number): void => {
    const peerUp: RunEvent = { time: atMs, node: NODES[0] as string, type: 'peerUp', peer: NODES[1] as string };
    history.add(eventText({ type: 'events', events: [peerUp], nowMs: atMs }), atMs);
  };

  test('is not older than it may be, and says where it begins', () => {
    const history = new FeedHistory({ maxAgeMs: 50, maxBytes: 1e9 }, 0);
    for (let atMs = 0; atMs <= 100; atMs += 10) tell(history, atMs);
    expect(history.beginsAtMs).toBe(40);
    expect(history.foldedEvents).toBe(5);
    expect(messagesIn(history.replay()).map(({ type }) => type)).toEqual([
      'snapshot',
      ...Array<string>(6).fill('events'),
    ]);
  });

  test('has no more bytes than it may have, after very many messages', () => {
    const history = new FeedHistory({ maxAgeMs: Infinity, maxBytes: 3000 }, 0);
    for (let atMs = 0; atMs < 5000; atMs++) tell(history, atMs);
    const [first, ...kept] = history.replay();
    expect(messagesIn([first as Buffer])[0]).toMatchObject({ type: 'snapshot', peers: [NODES[1]] });
    const bytes = kept.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(3000);
    expect(bytes).toBeGreaterThan(2700);
  });
});
