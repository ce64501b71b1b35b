import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, rumorsArbitrary } from '../../../test/arbitraries.ts';
import type { Claim, Rumor } from '../messages.ts';
import { CLAIM_STRENGTH } from './digest-entry.ts';
import { Table } from './table.ts';
import { timeOfUuid } from '../uuid.ts';

const A = addressOf(0);

function tableOf(rumors: Iterable<Rumor>, maxRecords = 1000): Table {
  const table = new Table(maxRecords);
  for (const rumor of rumors) table.merge(rumor, rumor.origin, 1, timeOfUuid(rumor.uuid));
  return table;
}

/** What a table says, apart from how it came to know: of equal claims it does not matter whose is held. */
function contentsOf(table: Table): string[] {
  return Array.from(table.records(), ({ rumor: { origin, version, key, status, uuid } }) =>
    JSON.stringify([origin, version, key ?? null, status ?? uuid]),
  ).sort();
}

function rumorsOf(table: Table): Rumor[] {
  return Array.from(table.records(), ({ rumor }) => rumor);
}

/** The same rumors in another order, some of them more than once. */
const shuffledArbitrary = rumorsArbitrary().chain((rumors) =>
  fc.tuple(
    fc.constant(rumors),
    fc
      .tuple(
        fc.shuffledSubarray(rumors, { minLength: rumors.length }),
        fc.shuffledSubarray(rumors),
        fc.shuffledSubarray(rumors),
      )
      .map(([all, before, after]) => [...before, ...all, ...after]),
  ),
);

function content(version: number, uuid = `u${version}`, key?: string): Rumor {
  return { uuid, origin: A, version, ttl: 1, payload: uuid, ...(key === undefined ? {} : { key }) };
}

function claim(version: number, status: Claim, uuid = `${status}${version}`): Rumor {
  return { uuid, origin: A, version, ttl: 1, status };
}

describe('merging', () => {
  test('any order and duplication of messages gives one table and one hash', () => {
    fc.assert(
      fc.property(shuffledArbitrary, ([rumors, shuffled]) => {
        const table = tableOf(rumors);
        const other = tableOf(shuffled);
        expect(contentsOf(other)).toEqual(contentsOf(table));
        expect(other.hash()).toBe(table.hash());
        expect(other.size).toBe(table.size);
      }),
    );
  });

  test('what was lost and came later makes no difference', () => {
    fc.assert(
      fc.property(rumorsArbitrary(), fc.infiniteStream(fc.boolean()), (rumors, isLost) => {
        const lost = rumors.filter(() => isLost.next().value);
        const late = tableOf(rumors.filter((rumor) => !lost.includes(rumor)));
        for (const rumor of lost) late.merge(rumor, A, 1, 0);
        expect(late.hash()).toBe(tableOf(rumors).hash());
      }),
    );
  });

  test('is commutative, associative and idempotent', () => {
    const join = (...tables: Table[]) => tableOf(tables.flatMap(rumorsOf));
    fc.assert(
      fc.property(rumorsArbitrary(), rumorsArbitrary(), rumorsArbitrary(), (x, y, z) => {
        const [a, b, c] = [tableOf(x), tableOf(y), tableOf(z)];
        expect(contentsOf(join(a, b))).toEqual(contentsOf(join(b, a)));
        expect(contentsOf(join(join(a, b), c))).toEqual(contentsOf(join(a, join(b, c))));
        expect(contentsOf(join(a, a))).toEqual(contentsOf(a));
      }),
    );
  });

  test('answers "applied" exactly when the table changes, and foretells it', () => {
    fc.assert(
      fc.property(rumorsArbitrary(), (rumors) => {
        const table = new Table(1000);
        for (const rumor of rumors) {
          const before = table.hash();
          const isNews = table.isNews(rumor);
          const result = table.merge(rumor, A, 1, 0);
          expect(result === 'applied').toBe(isNews);
          expect(table.hash() !== before).toBe(isNews);
        }
      }),
    );
  });

  test('the higher version wins, on a tie the larger uuid, whatever came first', () => {
    expect(tableOf([content(2), content(1)]).get(A)?.rumor.version).toBe(2);
    expect(tableOf([content(1, 'a'), content(1, 'b')]).get(A)?.rumor.uuid).toBe('b');
    expect(tableOf([content(1, 'b'), content(1, 'a')]).get(A)?.rumor.uuid).toBe('b');
  });

  test('names what it did not take: a duplicate by uuid, otherwise stale', () => {
    const table = tableOf([content(2)]);
    expect(table.merge(content(2), A, 1, 0)).toBe('duplicate');
    expect(table.merge(content(1), A, 1, 0)).toBe('stale');
    expect(table.newerThan(content(1))?.rumor.version).toBe(2);
    expect(table.newerThan(content(2))).toBeUndefined();
    expect(table.newerThan(content(3))).toBeUndefined();
  });

  test('a key has its own record, the empty one too', () => {
    const table = tableOf([content(1), content(2, 'k', ''), content(3, 'm', 'mood')]);
    expect([undefined, '', 'mood'].map((key) => table.get(A, key)?.rumor.version)).toEqual([1, 2, 3]);
    expect(tableOf([content(1, 'u', '')]).hash()).not.toBe(tableOf([content(1, 'u')]).hash());
  });
});

