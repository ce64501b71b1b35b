/**
 * What a sweep file may say:
 *
 *     scenario       the base: the name of one that is shipped, a file beside this one, or an object like such a file's
 *     warmUpUpdates  of each run's updates, so many of the first are not measured
 *     seeds          20 (from 1 on), "11..30", or a list
 *     vary           what differs between settings and its values: {"fanout": "2..8", "loss": [0, 0.05]}
 *     grids          several of those; each is crossed with `vary`, and all together are the settings
 */
import Type, { type Static } from 'typebox';
import { complaintAbout, complaint } from '../scenario/schema-complaint.ts';
import type { ParameterValue } from './sweep-head.ts';
import { SweepError } from './sweep-error.ts';
import { distinct, isObject, parseValues } from './vary.ts';

export const MAX_SEED = 2 ** 31 - 1;
export const MAX_SEEDS = 100_000;
export const MAX_WARM_UP = 100_000;
const STRICT = { additionalProperties: false } as const;

/** Its fields are those of a scenario, so they are looked at apart. */
const Vary = Type.Unsafe<Readonly<Record<string, unknown>>>(Type.Object({}));

const SweepFileSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    scenario: Type.Optional(
      Type.Union([
        Type.String({ minLength: 1, maxLength: 1000 }),
        Type.Unsafe<Readonly<Record<string, unknown>>>(Type.Object({})),
      ]),
    ),
    warmUpUpdates: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_WARM_UP })),
    seeds: Type.Optional(
      Type.Union([
        Type.Integer({ minimum: 1, maximum: MAX_SEEDS }),
        Type.String({ maxLength: 100 }),
        Type.Array(Type.Integer({ minimum: 0, maximum: MAX_SEED }), { minItems: 1, maxItems: MAX_SEEDS }),
      ]),
    ),
    vary: Type.Optional(Vary),
    grids: Type.Optional(Type.Array(Vary, { minItems: 1, maxItems: 1000 })),
  },
  STRICT,
);
type SweepFileText = Static<typeof SweepFileSchema>;

export type Grid = ReadonlyMap<string, readonly ParameterValue[]>;

export interface SweepFile {
  readonly name?: string;
  readonly description?: string;
  readonly scenario?: string | Readonly<Record<string, unknown>>;
  readonly warmUpUpdates?: number;
  readonly seeds?: readonly number[];
  readonly vary: Grid;
  readonly grids: readonly Grid[];
}

/** @throws SweepError */
export function parseSweepFile(json: unknown): SweepFile {
  const wrong = complaintAbout(SweepFileSchema, json);
  if (wrong !== undefined) throw new SweepError(wrong);
  const { seeds, vary = {}, grids = [], ...rest } = json as SweepFileText;
  return {
    ...rest,
    ...(seeds !== undefined && { seeds: seedsOf(seeds) }),
    vary: gridOf(vary, 'vary'),
    grids: grids.map((grid, index) => gridOf(grid, `grids[${index}]`)),
  };
}

/** `20`: 1 to 20; `11..30`; `1,2,5`. */
export function parseSeeds(text: string): readonly number[] {
  const fail = (): never => {
    throw new SweepError(`seeds: expected how many, or as in 11..30 or 1,5,9, got ${JSON.stringify(text)}`);
  };
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    return count >= 1 && count <= MAX_SEEDS ? seedsOf(count) : fail();
  }
  if (!/^\d+(?:\.\.\d+)?(?:,\d+(?:\.\.\d+)?)*$/.test(text)) return fail();
  const seeds = parseValues(text) as number[];
  return seeds.every((seed) => seed <= MAX_SEED) ? [...new Set(seeds)] : fail();
}

function seedsOf(seeds: number | string | readonly number[]): readonly number[] {
  if (typeof seeds === 'string') return parseSeeds(seeds);
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : [...new Set(seeds)];
}

function gridOf(vary: Readonly<Record<string, unknown>>, path: string): Grid {
  return new Map(Object.entries(vary).map(([name, values]) => [name, valuesOf(values, `${path}.${name}`)]));
}

function valuesOf(values: unknown, path: string): readonly ParameterValue[] {
  const list: unknown[] = Array.isArray(values) ? values : [values];
  if (list.length === 0 || list.some((value) => isObject(value) || Array.isArray(value) || value === null)) {
    throw new SweepError(complaint(path, 'a value, a range such as "2..8", or a list of values', values));
  }
  try {
    const all = list.flatMap((value) => (typeof value === 'string' ? parseValues(value) : [value as ParameterValue]));
    return distinct(all);
  } catch (error) {
    if (error instanceof SweepError) throw new SweepError(`${path}: ${error.message}`);
    throw error;
  }
}
