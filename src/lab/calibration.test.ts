import { describe, expect, test } from 'vitest';
import { Network } from '../scenario/play/network.ts';
import { parseScenario } from '../scenario/scenario-file.ts';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import { hopsOf, logNormalOf, refusalsOf, spreadOf } from './calibration.ts';

const FACTS = { uuid: 'u', origin: 'a', version: 1 } as const;
const published: RunEvent = { time: 100, node: 'a', type: 'published', ...FACTS };

function push(sentAt: number, from: string, to: string, heldAt: number): RunEvent[] {
  return [
    { time: sentAt, node: from, type: 'sent', to, message: 'rumor', ttl: 5, hops: 1, ...FACTS },
    { time: heldAt, node: to, type: 'applied', via: from, hops: 1, ...FACTS },
  ];
}

describe('a hop', () => {
  test('goes from holding an update to a peer that holds it, and its way begins with its departure', () => {
    const { hopsMs, wireMs, newWireMs } = hopsOf(
      [published, ...push(101, 'a', 'b', 105), ...push(107, 'b', 'c', 110)],
      0,
    );
    expect([hopsMs, wireMs, newWireMs]).toEqual([[5, 5], [], [4, 3]]);
  });

  test('is over a known connection where the two have spoken before', () => {
    const before: RunEvent = { time: 50, node: 'b', type: 'sent', to: 'a', message: 'heartbeat' };
    expect(hopsOf([before, published, ...push(101, 'a', 'b', 105)], 0).wireMs).toEqual([4]);
  });

  test('is none where repair brought the update, or before it is measured', () => {
    const repaired: RunEvent = { time: 900, node: 'b', type: 'applied', via: 'a', hops: 1, ...FACTS };
    expect(hopsOf([published, repaired], 0).hopsMs).toEqual([]);
    expect(hopsOf([published, ...push(101, 'a', 'b', 105)], 200).hopsMs).toEqual([]);
  });
});

describe('a death is noticed', () => {
  test('by each who learns that nobody listens there, for the first time', () => {
    const noticed = (time: number, node: string, reason = 'ECONNREFUSED'): RunEvent => {
      return { time, node, type: 'unreachable', peer: 'x', reason };
    };
    const died: RunEvent = { time: 1000, node: 'x', type: 'stopped', why: 'killed' };
    const events = [noticed(900, 'a'), died, noticed(1004, 'a'), noticed(1030, 'b', 'took too long')];
    expect(refusalsOf([...events, noticed(1040, 'b'), noticed(1050, 'a')])).toEqual([4, 40]);
  });
});

describe('a log-normal delay', () => {
  test('has the quantiles of what it was fitted to', () => {
    const spread = { count: 1000, p50: 40, p90: 90, p99: 400 };
    const { network } = parseScenario({ network: { delay: logNormalOf(spread), reordering: 1 } });
    const links = new Network(network, 2, new SmallFastRandom(1), 1);
    const drawn = spreadOf(Array.from({ length: 20_000 }, () => links.arrivalOf(0, 1, 0, 0)));
    expect((drawn?.p50 ?? 0) / 40).toBeCloseTo(1, 1);
    expect((drawn?.p90 ?? 0) / 90).toBeCloseTo(1, 1);
  });
});
