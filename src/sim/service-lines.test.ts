import { describe, expect, test } from 'vitest';
import { parseScenario } from '../scenario/scenario-file.ts';
import { ServiceLines } from './service-lines.ts';

describe('messages wait', () => {
  test('for those before them at their node, where each node has a machine of its own', () => {
    const lines = new ServiceLines(3, 2, 0);
    expect([0, 0, 1, 2].map((node) => lines.enter(node, 10))).toEqual([12, 14, 12, 12]);
  });

  test('for those before them at all nodes, where these share a machine', () => {
    const lines = new ServiceLines(5, 2, 2);
    expect([0, 1, 2, 3, 4].map((node) => lines.enter(node, 10))).toEqual([12, 12, 14, 14, 16]);
    expect(lines.enter(0, 100)).toBe(102);
  });

  test('for their node, though there are cores to spare', () => {
    const lines = new ServiceLines(2, 3, 8);
    expect([0, 0, 1].map((node) => lines.enter(node, 0))).toEqual([3, 6, 3]);
  });
});

test('shared cores without a service time are refused: they would change nothing', () => {
  expect(() => parseScenario({ network: { cores: 2 } })).toThrow(
    /network.cores: changes nothing while network.serviceMs is 0/,
  );
  expect(parseScenario({ network: { cores: 2, serviceMs: 0.5 } }).network.cores).toBe(2);
});