describe('the hash', () => {
  test('is equal exactly when the tables are', () => {
    fc.assert(
      fc.property(rumorsArbitrary(2, 6), rumorsArbitrary(2, 6), (x, y) => {
        const [a, b] = [tableOf(x), tableOf(y)];
        const areEqual = JSON.stringify(contentsOf(a)) === JSON.stringify(contentsOf(b));
        expect(a.hash() === b.hash()).toBe(areEqual);
      }),
    );
  });

  test('of an empty table is zero, and forgets nothing it should keep when claims come and go', () => {
    expect(new Table(1).hash()).toBe('0000000000000000');
    expect(tableOf([content(1), claim(1, 'down'), content(2)]).hash()).toBe(tableOf([content(2)]).hash());
  });

  test('of a claim does not depend on who made it, nor on a key it has no use for', () => {
    const hash = tableOf([claim(1, 'down', 'a')]).hash();
    expect(tableOf([claim(1, 'down', 'b')]).hash()).toBe(hash);
    expect(tableOf([{ ...claim(1, 'down', 'c'), key: 'mood' }]).hash()).toBe(hash);
  });
});

describe('a claim', () => {
  test('stands exactly until newer content', () => {
    fc.assert(
      fc.property(rumorsArbitrary(1), (rumors) => {
        const table = tableOf(rumors);
        const version = Math.max(0, ...rumors.filter((r) => r.status === undefined).map((r) => r.version));
        const standing = rumors.filter((r) => r.status !== undefined && r.version >= version);
        const newest = Math.max(0, ...standing.map((r) => r.version));
        const strength = Math.max(
          0,
          ...standing.filter((r) => r.version === newest).map((r) => CLAIM_STRENGTH[r.status!]),
        );
        const expected = (Object.keys(CLAIM_STRENGTH) as Claim[]).find((status) => CLAIM_STRENGTH[status] === strength);
        expect(table.statusOf(A)).toBe(expected ?? 'alive');
        expect(table.versionOf(A)).toBe(Math.max(version, newest));
      }),
    );
  });

  test('about an older version than is held has no effect', () => {
    const table = tableOf([content(2)]);
    expect(table.merge(claim(1, 'down'), A, 1, 0)).toBe('stale');
    expect(table.statusOf(A)).toBe('alive');
  });

  test('of one version: left beats down beats suspect, in any order', () => {
    expect(tableOf([claim(1, 'left'), claim(1, 'down'), claim(1, 'suspect')]).statusOf(A)).toBe('left');
    expect(tableOf([claim(1, 'suspect'), claim(1, 'down')]).statusOf(A)).toBe('down');
  });

  test('is refuted by newer content under any key', () => {
    expect(tableOf([content(1), claim(1, 'down'), content(2, 'm', 'mood')]).statusOf(A)).toBe('alive');
  });

  test('shows on every record of its origin, and a member known by a claim alone shows none', () => {
    const table = tableOf([content(1), content(2, 'm', 'mood'), claim(2, 'suspect')]);
    expect(Array.from(table.snapshot(), ({ key, status }) => [key, status])).toEqual([
      [undefined, 'suspect'],
      ['mood', 'suspect'],
    ]);
    expect([...tableOf([claim(2, 'down')]).snapshot()]).toEqual([]);
  });
});

