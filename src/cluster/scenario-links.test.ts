import { describe, expect, test } from 'vitest';
import type { NetworkPlan } from '../scenario/scenario.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Assignment } from './channel.ts';
import { REAL_NETWORK, ScenarioLinks } from './scenario-links.ts';

const NODES = 4;
const address = (node: number): string => `127.0.0.1:${7000 + node}`;

function linksOf(node: number, changes: Partial<NetworkPlan> = {}, told: RunEvent[] = []): ScenarioLinks {
  const assignment: Assignment = {
    ...{ node, nodes: NODES, host: '127.0.0.1', basePort: 7000, seed: 1, originMs: 0, favorites: false },
    ...{ parameters: {}, watch: { kinds: [], everyMs: 0 }, orders: [], network: { ...REAL_NETWORK, ...changes } },
  };
  return new ScenarioLinks(
    assignment,
    () => 1000,
    (event) => told.push(event),
  );
}

function fates(links: ScenarioLinks, count: number) {
  return Array.from({ length: count }, () => links.fateOf(address(1)));
}

describe('the links of a scenario', () => {
  test('leave messages alone unless it says otherwise', () => {
    expect(fates(linksOf(0), 100)).toEqual(Array.from({ length: 100 }, () => [0]));
  });

  test('are cut between the sides of a partition, and whole again once it is healed', () => {
    const cutFrom = (node: number, oneWay: boolean) => {
      const links = linksOf(node);
      links.partition([0, 1], oneWay);
      const cut = [0, 1, 2, 3].filter((other) => other !== node && links.isCutOff(address(other)));
      for (const other of cut) expect(links.fateOf(address(other))).toBe('cutOff');
      links.heal();
      expect([0, 1, 2, 3].filter((other) => links.isCutOff(address(other)))).toEqual([]);
      return cut;
    };
    expect([cutFrom(0, false), cutFrom(2, false)]).toEqual([
      [2, 3],
      [0, 1],
    ]);
    expect([cutFrom(0, true), cutFrom(2, true)]).toEqual([[2, 3], []]);
  });

  test('lose and double as many messages as it says', () => {
    const copies = fates(linksOf(0, { loss: 0.2, duplication: 0.1 }), 10_000).map((fate) => fate.length);
    const part = (count: number): number => copies.filter((n) => n === count).length / copies.length;
    expect(part(0)).toBeCloseTo(0.2, 1);
    expect(part(2)).toBeCloseTo(0.08, 1);
    const links = linksOf(0);
    links.lose(1);
    expect(links.fateOf(address(1))).toEqual([]);
  });

  test('delay as it says, and differently between regions', () => {
    const uniform = fates(
      linksOf(0, { delay: { kind: 'uniform', minMs: 10, maxMs: 20, perMessage: true }, reordering: 1 }),
      500,
    ).flat();
    expect([Math.min(...(uniform as number[])), Math.max(...(uniform as number[]))]).toEqual([10, 20]);
    const matrixMs = [
      [1, 50],
      [60, 2],
    ];
    const regions = linksOf(0, { delay: { kind: 'regions', matrixMs, jitterMs: 0 } });
    expect([1, 2, 3].map((node) => regions.fateOf(address(node)))).toEqual([[50], [1], [50]]);
  });

  test('let others be', () => {
    const links = linksOf(0, { loss: 1 });
    for (const other of ['127.0.0.1:6999', '127.0.0.1:7004', '10.0.0.1:7001', 'nonsense']) {
      expect([links.fateOf(other), links.isCutOff(other)]).toEqual([[0], false]);
    }
  });

  test('tell of what is lost', () => {
    const told: RunEvent[] = [];
    linksOf(0, {}, told).lost(address(1), 'partition', { type: 'ping', request: 1 });
    expect(told).toEqual([
      expect.objectContaining({ type: 'lost', to: address(1), reason: 'partition', message: 'ping' }),
    ]);
  });

  test('keep failures to themselves where nobody is to be told', () => {
    expect(linksOf(0).failedSendsAreReported).toBe(true);
    expect(linksOf(0, { timeoutMs: null }).failedSendsAreReported).toBe(false);
  });
});
