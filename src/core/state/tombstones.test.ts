import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, rumorArbitrary } from '../../../test/arbitraries.ts';
import type { Rumor } from '../messages.ts';
import { Table } from './table.ts';

const A = addressOf(0);
const REAP_MS = 900;
const DORMANT_MS = REAP_MS / 3;

const told = (version: number, key?: string, payload?: string): Rumor => ({
  uuid: `u${version}`,
  origin: A,
  version,
  ttl: 1,
  ...(key === undefined ? {} : { key }),
  ...(payload === undefined ? {} : { payload }),
});

function tableOf(rumors: Iterable<Rumor>): Table {
  const table = new Table(1000);
  for (const rumor of rumors) table.merge(rumor, A, 1, 0);
  return table;
}

describe('the tombstone of a keyed record', () => {
  test('stands in its place, and refuses what it replaced', () => {
    const table = tableOf([told(1, 'mood', 'glad'), told(2, 'mood')]);
    expect(table.view(A, 'mood')).toMatchObject({ version: 2, payload: null, deleted: true });
    expect(table.merge(told(1, 'mood', 'glad'), A, 1, 1)).toBe('stale');
  });

  test('is told to nobody from a third of its time on, then forgotten, and leaves room', () => {
    const table = tableOf([told(1, undefined, 'here'), told(2, 'mood')]);
    const without = tableOf([told(1, undefined, 'here')]);
    table.reap(DORMANT_MS - 1, REAP_MS);
    expect(table.hash()).not.toBe(without.hash());
    table.reap(DORMANT_MS, REAP_MS);
    expect(table.hash()).toBe(without.hash());
    expect(table.records()).toHaveLength(1);
    expect(table.merge(told(1, 'mood', 'old'), A, 1, DORMANT_MS)).toBe('stale');
    table.reap(REAP_MS, REAP_MS);
    expect(table.view(A, 'mood')).toBeUndefined();
    expect(table.size).toBe(1);
  });

  test('gives way to a new value, also when nobody is told of it any more', () => {
    const table = tableOf([told(2, 'mood')]);
    table.reap(DORMANT_MS, REAP_MS);
    expect(table.merge(told(3, 'mood', 'glad'), A, 1, DORMANT_MS)).toBe('applied');
    table.reap(REAP_MS * 2, REAP_MS);
    expect(table.hash()).toBe(tableOf([told(3, 'mood', 'glad')]).hash());
  });

  test('leaves the hash that of what is told, whatever is merged and reaped when', () => {
    const rumor = rumorArbitrary(2).map(({ payload, ...rest }): Rumor => {
      return payload === undefined || rest.version % 2 === 0 ? rest : { ...rest, payload };
    });
    const step = fc.record({ rumor, afterMs: fc.nat(500) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const table = new Table(1000);
        let now = 0;
        for (const { rumor, afterMs } of steps) {
          now += afterMs;
          table.reap(now, REAP_MS);
          table.merge(rumor, A, 1, now);
          const records = table.records();
          expect(table.hash()).toBe(tableOf(records.map((record) => record.rumor)).hash());
        }
        const keyless = [...table.snapshot()].filter(({ key, deleted }) => key === undefined || deleted !== true);
        table.reap(now + REAP_MS, REAP_MS);
        const left = [...table.snapshot()];
        expect(left.filter(({ key, deleted }) => key !== undefined && deleted === true)).toEqual([]);
        expect(left.length).toBeLessThanOrEqual(keyless.length);
      }),
    );
  });
});
