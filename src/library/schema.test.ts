/** One test for each schema library, over the wire: what one sets, the other reads, typed by the schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type } from 'arktype';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { gossipsOfThisFile } from '../../test/gossips.ts';
import { eventually } from '../../test/support.ts';
import type { Gossip } from './gossip.ts';

const start = gossipsOfThisFile();

interface Load {
  load: number;
  zone?: string;
}

/** One is set by a member and read by another; what does not fit is refused with its path. */
async function carries<Value extends Load>(
  create: (join: readonly string[]) => Promise<Gossip<Value, Value>>,
  value: Value,
) {
  const one = await create([]);
  const other = await create([one.address]);
  one.set(value);
  expect(await eventually('the value', () => other.get(one.address))).toEqual(value);
  expect(() => one.set({ load: 'much' } as unknown as Value)).toThrow(/load/);
}

describe('values are typed and checked by', () => {
  test('zod', async () => {
    const schema = z.object({ load: z.number() });
    await carries((join) => start({ schema, join }), { load: 0.5 });
    expectTypeOf((await start({ schema })).get(1)).toEqualTypeOf<{ load: number } | undefined>();
  });

  test('valibot', async () => {
    const schema = v.object({ load: v.number() });
    await carries((join) => start({ schema, join }), { load: 0.5 });
    expectTypeOf((await start({ schema })).get(1)).toEqualTypeOf<{ load: number } | undefined>();
  });

  test('arktype', async () => {
    const schema = type({ load: 'number' });
    await carries((join) => start({ schema, join }), { load: 0.5 });
    expectTypeOf((await start({ schema })).get(1)).toEqualTypeOf<{ load: number } | undefined>();
  });

  test('TypeBox, through an adapter', async () => {
    const schema = standard(Type.Object({ load: Type.Number() }));
    await carries((join) => start({ schema, join }), { load: 0.5 });
    expectTypeOf((await start({ schema })).get(1)).toEqualTypeOf<{ load: number } | undefined>();
  });
});

/** TypeBox leaves this to its users. */
function standard<Schema extends TSchema>(schema: Schema): StandardSchemaV1<Static<Schema>> {
  const validator = Compile(schema);
  const validate = (value: unknown): StandardSchemaV1.Result<Static<Schema>> => {
    if (validator.Check(value)) return { value: value };
    return {
      issues: validator
        .Errors(value)
        .map(({ message, instancePath }) => ({ message, path: instancePath.split('/').slice(1) })),
    };
  };
  return { '~standard': { version: 1, vendor: 'typebox', validate } };
}

test('what travels is what was set; readers get what the schema makes of it', async () => {
  const schema = z.object({
    since: z.iso.datetime().transform((text) => new Date(text)),
    weight: z.number().default(1),
  });
  const one = await start({ schema });
  const other = await start({ schema, join: [one.address] });
  one.set({ since: '2026-01-01T00:00:00Z' });
  const read = await eventually('the value', () => other.get(one.address));
  expect(read).toEqual({ since: new Date('2026-01-01T00:00:00Z'), weight: 1 });
  expect(other.node.record(one.address)?.payload).toEqual({ since: '2026-01-01T00:00:00Z' });
});

test('a schema that validates asynchronously is refused with a clear error, and one that throws does no harm', async () => {
  const later = z.object({}).refine(() => Promise.resolve(true));
  const one = await start({ schema: later });
  expect(() => one.set({})).toThrow(/validates asynchronously/);
  const broken: StandardSchemaV1<number> = {
    '~standard': {
      version: 1,
      vendor: 'mine',
      validate: () => {
        throw new Error('broken');
      },
    },
  };
  const other = await start({ schema: broken, join: [one.address] });
  expect(() => other.set(1)).toThrow(/the schema threw Error: broken/);
});
