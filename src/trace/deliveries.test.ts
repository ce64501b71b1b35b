import { describe, expect, test } from 'vitest';
import { Deliveries, type Delivered } from './deliveries.ts';
import type { MeasurePlan } from './measures.ts';
import type { RunEvent } from './trace-event.ts';

const ALL: MeasurePlan = { fromMs: 0, untilMs: Infinity, exceptFirst: false };

function started(node: string): RunEvent {
  return { time: 0, node, type: 'started' };
}

function published(time: number, uuid: string, version = 1): RunEvent {
  return { time, node: 'a', type: 'published', uuid, origin: 'a', version };
}

function applied(time: number, node: string, uuid: string, hops: number, version = 1): RunEvent {
  return { time, node, type: 'applied', uuid, origin: 'a', version, via: 'a', hops };
}

function deliveredIn(events: readonly RunEvent[], plan = ALL): Delivered {
  const deliveries = new Deliveries(plan);
  for (const event of events) deliveries.observe(event.time, event.node, event);
  return deliveries.result();
}

const NODES = ['a', 'b', 'c', 'd'].map(started);

describe('the deliveries of a run', () => {
  test('are counted by the hops of the first copy that each node took, over all updates', () => {
    const { hops } = deliveredIn([
      ...NODES,
      ...[published(10, 'u'), applied(20, 'b', 'u', 1), applied(30, 'c', 'u', 2), applied(35, 'd', 'u', 2)],
      ...[published(50, 'v', 2), applied(60, 'b', 'v', 1, 2), applied(70, 'd', 'v', 4, 2)],
    ]);
    expect(hops).toEqual([0, 2, 2, 0, 1]);
  });

  test('of an update end with the last node, if it came to all', () => {
    const { timesToAllMs } = deliveredIn([
      ...NODES,
      ...[published(10, 'u'), applied(20, 'b', 'u', 1), applied(35, 'd', 'u', 2), applied(40, 'c', 'u', 2)],
      ...[published(50, 'v', 2), applied(150, 'b', 'v', 1, 2)],
    ]);
    expect(timesToAllMs).toEqual([30]);
  });

  test('are of the updates that are measured alone', () => {
    const { hops, timesToAllMs, measured } = deliveredIn(
      [...NODES, published(10, 'u'), applied(120, 'b', 'u', 1), published(150, 'v', 2), applied(170, 'c', 'v', 3, 2)],
      { ...ALL, fromMs: 100 },
    );
    expect([hops, timesToAllMs, measured.updates]).toEqual([[0, 0, 0, 1], [], 1]);
  });

  test('come with what else was said meanwhile, by its type', () => {
    const sent = (time: number, message: 'heartbeat' | 'iHave'): RunEvent => {
      return { time, node: 'a', type: 'sent', to: 'b', message };
    };
    const events = [sent(50, 'iHave'), sent(150, 'heartbeat'), sent(160, 'iHave'), sent(170, 'heartbeat')];
    expect(deliveredIn([...NODES, ...events], { ...ALL, fromMs: 100 }).control).toEqual({ heartbeat: 2, iHave: 1 });
  });
});
