import { describe, expect, test } from 'vitest';
import type { Measured } from '../trace/measures.ts';
import { theoryBeside, type MeasuredUnder } from './theory-beside.ts';

function under(strategy: MeasuredUnder['scenario']['strategy'], measured: Partial<Measured> = {}) {
  return theoryBeside({
    scenario: { nodes: 100, strategy },
    parameters: { fanout: 3, ttl: 32 },
    measured: { updates: 10, live: 100, links: 250, falsePositives: 0, ...measured },
  });
}

describe('beside copies stands', () => {
  test('of a flood the formula for the links that there are', () => {
    expect(under('flood', { payloadPerUpdate: 401 }).payloadPerUpdate.theory).toBe('401');
  });

  test('of a flood nothing where its links cannot reach all yet', () => {
    for (const links of [0, 50, 98])
      expect(under('flood', { links, payloadPerUpdate: 3 }).payloadPerUpdate).toEqual({});
    expect(under('flood', { links: 99, payloadPerUpdate: 99 }).payloadPerUpdate.theory).toBe('99');
  });

  test('of a tree one for each node but the origin that ran when the update came, whoever died since', () => {
    const { payloadPerUpdate } = under('plumtree', { live: 50, payloadPerUpdate: 99, redundancy: 0 });
    expect(payloadPerUpdate).toEqual({ theory: '99', note: 'N − 1, a tree; exactly so' });
  });
});