describe('one that is gone', () => {
  const REAP_MS = 9000;
  const DORMANT_MS = REAP_MS / 3;
  const [B, C] = [addressOf(1), addressOf(2)];
  const of = (origin: string, fields: Partial<Rumor> = {}): Rumor => ({
    ...content(1, `${origin}/${fields.status ?? ''}${fields.version ?? 1}`),
    origin,
    ...fields,
  });
  const down = (origin: string, status: Claim = 'down'): Rumor => ({
    uuid: `${origin} ${status}`,
    origin,
    version: 1,
    ttl: 3,
    status,
  });
  const withGone = (status: Claim = 'down') => tableOf([of(B), of(C), down(B, status)]);

  test.each(['down', 'left'] as const)(
    '(%s) is told to nobody from a third of its time on, but stays visible',
    (status) => {
      const table = withGone(status);
      const without = tableOf([of(C)]);
      expect(table.reap(DORMANT_MS - 1, REAP_MS)).toEqual([]);
      expect(table.hash()).not.toBe(without.hash());
      expect(table.reap(DORMANT_MS, REAP_MS)).toEqual([]);
      expect(table.hash()).toBe(without.hash());
      expect(contentsOf(table)).toEqual(contentsOf(without));
      expect([...table.snapshot()].map(({ origin }) => origin)).toEqual([B, C]);
      expect(table.statusOf(B)).toBe(status);
    },
  );

  test('is forgotten when its time is over, once, and leaves room', () => {
    const table = withGone();
    table.reap(DORMANT_MS, REAP_MS);
    expect(table.reap(REAP_MS - 1, REAP_MS)).toEqual([]);
    expect(table.reap(REAP_MS, REAP_MS)).toEqual([B]);
    expect(table.reap(REAP_MS, REAP_MS)).toEqual([]);
    expect(table.has(B)).toBe(false);
    expect(table.size).toBe(1);
    expect(table.hash()).toBe(tableOf([of(C)]).hash());
  });

  test('and was never dormant, because nobody looked, is forgotten just as cleanly', () => {
    const table = withGone();
    expect(table.reap(REAP_MS, REAP_MS)).toEqual([B]);
    expect(table.hash()).toBe(tableOf([of(C)]).hash());
  });

  test('wakes on news, with everything that was held of it', () => {
    const table = tableOf([of(B), { ...of(B), uuid: 'mood', key: 'mood' }, of(C), down(B)]);
    table.reap(DORMANT_MS, REAP_MS);
    const news = of(B, { version: 2 });
    expect(table.merge(news, B, 1, DORMANT_MS + 1)).toBe('applied');
    const fresh = tableOf([{ ...of(B), uuid: 'mood', key: 'mood' }, of(C), news]);
    expect(table.hash()).toBe(fresh.hash());
    expect(contentsOf(table)).toEqual(contentsOf(fresh));
    expect(table.reap(10 * REAP_MS, REAP_MS)).toEqual([]);
  });

  test('does not wake when somebody tells it again', () => {
    const table = withGone();
    table.reap(DORMANT_MS, REAP_MS);
    for (const again of [of(B), down(B), down(B, 'suspect')]) {
      expect(table.merge(again, C, 1, DORMANT_MS + 1)).not.toBe('applied');
    }
    expect(table.hash()).toBe(tableOf([of(C)]).hash());
  });

  test('is not one that is only suspected', () => {
    const table = withGone('suspect');
    expect(table.reap(100 * REAP_MS, REAP_MS)).toEqual([]);
    expect(contentsOf(table)).toContain(JSON.stringify([B, 1, null, 'suspect']));
  });
});

