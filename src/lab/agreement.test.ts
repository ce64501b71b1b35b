import { describe, expect, test } from 'vitest';
import type { Delivered } from '../trace/deliveries.ts';
import { agreementOf, distanceOf, type Comparison } from './agreement.ts';

interface Facts {
  readonly payload?: number;
  readonly control?: number;
  readonly coverage?: number;
  readonly hops?: readonly number[];
  readonly timeMs?: number;
}

function run({ payload = 100, control = 50, coverage = 1, hops = [0, 50, 50], timeMs = 200 }: Facts = {}): Delivered {
  return {
    measured: {
      ...{ updates: 1, live: 10, links: 20, falsePositives: 0 },
      ...{ coverage: { min: coverage, mean: coverage }, payloadPerUpdate: payload, controlPerUpdate: control },
    },
    hops,
    timesToAllMs: [timeMs],
    control: { heartbeat: control },
  };
}

function named(name: string, real: Delivered[], simulated: Delivered[]): Comparison {
  const found = agreementOf(real, simulated).comparisons.find((comparison) => comparison.name === name);
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}

describe('the distance of two distributions', () => {
  test('is the part of one that lies elsewhere in the other, however many each has of', () => {
    expect(distanceOf([0, 1, 1], [0, 10, 10])).toBe(0);
    expect(distanceOf([0, 3, 1], [0, 1, 1])).toBeCloseTo(0.25);
    expect(distanceOf([0, 1], [0, 0, 0, 7])).toBe(1);
  });
});

describe('reality and the simulator agree', () => {
  test('where nothing differs', () => {
    const { isMet, comparisons } = agreementOf([run()], [run(), run()]);
    expect(isMet).toBe(true);
    expect(comparisons.filter(({ difference }) => difference !== 0)).toEqual([]);
  });

  test.each<[string, Facts, Facts]>([
    ['payload per update', { payload: 104 }, { payload: 106 }],
    ['messages per update', { control: 57 }, { control: 58 }],
    ['hop distribution', { hops: [0, 54, 46] }, { hops: [0, 56, 44] }],
    ['time to all, p50', { timeMs: 239 }, { timeMs: 241 }],
    ['time to all, p50', { timeMs: 161 }, { timeMs: 159 }],
    ['coverage', { coverage: 1 }, { coverage: 0.999 }],
  ])('on %s up to its aim and no further', (name, met, missed) => {
    expect(named(name, [run(met)], [run(), run()]).isMet).toBe(true);
    expect(named(name, [run(missed)], [run(), run()]).isMet).toBe(false);
    expect(agreementOf([run(missed)], [run(), run()]).isMet).toBe(false);
  });

  test('not, where only one of them measured something', () => {
    const { coverage: _, ...rest } = run().measured;
    expect(named('coverage', [run()], [{ ...run(), measured: rest }]).isMet).toBe(false);
  });
});

describe('what may be chance', () => {
  test('is told by simulated runs that lie as far off as reality', () => {
    const simulated = [90, 100, 100, 120].map((payload) => run({ payload }));
    const [chance, certain] = [115, 130].map((payload) => named('payload per update', [run({ payload })], simulated));
    expect([chance?.isMet, chance?.isAmongSimulated]).toEqual([false, true]);
    expect([certain?.isMet, certain?.isAmongSimulated]).toEqual([false, false]);
  });

  test('shrinks with the real runs: as many simulated ones make a group', () => {
    const simulated = [80, 120, 120, 80].map((payload) => run({ payload }));
    const real = [run({ payload: 90 }), run({ payload: 114 })];
    expect(named('payload per update', real, simulated)).toMatchObject({
      real: 102,
      simulated: { p50: 100, min: 100, max: 100 },
      isAmongSimulated: false,
      isMet: true,
    });
  });
});
