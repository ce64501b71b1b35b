/**
 * Two functions a schema: one says whether a value fits it, the other copies of such a value what the schema names; and where
 * addresses lie in it. From source they are compiled when first imported; the build puts plain generated functions in this
 * file's place, so that a node starts without a schema compiler.
 */
import { Compile } from 'typebox/compile';
import { addressPlaces, type Place } from './address-places.ts';
import { copyCode } from './copy-code.ts';
import { CHECKED_SCHEMAS, type CheckedValues, type CheckName } from './schemas.ts';

type Validators = { readonly [name in CheckName]: (value: unknown) => boolean };
type Places = { readonly [name in CheckName]: readonly Place[] };
type Copiers = { readonly [name in CheckName]: (value: unknown) => CheckedValues[name] };

export const validators = Object.fromEntries(
  Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => {
    const validator = Compile(schema);
    return [name, (value: unknown): boolean => validator.Check(value)];
  }),
) as Validators;

export const copiers = Object.fromEntries(
  Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- from our own schemas, and not in what is built
    const makeCopier = new Function(`return ${copyCode(schema)}`) as () => unknown;
    return [name, makeCopier()];
  }),
) as Copiers;

export const places = Object.fromEntries(
  Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => [name, addressPlaces(schema)]),
) as unknown as Places;