describe('the hash of what was created up to a time', () => {
  /** Some within the time that is kept apart, some long before, and one that tells no time. */
  const timesArbitrary = fc.array(fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constant(undefined)));
  const createdAt = (time: number | undefined, i: number): Rumor => {
    const hex = (time ?? 0).toString(16).padStart(12, '0');
    const uuid = time === undefined ? `u${i}` : `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${i}`;
    return { uuid, origin: addressOf(i % 3), version: i + 1, ttl: 1, payload: i, key: `k${i % 7}` };
  };

  test('is that of a table which holds nothing younger, in whatever order it is asked and told', () => {
    fc.assert(
      fc.property(timesArbitrary, fc.array(fc.integer({ min: 0, max: 220_000 }), { minLength: 1 }), (times, asked) => {
        const table = new Table(1000);
        const rumors = times.map(createdAt);
        for (let i = 0; i < Math.max(rumors.length, asked.length); i++) {
          const rumor = rumors[i];
          if (rumor !== undefined) table.merge(rumor, A, 1, 0);
          const until = asked[i % asked.length]!;
          const settled = Array.from(table.records()).filter((record) => record.createdAt <= until);
          expect(table.hashUntil(until)).toBe(tableOf(settled.map((record) => record.rumor)).hash());
        }
      }),
    );
  });

  test('counts what was held then and has been replaced since, as who has not heard of the latter does', () => {
    const gapsArbitrary = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 2 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(gapsArbitrary, fc.integer({ min: 0, max: 9000 }), (gaps, lateMs) => {
        let now = 1_000_000;
        const rumors = gaps.map(([gapMs, origin], i): Rumor => {
          now += gapMs;
          const { uuid } = createdAt(now, i);
          return { uuid, origin: addressOf(origin), version: i + 1, ttl: 1, payload: i };
        });
        const table = tableOf(rumors);
        const told = rumors.filter(({ uuid }) => timeOfUuid(uuid) <= now - lateMs);
        expect(table.hashUntil(now - lateMs)).toBe(tableOf(told).hash());
      }),
    );
  });

  test('forgets what was replaced long ago, and the oldest of very much that was replaced', () => {
    const told = (table: Table, time: number, count: number) => {
      const rumors = Array.from({ length: count }, (_, i) => createdAt(time + i, time + i));
      for (const { uuid, version } of rumors) table.merge({ uuid, origin: A, version, ttl: 1, payload: 0 }, A, 1, time);
    };
    const empty = new Table(10).hash();
    const slow = new Table(10);
    told(slow, 100_000, 20);
    expect(slow.hashUntil(100_010)).not.toBe(empty);
    told(slow, 200_000, 20);
    expect(slow.hashUntil(100_010)).toBe(empty);
    expect(slow.hashUntil(200_010)).not.toBe(empty);
    const fast = new Table(10);
    told(fast, 100_000, 2000);
    expect(fast.hashUntil(101_900)).not.toBe(empty);
    expect(fast.hashUntil(100_100)).toBe(empty);
  });

  test('leaves out who is about to be forgotten, and takes them in again when there is news of them', () => {
    const table = tableOf([createdAt(5000, 0)]);
    table.hashUntil(4000);
    const { origin } = createdAt(5000, 0);
    const down: Rumor = { uuid: 'down', origin, version: 1, ttl: 1, status: 'down' };
    table.merge(down, origin, 1, 0);
    table.reap(500, 900);
    expect(table.hashUntil(6000)).toBe(new Table(10).hash());
    table.merge(createdAt(5000, 3), origin, 1, 500);
    expect(table.hashUntil(6000)).toBe(table.hash());
    expect(table.hashUntil(4000)).toBe(tableOf([down]).hash());
  });
});
