import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseScenario, simulate, type Scenario } from '../../sim/simulate.ts';
import { pageScenario } from './page-limits.ts';
import { decodeScenario, encodeScenario } from './scenario-address.ts';
import { nearestIndex, OPENING, PRESETS, SLIDERS, withValue, type Settings } from './settings.ts';

/** A scenario in which each slider changes something. */
function scenarioFor(id: string): Settings {
  if (id === 'fanout') return { strategy: 'random' };
  return id === 'degree' ? { join: 'graph' } : {};
}

describe('a slider', () => {
  test.each(SLIDERS)('stands where it was put, at each of its values: $id', ({ id, values, read, write, matters }) => {
    const settings = scenarioFor(id);
    const before = pageScenario(settings);
    expect(matters?.(before) ?? true).toBe(true);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    for (const value of values) {
      const scenario = pageScenario(write(settings, value, before));
      expect(read(scenario)).toBe(value);
      expect(decodeScenario(encodeScenario(scenario))).toEqual(scenario);
    }
  });

  test('of one end of the delay takes the other along', () => {
    const [from, to] = ['delayMin', 'delayMax'].map((id) => SLIDERS.find((slider) => slider.id === id)!);
    const wide = pageScenario({ network: { delay: { kind: 'uniform', minMs: 20, maxMs: 50 } } });
    expect(pageScenario(from!.write({}, 100, wide)).network.delay).toEqual({ kind: 'constant', ms: 100 });
    expect(pageScenario(to!.write({}, 10, wide)).network.delay).toEqual({ kind: 'constant', ms: 10 });
    expect(pageScenario(to!.write({}, 100, wide)).network.delay).toMatchObject({
      kind: 'uniform',
      minMs: 20,
      maxMs: 100,
    });
  });

  test('shows a value between two of its own at the nearer one', () => {
    expect([1, 3, 4, 99].map((value) => nearestIndex([0, 2, 5, 10], value))).toEqual([0, 1, 2, 3]);
  });
});

describe('settings', () => {
  test('that are set and unset again leave nothing behind', () => {
    const settings = withValue({ nodes: 5 }, ['network', 'loss'], 0.1);
    expect(settings).toEqual({ nodes: 5, network: { loss: 0.1 } });
    expect(withValue(settings, ['network', 'loss'], undefined)).toEqual({ nodes: 5 });
    expect(withValue({ join: 'graph' }, ['join', 'degree'], 3)).toEqual({ join: { degree: 3 } });
  });

  test('of a page without an address are an address of their own, and the first update is out within two seconds', () => {
    const opening = decodeScenario(OPENING.address);
    expect(encodeScenario(opening)).toBe(OPENING.address);
    expect(opening.workload.updates.startMs).toBeLessThanOrEqual(2_000);
    const told = [...simulate(opening)].filter(({ type, time }) => type === 'applied' && time <= 2_000);
    expect(told.length).toBeGreaterThanOrEqual(opening.nodes - 1);
  });

  test.each(PRESETS)('of a preset are those of the shipped scenario: $name', ({ name, address }) => {
    const file = new URL(`../../../scenarios/${name}.json`, import.meta.url);
    const shipped: Scenario = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
    expect(encodeScenario(shipped)).toBe(address);
    expect(decodeScenario(address)).toEqual({ ...shipped, description: '' });
  });
});
